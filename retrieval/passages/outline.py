"""What a passage consists of: the units that quotes are made of, their zones, who speaks; and
passages as an index keeps them."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from operator import or_

from retrieval.analysis.folding import Folded
from retrieval.analysis.numbers import Quantity
from retrieval.analysis.sentences import Span, clauses, sentences
from retrieval.model import BlockKind, Document, Passage
from retrieval.passages.packing import scale
from retrieval.passages.units import referring
from retrieval.passages.zones import Zone, speakers, zones

LIMIT, LETTERS = 180, 450
"""Characters of a sentence, or part of one, and of a quote, at most, of a text in Chinese, and of
one in letters: what a sentence of 180 Chinese characters says takes 400 to 550 in English."""
WHOLE_QUOTE = 500
"""Characters of a quote with a block of code, a poem or a numbered unit that is quoted whole."""
LINE = 30
"""Characters of a line that stands above what it is about, at most."""
REFERS, WHOLE, OPENS, BLANK, _ZONE = 0x80, 0x40, 0x20, 0x10, 0x0F
"""What a unit is, in its kind: what of an article or a section refers to another; code
or a poem in one piece, which belongs to what stands before it; what leads to what follows it, as a
question, a colon, or a line that is no sentence, before one that is; nothing. And its zone."""
_BETWEEN = re.compile(r"[^\w\s]+|\s\s+")
_UNZONED = bytes(kind for kind in range(256) if not kind & _ZONE)
_ENDING, _OPENING, _CLOSING = tuple("。！？!?；;.…"), tuple("？?：:"), '”’」』）)"'


@dataclass(frozen=True, slots=True)
class Outline:
    """A passage's units: sentences, or clauses of long ones, or slices of endless ones.

    Plain data, small: `ends` of the units in the passage's text, with the blanks after them; in
    `kinds` for each its Zone, with `WHOLE`, `OPENS` and `BLANK`.
    `turns`: in offsets of the document, the label of whoever speaks when the passage begins and
    of those who speak up in it.
    """

    ends: Sequence[int]
    kinds: bytes
    turns: tuple[Span, ...] = ()
    limit: int = LIMIT
    """Characters of a quote, at most, that is of prose."""

    @property
    def zoned(self) -> bool:
        """Whether any unit stands in a zone."""
        return bool(self.kinds.strip(_UNZONED))

    def zone(self, unit: int) -> Zone:
        return Zone(self.kinds[unit] & _ZONE)

    def speaker(self, start: int) -> Span | None:
        """The nearest label before a place in the document; None where the place begins with
        one, or nobody takes turns."""
        number = bisect_right(self.turns, start, key=lambda turn: turn[0])
        if not number or self.turns[number - 1][0] == start:
            return None
        return self.turns[number - 1]


@dataclass(frozen=True, slots=True)
class Kept:
    """A passage as it is kept: without its document, with all that answering asks of it."""

    id: str
    start: int
    end: int
    ordinal: int
    headings: tuple[str, ...]
    label: str
    anchor: str
    folded: Folded
    above: str
    """The document's title and the headings above it, folded, each in a line."""
    sentences: Sequence[int]
    """Where its sentences end in its folded text."""
    outline: Outline
    edges: bytes
    """Where words begin and end in its folded text: see `matching.edges`."""
    heading: str
    """The heading that it stands right below, folded; empty where it does not."""
    numbers: tuple[Quantity, ...]
    """The dates and numbers of its folded text."""
    statements: bytes
    """What it says, to be compared: see `statements`."""

    def passage(self, document: Document) -> Passage:
        """The passage, in its document."""
        place = self.start, self.end, self.ordinal
        return Passage(self.id, document, *place, self.headings, self.label, self.anchor)


def statements(folded: str) -> bytes:
    """What stands between marks in a folded text, each once: a number of 64 bits that is the same
    for the same characters, the lowest 16 of which say how many these are."""
    said = {part for clause in _BETWEEN.split(folded) if (part := clause.strip())}
    numbers = (
        int.from_bytes(blake2b(part.encode(), digest_size=6).digest()) << 16 | min(len(part), 65535)
        for part in said
    )
    return array("Q", sorted(numbers)).tobytes()


def outlines(
    document: Document, passages: Sequence[Passage], parted: Sequence[Sequence[Span]]
) -> tuple[Outline, ...]:
    """The outlines of a document's passages, with the sentences of each."""
    quiet = zones(document)
    turns = speakers(document, quiet)
    limit = LIMIT if scale(document.text) == 1 else LETTERS
    return tuple(
        _outline(passage, spans, quiet, turns, limit)
        for passage, spans in zip(passages, parted, strict=True)
    )


def _outline(
    passage: Passage,
    parted: Sequence[Span],
    quiet: Sequence[tuple[int, int, Zone]],
    turns: Sequence[Span],
    limit: int,
) -> Outline:
    text = passage.text
    ends: list[int] = []
    kinds: list[int] = []
    for start, end, kind in _parts(_inside(passage, quiet), len(text)):
        if kind & WHOLE:
            one = end - start <= WHOLE_QUOTE
            ends += [end] if one else _lines(text, start, end)
            kinds += [kind if one else Zone.TEXT] * (len(ends) - len(kinds))
            continue
        whole = end - start == len(text)
        for first, last in parted if whole else sentences(text[start:end]):
            for _, until in _pieces(text, start + first, start + last, limit):
                ends.append(until)
                kinds.append(kind)
    said = [turn for turn in turns if turn[0] < passage.end]
    earlier = [turn for turn in said if turn[0] <= passage.start][-1:]
    turned = (*earlier, *(turn for turn in said if turn[0] > passage.start))
    for place in referring(text) if passage.label else ():
        kinds[bisect_right(ends, place)] |= REFERS
    return Outline(array("H", ends), bytes(map(or_, kinds, _leading(text, ends))), turned, limit)


def _leading(text: str, ends: Sequence[int]) -> list[int]:
    """Which of the units of a text lead to the next, and which are blank."""
    flags, line, last = [BLANK] * len(ends), False, 0
    for at, (start, end) in enumerate(pairwise((0, *ends))):
        if written := text[start:end].strip():
            ended = written.rstrip(_CLOSING).endswith(_ENDING)
            if line and ended:
                flags[last] = OPENS
            flags[at] = OPENS if written.endswith(_OPENING) else 0
            line = not ended and len(written) <= LINE and text[end - 1] == "\n"
            last = at
    return flags


def _inside(passage: Passage, quiet: Sequence[tuple[int, int, Zone]]) -> list[tuple[int, int, int]]:
    """What of a passage is no prose, in offsets of its text: zones, and blocks in one piece."""
    document = passage.document
    apart: list[tuple[int, int, int]] = [
        one for one in quiet if one[0] < passage.end and one[1] > passage.start
    ]
    apart += [
        (block.start, block.end, WHOLE)
        for block in document.blocks_in(passage.start, passage.end)
        if block.kind is BlockKind.CODE
        or (block.kind is BlockKind.VERSE and block.end - block.start <= LIMIT)
        if not any(start < block.end and end > block.start for start, end, _ in apart)
    ]
    return [
        (max(start - passage.start, 0), min(end, passage.end) - passage.start, kind)
        for start, end, kind in sorted(apart)
    ]


def _parts(apart: Sequence[tuple[int, int, int]], length: int) -> list[tuple[int, int, int]]:
    """All of a text: what stands apart in it, and what is between."""
    parts: list[tuple[int, int, int]] = []
    reached = 0
    for start, end, kind in apart:
        if reached < start:
            parts.append((reached, start, Zone.TEXT))
        parts.append((start, end, kind))
        reached = end
    if reached < length:
        parts.append((reached, length, Zone.TEXT))
    return parts


def _lines(text: str, start: int, end: int) -> list[int]:
    """Where the lines of a block end, the longest of them in slices."""
    ends: list[int] = []
    while start < end:
        stop = text.find("\n", start, end) + 1 or end
        ends += [*range(start + LIMIT, stop, LIMIT), stop]
        start = stop
    return ends


def _pieces(text: str, start: int, end: int, limit: int) -> list[Span]:
    """A sentence whole, if it is short enough; else its clauses, sliced where they are too long."""
    if len(text[start:end].rstrip()) <= limit:
        return [(start, end)]
    return [
        (at, min(at + limit, start + last))
        for first, last in clauses(text[start:end])
        for at in range(start + first, start + last, limit)
    ]
