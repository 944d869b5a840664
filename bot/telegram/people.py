"""Updates → who asks, and where: at first sight, before the library reads one, and after; and what
every handler needs to answer them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from telegram import Chat, Message, MessageEntity, Update, User
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.app import App
from bot.conversation import Asker, ChatKind
from bot.conversation.limits import Kind
from bot.conversation.replies import Reply
from bot.telegram import TelegramConfig
from bot.telegram.replies import Outgoing, links, outgoing
from bot.wording.citation import Links
from bot.wording.locale import Locale, locale
from bot.wording.replies import render

PLATFORM = "telegram"

_KINDS = {
    ChatType.PRIVATE: ChatKind.PRIVATE,
    ChatType.SENDER: ChatKind.PRIVATE,
    ChatType.GROUP: ChatKind.GROUP,
    ChatType.SUPERGROUP: ChatKind.SUPERGROUP,
    ChatType.CHANNEL: ChatKind.CHANNEL,
}


def _entities(message: Message) -> dict[MessageEntity, str]:
    kinds: list[str | None] = [
        MessageEntity.MENTION,
        MessageEntity.TEXT_MENTION,
        MessageEntity.BOT_COMMAND,
    ]
    return message.parse_entities(kinds) | message.parse_caption_entities(kinds)


_MEANT = frozenset({"mention", "text_mention", "bot_command"})


@dataclass(frozen=True, slots=True)
class Sighting:
    """What can be told of an update cheaply. `kind` is None for what nobody has to be kept from:
    a group's service messages."""

    update_id: int
    update_type: str
    kind: Kind | None = None
    person: str = ""
    chat: str = ""
    shared: bool = False
    date: float | None = None
    """When it was said, seconds since 1970."""
    chatter: bool = False
    """Said in a group and not to the bot."""


def sight(raw: Mapping[str, Any], bot_id: int) -> Sighting | None:
    """None for what is no update at all."""
    number = raw.get("update_id")
    found = next(((k, v) for k, v in raw.items() if k != "update_id"), None)
    if not isinstance(number, int) or found is None or not isinstance(found[1], Mapping):
        return None
    name, body = found
    try:
        return _sighted(number, name, body, bot_id)
    except (AttributeError, TypeError, ValueError, KeyError):
        return Sighting(number, name)  # what it is, the library may tell


def _sighted(number: int, name: str, body: Mapping[str, Any], bot_id: int) -> Sighting:
    person = str((body.get("from") or {}).get("id", ""))
    if name == "inline_query":
        return Sighting(number, name, Kind.INLINE, person)
    if name == "callback_query":
        chat = (body.get("message") or {}).get("chat") or {}
        shared = chat.get("type") != "private"
        return Sighting(number, name, Kind.PRESS, person, str(chat.get("id", "")), shared)
    if name == "guest_message":
        return Sighting(number, name, Kind.QUESTION, person, date=float(body.get("date") or 0))
    if name not in ("message", "edited_message"):
        return Sighting(number, name)
    chat, sender = body["chat"], body.get("sender_chat")
    shared = chat.get("type") != "private"
    text = body.get("text") or body.get("caption")
    if text is None and shared:
        return Sighting(number, name)
    return Sighting(
        number,
        name,
        _kind(text or "", name),
        str(sender["id"]) if sender else person,
        str(chat["id"]),
        shared,
        float(body.get("edit_date") or body.get("date") or 0) or None,
        chatter=shared and not _meant(body, text or "", bot_id),
    )


def _kind(text: str, name: str) -> Kind:
    command = text.startswith("/") and not text.lower().startswith("/ask")
    return Kind.COMMAND if name == "message" and (command or not text) else Kind.QUESTION


def _meant(body: Mapping[str, Any], text: str, bot_id: int) -> bool:
    """Whether it may be meant for the bot: never False where `Desk.addressed` is true."""
    entities = [*(body.get("entities") or ()), *(body.get("caption_entities") or ())]
    if text.startswith("/") or any(one.get("type") in _MEANT for one in entities):
        return True
    answered = body.get("reply_to_message") or {}
    return bool((answered.get("from") or {}).get("id") == bot_id)


def packed(raw: Mapping[str, Any]) -> str:
    """An update as it is kept: short, unless it holds halves of characters, which no file takes."""
    try:
        return msgspec.json.encode(raw).decode()
    except UnicodeEncodeError:
        return json.dumps(raw)


Context = ContextTypes.DEFAULT_TYPE


@dataclass(frozen=True)
class Desk:
    """The app and the bot's user name; handlers are methods of classes that hold one."""

    app: App
    username: str
    bot_id: int

    @cached_property
    def links(self) -> Links:
        """What can be linked to, on Telegram and in the bot."""
        return links(self.username, self.app.config.corpus.site_url)

    @cached_property
    def settings(self) -> TelegramConfig:
        """Telegram's section of the configuration."""
        return self.app.config.of(TelegramConfig)

    async def locale(self, asker: Asker, language: str | None = None) -> Locale:
        """Of this language, or the one the asker chose, or that of their Telegram."""
        return locale(language or await self.app.conversation.language(asker))

    async def render(self, reply: Reply, asker: Asker) -> Outgoing:
        """The reply as a message in the asker's language."""
        return self.message(reply, await self.locale(asker))

    def message(self, reply: Reply, words: Locale) -> Outgoing:
        """The reply as a message in that language."""
        return outgoing(render(reply, words, self.links))

    def asker(self, update: Update) -> Asker | None:
        """Who sent the update; None where nobody can be answered (a channel's own posts)."""
        user = update.effective_user
        message = update.effective_message
        if update.inline_query is not None and user is not None:
            return Asker(
                PLATFORM, str(user.id), str(user.id), ChatKind.INLINE, user.language_code, False
            )
        chat = update.effective_chat
        if chat is None or user is None or chat.type == ChatType.CHANNEL:
            return None
        sender = message.sender_chat if message and update.callback_query is None else None
        if sender is None and user.is_bot and update.callback_query is None:
            return None  # or two bots could talk to each other for ever
        # An admin who posts anonymously, or a channel that posts in the group: a press of theirs
        # comes from the person behind it, so what they ask belongs to the chat they are in.
        return Asker(
            platform=PLATFORM,
            id=str(chat.id if sender else user.id),
            chat=str(chat.id),
            chat_kind=_KINDS[ChatType(chat.type)],
            language_code=user.language_code,
            admin=sender is None and str(user.id) in self.settings.admins,
        )

    def serves(self, chat: Chat | None, user: User | None) -> bool:
        """Whether the bot answers here: everywhere, or in `telegram.allowed_chats` only; its admins
        always reach it in private."""
        private = chat is None or chat.type == ChatType.PRIVATE
        if private and user is not None and str(user.id) in self.settings.admins:
            return True
        place = chat or user
        return self.settings.serves(str(place.id) if place is not None else "")

    def question_in(self, message: Message) -> str:
        """The text of a message without mentions of the bot, and without /ask in front."""
        text = message.text or message.caption or ""
        for entity, covered in _entities(message).items():
            if self._means_bot(entity, covered):
                raw = text.encode("utf-16-le")
                before, after = raw[: 2 * entity.offset], raw[2 * (entity.offset + entity.length) :]
                blank = (" " * entity.length).encode("utf-16-le")
                # The same length, so that the other entities keep their place.
                text = (before + blank + after).decode("utf-16-le", "replace")
        return " ".join(part for part in text.split(" ") if part).strip()

    def replied_text(self, message: Message) -> str:
        """The text of somebody's message that this one replies to, or the part it quotes."""
        if message.quote is not None and message.external_reply is not None:
            return message.quote.text
        other = message.reply_to_message
        if other is None or other.forum_topic_created is not None:
            return ""
        if other.from_user is not None and other.from_user.id == self.bot_id:
            return ""
        quoted = message.quote.text if message.quote is not None else ""
        return quoted or other.text or other.caption or ""

    def addressed(self, message: Message) -> bool:
        """Whether a message in a group is meant for the bot: it mentions it, replies to it, or is a
        picture with /ask beneath it. What a channel says in its group is meant for its readers."""
        if message.is_automatic_forward:
            return False
        entities = _entities(message).items()
        if any(self._means_bot(entity, covered) for entity, covered in entities):
            return True
        answered = message.reply_to_message
        if (
            answered is None
            or answered.from_user is None
            or answered.forum_topic_created is not None
        ):
            return False
        return answered.from_user.id == self.bot_id

    def _means_bot(self, entity: MessageEntity, covered: str) -> bool:
        at = f"@{self.username.lower()}"
        match entity.type:
            case MessageEntity.MENTION:
                return covered.lower() == at
            case MessageEntity.TEXT_MENTION:
                return entity.user is not None and entity.user.id == self.bot_id
            case _:
                return entity.offset == 0 and covered.lower() in ("/ask", f"/ask{at}")
