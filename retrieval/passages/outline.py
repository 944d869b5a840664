"""What a passage consists of: the units that quotes are made of, their zones, who speaks."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.analysis.sentences import Span, clauses, sentences
from retrieval.model import Document, Passage
from retrieval.passages.zones import Zone, speakers, zones

LIMIT = 180
"""Characters of a unit and of a quote, at most."""
_GOES_ON = 0x80
_PLAIN = bytes((Zone.TEXT, Zone.TEXT | _GOES_ON))


@dataclass(frozen=True, slots=True)
class Outline:
    """A passage's units: sentences, or clauses of long ones, or slices of endless ones.

    Plain data, small: `ends` of the units in the passage's text, with the blanks after them; in
    `kinds` for each its Zone, and whether it goes on with the sentence of the one before it.
    `turns`: in offsets of the document, the label of whoever speaks when the passage begins and
    of those who speak up in it.
    """

    ends: Sequence[int]
    kinds: bytes
    turns: tuple[Span, ...] = ()

    @property
    def zoned(self) -> bool:
        """Whether any unit stands in a zone."""
        return bool(self.kinds.strip(_PLAIN))

    def zone(self, unit: int) -> Zone:
        return Zone(self.kinds[unit] & ~_GOES_ON)

    def goes_on(self, unit: int) -> bool:
        return bool(self.kinds[unit] & _GOES_ON)

    def speaker(self, start: int) -> Span | None:
        """The nearest label before a place in the document; None where the place begins with
        one, or nobody takes turns."""
        number = bisect_right(self.turns, start, key=lambda turn: turn[0])
        if not number or self.turns[number - 1][0] == start:
            return None
        return self.turns[number - 1]


def outlines(document: Document, passages: Sequence[Passage]) -> tuple[Outline, ...]:
    """The outlines of a document's passages."""
    quiet = zones(document)
    turns = speakers(document, quiet)
    return tuple(_outline(passage, quiet, turns) for passage in passages)


def _outline(
    passage: Passage, quiet: Sequence[tuple[int, int, Zone]], turns: Sequence[Span]
) -> Outline:
    text = passage.text
    inside = [
        (max(start - passage.start, 0), min(end - passage.start, len(text)), kind)
        for start, end, kind in quiet
        if start < passage.end and end > passage.start
    ]
    ends: list[int] = []
    kinds: list[int] = []
    for start, end, kind in _parts(inside, len(text)):
        for first, last in sentences(text[start:end]):
            for number, (_, until) in enumerate(_pieces(text, start + first, start + last)):
                ends.append(until)
                kinds.append(kind | (_GOES_ON if number else 0))
    said = [turn for turn in turns if turn[0] < passage.end]
    earlier = [turn for turn in said if turn[0] <= passage.start][-1:]
    turned = (*earlier, *(turn for turn in said if turn[0] > passage.start))
    return Outline(array("H", ends), bytes(kinds), turned)


def _parts(quiet: Sequence[tuple[int, int, Zone]], length: int) -> list[tuple[int, int, Zone]]:
    """All of a text, in its zones and what is between them."""
    parts: list[tuple[int, int, Zone]] = []
    reached = 0
    for start, end, kind in quiet:
        if reached < start:
            parts.append((reached, start, Zone.TEXT))
        parts.append((start, end, kind))
        reached = end
    if reached < length:
        parts.append((reached, length, Zone.TEXT))
    return parts


def _pieces(text: str, start: int, end: int) -> list[Span]:
    """A sentence whole, if it is short enough; else its clauses, sliced where they are too long."""
    if len(text[start:end].rstrip()) <= LIMIT:
        return [(start, end)]
    return [
        (at, min(at + LIMIT, start + last))
        for first, last in clauses(text[start:end])
        for at in range(start + first, start + last, LIMIT)
    ]
