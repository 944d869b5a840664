"""How Chinese characters sound, without tones, exactly and as often confused."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice, product
from types import ModuleType

READINGS = 2
"""Readings of one character that are considered, the commonest first."""
SPELLINGS = 4
"""Spellings of one word that are considered."""
_CONFUSED = re.compile(r"(?<=[zcs])h|(?<=[aei]n)g(?![aeiou])")


@cache
def _pypinyin() -> ModuleType:
    # Single characters are all that is looked up; without its phrases pypinyin loads in 30 ms
    # and 12 MB instead of 500 ms and 56 MB.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    import pypinyin

    return pypinyin


@lru_cache(maxsize=16384)
def readings(character: str) -> tuple[str, ...]:
    """The syllables of a character without tones, the commonest first; () if it has none."""
    pypinyin = _pypinyin()
    found = pypinyin.pinyin(character, style=pypinyin.Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(s.replace("ü", "v") for s in found[0]))[:READINGS] if found else ()


def blurred(spelling: str) -> str:
    """A spelling without what is often confused: zh/z, ch/c, sh/s, -ang/-an, -eng/-en, -ing/-in."""
    return _CONFUSED.sub("", spelling)


@lru_cache(maxsize=16384)
def sound(character: str) -> str:
    """The commonest syllable of a character, blurred, n/l and f/h taken for one; itself if none."""
    syllables = readings(character)
    if not syllables:
        return character
    syllable = blurred(syllables[0])
    return {"n": "l", "f": "h"}.get(syllable[0], syllable[0]) + syllable[1:]


def spellings(word: str) -> Iterator[str]:
    """The likeliest spellings of a word in letters, its syllables joined; () if it has none."""
    syllables = [readings(character) for character in word]
    return islice(map("".join, product(*syllables)), SPELLINGS)
