"""Which blocks begin a numbered unit, and which are headings that no markup shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from retrieval.corpus.readers.raw import SENTENCE_END, RawBlock
from retrieval.model import BlockKind
from retrieval.passages.units import RANKS, Label, at_start

_TEXT = (BlockKind.PARAGRAPH, BlockKind.ITEM)
_LAW = frozenset(("条", "§", "rule", "clause", "regulation"))
_LONGEST_HEADING = 40
_AFTER = " \n\t:：.．、。,，—–-(（【[「《"


def mark_units(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """Blocks with their labels: headings that have one; lines such as 第十九回 … made headings;
    paragraphs that begin an article of law made units.

    A document counts where at least two of a kind follow one another in order: a sentence that
    begins with "Article 5 …" makes no law.
    """
    labels = [at_start(block.text) if _may_begin(block) else None for block in blocks]
    counted = {
        kind
        for kind in {label.kind for label in labels if label is not None}
        if _counts(kind, blocks, labels)
    }
    return [
        block if label is None else _marked(block, label, counted)
        for block, label in zip(blocks, labels, strict=True)
    ]


def is_numbered(text: str) -> bool:
    """Whether a line is a part's own, as 第一章 总则 and Chapter 3 are: no document's title."""
    label = at_start(text)
    return label is not None and (label.kind in RANKS or label.kind in _LAW) and _ends(text, label)


def _may_begin(block: RawBlock) -> bool:
    return block.kind is BlockKind.HEADING or block.kind in _TEXT


def _counts(kind: str, blocks: Sequence[RawBlock], labels: Sequence[Label | None]) -> bool:
    found = [
        (block, label)
        for block, label in zip(blocks, labels, strict=True)
        if label is not None and label.kind == kind and block.kind in _TEXT
    ]
    if kind in RANKS:
        found = [(block, label) for block, label in found if _like_heading(block.text, label)]
    numbers = [label.order for _, label in found]
    rising = sum(1 for a, b in pairwise(numbers) if a < b)
    apart = all(_ends(block.text, label) for block, label in found)
    return rising >= (1 if apart else 2) and rising >= len(numbers) // 2


def _marked(block: RawBlock, label: Label, counted: set[str]) -> RawBlock:
    written = block.text[label.start : label.end]
    if block.kind is BlockKind.HEADING:
        return replace(block, label=written)
    if label.kind not in counted:
        return block
    if label.kind in _LAW:
        fits = label.han or _ends(block.text, label)
        return replace(block, kind=BlockKind.UNIT, label=written) if fits else block
    if label.kind in RANKS and _like_heading(block.text, label):
        return replace(block, kind=BlockKind.HEADING, level=RANKS[label.kind], label=written)
    return block


def _ends(text: str, label: Label) -> bool:
    """Whether the label stands apart from what follows it, which in Latin is no lower case."""
    after = text[label.end : label.end + 1]
    return after == "" or (after in _AFTER and not text[label.end :].lstrip()[:1].islower())


def _like_heading(text: str, label: Label) -> bool:
    return (
        len(text) <= _LONGEST_HEADING
        and "\n" not in text
        and text[-1] not in SENTENCE_END + "；;，,"
        and _ends(text, label)
    )
