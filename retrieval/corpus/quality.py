"""Whether what a reader gives is text that anyone wrote, or what is left of it when its encoding,
its font or its program went wrong.

The bounds were set on some 440 files of prose, statutes, documentation and newsletters and on made
garbage: of Chinese prose at least 97 in 100 characters are everyday ones, of characters drawn at
random or decoded wrongly at most 38; of letter pairs in Latin words 20 in 100 and more are among
the most frequent, of letters at random 7.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from retrieval.corpus.readers.decoding import everyday
from retrieval.errors import Cause

_SAMPLE = 2_000
"""Characters from the beginning, the middle and the end."""
_ENOUGH = 100
"""Characters or pairs of a kind below which nothing is said of it."""
_PAIRS = frozenset(
    "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve "
    "co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur".split()
)
"""The most frequent pairs of letters of English; in other languages of Europe and in pinyin
they are frequent enough."""
_WORD = re.compile(r"[a-z]{2,}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONG_RUN = re.compile(r"[A-Za-z0-9+/_=-]{60,}")
_TWICE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
"""UTF-8 read as if each byte were a character."""


def doubt(text: str) -> Cause | None:
    """Why `text` is none that could be quoted; None where nothing speaks against it."""
    middle = max(len(text) // 2 - _SAMPLE // 2, 0)
    sample = (
        text
        if len(text) <= 3 * _SAMPLE
        else (text[:_SAMPLE] + text[middle : middle + _SAMPLE] + text[-_SAMPLE:])
    )
    visible = "".join(sample.split())
    nothing = sum(
        count
        for character, count in Counter(visible).items()
        if character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn", "Cs")
    )
    if nothing > 0.05 * len(visible) and nothing > 2:
        return Cause("no-characters", {"share": _percent(nothing, len(visible))})
    if len(visible) >= _ENOUGH and sum(map(str.isalnum, visible)) < 0.1 * len(visible):
        return Cause("no-letters")
    if 2 * len(_TWICE.findall(sample)) > 0.3 * len(visible):
        return Cause("decoded-twice")
    if sum(map(len, _LONG_RUN.findall(sample))) > 0.6 * len(visible) >= _ENOUGH:
        return Cause("encoded-data")
    han = _HAN.findall(sample)
    if len(han) >= _ENOUGH:
        usual = sum(map(everyday, han))
        if usual < 0.6 * len(han):
            return Cause("decoded-wrongly", {"share": _percent(usual, len(han))})
    words = _WORD.findall(sample.lower())
    letters = "".join(words)
    # Polish has few of the usual pairs, but its vowels.
    if sum(map(letters.count, "aeiouy")) >= 0.27 * len(letters):
        return None
    pairs = [word[at : at + 2] for word in words for at in range(len(word) - 1)]
    usual = sum(pair in _PAIRS for pair in pairs)
    if usual < 0.1 * len(pairs) and len(pairs) >= max(_ENOUGH, 0.4 * len(visible)):
        return Cause("no-words", {"share": _percent(usual, len(pairs))})
    return None


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole)
