"""A message as Telegram takes it: text, entities, buttons. Always inside its limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.constants import MessageLimit
from telegram.helpers import create_deep_linked_url

from bot.wording.links import Links
from bot.wording.richtext import Copy, Message, Offer, Open, RichText, Share, clipped, units
from retrieval.places import Place

TEXT_LIMIT = MessageLimit.MAX_TEXT_LENGTH
"""UTF-16 units, the stricter reading of Telegram's limit."""

_HOST = re.compile(r"(?:[^\s/@:.]+\.)+[^\s/@:.]{2,}")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. `entities` in UTF-16 units."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None


def outgoing(message: Message) -> Outgoing:
    """`message` as it goes out; a text without styles is cut where Telegram would refuse it."""
    text, found = message.text.text, tuple(entities(message.text))
    return Outgoing(text if found else clipped(text, TEXT_LIMIT), found, keyboard(message.rows))


def plain(text: str) -> Outgoing:
    """A message of text alone, cut where Telegram would refuse it."""
    return Outgoing(clipped(text, TEXT_LIMIT))


def entities(text: RichText) -> list[MessageEntity]:
    """The spans of `text` as Telegram counts them, outer before inner."""
    found: list[MessageEntity] = []
    characters = offset = 0
    whole = text.text
    for span in text.spans:
        offset += units(whole[characters : span.start])
        characters = span.start
        length = units(whole[span.start : span.end])
        kind, language = span.style.value, span.language or None
        found.append(MessageEntity(kind, offset, length, url=span.url, language=language))
    return found


def keyboard(rows: Sequence[Sequence[Offer]]) -> InlineKeyboardMarkup | None:
    """The buttons for what a message offers; None where it offers nothing."""
    buttons = [[button(offer) for offer in row] for row in rows if row]
    return InlineKeyboardMarkup(buttons) if buttons else None


def button(offer: Offer) -> InlineKeyboardButton:
    """The button for one offer; an action comes back to us when it is pressed."""
    match offer.does:
        case Open(url):
            return InlineKeyboardButton(offer.label, url=url)
        case Copy(text):
            return InlineKeyboardButton(offer.label, copy_text=CopyTextButton(text))
        case Share(question):
            return InlineKeyboardButton(offer.label, switch_inline_query=question)
        case action:
            return InlineKeyboardButton(offer.label, callback_data=action.encode())


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
