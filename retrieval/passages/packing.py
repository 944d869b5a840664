"""The cheapest partition of units of text into passages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.analysis.characters import HAN

TARGET = 300
"""Characters of a passage of Chinese, where the text allows it; see `scale`."""
MAX = 420
"""Characters that no passage of Chinese prose exceeds."""
WHOLE = 1000
"""Characters of code, of a table, of a numbered unit that stay one passage: three of them, with
their sources, fit one message of a chat."""
_WIDE = re.compile(f"[{HAN}\u3040-\u30ff\uac00-\ud7ff]")
_SAMPLE = 20_000
"""Characters at the beginning that tell a text's script."""


def scale(text: str) -> int:
    """How many characters of a text say what one Chinese character says: 1 where one in fifty of
    them or more is Chinese (or Japanese, Korean), else, in letters, 2."""
    sample = text[:_SAMPLE]
    return 1 if len(_WIDE.findall(sample)) * 50 >= len(sample) else 2


@dataclass(frozen=True, slots=True)
class Unit:
    """What is not cut any further, and what it costs to cut before it."""

    start: int
    end: int
    cut: float
    lead_in: str | None
    """The lead-in line of the list that this unit is an item of, or the header of its table."""
    whole: bool = False
    """It is code, a table or a numbered unit in one piece: its passage may be as long as WHOLE."""


def pack(units: Sequence[Unit], scale: int = 1) -> list[tuple[int, int]]:
    """The cheapest partition of `units` into passages, as first and last index of each."""
    target, most = TARGET * scale, MAX * scale
    longest = max(WHOLE, most) if any(unit.whole for unit in units) else most
    cheapest: list[float] = [0.0]
    begins: list[int] = [0]
    for last in range(len(units)):
        best, begin, whole = float("inf"), last, False
        for first in range(last, -1, -1):
            length = units[last].end - units[first].start
            whole = whole or units[first].whole
            if first < last and length > longest:
                break
            if length > most and not whole:
                continue
            cut = units[first].cut if first else 0.0
            cost = cheapest[first] + ((length - target) / target) ** 2 + cut
            if cost < best:
                best, begin = cost, first
        cheapest.append(best)
        begins.append(begin)
    found: list[tuple[int, int]] = []
    last = len(units)
    while last > 0:
        found.append((begins[last], last - 1))
        last = begins[last]
    return found[::-1]
