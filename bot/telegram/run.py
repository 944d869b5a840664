"""The bot on Telegram, by long polling, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from time import monotonic
from typing import Any

from telegram import LinkPreviewOptions
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, Defaults, JobQueue

from bot.app import App
from bot.telegram.desk import Context, Desk
from bot.telegram.handlers import ALLOWED_UPDATES, add_handlers
from bot.telegram.menus import set_menus
from bot.telegram.pacing import GroupPacing

logger = logging.getLogger(__name__)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]

_AT_ONCE = 128
_SETTLING = 30.0
"""Seconds after the start in which a conflict means that the other instance was here first."""


class StartError(Exception):
    """The bot cannot run. `key` names what is wrong: `token`, `network` or `conflict`; `again`
    says that trying later may help."""

    def __init__(self, key: str, detail: str, *, again: bool) -> None:
        super().__init__(f"{key}: {detail}")
        self.key = key
        self.detail = detail
        self.again = again


def build(app: App, pacing: GroupPacing | None = None) -> AnyApplication:
    """The library's application, not yet initialised, without handlers."""
    telegram = app.config.telegram
    builder = (
        ApplicationBuilder()
        .token(telegram.token.get_secret_value())
        .base_url(f"{telegram.api_url}/bot")
        .base_file_url(f"{telegram.api_url}/file/bot")
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .concurrent_updates(_AT_ONCE)
        .rate_limiter(pacing or GroupPacing())
    )
    return builder.build()


async def run(app: App) -> None:
    """Serve until SIGINT or SIGTERM. Raises StartError."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    try:
        await serve(app, stopped)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def serve(app: App, stopped: asyncio.Event, pacing: GroupPacing | None = None) -> None:
    """Serve until `stopped` is set, finishing what is under way. Raises StartError."""
    application = build(app, pacing)
    failure: list[StartError] = []
    started = monotonic()

    def polling_failed(error: TelegramError) -> None:
        if isinstance(error, Conflict) and monotonic() - started < _SETTLING:
            failure.append(StartError("conflict", str(error), again=True))
            stopped.set()
        elif isinstance(error, InvalidToken):
            failure.append(StartError("token", str(error), again=False))
            stopped.set()
        elif isinstance(error, Conflict):
            logger.warning("Another program is polling with the same token; stop one of them.")
        else:
            logger.warning("Telegram cannot be reached just now: %s", error)

    try:
        await application.initialize()
    except InvalidToken as error:
        raise StartError("token", str(error), again=False) from error
    except NetworkError as error:
        raise StartError("network", str(error), again=True) from error
    try:
        bot = application.bot
        add_handlers(application, Desk(app, bot.username, bot.id))
        _say_what_is_off(application)
        _clean_up_daily(application, app)
        await application.start()
        try:
            await _poll(application, app, stopped, polling_failed)
        finally:
            await application.stop()
    finally:
        await application.shutdown()
    if failure:
        raise failure[0]


async def _poll(
    application: AnyApplication,
    app: App,
    stopped: asyncio.Event,
    failed: Callable[[TelegramError], None],
) -> None:
    updater = application.updater
    assert updater is not None, "an application is built with an updater"
    await updater.start_polling(
        allowed_updates=ALLOWED_UPDATES, error_callback=failed, bootstrap_retries=-1
    )
    menus = asyncio.create_task(set_menus(application.bot, app.config.telegram.admins))
    try:
        logger.info("Serving as @%s.", application.bot.username)
        await stopped.wait()
    finally:
        menus.cancel()
        await asyncio.gather(menus, return_exceptions=True)
        await updater.stop()


def _say_what_is_off(application: AnyApplication) -> None:
    bot = application.bot
    if not bot.can_read_all_group_messages:
        logger.info(
            "Privacy mode is on: in groups only /ask and replies reach the bot, mentions do not. "
            "To change it: @BotFather, /setprivacy, Disable; then add the bot to the group again."
        )
    if not bot.supports_inline_queries:
        logger.info("Inline mode is off. To turn it on: @BotFather, /setinline.")


def _clean_up_daily(application: AnyApplication, app: App) -> None:
    async def clean_up(context: Context) -> None:
        await app.clean_up()

    jobs: JobQueue[Any] | None = application.job_queue
    assert jobs is not None, "python-telegram-bot[job-queue] is a dependency"
    jobs.run_repeating(clean_up, interval=86_400)
