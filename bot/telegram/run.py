"""The bot on Telegram, by long polling, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from http import HTTPStatus
from time import monotonic
from typing import Any

from telegram import LinkPreviewOptions
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, Defaults
from telegram.request import BaseRequest

from bot.app import App
from bot.telegram.desk import Desk
from bot.telegram.handlers import ALLOWED_UPDATES, add_handlers
from bot.telegram.menus import set_menus
from bot.telegram.pacing import GroupPacing
from bot.telegram.processing import Fair
from bot.telegram.transport import Checked, request_for

logger = logging.getLogger(__name__)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]

_BREATH = 0.1
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


def build(
    app: App, pacing: GroupPacing, processor: Fair, refused: Callable[[], None]
) -> AnyApplication:
    """The library's application, not yet initialised, without handlers. `refused` is called when
    Telegram does not take the token any more."""
    telegram = app.config.telegram
    builder = (
        ApplicationBuilder()
        .token(telegram.token.get_secret_value())
        .base_url(f"{telegram.api_url}/bot")
        .base_file_url(f"{telegram.api_url}/file/bot")
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .request(request_for(telegram))
        .get_updates_request(_Polling(request_for(telegram), refused))
        .concurrent_updates(processor)
        .rate_limiter(pacing)
    )
    return builder.build()


class _Polling(Checked):
    """Asks for updates. The library's loop ends without a word when the token is revoked."""

    def __init__(self, inner: BaseRequest, refused: Callable[[], None]) -> None:
        super().__init__(inner)
        self._refused = refused

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401
        """Make the request; say so when Telegram does not know the token (any more). The bot then
        stops in good order, as if nothing had come, instead of by a traceback."""
        status, payload = await super().do_request(*args, **kwargs)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
            self._refused()
            await asyncio.sleep(_BREATH)
            return HTTPStatus.OK, b'{"ok": true, "result": []}'
        return status, payload


async def serve(app: App, stopped: asyncio.Event, pacing: GroupPacing | None = None) -> None:
    """Serve until `stopped` is set, finishing what is under way, except for what waits for its
    turn in a busy group. Raises StartError."""
    failure: list[StartError] = []
    started = monotonic()

    def token_refused() -> None:
        failure.append(_start_error(InvalidToken()))
        stopped.set()

    pacing, processor = pacing or GroupPacing(), Fair()
    try:
        application = build(app, pacing, processor, token_refused)
    except (RuntimeError, ValueError) as error:
        # A proxy in the environment that cannot be used.
        raise StartError("network", str(error), again=False) from error

    def polling_failed(error: TelegramError) -> None:
        if isinstance(error, Conflict) and monotonic() - started < _SETTLING:
            failure.append(StartError("conflict", str(error), again=True))
            stopped.set()
        elif isinstance(error, Conflict):
            logger.warning("Another program is polling with the same token; stop one of them.")
        else:
            logger.warning("Telegram cannot be reached just now: %s", error)

    try:
        await application.initialize()
    except TelegramError as error:
        await application.bot.shutdown()
        raise _start_error(error) from None
    try:
        bot = application.bot
        add_handlers(application, Desk(app, bot.username, bot.id))
        _say_what_is_off(application)
        await application.start()
        try:
            await _poll(application, app, stopped, polling_failed)
        finally:
            pacing.give_up()
            await application.stop()
            await processor.settled()
    finally:
        await application.shutdown()
    if failure:
        raise failure[0]


def _start_error(error: TelegramError) -> StartError:
    if isinstance(error, InvalidToken):
        # The error's own text may hold the token.
        return StartError("token", "Unauthorized", again=False)
    return StartError("network", str(error), again=True)


async def _poll(
    application: AnyApplication,
    app: App,
    stopped: asyncio.Event,
    failed: Callable[[TelegramError], None],
) -> None:
    updater = application.updater
    assert updater is not None, "an application is built with an updater"
    try:
        await updater.start_polling(
            allowed_updates=ALLOWED_UPDATES, error_callback=failed, bootstrap_retries=3
        )
    except TelegramError as error:
        raise _start_error(error) from None
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
