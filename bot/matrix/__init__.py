"""The only part of the bot that knows Matrix."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from bot.matrix.settings import MatrixConfig
from bot.platforms import Abilities, Finding, StartError

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import Config


class Matrix:
    """Matrix as a platform. Its library is an extra, loaded only where it is configured."""

    name = "matrix"
    settings = MatrixConfig
    abilities = Abilities(
        edits=True,
        buttons=False,
        private_replies=False,
        quoting=True,
        threads=True,
        formatting="html",
        length=40_000,
        unit="bytes",
        deep_links=False,
        disappearing=False,
        encryption=True,
    )

    def configured(self, config: Config) -> bool:
        """Whether a homeserver and an account are named."""
        account = config.of(MatrixConfig)
        return bool(account.homeserver and account.user)

    async def serve(self, app: App, stopped: asyncio.Event) -> None:
        """Serve until `stopped` is set. Raises StartError."""
        try:
            from bot.matrix.serving import serve
        except ModuleNotFoundError as error:
            advice = "pip install 'yinju[matrix]'"
            raise StartError(f"Matrix needs {error.name}: {advice}.", again=False) from None
        await serve(app, stopped)

    async def check(self, config: Config) -> AsyncIterator[Finding]:
        """Whether the homeserver lets the account in."""
        try:
            from bot.matrix.serving import refusal
        except ModuleNotFoundError as error:
            missing = f"needs {error.name}: pip install 'yinju[matrix]'"
            yield Finding("matrix", missing, ok=False)
            return
        if reason := await refusal(config):
            yield Finding("matrix", reason, ok=False)
        else:
            account = config.of(MatrixConfig)
            yield Finding("matrix", f"{account.homeserver} knows {account.user}")


PLATFORM = Matrix()
