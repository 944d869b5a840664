"""Updates → askers: who asks, and where."""

from __future__ import annotations

from telegram import Chat, Message, Update, User
from telegram.constants import ChatType

from bot.config import Config
from bot.messages import Asker, ChatKind

PLATFORM = "telegram"

_KINDS = {
    ChatType.PRIVATE: ChatKind.PRIVATE,
    ChatType.SENDER: ChatKind.PRIVATE,
    ChatType.GROUP: ChatKind.GROUP,
    ChatType.SUPERGROUP: ChatKind.SUPERGROUP,
    ChatType.CHANNEL: ChatKind.CHANNEL,
}


def asker_of(update: Update, config: Config) -> Asker | None:
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
    # An admin who posts anonymously, or a channel that posts in its group, asks as that chat.
    sender = message.sender_chat if message and update.callback_query is None else None
    return Asker(
        platform=PLATFORM,
        id=str((sender or user).id),
        chat=str(chat.id),
        chat_kind=_KINDS[ChatType(chat.type)],
        language_code=user.language_code,
        admin=sender is None and user.id in config.telegram.admins,
    )


def served(chat: Chat | None, user: User | None, config: Config) -> bool:
    """Whether the bot answers here: everywhere, or in `telegram.allowed_chats` only; its admins
    always reach it in private."""
    allowed = config.telegram.allowed_chats
    if not allowed:
        return True
    private = chat is None or chat.type == ChatType.PRIVATE
    if private and user is not None and user.id in config.telegram.admins:
        return True
    place = chat.id if chat is not None else user.id if user is not None else None
    return place in allowed


def question_in(message: Message, username: str) -> str:
    """The text of a message without mentions of the bot."""
    text = message.text or message.caption or ""
    mentions = message.parse_entities(["mention"]) | message.parse_caption_entities(["mention"])
    for entity, mention in mentions.items():
        if mention.lower() == f"@{username.lower()}":
            raw = text.encode("utf-16-le")
            before, after = raw[: 2 * entity.offset], raw[2 * (entity.offset + entity.length) :]
            blank = (" " * entity.length).encode("utf-16-le")
            # The same length, so that the other entities keep their place.
            text = (before + blank + after).decode("utf-16-le", "replace")
    return " ".join(text.split(" ")).strip()


def addressed(message: Message, bot_id: int, username: str) -> bool:
    """Whether a message in a group is meant for the bot: it mentions it or replies to it."""
    mentions = message.parse_entities(["mention"]) | message.parse_caption_entities(["mention"])
    if any(mention.lower() == f"@{username.lower()}" for mention in mentions.values()):
        return True
    entities = (*message.entities, *message.caption_entities)
    if any(e.type == "text_mention" and e.user and e.user.id == bot_id for e in entities):
        return True
    answered = message.reply_to_message
    return bool(answered and answered.from_user and answered.from_user.id == bot_id)
