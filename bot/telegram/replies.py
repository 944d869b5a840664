"""A message as Telegram takes it, always inside its limits, and its ways there: a reply, an edit,
a pop-up."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from telegram import CallbackQuery, InputFile, Message, ReplyParameters
from telegram.constants import MessageLimit
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError
from telegram.helpers import create_deep_linked_url

from bot.conversation.inbox import HANDLING
from bot.telegram.sending import GaveUpError, call
from bot.wording import Copy, Offer, Open, RichText, Share, clipped, units
from bot.wording import Message as Composed
from bot.wording.citation import Links
from retrieval.places import Place

TEXT_LIMIT = MessageLimit.MAX_TEXT_LENGTH
"""UTF-16 units, the stricter reading of Telegram's limit."""

_HOST = re.compile(r"(?:[^\s/@:.]+\.)+[^\s/@:.]{2,}")

Fields = dict[str, Any]
"""An object of the Bot API as it is sent. The library's own classes cost more to make and to turn
into this than all the rest of sending a message."""
Rows = list[list[Fields]]
"""Of buttons."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. `entities` in UTF-16 units; no row is empty."""

    text: str
    entities: Sequence[Fields] = ()
    rows: Sequence[Sequence[Fields]] = ()

    @property
    def fields(self) -> Fields:
        """The text and what goes with it."""
        found: Fields = {"text": self.text, "link_preview_options": {"is_disabled": True}}
        if self.entities:
            found["entities"] = self.entities
        if self.rows:
            found["reply_markup"] = {"inline_keyboard": self.rows}
        return found


def outgoing(message: Composed) -> Outgoing:
    """`message` as it goes out; a text without styles is cut where Telegram would refuse it."""
    text, found = message.text.text, entities(message.text)
    rows = [[button(offer) for offer in row] for row in message.rows]
    return Outgoing(text if found else clipped(text, TEXT_LIMIT), found, rows)


def plain(text: str) -> Outgoing:
    """A message of text alone, cut where Telegram would refuse it."""
    return Outgoing(clipped(text, TEXT_LIMIT))


def entities(text: RichText) -> list[Fields]:
    """The spans of `text` as Telegram counts them, outer before inner."""
    found: list[Fields] = []
    characters = offset = 0
    whole = text.text
    alike = units(whole) == len(whole)  # as nearly always
    for span in text.spans:
        offset += span.start - characters if alike else units(whole[characters : span.start])
        characters = span.start
        length = span.end - span.start if alike else units(whole[span.start : span.end])
        entity: Fields = {"type": span.style.value, "offset": offset, "length": length}
        if span.url is not None:
            entity["url"] = span.url
        if span.language:
            entity["language"] = span.language
        found.append(entity)
    return found


def button(offer: Offer) -> Fields:
    """The button for one offer; an action comes back to us when it is pressed."""
    match offer.does:
        case Open(url):
            does: Fields = {"url": url}
        case Copy(text):
            does = {"copy_text": {"text": text}}
        case Share(question):
            does = {"switch_inline_query": question}
        case action:
            does = {"callback_data": action.encode()}
    return {"text": offer.label, **does}


def links(username: str, site: str = "") -> Links:
    """Places open in the bot by deep links; a host without a dot, such as ``localhost``, would
    cost the whole message."""

    return Links(
        lambda place: reader_url(username, place),
        lambda url: _HOST.fullmatch(urlsplit(url).hostname or "") is not None,
        site,
    )


def reader_url(username: str, place: Place) -> str:
    """Opens the document at `place` in the bot."""
    return create_deep_linked_url(username, place.encode())


logger = logging.getLogger(__name__)

_QUIET = (
    "message is not modified",
    "query is too old",
    "query id is invalid",
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "chat not found",
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
    "user is deactivated",
    "group chat was deactivated",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "chat_admin_required",
    "need administrator rights",
)


@contextmanager
def quietly() -> Iterator[None]:
    """Let pass what only says that nobody is there any more, or that nothing was to be done."""
    try:
        yield
    except (Forbidden, ChatMigrated, GaveUpError) as error:
        logger.debug("Not delivered: %s", error)
    except BadRequest as error:
        if not any(reason in str(error).lower() for reason in _QUIET):
            raise
        logger.debug("Not delivered: %s", error)


async def reply(message: Message, out: Outgoing, urgency: str | None = None) -> str | None:
    """Reply to `message` in its chat and topic: the number of what was sent; None where that was
    not possible any more."""
    answered = {"message_id": message.message_id, "allow_sending_without_reply": True}
    where = {
        "chat_id": message.chat_id,
        "message_thread_id": message.message_thread_id if message.is_topic_message else None,
        "reply_parameters": answered,
    }
    with quietly():
        try:
            sent = await call(message.get_bot(), "sendMessage", where | out.fields, urgency)
        except ChatMigrated as moved:
            # Asked in a group, answered in the supergroup it has become meanwhile. The number is
            # not remembered: it belongs to another chat.
            await call(
                message.get_bot(), "sendMessage", {"chat_id": moved.new_chat_id} | out.fields
            )
        else:
            return str(sent["message_id"])
    return None


async def attach(message: Message, name: str, content: str) -> None:
    """Reply to `message` with a text file."""
    with quietly():
        await message.get_bot().send_document(
            message.chat_id,
            InputFile(content.encode(), filename=name),
            reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
            message_thread_id=message.message_thread_id if message.is_topic_message else None,
        )


async def edit(message: Message, number: int, out: Outgoing) -> None:
    """Put `out` in place of our message of that number in the chat of `message`."""
    which = {"chat_id": message.chat_id, "message_id": number}
    with quietly():
        await call(message.get_bot(), "editMessageText", which | out.fields)


async def rearm(message: Message, rows: Sequence[Sequence[Fields]]) -> None:
    """Put other buttons under our message."""
    which = {"chat_id": message.chat_id, "message_id": message.message_id}
    keyboard = {"inline_keyboard": [row for row in rows if row]}
    with quietly():
        await call(message.get_bot(), "editMessageReplyMarkup", {**which, "reply_markup": keyboard})


async def pop_up(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Answer a press, so that the button stops waiting: with nothing, a toast, or an alert. What
    else the press does never waits for it, nor fails with it."""
    handling = HANDLING.get()
    if handling is None:
        await _pop_up(query, text, alert)
    else:
        handling.beside.append(asyncio.create_task(_pop_up(query, text, alert)))


async def _pop_up(query: CallbackQuery, text: str | None, alert: bool) -> None:
    try:
        with quietly():
            await query.answer(text, show_alert=alert)
    except TelegramError as error:
        logger.warning("A press was not answered: %s", error)
