"""The only part of the bot that knows Telegram."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from bot.platforms import Abilities, Finding
from bot.telegram.settings import TelegramConfig

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import Config

# The library's new form of durations; without it, every flood limit is a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")


class Telegram:
    """Telegram as a platform. Its library takes a while to load: only those who use it wait."""

    name = "telegram"
    settings = TelegramConfig
    abilities = Abilities(
        edits=True,
        buttons=True,
        private_replies=False,
        quoting=True,
        threads=True,
        formatting="entities",
        length=4096,
        unit="utf-16",
        deep_links=True,
        disappearing=False,
        encryption=False,
    )

    def configured(self, config: Config) -> bool:
        """Whether there is a token."""
        return bool(config.of(TelegramConfig).token.get_secret_value())

    async def serve(self, app: App, stopped: asyncio.Event) -> None:
        """Serve until `stopped` is set. Raises StartError."""
        from bot.telegram.run import serve

        await serve(app, stopped)

    async def check(self, config: Config) -> AsyncIterator[Finding]:
        """Whether Telegram knows the token, and what it allows the bot."""
        from bot.telegram.profile import check

        async for finding in check(config.of(TelegramConfig)):
            yield finding


PLATFORM = Telegram()
