"""Documents → passages of about 300 characters, the units that are ranked and quoted.

A section (what stands under one heading) is cut into units: sentences of its prose, items of its
lists. The units are packed into passages by the cheapest partition, where a passage costs the
more the further it is from `TARGET`, and a cut costs more inside a block than between two.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from retrieval.analysis.sentences import Span, clauses, safe_cut, sentences
from retrieval.model import Block, BlockKind, Document, Passage
from retrieval.passages.lists import Run, runs

__all__ = ["MAX", "TARGET", "clauses", "sentences", "split"]

TARGET = 300
"""Characters of a passage, where the text allows it."""
MAX = 420
"""Characters that no passage exceeds."""

_INSIDE_BLOCK = 0.1
_AFTER_LEAD_IN = 2.0
_AT_LIST = -0.05
_FORBIDDEN = 1e6


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is not cut any further, and what it costs to cut before it."""

    start: int
    end: int
    cut: float
    lead_in: str | None
    """The lead-in line of the list that this unit is an item of."""


def split(document: Document) -> tuple[Passage, ...]:
    """The passages of `document`, in order; () if it has no text but headings.

    Together they hold every character of all blocks that are no headings, but white space,
    once. None exceeds MAX or reaches over a heading.
    """
    passages: list[Passage] = []
    seen: dict[str, int] = {}
    for headings, blocks in _sections(document):
        units = list(_units(document.text, blocks))
        for first, last in _pack(units):
            start, end = units[first].start, units[last].end
            lead_in = units[first].lead_in
            passages.append(
                Passage(
                    id=_id(document, start, end, seen),
                    document=document,
                    start=start,
                    end=end,
                    ordinal=len(passages),
                    headings=headings if lead_in is None else (*headings, lead_in),
                )
            )
    return tuple(passages)


def _sections(document: Document) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """The headings above each run of blocks without one, outermost first, and the run."""
    above: list[tuple[int, str]] = []
    blocks: list[Block] = []
    for block in document.blocks:
        if block.kind is not BlockKind.HEADING:
            blocks.append(block)
            continue
        if blocks:
            yield tuple(heading for _, heading in above), blocks
            blocks = []
        above = [(level, heading) for level, heading in above if level < block.level]
        above.append((block.level, document.text[block.start : block.end]))
    if blocks:
        yield tuple(heading for _, heading in above), blocks


def _units(text: str, blocks: list[Block]) -> Iterator[_Unit]:
    after_long_list = False
    for run in runs(text, blocks):
        long_list = run.is_list and run.blocks[-1].end - run.blocks[0].start > MAX
        apart = long_list or after_long_list
        yield from _units_of_run(text, run, _FORBIDDEN if apart else 0.0)
        after_long_list = long_list


def _units_of_run(text: str, run: Run, apart: float) -> Iterator[_Unit]:
    """The units of a run. A long list stands in passages of its own: its first cut is worth
    `apart`, so much that no partition leaves it out."""
    cut = -apart if apart else _AT_LIST if run.is_list else 0.0
    if run.lead_in is not None:
        yield from _pieces(text, run.lead_in, cut, None, whole=False)
        cut = _AFTER_LEAD_IN
    lead_in = None
    if run.lead_in is not None:
        lead_in = text[run.lead_in.start : run.lead_in.end]
    for block in run.blocks:
        yield from _pieces(text, block, cut, lead_in, whole=run.is_list)
        cut = 0.0


def _pieces(
    text: str, block: Block, cut: float, lead_in: str | None, *, whole: bool
) -> Iterator[_Unit]:
    """A block as units none of which exceeds MAX: whole, or its sentences, or their parts."""
    spans = [(block.start, block.end)]
    if not whole or block.end - block.start > MAX:
        inside = sentences(text[block.start : block.end])
        spans = [(block.start + start, block.start + end) for start, end in inside]
    for span in spans:
        for start, end in _shortened(text, span):
            trimmed = _trim(text, start, end)
            if trimmed is not None:
                yield _Unit(*trimmed, cut, lead_in)
                cut = _INSIDE_BLOCK


def _shortened(text: str, span: Span) -> Iterator[Span]:
    """A sentence of up to MAX characters as it is; a longer one in parts of about TARGET or
    less, cut at clauses, at enumeration commas, and anywhere only as a last resort."""
    start, end = span
    if end - start <= MAX:
        yield span
        return
    parts = [(start + a, start + b) for a, b in clauses(text[start:end])]
    parts = [finer for part in parts for finer in _at(text, part, "、")]
    for first, last in parts:
        while last - first > MAX:
            size = (last - first) // round((last - first) / TARGET)
            cut = safe_cut(text, first + size, first + size // 2)
            yield first, cut
            first = cut
        yield first, last


def _at(text: str, span: Span, mark: str) -> list[Span]:
    start, end = span
    if end - start <= MAX:
        return [span]
    ends = [place + 1 for place in range(start, end - 1) if text[place] == mark]
    return list(pairwise([start, *ends, end]))


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _pack(units: list[_Unit]) -> list[tuple[int, int]]:
    """The cheapest partition of `units` into passages, as first and last index of each."""
    cheapest: list[float] = [0.0]
    begins: list[int] = [0]
    for last in range(len(units)):
        best, begin = float("inf"), last
        for first in range(last, -1, -1):
            length = units[last].end - units[first].start
            if length > MAX:
                break
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


def _id(document: Document, start: int, end: int, seen: dict[str, int]) -> str:
    """The document's id, 60 bits of the passage's text, and which of the same it is."""
    digest = hashlib.sha256(document.text[start:end].encode("utf-8", "surrogatepass")).digest()
    name = f"{document.id}:{urlsafe_b64encode(digest[:9]).decode('ascii')[:10]}"
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}.{seen[name]}"
