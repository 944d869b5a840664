"""What a platform is: a package that carries the conversation.

A platform is found by an entry point of the group ``yinju.platforms`` that names an object with
the attributes of `Platform`. Adding one touches no other file.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

from bot.config.model import PLATFORMS, PlatformConfig

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import Config

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked. A finding that is not `ok` stops the bot or costs it something;
    a `remark` is only worth knowing."""

    what: str
    detail: str
    ok: bool = True
    remark: bool = False


class StartError(Exception):
    """A platform cannot be served: what is wrong and what to do, in one sentence. `again` says
    that trying later may help."""

    def __init__(self, sentence: str, *, again: bool) -> None:
        super().__init__(sentence)
        self.again = again


class Platform(Protocol):
    """One messaging platform."""

    name: str
    settings: type[PlatformConfig]
    """Its section of the configuration, named as it is."""

    def configured(self, config: Config) -> bool:
        """Whether `config` says enough to serve on it."""
        ...

    async def serve(self, app: App, stopped: asyncio.Event) -> None:
        """Serve until `stopped` is set. Raises StartError."""
        ...

    def check(self, config: Config) -> AsyncIterator[Finding]:
        """What is right and wrong with its configuration."""
        ...


def installed() -> Iterator[Platform]:
    """Every platform that is installed; one whose library is missing says so when it is served."""
    for point in sorted(entry_points(group=PLATFORMS), key=lambda point: point.name):
        yield point.load()


async def serve_all(app: App, platforms: list[Platform], stopped: asyncio.Event) -> None:
    """Serve on every one of `platforms` until `stopped` is set. One that fails is reported and
    does not stop the others; the first failure is raised when none is left."""
    failures: list[StartError] = []

    async def serve(platform: Platform) -> None:
        try:
            await platform.serve(app, stopped)
        except StartError as error:
            failures.append(error)
            if len(failures) < len(platforms):
                logger.error("Not serving on %s: %s", platform.name, error)

    await asyncio.gather(*(serve(platform) for platform in platforms))
    if failures and len(failures) == len(platforms):
        raise failures[0]
