"""Which update goes to which handler: one table, read from the top, the first that fits.

Before any, whether the bot serves here at all; chats that move, handlers that fail.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from telegram import Chat, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.conversation import Asker, language_for
from bot.conversation.understanding import COMMANDS
from bot.telegram import TelegramConfig
from bot.telegram.inline import Inline
from bot.telegram.newer import SHOW, Guest, Whispers, secret
from bot.telegram.people import PLATFORM, Context, Desk
from bot.telegram.replies import plain, pop_up, quietly, reply
from bot.telegram.sending import GaveUpError
from bot.telegram.talking import Talking
from bot.wording.locale import locale

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member"]

# Without these, channel posts and business and guest messages would match as well.
_NEW = filters.UpdateType.MESSAGE
_NEW_OR_EDITED = filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE
_PRIVATE = filters.ChatType.PRIVATE
_WORDS = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND


def add_handlers(
    application: Application[Any, Any, Any, Any, Any, Any], desk: Desk, whispers: Whispers
) -> None:
    """Wire the table into the application."""
    guard, talking = Guard(desk), Talking(desk, whispers)
    table: tuple[BaseHandler[Update, Context, Any], ...] = (
        MessageHandler(filters.UpdateType.GUEST_MESSAGE, Guest(desk).answer),
        CallbackQueryHandler(whispers.show_all, pattern=f"^{SHOW}"),
        MessageHandler(filters.StatusUpdate.MIGRATE & _NEW, guard.migrated),
        CommandHandler("ask", talking.ask, _NEW_OR_EDITED),
        CommandHandler("start", talking.start, _NEW),
        CommandHandler(list(COMMANDS), talking.command, _NEW),
        MessageHandler(filters.COMMAND & _PRIVATE & _NEW, talking.command),
        MessageHandler(_WORDS & _NEW_OR_EDITED, talking.text),
        MessageHandler(
            _PRIVATE & _NEW & ~filters.COMMAND & ~filters.StatusUpdate.ALL, talking.nothing_to_ask
        ),
        ChatMemberHandler(guard.joined, ChatMemberHandler.MY_CHAT_MEMBER),
        CallbackQueryHandler(talking.press),
        InlineQueryHandler(Inline(desk).answer),
    )
    application.add_handler(TypeHandler(Update, guard.admit), group=-1)
    application.add_handlers(table)
    application.add_error_handler(guard.failed)


_GONE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)

_UNANSWERABLE = (Forbidden, ChatMigrated, RetryAfter, GaveUpError)
"""Errors after which another message would meet the same."""


class Guard:
    """Handlers that run before, or instead of, a conversation."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def admit(self, update: Update, context: Context) -> None:
        """Stop updates from chats that are not served; tell such a chat once."""
        chat, user = update.effective_chat, update.effective_user
        if update.message is not None:
            self._desk.app.cleaning.witness(update.message.date)
        if update.inline_query is not None or update.guest_message is not None or chat is None:
            return
        if self._desk.serves(chat, user):
            return
        heir = await self._takes_over(update, chat)
        if heir:
            return
        if heir is None:
            # Whether it is served cannot be told just now: no word, and above all no leaving.
            raise ApplicationHandlerStop
        if update.callback_query is not None:
            code = update.callback_query.from_user.language_code
            text = locale(language_for(code)).text("chat-not-served")
            await pop_up(update.callback_query, text, alert=True)
        elif update.my_chat_member is None or (
            update.my_chat_member.new_chat_member.status not in _GONE  # it is (still) in it
        ):
            await self._turn_away(update, chat)
        raise ApplicationHandlerStop

    async def _takes_over(self, update: Update, chat: Chat) -> bool | None:
        """Whether the chat is a supergroup that a served group has become; None: unknown."""
        ledger = self._desk.app.ledger
        key = ledger.chat_key_of(PLATFORM, str(chat.id))
        old = update.message and update.message.migrate_from_chat_id
        if old and str(old) in self._desk.settings.allowed_chats:
            ledger.inherit(key)
            logger.warning(
                "A group in telegram.allowed_chats became a supergroup with another id. It goes on "
                "being served; put its new id there when you can.",
            )
            return True
        return await ledger.is_heir(key) if chat.type == ChatType.SUPERGROUP else False

    async def _turn_away(self, update: Update, chat: Chat) -> None:
        config, ledger = self._desk.app.config, self._desk.app.ledger
        # A channel would show it to all its readers.
        if chat.type != ChatType.CHANNEL and await ledger.first_time_in(
            ledger.chat_key_of(PLATFORM, str(chat.id)), "private"
        ):
            code = update.effective_user.language_code if update.effective_user else None
            text = locale(language_for(code)).text("chat-not-served")
            if update.message is not None:
                await reply(update.message, plain(text))
            else:
                with quietly():
                    await chat.send_message(text)
        if config.of(TelegramConfig).leave_other_chats and chat.type != ChatType.PRIVATE:
            with quietly():
                await chat.leave()

    async def joined(self, update: Update, context: Context) -> None:
        """Say one line in a group that the bot was added to."""
        change = update.my_chat_member
        if change is None or change.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
            return
        if change.old_chat_member.status in _GONE and change.new_chat_member.status not in _GONE:
            words = locale(language_for(change.from_user.language_code))
            with quietly():
                await context.bot.send_message(change.chat.id, words.text("talk-joined"))

    async def migrated(self, update: Update, context: Context) -> None:
        """A group became a supergroup: its rows follow. Both chats are told; either will do."""
        message = update.effective_message
        if message is None:
            return
        old = message.migrate_from_chat_id or message.chat_id
        new = message.migrate_to_chat_id or message.chat_id
        self._desk.app.ledger.move_chat(PLATFORM, str(old), str(new))

    async def failed(self, update: object, context: Context) -> None:
        """Whatever a handler did not expect: into the log first, then a word to the asker."""
        if isinstance(context.error, GaveUpError):
            return
        logger.error("A message could not be handled.", exc_info=context.error)
        if not isinstance(update, Update) or isinstance(context.error, _UNANSWERABLE):
            return
        asker = self._desk.asker(update)
        if asker is None:
            return
        text = (await self._desk.locale(asker)).text("failed")
        message = update.effective_message
        with suppress(TelegramError):
            if update.callback_query is not None:
                await pop_up(update.callback_query, text, alert=True)
            elif message is not None and not secret(message) and self._expects(message, asker):
                await reply(message, plain(text))

    def _expects(self, message: Message, asker: Asker) -> bool:
        """Whether the sender of a message waits for an answer."""
        if not asker.chat_kind.shared or (message.text or "").startswith("/"):
            return True
        return self._desk.addressed(message)
