"""The only part of the bot that knows Telegram."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from bot.platforms import Abilities, Finding, StartError
from bot.querylog.keys import readable_by_others
from bot.telegram.settings import TelegramConfig

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import Config

# The library's new form of durations; without it, every flood limit is a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_START_ERRORS = {
    "token": "Telegram does not know this token ({detail}). Copy it again from @BotFather into "
    "telegram.token, or into the environment variable YINJU_TELEGRAM__TOKEN.",
    "network": "Telegram cannot be reached at {api_url} ({detail}). Check the network, the proxy "
    "(HTTPS_PROXY) or telegram.api_url.",
    "webhook": "Telegram does not take the webhook {url} ({detail}). Correct telegram.webhook_url.",
    "certificate": "webhook_certificate and webhook_private_key of [telegram] cannot be used "
    "({detail}).",
    "listen": "The bot cannot listen at {detail}. Correct telegram.webhook_listen or webhook_port.",
}


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
        from bot.telegram import run

        try:
            await run.serve(app, stopped)
        except run.StartError as error:
            telegram = app.config.of(TelegramConfig)
            sentence = _START_ERRORS[error.key].format(
                detail=error.detail, api_url=telegram.api_url, url=telegram.webhook_url
            )
            raise StartError(sentence, again=error.again) from None

    async def check(self, config: Config) -> AsyncIterator[Finding]:
        """Whether Telegram knows the token, and what it allows the bot."""
        from bot.telegram.profile import check_token

        key = config.of(TelegramConfig).webhook_private_key
        if key is not None and key.is_file() and readable_by_others(key):
            detail = f"{key} can be read by others; run: chmod 600 {key}"
            yield Finding("webhook", detail, ok=False)
        report = await check_token(config)
        if not report.known:
            told = "Telegram does not know it; copy it again from @BotFather"
            yield Finding("token", told, ok=False)
        elif report.error is not None:
            where = config.of(TelegramConfig).api_url
            detail = f"cannot be checked, {where} is out of reach: {report.error}"
            yield Finding("token", detail, ok=False)
        else:
            yield Finding("token", f"belongs to @{report.username}")
            if not report.reads_all_messages:
                detail = (
                    "is on: in groups only /ask and replies reach the bot, mentions do not; to "
                    "change it: @BotFather, /setprivacy, Disable, then add the bot to the group "
                    "again"
                )
                yield Finding("privacy mode", detail, ok=False, remark=True)
            if not report.inline:
                detail = "is off; to turn it on: @BotFather, /setinline"
                yield Finding("inline mode", detail, ok=False, remark=True)


PLATFORM = Telegram()
