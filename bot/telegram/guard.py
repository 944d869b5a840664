"""Before any handler: whether the bot serves here at all. And chats that change."""

from __future__ import annotations

import logging

from telegram import Chat, ChatMemberUpdated, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import ApplicationHandlerStop

from bot.locale import language_for, locale
from bot.telegram.desk import Context, Desk
from bot.telegram.outgoing import plain
from bot.telegram.people import PLATFORM, asker_of, served
from bot.telegram.replies import quietly, reply

logger = logging.getLogger(__name__)

_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


class Guard:
    """Handlers that run before, or instead of, a conversation."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def admit(self, update: Update, context: Context) -> None:
        """Stop updates from chats that are not served; tell such a chat once."""
        if update.inline_query is not None or update.effective_chat is None:
            return
        chat, user = update.effective_chat, update.effective_user
        if served(chat, user, self._desk.app.config):
            return
        if update.my_chat_member is None or _member(update.my_chat_member):
            await self._turn_away(update, chat)
        raise ApplicationHandlerStop

    async def _turn_away(self, update: Update, chat: Chat) -> None:
        config, ledger = self._desk.app.config, self._desk.app.ledger
        chat_key = ledger.chat_key_of(PLATFORM, str(chat.id))
        if await ledger.first_time_in(chat_key, "private"):
            code = update.effective_user.language_code if update.effective_user else None
            text = locale(language_for(code)).text("chat-not-served")
            with quietly():
                await chat.send_message(text)
        if config.telegram.leave_other_chats and chat.type in _GROUPS:
            with quietly():
                await chat.leave()

    async def migrated(self, update: Update, context: Context) -> None:
        """A group became a supergroup: its rows follow."""
        message = update.effective_message
        if message is None or message.migrate_to_chat_id is None:
            return
        old, new = str(message.chat_id), str(message.migrate_to_chat_id)
        self._desk.app.ledger.move_chat(PLATFORM, old, new)

    async def failed(self, update: object, context: Context) -> None:
        """Whatever a handler did not expect: into the log first, then a word to the asker."""
        logger.error("A message could not be handled.", exc_info=context.error)
        if not isinstance(update, Update):
            return
        asker = asker_of(update, self._desk.app.config)
        message = update.message
        if asker is None or message is None or asker.chat_kind.shared:
            return
        words = await self._desk.locale(asker)
        await reply(message, plain(words.text("failed")))


def _member(change: ChatMemberUpdated) -> bool:
    """Whether the bot is (still) in the chat after the change."""
    gone = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
    return change.new_chat_member.status not in gone
