"""What of a section belongs together: the runs of its blocks that are a list, with the line that
introduces it, and the cheapest partition of its units into passages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from retrieval.analysis.folding import HAN
from retrieval.analysis.sentences import sentences
from retrieval.model import Block, BlockKind

TARGET = 300
"""Characters of a passage of Chinese, where the text allows it; see `scale`."""
MAX = 420
"""Characters that no passage of Chinese prose exceeds."""
WHOLE = 1000
"""Characters of code, of a table, of a numbered unit that stay one passage: three of them, with
their sources, fit one message of a chat."""
MANY = 100
"""Units of a passage, at most: lines of one character each, or commas."""
_WIDE = re.compile(f"[{HAN}\u3040-\u30ff\uac00-\ud7ff]")
_SAMPLE = 20_000
"""Characters at the beginning that tell a text's script."""


def scale(text: str) -> int:
    """How many characters of a text say what one Chinese character says: 1 where one in fifty of
    them or more is Chinese (or Japanese, Korean), else, in letters, 2."""
    sample = text[:_SAMPLE]
    enough = -(-len(sample) // 50)
    return 1 if sum(1 for _ in islice(_WIDE.finditer(sample), enough)) == enough else 2


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


@cache
def _costs(target: int, longest: int) -> tuple[float, ...]:
    """What a passage of each length costs."""
    return tuple((length / target - 1) ** 2 for length in range(longest + 1))


def pack(units: Sequence[Unit], scale: int = 1) -> list[tuple[int, int]]:
    """The cheapest partition of `units` into passages, as first and last index of each; none of
    more than `MANY`, so that it takes as long as there are units."""
    target, most = TARGET * scale, MAX * scale
    longest = max(WHOLE, most) if any(unit.whole for unit in units) else most
    starts, wholes = [unit.start for unit in units], [unit.whole for unit in units]
    cuts = [0.0, *(unit.cut for unit in units[1:])]
    costs = _costs(target, longest)
    cheapest: list[float] = [0.0]
    begins: list[int] = []
    for last, unit in enumerate(units):
        best, begin, whole, end = float("inf"), last, False, unit.end
        for first in range(last, max(last - MANY, -1), -1):
            length = end - starts[first]
            whole = whole or wholes[first]
            if length > longest:
                break
            if length <= most or whole:
                cost = cheapest[first] + costs[length] + cuts[first]
                if cost < best:
                    best, begin = cost, first
        cheapest.append(best)
        begins.append(begin)
    found: list[tuple[int, int]] = []
    last = len(units) - 1
    while last >= 0:
        found.append((begins[last], last))
        last = begins[last] - 1
    return found[::-1]


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
