"""The bot on Telegram, by long polling or a webhook, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import LinkPreviewOptions
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, Defaults, ExtBot

from bot.app import App
from bot.conversation import Asker, ChatKind
from bot.conversation.outbox import Outbox, Pace
from bot.conversation.replies import Notice
from bot.listener import ListenError
from bot.platforms import StartError
from bot.telegram import TelegramConfig
from bot.telegram.handlers import ALLOWED_UPDATES, add_handlers
from bot.telegram.newer import Whispers, updates
from bot.telegram.people import Desk
from bot.telegram.processing import Processing
from bot.telegram.profile import not_allowed, set_menus
from bot.telegram.receiving import Polling, RevokedError, Webhook
from bot.telegram.sending import Sending
from bot.telegram.transport import request_for
from bot.wording.locale import locale

logger = logging.getLogger(__name__)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class _Discreet(Application[Any, Any, Any, Any, Any, Any]):
    """The library's, without its lists of everyone who ever wrote: it makes them for a
    persistence, which is not used here, and keeps them as long as it runs."""

    def _mark_for_persistence_update(self, **_: object) -> None:
        """Nobody."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How long things wait for each other. Tests are in more of a hurry."""

    pace: Pace | None = None
    """None: Telegram's, with `telegram.messages_per_second`."""
    poll: float = 10.0
    breath: float = 0.5
    look: float = 60.0
    """Whether a webhook still stands."""


def build(app: App, outbox: Outbox, tempo: Tempo) -> AnyApplication:
    """The library's application, not yet initialised, without handlers."""
    telegram = app.config.of(TelegramConfig)

    async def reachable() -> None:
        await application.bot.get_me()

    builder = (
        ApplicationBuilder()
        .application_class(_Discreet)
        .token(telegram.token.get_secret_value())
        .base_url(f"{telegram.api_url}/bot")
        .base_file_url(f"{telegram.api_url}/file/bot")
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .request(request_for(telegram))
        .get_updates_request(request_for(telegram))
        .updater(None)
        .job_queue(None)
        .rate_limiter(Sending(outbox, telegram.give_up_after, reachable, tempo.breath))
    )
    application: AnyApplication = builder.build()
    return application


async def serve(app: App, stopped: asyncio.Event, tempo: Tempo | None = None) -> None:
    """Serve until `stopped` is set; then finish what is quick and leave the rest in the inbox.
    Raises StartError."""
    tempo = tempo or Tempo()
    telegram = app.config.of(TelegramConfig)
    outbox = Outbox(tempo.pace or Pace(per_second=telegram.messages_per_second))
    try:
        application = build(app, outbox, tempo)
    except (RuntimeError, ValueError) as error:
        # A proxy in the environment that cannot be used.
        raise _out_of_reach(telegram, error, again=False) from error
    try:
        await application.initialize()
    except TelegramError as error:
        await application.bot.shutdown()
        raise _start_error(telegram, error) from None
    try:
        desk = Desk(app, application.bot.username, application.bot.id)
        whispers = Whispers(desk)
        add_handlers(application, desk, whispers)
        for finding in not_allowed(application.bot):
            logger.info("%s %s.", finding.what.capitalize(), finding.detail)
        processing = Processing(application, desk, outbox)
        menus = asyncio.create_task(set_menus(application.bot, telegram.admins, whispers))
        try:
            app.health.add("telegram", lambda: processing.ready)
            app.alarms.reach(partial(_tell_admins, application, app))
            await processing.reception.replay(app.ledger.report)
            serving = _listen if telegram.transport == "webhook" else _poll
            await serving(application.bot, app, stopped, processing, tempo)
        finally:
            menus.cancel()
            await asyncio.gather(menus, return_exceptions=True)
            await processing.stop()
    finally:
        await application.shutdown()


async def _tell_admins(application: AnyApplication, app: App, notice: Notice) -> None:
    """Send an alarm to each admin in the language they chose. Raises TelegramError."""
    for admin in app.config.of(TelegramConfig).admins:
        asker = Asker("telegram", admin, admin, ChatKind.PRIVATE, admin=True)
        words = locale(await app.conversation.language(asker))
        text = words.text(notice.key, **notice.params)
        await application.bot.send_message(int(admin), text)


def _start_error(telegram: TelegramConfig, error: TelegramError) -> StartError:
    if isinstance(error, InvalidToken):
        # The error's own text may hold the token.
        sentence = (
            "Telegram does not know this token (Unauthorized). Copy it again from @BotFather into "
            "telegram.token, or into the environment variable YINJU_TELEGRAM__TOKEN."
        )
        return StartError(sentence, again=False)
    if isinstance(error, BadRequest):
        sentence = f"Telegram does not take the webhook {telegram.webhook_url} ({error.message})."
        return StartError(f"{sentence} Correct telegram.webhook_url.", again=False)
    return _out_of_reach(telegram, error, again=True)


def _out_of_reach(telegram: TelegramConfig, error: Exception, *, again: bool) -> StartError:
    sentence = f"Telegram cannot be reached at {telegram.api_url} ({error})."
    advice = "Check the network, the proxy (HTTPS_PROXY) or telegram.api_url."
    return StartError(f"{sentence} {advice}", again=again)


async def _poll(
    bot: ExtBot[Any], app: App, stopped: asyncio.Event, processing: Processing, tempo: Tempo
) -> None:
    telegram = app.config.of(TelegramConfig)
    try:
        await bot.delete_webhook()
    except TelegramError as error:
        raise _start_error(telegram, error) from None
    request = request_for(telegram, unread=True)
    token = telegram.token.get_secret_value()
    address = f"{telegram.api_url}/bot{token}/getUpdates"
    async with request:
        kinds = [*ALLOWED_UPDATES, *updates(bot)]
        polling = Polling(request, address, kinds, tempo.poll, tempo.breath)
        logger.info("Serving as @%s.", bot.username)
        await _until(stopped, polling.run(processing.deliver), telegram)
        await polling.confirm()


async def _listen(
    bot: ExtBot[Any], app: App, stopped: asyncio.Event, processing: Processing, tempo: Tempo
) -> None:
    telegram = app.config.of(TelegramConfig)
    try:
        webhook = Webhook(telegram, processing.deliver, lambda: processing.room, app.health)
        logger.info("Serving as @%s.", bot.username)
        kinds = [*ALLOWED_UPDATES, *updates(bot)]
        await _until(stopped, webhook.run(bot, kinds, tempo.look), telegram)
    except TelegramError as error:
        raise _start_error(telegram, error) from None
    except ListenError as error:
        sentence = f"The bot cannot listen at {error}."
        advice = "Correct telegram.webhook_listen or webhook_port."
        raise StartError(f"{sentence} {advice}", again=False) from None
    except OSError as error:
        what = "webhook_certificate and webhook_private_key of [telegram] cannot be used"
        raise StartError(f"{what} ({error.strerror or error}).", again=False) from None


async def _until(
    stopped: asyncio.Event, receiving: Coroutine[Any, Any, None], telegram: TelegramConfig
) -> None:
    """Receive until `stopped` is set."""
    running, stopping = asyncio.create_task(receiving), asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (running, stopping):
            task.cancel()
        ended = await asyncio.gather(running, stopping, return_exceptions=True)
    if isinstance(ended[0], RevokedError):
        raise _start_error(telegram, InvalidToken())
    if isinstance(ended[0], Exception):
        raise ended[0]
