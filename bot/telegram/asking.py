"""Questions: in private, by /ask, by mention, by reply; and edited ones."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from telegram import Message, Update

from bot.conversation.messages import Answer, Asker, Notice, Reply
from bot.telegram.desk import Context, Desk
from bot.telegram.people import addressed, asker_of, question_in
from bot.telegram.replies import edit, reply


class Asking:
    """Handlers for everything that is a question."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def command(self, update: Update, context: Context) -> None:
        """`/ask question`, or `/ask` in reply to the message to look up."""
        message = update.effective_message
        if message is not None and message.text:
            # Not split at white space: a full-width comma may follow the command at once.
            text = message.text[message.entities[0].length :].strip()
            await self._asked(update, message, text or self._replied_text(message))

    async def text(self, update: Update, context: Context) -> None:
        """Any text in a private chat; in a group only what is meant for the bot."""
        message = update.effective_message
        asker = asker_of(update, self._desk.app.config)
        if message is None or asker is None:
            return
        bot_id, username = self._desk.bot_id, self._desk.username
        if message.via_bot is not None and message.via_bot.id == bot_id:
            return  # a quote that somebody inserted inline
        if asker.chat_kind.shared and not addressed(message, bot_id, username):
            return
        text = question_in(message, bot_id, username)
        await self._asked(update, message, text or self._replied_text(message))

    def _replied_text(self, message: Message) -> str:
        """The text of somebody's message that this one replies to, or the part it quotes."""
        if message.quote is not None and message.external_reply is not None:
            return message.quote.text
        other = message.reply_to_message
        if other is None or other.forum_topic_created is not None:
            return ""
        if other.from_user is not None and other.from_user.id == self._desk.bot_id:
            return ""
        quoted = message.quote.text if message.quote is not None else ""
        return quoted or other.text or other.caption or ""

    async def _asked(self, update: Update, message: Message, text: str) -> None:
        asker = asker_of(update, self._desk.app.config)
        if asker is None:
            return
        key = self._desk.app.ledger.message_key(asker, message.message_id)
        # An edit waits for the reply that it will change.
        async with self._turns.setdefault(key, asyncio.Lock()):
            if update.edited_message is None:
                await self._answer(asker, message, text, key)
            else:
                await self._answer_again(asker, message, text, key)

    async def _answer(self, asker: Asker, message: Message, text: str, key: str) -> None:
        answer = await self._desk.app.assistant.ask(asker, text)
        if answer is None:
            return
        sent = await reply(message, await self._desk.render(self._shown(answer, text), asker))
        if sent is not None and isinstance(answer, Answer):
            self._desk.app.ledger.remember_reply(key, sent.message_id, answer.question)

    async def _answer_again(self, asker: Asker, message: Message, text: str, key: str) -> None:
        app = self._desk.app
        earlier = await app.ledger.reply_to(key)
        if earlier is None:
            await self._answer(asker, message, text, key)
            return
        asked = await app.ledger.question(earlier.question_id)
        if asked is not None and asked.text == app.assistant.as_asked(text):
            return  # Telegram also reports edits that change no word
        answer = await app.assistant.ask(asker, text, again=earlier.question_id)
        if isinstance(answer, Answer):
            shown = self._shown(answer, text)
            await edit(message, earlier.number, await self._desk.render(shown, asker))
        elif answer is not None:
            await reply(message, await self._desk.render(answer, asker))

    def _shown(self, answer: Answer | Notice, text: str) -> Reply:
        if not text and isinstance(answer, Answer):
            return Notice("ask-usage", {"example": self._desk.example()})
        return answer
