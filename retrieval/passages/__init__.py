"""Documents → passages of about 300 characters, the units that are ranked and quoted.

A section (what stands under one heading) is cut into units: sentences of its prose, items of its
lists. The units are packed into passages by the cheapest partition, where a passage costs the
more the further it is from `TARGET`, and a cut costs more inside a block than between two.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from retrieval.analysis.sentences import ASKS, Span, clauses, safe_cut, sentences, trimmed
from retrieval.model import Block, BlockKind, Document, Passage
from retrieval.passages.packing import MAX, TARGET, WHOLE, Run, Unit, pack, runs, scale

_WORD = re.compile("[A-Za-z]{3,}")  # of an anchor; shorter ones are numbers of sections
_INSIDE_BLOCK = 0.1
_AFTER_LEAD_IN = 2.0
_AT_LIST = -0.05
_FORBIDDEN = 1e6


def split(document: Document) -> tuple[Passage, ...]:
    """The passages of `document`, in order; () if it has no text but headings.

    Together they hold every character of all blocks that are no headings, but white space,
    once. A heading that asks something (of a list of questions with their answers) begins the
    passage that answers it, for what is asked is said there alone. None else reaches over a
    heading, and none holds two numbered units; only code, a table or a unit in one piece, and what
    introduces it, exceeds MAX (in letters twice that), and never WHOLE.
    """
    passages: list[Passage] = []
    seen: dict[str, int] = {}
    size = scale(document.text)
    for section in _sections(document):
        units = _whole_unit(document.text, section.blocks) or list(
            _units(document.text, section.blocks, size)
        )
        if (asked := section.asked) is not None and not units[0].whole:
            units[0] = replace(units[0], cut=_AFTER_LEAD_IN)
            units.insert(0, Unit(asked.start, asked.end, 0.0, None))
        for first, last in pack(units, size):
            start, end = units[first].start, units[last].end
            lead_in = units[first].lead_in
            above = section.headings if lead_in is None else (*section.headings, lead_in)
            passages.append(
                Passage(
                    id=_id(document, start, end, seen),
                    document=document,
                    start=start,
                    end=end,
                    ordinal=len(passages),
                    headings=above,
                    label=section.label,
                    anchor=section.anchor,
                )
            )
    return tuple(passages)


def above(passage: Passage) -> tuple[str, ...]:
    """What a passage is found by beside its text: the headings above it, and the words of its
    anchor that they lack, which are the original's in a translation."""
    said = " ".join(passage.headings).casefold()
    words = (word for word in _WORD.findall(passage.anchor) if word.casefold() not in said)
    named = " ".join(words)
    return (*passage.headings, named) if named else passage.headings


@dataclass(frozen=True, slots=True)
class _Section:
    """A run of blocks under the same headings (outermost first), of one numbered unit at most."""

    headings: tuple[str, ...]
    label: str
    anchor: str
    blocks: list[Block]
    asked: Block | None
    """The heading that they stand right below, if it asks something."""


def _sections(document: Document) -> Iterator[_Section]:
    above: list[tuple[str, Block]] = []
    label, blocks = "", list[Block]()
    asked: Block | None = None

    def section() -> _Section:
        anchor = next((heading.anchor for _, heading in reversed(above) if heading.anchor), "")
        return _Section(tuple(text for text, _ in above), label, anchor, blocks, asked)

    for block in document.blocks:
        if block.kind in (BlockKind.HEADING, BlockKind.UNIT) and blocks:
            yield section()
            blocks, asked = [], None
        if block.kind is BlockKind.HEADING:
            asks = ASKS.search(document.text[block.start : block.end])
            asked = block if asks and block.end - block.start <= TARGET // 3 else None
            above = [(text, other) for text, other in above if other.level < block.level]
            above.append((document.text[block.start : block.end], block))
            label = next((other.label for _, other in reversed(above) if other.label), "")
            continue
        if block.kind is BlockKind.UNIT:
            label = block.label
        blocks.append(block)
    if blocks:
        yield section()


def _whole_unit(text: str, blocks: list[Block]) -> list[Unit]:
    """A numbered unit in one piece, where it is one and fits."""
    if blocks[0].kind is not BlockKind.UNIT or blocks[-1].end - blocks[0].start > WHOLE:
        return []
    start, end = trimmed(text, blocks[0].start, blocks[-1].end)
    return [Unit(start, end, 0.0, None, whole=True)] if start < end else []


def _units(text: str, blocks: list[Block], size: int) -> Iterator[Unit]:
    after_long_list = False
    for run in runs(text, blocks):
        long_list = run.is_list and run.blocks[-1].end - run.blocks[0].start > MAX * size
        apart = long_list or after_long_list
        yield from _units_of_run(text, run, _FORBIDDEN if apart else 0.0, size)
        after_long_list = long_list


def _units_of_run(text: str, run: Run, apart: float, size: int) -> Iterator[Unit]:
    """The units of a run. A long list stands in passages of its own: its first cut is worth
    `apart`, so much that no partition leaves it out."""
    cut = -apart if apart else _AT_LIST if run.is_list else 0.0
    if run.lead_in is not None:
        yield from _pieces(text, run.lead_in, cut, None, size, whole=False)
        cut = _AFTER_LEAD_IN
    lead_in = None
    if run.lead_in is not None:
        lead_in = text[run.lead_in.start : run.lead_in.end]
    for block in run.blocks:
        if block.kind.lined:
            yield from _lines(
                text, block, _AFTER_LEAD_IN if _introduced(text, block) else cut, size
            )
        else:
            yield from _pieces(text, block, cut, lead_in, size, whole=run.is_list)
        cut = 0.0


def _introduced(text: str, block: Block) -> bool:
    return text[max(block.start - 3, 0) : block.start].rstrip()[-1:] in (":", "：")


def _lines(text: str, block: Block, cut: float, size: int) -> Iterator[Unit]:
    """A block whose lines are its own: in one piece where it fits, else parted at its lines,
    rather at a blank one before a line that is not indented."""
    fits = MAX * size if block.kind is BlockKind.VERSE else WHOLE
    if block.end - block.start <= fits:
        yield Unit(block.start, block.end, cut, None, whole=block.end - block.start > MAX * size)
        return
    header = block.label if block.kind is BlockKind.TABLE and block.label else None
    start = block.start
    for line in text[block.start : block.end].split("\n"):
        end = start + len(line)
        if line.strip():
            context = header if start > block.start else None
            for first, last in _shortened(text, (start, start + len(line.rstrip())), size):
                yield Unit(first, last, cut, context)
                cut, context = _INSIDE_BLOCK, header
        elif not text[end + 1 : end + 2].isspace():
            cut = 0.0
        start = end + 1


def _pieces(
    text: str, block: Block, cut: float, lead_in: str | None, size: int, *, whole: bool
) -> Iterator[Unit]:
    """A block as units none of which exceeds MAX: whole, or its sentences, or their parts."""
    spans = [(block.start, block.end)]
    if not whole or block.end - block.start > MAX * size:
        inside = sentences(text[block.start : block.end])
        spans = [(block.start + start, block.start + end) for start, end in inside]
    for span in spans:
        for start, end in _shortened(text, span, size):
            first, last = trimmed(text, start, end)
            if first < last:
                yield Unit(first, last, cut, lead_in)
                cut = _INSIDE_BLOCK


def _shortened(text: str, span: Span, size: int) -> Iterator[Span]:
    """A sentence of up to MAX characters as it is; a longer one in parts of about TARGET or
    less, cut at clauses, at enumeration commas, and anywhere only as a last resort."""
    start, end = span
    if end - start <= MAX * size:
        yield span
        return
    parts = [(start + a, start + b) for a, b in clauses(text[start:end])]
    parts = [finer for part in parts for finer in _at(text, part, "、", MAX * size)]
    for first, last in _joined(parts, TARGET * size // 8):
        while last - first > MAX * size:
            length = (last - first) // round((last - first) / (TARGET * size))
            cut = safe_cut(text, first + length, first + length // 2)
            yield first, cut
            first = cut
        yield first, last


def _joined(parts: Iterable[Span], most: int) -> list[Span]:
    """Parts that follow one another, those joined that are no longer than `most` together."""
    found: list[Span] = []
    for start, end in parts:
        if found and end - found[-1][0] <= most:
            start = found.pop()[0]
        found.append((start, end))
    return found


def _at(text: str, span: Span, mark: str, most: int) -> list[Span]:
    start, end = span
    if end - start <= most:
        return [span]
    ends = [place + 1 for place in range(start, end - 1) if text[place] == mark]
    return list(pairwise([start, *ends, end]))


def _id(document: Document, start: int, end: int, seen: dict[str, int]) -> str:
    """The document's id, 60 bits of the passage's text, and which of the same it is."""
    digest = hashlib.sha256(document.text[start:end].encode("utf-8", "surrogatepass")).digest()
    name = f"{document.id}:{urlsafe_b64encode(digest[:9]).decode('ascii')[:10]}"
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}.{seen[name]}"
