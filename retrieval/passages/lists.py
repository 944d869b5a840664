"""Which blocks of a section are a list, and which line introduces it."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.analysis.sentences import sentences
from retrieval.model import Block, BlockKind

_FEWEST = 3
_LONGEST_LINE = 120
_LONGEST_LEAD_IN = 60
_LONGEST_SALUTATION = 12
_ENDS = "。！？!?；;…"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring blocks that are all items of a list, or all prose.

    `lead_in` is the short line before a list ("抄送:", "谨启"); it is not among `blocks`.
    """

    blocks: tuple[Block, ...]
    is_list: bool
    lead_in: Block | None = None


def runs(text: str, blocks: list[Block]) -> list[Run]:
    """The runs of `blocks`, in order, each block in one of them.

    A list is a row of items, or of three or more short paragraphs that are no sentences, such
    as names and offices.
    """
    found: list[Run] = []
    prose: list[Block] = []
    at = 0
    while at < len(blocks):
        end = _list_end(text, blocks, at)
        if end == at:
            prose.append(blocks[at])
            at += 1
            continue
        lead_in = prose.pop() if prose and _leads_in(text, prose[-1]) else None
        if prose:
            found.append(Run(tuple(prose), is_list=False))
            prose = []
        found.append(Run(tuple(blocks[at:end]), is_list=True, lead_in=lead_in))
        at = end
    if prose:
        found.append(Run(tuple(prose), is_list=False))
    return found


def _list_end(text: str, blocks: list[Block], at: int) -> int:
    """Where the list that begins at `at` ends; `at` if none begins there."""
    end = at
    while end < len(blocks) and blocks[end].kind is BlockKind.ITEM:
        end += 1
    if end > at:
        return end
    while end < len(blocks) and _is_line(text, blocks[end]) and not _colon(text, blocks[end]):
        if end == at and _leads_in(text, blocks[at]):
            return at
        end += 1
    if end - at < _FEWEST:
        return at
    # The last line of a list may close with a full stop.
    if end < len(blocks) and _is_closing_line(text, blocks[end]):
        end += 1
    return end


def _is_line(text: str, block: Block) -> bool:
    line = text[block.start : block.end]
    return (
        block.kind is BlockKind.PARAGRAPH
        and len(line) <= _LONGEST_LINE
        and not any(mark in line for mark in _ENDS)
        and not line.endswith(".")
    )


def _is_closing_line(text: str, block: Block) -> bool:
    line = text[block.start : block.end]
    return (
        block.kind is BlockKind.PARAGRAPH
        and len(line) <= _LONGEST_LINE
        and not _colon(text, block)
        and len(sentences(line)) == 1
        and (":" in line or "|" in line)
    )


def _colon(text: str, block: Block) -> bool:
    return text[block.end - 1] in ":："


def _leads_in(text: str, block: Block) -> bool:
    line = text[block.start : block.end]
    if block.kind is not BlockKind.PARAGRAPH or "\n" in line:
        return False
    if _colon(text, block):
        return len(line) <= _LONGEST_LEAD_IN
    return len(line) <= _LONGEST_SALUTATION and _is_line(text, block)
