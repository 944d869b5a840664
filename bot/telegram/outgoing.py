"""A message as it goes out: text, entities, buttons. Always inside Telegram's limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.constants import MessageLimit

from bot.telegram.buttons import Button
from bot.telegram.richtext import RichText, units
from bot.wording.citation import shortened

TEXT_LIMIT = MessageLimit.MAX_TEXT_LENGTH
"""UTF-16 units, the stricter reading of Telegram's limit."""
ALERT_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. `entities` in UTF-16 units."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None


def outgoing(text: RichText, rows: Sequence[Sequence[InlineKeyboardButton]] = ()) -> Outgoing:
    """Finish a message; empty rows of buttons are left out."""
    filled = [row for row in rows if row]
    return Outgoing(
        text.text, tuple(text.entities), InlineKeyboardMarkup(filled) if filled else None
    )


def plain(text: str) -> Outgoing:
    """A message of text alone, cut where Telegram would refuse it."""
    return Outgoing(clipped(text, TEXT_LIMIT))


def button(label: str, action: Button) -> InlineKeyboardButton:
    """A button that comes back to us as `action`."""
    return InlineKeyboardButton(label, callback_data=action.encode())


def line(text: str, limit: int) -> str:
    """`text` on one line in at most `limit` UTF-16 units, with an ellipsis where it was cut."""
    return shortened(text, limit, units)


def clipped(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-16 units, with an ellipsis where it was cut."""
    if units(text) <= limit:
        return text
    kept, room = [], limit - 1
    for character in text:
        room -= units(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"
