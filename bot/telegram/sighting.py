"""An update at first sight, before the library reads it: who, where, what kind of thing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.conversation.limits import Kind

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
    """Whether it may be meant for the bot: never False where `people.addressed` is true."""
    entities = [*(body.get("entities") or ()), *(body.get("caption_entities") or ())]
    if text.startswith("/") or any(one.get("type") in _MEANT for one in entities):
        return True
    answered = body.get("reply_to_message") or {}
    return bool((answered.get("from") or {}).get("id") == bot_id)


def packed(raw: Mapping[str, Any]) -> str:
    """An update as it is kept."""
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
