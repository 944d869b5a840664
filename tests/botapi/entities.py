"""Offsets in UTF-16 units, the entities Telegram finds by itself, and what it makes of a text.

Everything that reaches a bot or comes from one counts in UTF-16 units; Python does not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

Entity = dict[str, Any]

_FOUND = re.compile(
    r"(?P<url>(?:https?|tg)://[^\s<>\"'，。、；：！？（）《》「」“”]*[^\s<>\"'，。、；：！？（）《》「」“”.,;:!?)\]}]"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|me|io|info|cn|hk|tw)\b(?:/[^\s<>\"'，。]*)?)"
    r"|(?<![\w/@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/@])"
    r"|(?<![\w`./@])(?P<mention>@[A-Za-z0-9_]{3,32})(?![\w@])"
    r"|(?<![\w#])(?P<hashtag>#(?=\w*[^\W\d])\w{1,256})",
    re.IGNORECASE,
)
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_INVISIBLE = frozenset("\u180e\u200b\u200c\u200d\u2060\u2800\u3164\ufeff\ufffc")
_BLANKED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def units(text: str) -> int:
    """How many UTF-16 units a text takes."""
    return len(text) + sum(char > "\uffff" for char in text)


def boundaries(text: str) -> list[int]:
    """The UTF-16 offset before each character, and the length at the end."""
    return list(accumulate((2 if char > "\uffff" else 1 for char in text), initial=0))


def covered(text: str, entity: Entity) -> str:
    """The characters an entity stands on."""
    encoded = text.encode("utf-16-le")
    start = 2 * int(entity["offset"])
    return encoded[start : start + 2 * int(entity["length"])].decode("utf-16-le")


def find_entities(text: str) -> list[Entity]:
    """The commands, mentions, links and hashtags that Telegram marks in what a person types."""
    marks = boundaries(text)
    found: list[Entity] = []
    for match in _FOUND.finditer(text):
        start, end = marks[match.start()], marks[match.end()]
        found.append({"type": match.lastgroup, "offset": start, "length": end - start})
    return found


def blank(text: str) -> bool:
    """Whether Telegram sees nothing in a text: only spaces, visible or not."""
    return all(char.isspace() or char in _INVISIBLE for char in text)


def _keep(text: str, kept: Sequence[int], entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The characters at some indices, in order, with the entities that still cover any."""
    before = boundaries(text)
    result = "".join(text[index] for index in kept)
    old, new = [before[index] for index in kept], boundaries(result)
    moved: list[Entity] = []
    for entity in entities:
        offset = new[bisect_left(old, entity["offset"])]
        length = new[bisect_left(old, entity["offset"] + entity["length"])] - offset
        if length > 0:
            moved.append({**entity, "offset": offset, "length": length})
    moved.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return result, moved


def clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The text as Telegram keeps it, with entities moved along.

    Control characters become spaces, a few marks are removed, white space at the ends is cut
    (at the front only up to the first entity); entities that cover nothing any more are dropped.
    Entities must be inside the text and on character boundaries.
    """
    text = _BLANKED.sub(" ", text)
    if _REMOVED.search(text):
        kept = [index for index, char in enumerate(text) if not _REMOVED.match(char)]
        text, entities = _keep(text, kept, entities)
    end = len(text.rstrip())
    first = min((int(entity["offset"]) for entity in entities), default=end)
    # White space takes one unit a character, so the entity's offset counts characters here.
    start = min(len(text) - len(text.lstrip(" \n")), first, end)
    return _keep(text, range(start, end), entities)
