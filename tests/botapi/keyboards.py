"""What Telegram refuses in reply markup."""

from __future__ import annotations

from typing import Any

from tests.botapi.checks import valid_url
from tests.botapi.entities import units
from tests.botapi.refusal import bad

MAX_CALLBACK_BYTES = 64
MAX_ROW = 8
MAX_BUTTONS = 100
MAX_COPY = 256

_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)

Markup = dict[str, Any]


def checked_markup(markup: Markup | None, *, inline_only: bool = False) -> Markup | None:
    """The markup a message will keep: an inline keyboard, or None for everything else.

    Reply keyboards are checked for form only, since they do not stay on the message.
    """
    if not markup:
        return None
    if "inline_keyboard" not in markup:
        if inline_only:
            raise bad("inline keyboard expected")
        if not {"keyboard", "remove_keyboard", "force_reply"} & markup.keys():
            raise bad("object expected as reply markup")
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("can't parse inline keyboard: Field must be of type Array")
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        if len(row) > MAX_ROW:
            # Telegram wraps or cuts such a row, depending on the client.
            raise bad("REPLY_MARKUP_INVALID")
        for button in row:
            check_button(button)
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def check_button(button: Any) -> None:
    """Refuses one inline button that Telegram would."""
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: expected an Object")
    if not str(button.get("text", "")).strip():
        raise bad("inline keyboard button text must be non-empty")
    actions = [name for name in _ACTIONS if name in button]
    if not actions:
        raise bad("text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("BUTTON_TYPE_INVALID")
    action, value = actions[0], button[actions[0]]
    if action == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= MAX_CALLBACK_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    elif action == "url":
        if not isinstance(value, str) or not valid_url(value):
            raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    elif action == "copy_text":
        text = value.get("text", "") if isinstance(value, dict) else ""
        if not 1 <= units(text) <= MAX_COPY:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    elif action in {"switch_inline_query", "switch_inline_query_current_chat"} and (
        not isinstance(value, str) or units(value) > 256
    ):
        raise bad("BUTTON_SWITCH_INLINE_QUERY_INVALID")
