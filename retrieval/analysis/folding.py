"""The matching form of a text, with the way back to the original characters.

Two texts that a reader takes for the same (full and half width, upper and lower case, with
and without accents, Traditional and Simplified script) fold to the same string. Matching
happens on the folded form; what is shown is always a slice of the original.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from opencc import OpenCC

HAN = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, with 々 and 〇, which are written like ones; for use inside ``[…]`` of a
pattern."""
_HAN = re.compile(f"[{HAN}]")
_DIACRITICS = range(0x0300, 0x0370)
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
# What OpenCC's Taiwan table leaves: the variants that Hong Kong writes, characters that it would
# fold once more (么 to 幺, 薴 to 苧 to 苎), and pairs that share their Traditional character.
_REMAINING = str.maketrans(
    "敍枱粧糭衞衹幺麽苧谘馀渖迳暱钜镟锺颚鲶穞", "叙台妆粽卫只么么苎咨余沈径昵巨旋钟腭鲇稆"
)

_LEFT = re.compile(f"[{''.join(map(chr, _REMAINING))}]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. `origins` gives for each folded character the index of the original
    character it came from, non-decreasing, or None where every index is its own origin."""

    text: str
    origins: Sequence[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original span whose folding covers the folded span ``[start, end)``, not empty."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1

    def within(self, start: int, end: int) -> str:
        """The folding of the original span ``[start, end)``."""
        return self.text[self.place(start) : self.place(end)]

    def place(self, index: int) -> int:
        """Where the folding of the original text from `index` on begins."""
        return index if self.origins is None else bisect_left(self.origins, index)


@cache
def is_han(character: str) -> bool:
    """Whether one character is Chinese."""
    return _HAN.match(character) is not None


@cache
def _converter() -> OpenCC:
    # tw2s also unifies the variants that Taiwan writes, and most of Hong Kong's (著/着, 裏/裡).
    return OpenCC("tw2s")


@lru_cache(maxsize=65_536)
def _fold_character(character: str) -> str:
    if character in "\t\n\v\f\r\x85\u2028\u2029":
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Cs"):
        return ""
    if any(ord(character) in selectors for selectors in _VARIATION_SELECTORS):
        return ""
    folded = unicodedata.normalize("NFKC", character).casefold()
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFD", folded)
    bare = "".join(c for c in decomposed if ord(c) not in _DIACRITICS)
    return unicodedata.normalize("NFC", bare)


_FOLDED = np.zeros(0x110000, np.uint32)
"""Of each character that was met, and folds to one, the code of that one; else 0."""


def _simplify(text: str) -> str:
    simplified: str = _converter().convert(text)
    if len(simplified) != len(text):
        # A phrase changed its length: character by character, which never loses its place.
        simplified = "".join((_converter().convert(c) or c)[0] for c in text)
    return simplified.translate(_REMAINING) if _LEFT.search(simplified) else simplified


def fold(text: str) -> Folded:
    """Fold `text`: NFKC, case, diacritics, then Traditional to Simplified (OpenCC).

    Control, format and surrogate characters and variation selectors vanish; line breaks become
    spaces. Any string is accepted, and folding never raises.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    folded = _FOLDED[codes]
    if folded.all():
        return Folded(_simplify(folded.tobytes().decode("utf-32-le")))
    parts = list(map(_fold_character, text))
    lengths = np.fromiter(map(len, parts), np.int64, len(parts))
    one = lengths == 1
    _FOLDED[codes[one]] = [ord(part) for part in parts if len(part) == 1]
    joined = _simplify("".join(parts))
    if one.all():
        return Folded(joined)
    return Folded(
        joined, array("I", np.arange(len(parts), dtype=np.uint32).repeat(lengths).tobytes())
    )
