"""A document's text as HTML, to the letter: blocks, links, and an anchor for each passage."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from markupsafe import Markup, escape

from retrieval.model import Block, BlockKind, Document, Passage
from retrieval.places import key

_TAGS = {
    BlockKind.PARAGRAPH: "p",
    BlockKind.QUOTATION: "blockquote",
    BlockKind.CODE: "pre",
    BlockKind.VERSE: "pre",
    BlockKind.UNIT: "p",
}


def body(document: Document, passages: Sequence[Passage]) -> Markup:
    """Every block of the text in order; what stands between two blocks is white space. A
    passage's anchor is its lasting key, a block's is ``b`` and its number from 1."""
    anchors = [(passage.start, key(passage.id)) for passage in passages]
    numbered = list(enumerate(document.blocks, start=1))
    parts: list[Markup] = []
    for kind, run in groupby(numbered, key=lambda one: one[1].kind):
        blocks = list(run)
        if kind is BlockKind.ITEM:
            items = Markup("\n").join(_block(document, n, b, anchors, "li") for n, b in blocks)
            parts.append(Markup("<ul>\n{}\n</ul>").format(items))
        elif kind is BlockKind.TABLE:
            parts += [_table(document, n, b, anchors) for n, b in blocks]
        else:
            parts += [_block(document, n, b, anchors, _tag(b)) for n, b in blocks]
    return Markup("\n").join(parts)


def _tag(block: Block) -> str:
    if block.kind is BlockKind.HEADING:
        return f"h{min(max(block.level, 1) + 1, 6)}"
    return _TAGS[block.kind]


def _block(
    document: Document, number: int, block: Block, anchors: list[tuple[int, str]], tag: str
) -> Markup:
    kind = Markup(' class="verse"') if block.kind is BlockKind.VERSE else Markup("")
    return Markup('<{tag} id="b{number}"{kind} dir="auto">{text}</{tag}>').format(
        tag=tag,
        number=number,
        kind=kind,
        text=_text(document, block.start, block.end, anchors),
    )


def _table(document: Document, number: int, block: Block, anchors: list[tuple[int, str]]) -> Markup:
    rows: list[Markup] = []
    at = block.start
    for line in document.text[block.start : block.end].split("\n"):
        cells: list[Markup] = []
        place = at
        for cell in line.split(" | "):
            cells.append(
                Markup('<td dir="auto">{}</td>').format(
                    _text(document, place, place + len(cell), anchors)
                )
            )
            place += len(cell) + len(" | ")
        rows.append(Markup("<tr>{}</tr>").format(Markup("").join(cells)))
        at += len(line) + 1
    return Markup('<div class="wide"><table id="b{}">\n{}\n</table></div>').format(
        number, Markup("\n").join(rows)
    )


def _text(document: Document, start: int, end: int, anchors: list[tuple[int, str]]) -> Markup:
    """``[start, end)`` with its links, and the anchors of the passages that begin in it."""
    links = [link for link in document.links if start <= link.start and link.end <= end]
    begins = {place: name for place, name in anchors if start <= place < end}
    cuts = {start, end, *begins}
    cuts |= {place for link in links for place in (link.start, link.end)}
    ordered = sorted(cuts)
    parts: list[Markup] = []
    for first, last in pairwise(ordered):
        if first in begins:
            parts.append(Markup('<a id="{}"></a>').format(begins[first]))
        piece = escape(document.text[first:last])
        url = next((link.url for link in links if link.start <= first < link.end), None)
        parts.append(piece if url is None else Markup('<a href="{}">{}</a>').format(url, piece))
    return Markup("").join(parts)
