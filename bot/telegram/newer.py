"""Telegram's newer ways (Bot API 10): answers in a group that the asker alone sees, and answers in
chats the bot is not in.

All that the library does not know yet stands here, to be deleted as it learns. A private answer
that cannot be given is never given aloud: what is said aloud is a way to the private chat.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from telegram import (
    Bot,
    BotCommand,
    CallbackQuery,
    InlineQueryResultArticle,
    InputFile,
    InputTextMessageContent,
    Message,
    Update,
    User,
)
from telegram.error import EndPointNotFound, TelegramError
from telegram.helpers import create_deep_linked_url

from bot.conversation import Ask, Asker, ChatKind
from bot.conversation.actions import ShowView, View
from bot.conversation.replies import Answer, File, Notice, Reply
from bot.conversation.requests import Outcome, Request
from bot.telegram.inline import Inline
from bot.telegram.people import PLATFORM, Context, Desk
from bot.telegram.replies import Fields, Outgoing, Rows, pop_up, quietly, reply
from bot.telegram.sending import GaveUpError, call
from bot.wording.locale import Locale
from bot.wording.replies import file_name, file_text

logger = logging.getLogger(__name__)

SHOW = "all:"
_AGAIN = "q_"


def updates(bot: Bot) -> list[str]:
    """The kinds of update to ask for beside the usual ones."""
    return ["guest_message"] if bot.bot.supports_guest_queries else []


def secret(message: Message) -> int | None:
    """The number of a message in a group that one member alone sees, else None."""
    number = message.api_kwargs.get("ephemeral_message_id")
    return int(number) if number else None


class Whispers:
    """Answers in groups that the asker alone sees, where `groups.answers` wants it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wanted = desk.app.config.groups.answers
        self._known: bool | None = None

    async def command(self, bot: Bot, command: BotCommand) -> BotCommand:
        """A command of the groups' menu, as one that nobody else sees where that is wanted."""
        if self._wanted == "public" or command.command != "ask" or not await self._supported(bot):
            return command
        return BotCommand("ask", command.description, api_kwargs={"is_ephemeral": True})

    async def _supported(self, bot: Bot) -> bool:
        """Whether the server knows such messages: an older one would show them to everybody."""
        if self._known is None:
            nothing = {"chat_id": 0, "receiver_user_id": 0, "ephemeral_message_id": 0}
            try:
                await bot.do_api_request("deleteEphemeralMessage", nothing)
            except EndPointNotFound:
                self._known = False
                logger.warning("This Bot API server is too old for answers that one member sees.")
            except GaveUpError:
                return False
            except TelegramError:
                self._known = True
        return bool(self._known)

    def concerns(self, message: Message, asker: Asker) -> bool:
        """Whether what answers a message is for its sender alone."""
        in_group = asker.chat_kind in (ChatKind.GROUP, ChatKind.SUPERGROUP)
        return secret(message) is not None or (in_group and self._wanted != "public")

    async def deliver(
        self, message: Message, outcome: Outcome, words: Locale, query: CallbackQuery | None = None
    ) -> None:
        """Say it to the sender alone, or, where that fails, show the way to the private chat."""
        sender = query.from_user if query is not None else message.from_user
        if (shown := outcome.reply) is None:
            return
        bot = message.get_bot()
        sent: dict[str, Any] | None = None
        if sender is not None and message.sender_chat is None and await self._supported(bot):
            try:
                sent = await self._send(bot, message, shown, words, sender, query)
            except TelegramError as error:
                logger.info("An answer could not be given to its asker alone: %s", error)
        if sent is None:
            await self._lead(message, outcome, words)
        elif not sent.get("ephemeral_message_id"):
            self._known = False  # it was shown to everybody: it goes, and none follows it
            await bot.delete_message(message.chat_id, sent["message_id"])
            await self._lead(message, outcome, words)

    async def _send(
        self,
        bot: Bot,
        message: Message,
        shown: Reply,
        words: Locale,
        sender: User,
        query: CallbackQuery | None,
    ) -> dict[str, Any]:
        how: dict[str, Any] = {"receiver_user_id": sender.id}
        how |= {} if query is None else {"callback_query_id": query.id}
        number = secret(message)
        answered = {"message_id": message.message_id, "allow_sending_without_reply": True}
        # In 10.2 the receiver stood by itself; a server takes what it knows of the two.
        more = {
            "ephemeral_message_parameters": how,
            **how,
            "reply_parameters": {"ephemeral_message_id": number} if number else answered,
        }
        topic = message.message_thread_id if message.is_topic_message else None
        if isinstance(shown, File):
            file = InputFile(file_text(shown).encode(), filename=file_name(shown))
            sent = await bot.send_document(
                message.chat_id, file, message_thread_id=topic, api_kwargs=more
            )
            return {"message_id": sent.message_id, "ephemeral_message_id": secret(sent)}
        out = self._desk.message(shown, words)
        out = replace(out, rows=self.rows(out, shown, words))
        where = {"chat_id": message.chat_id, "message_thread_id": topic}
        said: dict[str, Any] = await call(bot, "sendMessage", where | out.fields | more)
        return said

    def rows(self, out: Outgoing, shown: Reply, words: Locale) -> Rows:
        """The buttons, and where the asker may decide, the one that shows it to all."""
        rows = [list(row) for row in out.rows]
        if self._wanted == "ask" and isinstance(shown, Answer) and shown.result.hits:
            data = f"{SHOW}{shown.question}"
            rows.append([{"text": words.text("button-show-all"), "callback_data": data}])
        return rows

    async def _lead(self, message: Message, outcome: Outcome, words: Locale) -> None:
        """Say aloud only where the answer can be read. Who asked unseen is not named."""
        payload = f"{_AGAIN}{outcome.answered}" if outcome.answered else "ask"
        link = create_deep_linked_url(self._desk.username, payload)
        button = {"text": words.text("button-in-private"), "url": link}
        out = Outgoing(words.text("answer-in-private"), rows=[[button]])
        if secret(message) is None:
            await reply(message, out)
            return
        with quietly():
            await call(message.get_bot(), "sendMessage", {"chat_id": message.chat_id} | out.fields)

    async def asked_elsewhere(self, payload: str, asker: Asker) -> Ask | Notice | None:
        """What a way to the private chat leads to; None where `payload` is none."""
        if not payload.startswith(_AGAIN):
            return None
        ledger = self._desk.app.ledger
        question = await ledger.question(payload.removeprefix(_AGAIN))
        if question is None or not question.text:
            return Notice("question-expired")
        mine = question.asker in ledger.keys(asker)
        return Ask(question.text) if mine else Notice("not-yours")

    async def edit(
        self,
        query: CallbackQuery,
        message: Message,
        rows: Sequence[Sequence[Fields]],
        out: Outgoing | None = None,
    ) -> None:
        """Put other buttons, and `out` where it is given, in place of a message that its reader
        alone sees."""
        data: dict[str, Any] = {
            "chat_id": message.chat_id,
            "receiver_user_id": query.from_user.id,
            "ephemeral_message_id": secret(message),
            "reply_markup": {"inline_keyboard": [row for row in rows if row]},
        }
        if out is not None:
            data |= {"text": out.text, "entities": out.entities}
        what = "ReplyMarkup" if out is None else "Text"
        with quietly():
            await message.get_bot().do_api_request(f"editEphemeralMessage{what}", data)

    async def show_all(self, update: Update, context: Context) -> None:
        """Say aloud what the asker had seen alone, because they want it."""
        query, asker = update.callback_query, self._desk.asker(update)
        if query is None or asker is None or not isinstance(query.message, Message):
            return
        show = ShowView((query.data or "").removeprefix(SHOW), View())
        outcome = await self._desk.app.conversation.handle(Request(asker, show))
        words = await self._desk.locale(asker)
        if not isinstance(outcome.reply, Answer):
            await pop_up(query, words.text("question-expired"), alert=True)
            return
        await pop_up(query)
        out = self._desk.message(outcome.reply, words)
        with quietly():
            await call(context.bot, "sendMessage", {"chat_id": query.message.chat_id} | out.fields)
        await self.edit(query, query.message, out.rows)


class Guest:
    """Answers where the bot is called into a chat it is not in: once, briefly, nothing kept."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def answer(self, update: Update, context: Context) -> None:
        """Answer what somebody asked by naming the bot elsewhere."""
        message = update.guest_message
        user = message.from_user if message is not None else None
        if message is None or user is None or message.guest_query_id is None:
            return
        if not self._desk.serves(None, user):
            return
        who = Asker(PLATFORM, str(user.id), str(user.id), ChatKind.INLINE, user.language_code)
        words = await self._desk.locale(who)
        asked = self._desk.question_in(message)
        asked = asked or self._desk.replied_text(message)
        result = await self._desk.app.assistant.quotes(asked, 0)
        said = words.text("question-empty" if result.query.empty else "answer-none")
        article = InlineQueryResultArticle("none", "…", InputTextMessageContent(said))
        if result.hits:
            article = Inline(self._desk).article(result.hits[0], words)
        with quietly():
            await context.bot.answer_guest_query(message.guest_query_id, article)
