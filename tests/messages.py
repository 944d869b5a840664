"""Whether Telegram would take a message of the bot's, as the server for tests judges it."""

from __future__ import annotations

from typing import Any

from bot.telegram.outgoing import Outgoing
from tests.botapi.checks import checked_text
from tests.botapi.entities import blank
from tests.botapi.keyboards import checked_markup


def accepted(out: Outgoing) -> dict[str, Any]:
    """The message as it would stand in a chat. Raises `Refusal` where Telegram would refuse it."""
    entities = [entity.to_dict() for entity in out.entities]
    text, kept = checked_text(out.text, entities, "")
    assert not blank(text)
    markup = None if out.keyboard is None else checked_markup(out.keyboard.to_dict())
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    return {"text": text, "entities": kept, "buttons": buttons}
