"""Questions: in private, by /ask, by mention, by reply; and edited ones."""

from __future__ import annotations

from telegram import Message, Update

from bot.messages import Answer, Asker, ChatKind, Notice
from bot.telegram.desk import Context, Desk
from bot.telegram.people import addressed, asker_of, question_in
from bot.telegram.replies import edit, reply


class Asking:
    """Handlers for everything that is a question."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def command(self, update: Update, context: Context) -> None:
        """`/ask question`, or `/ask` in reply to the message to look up."""
        message = update.effective_message
        asker = asker_of(update, self._desk.app.config)
        if message is None or asker is None:
            return
        words = (message.text or "").split(maxsplit=1)
        text = words[1] if len(words) > 1 else self._replied_text(message)
        if text:
            await self._answer(asker, message, text, edited=update.edited_message is not None)
        else:
            usage = Notice("ask-usage", {"example": self._desk.example()})
            await reply(message, await self._desk.render(usage, asker))

    async def text(self, update: Update, context: Context) -> None:
        """Any text in a private chat; in a group only what is meant for the bot."""
        message = update.effective_message
        asker = asker_of(update, self._desk.app.config)
        if message is None or asker is None:
            return
        username = self._desk.username
        if asker.chat_kind.shared and not addressed(message, self._desk.bot_id, username):
            return
        text = question_in(message, username)
        if not text and asker.chat_kind.shared:
            text = self._replied_text(message)
        await self._answer(asker, message, text, edited=update.edited_message is not None)

    def _replied_text(self, message: Message) -> str:
        """The text of somebody's message that this one replies to."""
        other = message.reply_to_message
        if other is None or other.forum_topic_created is not None:
            return ""
        if other.from_user is not None and other.from_user.id == self._desk.bot_id:
            return ""
        quoted = message.quote.text if message.quote is not None else ""
        return quoted or other.text or other.caption or ""

    async def _answer(self, asker: Asker, message: Message, text: str, *, edited: bool) -> None:
        ledger = self._desk.app.ledger
        key = ledger.message_key(asker, message.message_id)
        earlier = await ledger.reply_to(key) if edited else None
        again = earlier.question_id if earlier else None
        answer = await self._desk.app.assistant.ask(asker, text, again=again)
        if answer is None:
            return
        out = await self._desk.render(answer, asker)
        if earlier is not None:
            await edit(message, earlier.number, out)
            return
        if edited and asker.chat_kind is not ChatKind.PRIVATE and isinstance(answer, Notice):
            return
        sent = await reply(message, out)
        if sent is not None and isinstance(answer, Answer):
            ledger.remember_reply(key, sent.message_id, answer.question)
