"""`parse_mode=HTML`: Telegram's small HTML to a text and its entities, and its complaints."""

from __future__ import annotations

import re
from typing import Any

from tests.botapi.entities import Entity, units
from tests.botapi.refusal import Refusal, bad

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)"
    r"(?P<attributes>(?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[\w.-]+))?)*)\s*>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.-]+)))?")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


def _resolve(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    valid = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if valid else match.group()


def unescape(text: str) -> str:
    """A text with the four named references and the numeric ones resolved."""
    return _REFERENCE.sub(_resolve, text)


def _cannot(reason: str) -> Refusal:
    return bad(f"can't parse entities: {reason}")


def _entity(name: str, attributes: dict[str, str], offset: int) -> Entity | None:
    entity: Entity = {"type": _TAGS[name], "offset": offset, "length": 0}
    if name == "span" and attributes.get("class") != "tg-spoiler":
        return None
    if name == "a":
        entity["url"] = attributes.get("href", "")
    if name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    return entity


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Text and entities of a source; raises `Refusal` where Telegram cannot parse it."""
    text: list[str] = []
    length = position = 0
    opened: list[tuple[str, Entity]] = []
    entities: list[Entity] = []

    def put(raw: str) -> int:
        plain = unescape(raw)
        text.append(plain)
        return units(plain)

    while (sign := source.find("<", position)) >= 0:
        length += put(source[position:sign])
        at = len(source[:sign].encode())
        match = _TAG.match(source, sign)
        name = match["name"].lower() if match else ""
        if match is None or name not in _TAGS:
            raise _cannot(f'Unsupported start tag "{name}" at byte offset {at}')
        attributes = {
            key.lower(): unescape(double or single or bare)
            for key, double, single, bare in _ATTRIBUTE.findall(match["attributes"])
        }
        if not match["close"]:
            entity = _entity(name, attributes, length)
            if entity is None:
                raise _cannot(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
            language = attributes.get("class", "").removeprefix("language-")
            if name == "code" and opened and opened[-1][0] == "pre" and language:
                opened[-1][1]["language"] = language
            opened.append((name, entity))
        elif not opened:
            raise _cannot(f"Unexpected end tag at byte offset {at}")
        elif opened[-1][0] != name:
            raise _cannot(
                f'Unmatched end tag at byte offset {at}, expected "</{opened[-1][0]}>", '
                f'found "</{name}>"'
            )
        else:
            _, entity = opened.pop()
            entity["length"] = length - entity["offset"]
            if _stands(entity, opened):
                entities.append(entity)
        position = match.end()
    length += put(source[position:])
    if opened:
        raise _cannot(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    # Closed last is outermost, which decides between those that stand on the same characters.
    entities.reverse()
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(text), entities


def _stands(entity: Entity, opened: list[tuple[str, Any]]) -> bool:
    """Whether a closed tag becomes an entity: not when empty, nor as the code of a pre."""
    if not entity["length"] or (entity["type"] == "text_link" and not entity["url"]):
        return False
    return not (entity["type"] == "code" and opened and opened[-1][0] == "pre")
