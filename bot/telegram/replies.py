"""Sending, editing and answering, with the ends that are no errors taken quietly."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden

from bot.telegram.outgoing import Outgoing

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
)


@contextmanager
def quietly() -> Iterator[None]:
    """Let pass what only says that nobody is there any more, or that nothing was to be done."""
    try:
        yield
    except Forbidden as error:
        logger.debug("Not delivered: %s", error)
    except BadRequest as error:
        if not any(reason in str(error).lower() for reason in _QUIET):
            raise
        logger.debug("Not delivered: %s", error)


async def reply(message: Message, out: Outgoing) -> Message | None:
    """Reply to `message` in its chat and topic; None where that was not possible any more."""
    with quietly():
        return await message.get_bot().send_message(
            message.chat_id,
            out.text,
            entities=out.entities,
            reply_markup=out.keyboard,
            reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
            message_thread_id=message.message_thread_id if message.is_topic_message else None,
        )
    return None


async def edit(message: Message, number: int, out: Outgoing) -> None:
    """Put `out` in place of our message of that number in the chat of `message`."""
    with quietly():
        await message.get_bot().edit_message_text(
            out.text,
            chat_id=message.chat_id,
            message_id=number,
            entities=out.entities,
            reply_markup=out.keyboard,
        )


async def turn(query: CallbackQuery, out: Outgoing) -> None:
    """Put `out` in place of the message whose button was pressed."""
    with quietly():
        await query.edit_message_text(out.text, entities=out.entities, reply_markup=out.keyboard)


async def reply_to_press(
    message: Message, text: str, rows: Sequence[Sequence[InlineKeyboardButton]]
) -> None:
    """Ask back under the message whose button was pressed."""
    await reply(message, Outgoing(text, (), InlineKeyboardMarkup(rows)))


async def pop_up(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Answer a press, so that the button stops waiting: with nothing, a toast, or an alert."""
    with quietly():
        await query.answer(text, show_alert=alert)
