"""Raw blocks → the blocks of a document: broken sentences rejoined, titles, gaps, headings and
numbered units found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from retrieval.corpus.readers.raw import CLOSING, SENTENCE_END, RawBlock, join, tidy, verbatim
from retrieval.model import BlockKind
from retrieval.passages.units import RANKS, Label, at_start

_INNER_END = re.compile(rf"[{re.escape(SENTENCE_END)}][{re.escape(CLOSING)}]*(?=.)|[a-z]\. ")
_TERMINAL = SENTENCE_END + CLOSING + ".:：;；"
_GAP = re.compile(rf"(?<=[。！？])[{re.escape(CLOSING)}]*( )|(?<=[^\x00-\x7f][!?])[”’]*( )")
_CLOSING_TITLE = "。．.！!？?；;：:，,"
_DATE = re.compile(r"[\d年月日\s./:-]+")
_LONGEST_TITLE = 40
_TEXT = (BlockKind.PARAGRAPH, BlockKind.ITEM)
_FOOT = re.compile(r"\[Page \d+\]$|^[-–— ]*(?:Page \d+(?: of \d+)?|第 ?\d+ ?页)[-–— ]*$")
_SECTION = re.compile(
    r"(\d{1,2}(?:\.\d{1,2}){1,4})\.? (?=[^\n]*[^\W\d])(?![^\n]*\.{4})"
    r"[^\n]{1,70}(?<![。！？!?.;；,，])"
)
_FEWEST = 3
_LAW = frozenset(("条", "§", "rule", "clause", "regulation"))
_LONGEST_HEADING = 40
_AFTER = " \n\t:：.．、。,，—–-(（【[「《"


def rejoin_pages(blocks: Iterable[RawBlock]) -> list[RawBlock]:
    """Blocks in which a sentence broken by the end of a page is whole again.

    Only prose is joined, that is a block with a sentence end inside which stops in mid-sentence,
    and prose that follows it: names, offices and addresses in lists stay apart.
    """
    joined: list[RawBlock] = []
    for block in blocks:
        before = joined[-1] if joined else None
        if before is not None and _broken(before) and _continues(block):
            joined[-1] = RawBlock(join([before.text, block.text]), before.kind, before.level)
        else:
            joined.append(block)
    return joined


def _broken(block: RawBlock) -> bool:
    return (
        block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
        and block.text[-1:] not in _TERMINAL
        and _INNER_END.search(block.text) is not None
    )


def _continues(block: RawBlock) -> bool:
    return block.kind is BlockKind.PARAGRAPH and (
        block.text.rstrip(CLOSING)[-1:] in SENTENCE_END + "." or bool(_INNER_END.search(block.text))
    )


def open_gaps(blocks: Iterable[RawBlock]) -> list[RawBlock]:
    """Blocks cut where a space after the end of a Chinese sentence shows a lost paragraph."""
    opened: list[RawBlock] = []
    for block in blocks:
        start = 0
        for match in () if block.kind.lined else _GAP.finditer(block.text):
            rest = block.text[match.end() : match.end() + 1]
            if rest.isalnum() or rest in "“‘《「（(":
                opened.append(RawBlock(block.text[start : match.end()].strip(), block.kind))
                start = match.end()
        opened.append(RawBlock(block.text[start:], block.kind, block.level) if start else block)
    return opened


def without_furniture(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """Blocks without lines that number the pages of a text, and what heads every page below one."""
    feet = [block.kind in _TEXT and _FOOT.search(block.text) is not None for block in blocks]
    if feet.count(True) < _FEWEST:
        return list(blocks)
    below = [foot and "\n" not in b.text for foot, b in zip([False, *feet], blocks, strict=False)]
    heads = Counter(block.text for under, block in zip(below, blocks, strict=True) if under)
    return [
        block
        for foot, under, block in zip(feet, below, blocks, strict=True)
        if not foot and not (under and heads[block.text] >= _FEWEST)
    ]


def mark_sections(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """Blocks of which lines such as ``10.4.5 Not Found`` are headings, where a text has a row of
    them in order and no headings else."""
    plain = (block.kind is BlockKind.PARAGRAPH and not block.label for block in blocks)
    found = [
        _SECTION.fullmatch(b.text) if may else None for b, may in zip(blocks, plain, strict=True)
    ]
    numbers = [[int(n) for n in match[1].split(".")] for match in found if match is not None]
    rising = sum(before < after for before, after in pairwise(numbers))
    headed = sum(block.kind is BlockKind.HEADING for block in blocks)
    if rising < max(_FEWEST, headed) or rising < 0.9 * (len(numbers) - 1):
        return list(blocks)
    return [
        block
        if match is None
        else replace(block, kind=BlockKind.HEADING, level=min(1 + match[1].count("."), 6))
        for block, match in zip(blocks, found, strict=True)
    ]


def drop(blocks: Iterable[RawBlock], patterns: Iterable[re.Pattern[str]]) -> list[RawBlock]:
    """Blocks without what matches one of `patterns`; a match in the middle parts a block."""
    kept = list(blocks)
    for pattern in patterns:
        kept = [part for block in kept for part in _without(pattern, block)]
    return kept


def _without(pattern: re.Pattern[str], block: RawBlock) -> list[RawBlock]:
    pieces = _outside(pattern, block.text)
    if len(pieces) == 1:
        return [block]
    neat = verbatim if block.kind is BlockKind.CODE else tidy
    parts = [part for piece in pieces if (part := neat(piece))]
    return [replace(block, text=part, links=()) for part in parts]


def _outside(pattern: re.Pattern[str], text: str) -> list[str]:
    pieces, start = [], 0
    for match in pattern.finditer(text):
        pieces.append(text[start : match.start()])
        start = match.end()
    return [*pieces, text[start:]]


def mark_headings(blocks: Iterable[RawBlock], headings: Iterable[str]) -> list[RawBlock]:
    """Blocks whose text is one of `headings` made headings of level 2."""
    wanted = {tidy(heading) for heading in headings}
    return [
        replace(block, kind=BlockKind.HEADING, level=2) if block.text in wanted else block
        for block in blocks
    ]


def take_title(blocks: list[RawBlock], title: str | None) -> tuple[str | None, list[RawBlock]]:
    """The title of a document and its blocks without it.

    A given title stays; else it is the first heading, or a first line that is short and no
    sentence; else None. It is not said again by the first block.
    """
    if title is None:
        for index, block in enumerate(blocks):
            if block.kind is BlockKind.HEADING:
                return block.text, blocks[:index] + blocks[index + 1 :]
        first = blocks[0] if len(blocks) > 1 else None
        if first is None or first.kind is not BlockKind.PARAGRAPH or not _like_title(first.text):
            return None, blocks
        return first.text, blocks[1:]
    if not blocks or not blocks[0].text.startswith(title):
        return title, blocks
    after = blocks[0].text[len(title) :]
    if not after.strip(_CLOSING_TITLE + " "):
        return title, blocks[1:]
    if after.startswith((" ", "\n")):
        return title, [RawBlock(after.strip(), blocks[0].kind, blocks[0].level), *blocks[1:]]
    return title, blocks


def _like_title(text: str) -> bool:
    return (
        len(text) <= _LONGEST_TITLE
        and "\n" not in text
        and text[-1] not in _CLOSING_TITLE
        and _DATE.fullmatch(text) is None
    )


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
