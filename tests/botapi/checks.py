"""What Telegram refuses in texts and entities, in its own words.

Stricter than Telegram in four places, because each hides a mistake of the sender: it silently
splits overlapping or forbidden nesting, drops entities past the hundredth, drops links it cannot
read, and drops entities of no length. Here all four are refused.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from tests.botapi.entities import Entity, blank, boundaries, clean, units
from tests.botapi.html import parse_html
from tests.botapi.params import Params
from tests.botapi.refusal import bad

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_ENTITIES = 100
MAX_URL = 2048

_STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_CODES = frozenset({"code", "pre"})
_FOUND = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})
_OTHERS = frozenset({"text_link", "text_mention", "custom_emoji"})
_KNOWN = _STYLES | _QUOTES | _CODES | _FOUND | _OTHERS
_HOST = re.compile(r"^(?:[^\s/@:.]+\.)+[^\s/@:.]{2,}$")
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f]")


def valid_url(url: str) -> bool:
    """Whether Telegram takes it as a link: http, https or tg; a host with a dot; no white space."""
    if not url or len(url) > MAX_URL or _UNPRINTABLE.search(url):
        return False
    if url.startswith("tg://"):
        return len(url) > len("tg://")
    if "://" not in url:
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"} and bool(_HOST.match(parts.hostname or "")) and port != 0
    )


def _forbidden(outer: str, inner: str) -> bool:
    """Whether an entity of type `inner` may not stand inside one of type `outer`."""
    if outer in _CODES:
        return True
    if inner in _CODES:
        return outer not in _QUOTES
    if inner in _QUOTES:
        return outer in _QUOTES
    return outer not in _STYLES | _QUOTES and inner not in _STYLES


def check_entities(text: str, entities: list[Any]) -> None:
    """Refuses entities out of range, inside a character, too many, badly nested or linked."""
    if len(entities) > MAX_ENTITIES:
        raise bad("ENTITIES_TOO_LONG")
    marks = boundaries(text)
    allowed, total = set(marks), marks[-1]
    for entity in entities:
        if not isinstance(entity, dict):
            raise bad("can't parse MessageEntity: expected an Object")
        kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
        if kind not in _KNOWN:
            raise bad("can't parse entities: unsupported entity type specified")
        if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 1:
            raise bad("ENTITY_BOUNDS_INVALID")
        end = offset + length
        if end > total:
            raise bad(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
                f"at UTF-16 offset {total}"
            )
        if offset not in allowed:
            raise bad("entity begins in a middle of a UTF-16 symbol")
        if end not in allowed:
            raise bad(
                f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol"
            )
        if kind == "text_link" and not valid_url(str(entity.get("url", ""))):
            raise bad("ENTITY_TEXT_URL_INVALID")
    _check_nesting(entities)


def _check_nesting(entities: list[Entity]) -> None:
    # At equal ranges the one that may hold the other is taken as the outer.
    rank = {**dict.fromkeys(_QUOTES, 0), **dict.fromkeys(_STYLES, 1), **dict.fromkeys(_CODES, 3)}
    opened: list[Entity] = []
    for entity in sorted(
        entities, key=lambda one: (one["offset"], -one["length"], rank.get(one["type"], 2))
    ):
        while opened and opened[-1]["offset"] + opened[-1]["length"] <= entity["offset"]:
            opened.pop()
        for outer in opened:
            if entity["offset"] + entity["length"] > outer["offset"] + outer["length"]:
                raise bad("ENTITY_BOUNDS_INVALID")
            if _forbidden(outer["type"], entity["type"]):
                raise bad("ENTITY_BOUNDS_INVALID")
        opened.append(entity)


def checked_text(
    source: str, entities: list[Any], parse_mode: str, limit: int = MAX_TEXT
) -> tuple[str, list[Entity]]:
    """The text and entities a message will have; entities given win over a parse mode.

    An empty result is returned, not refused: only some callers mind.
    """
    if parse_mode and not entities:
        if parse_mode.lower() != "html":
            # Markdown is not modelled: this project sends entities.
            raise bad("unsupported parse_mode")
        source, entities = parse_html(source)
    check_entities(source, entities)
    text, kept = clean(source, entities)
    if units(text) > limit:
        raise bad("message is too long" if limit == MAX_TEXT else "message caption is too long")
    return text, kept


def message_text(params: Params) -> tuple[str, list[Entity]]:
    """Text and entities of sendMessage and editMessageText; refuses an empty text."""
    text, entities = checked_text(
        params.text("text"), params.items_of("entities"), params.text("parse_mode")
    )
    if blank(text):
        raise bad("message text is empty")
    return text, entities


def caption(params: Params) -> tuple[str, list[Entity]]:
    """Caption and its entities; may be empty."""
    return checked_text(
        params.text("caption"),
        params.items_of("caption_entities"),
        params.text("parse_mode"),
        MAX_CAPTION,
    )
