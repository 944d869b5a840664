"""The cheapest partition of units of text into passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TARGET = 300
"""Characters of a passage, where the text allows it."""
MAX = 420
"""Characters that no passage of prose exceeds."""
WHOLE = 1000
"""Characters of code, of a table, of a numbered unit that stay one passage: three of them, with
their sources, fit one message of a chat."""


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


def pack(units: Sequence[Unit]) -> list[tuple[int, int]]:
    """The cheapest partition of `units` into passages, as first and last index of each."""
    longest = WHOLE if any(unit.whole for unit in units) else MAX
    cheapest: list[float] = [0.0]
    begins: list[int] = [0]
    for last in range(len(units)):
        best, begin, whole = float("inf"), last, False
        for first in range(last, -1, -1):
            length = units[last].end - units[first].start
            whole = whole or units[first].whole
            if first < last and length > longest:
                break
            if length > MAX and not whole:
                continue
            cut = units[first].cut if first else 0.0
            cost = cheapest[first] + ((length - TARGET) / TARGET) ** 2 + cut
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
