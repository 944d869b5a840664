"""A tree of HTML → blocks: what its elements are to a reader, and where its links lead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from retrieval.corpus.readers import elements
from retrieval.corpus.readers.clutter import is_label
from retrieval.corpus.readers.metadata import web_address
from retrieval.corpus.readers.raw import (
    CELL,
    RawBlock,
    is_verse,
    join,
    reflow,
    tidy,
    verbatim,
)
from retrieval.model import BlockKind, Link
from retrieval.passages.units import LEADS

NUMBER = "data-number"
"""The attribute of an <li> that carries the number its author wrote, as "19."."""

_BLOCKS = frozenset(
    ["address", "article", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"]
)  # fmt: skip
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WORD = re.compile(r"\w")
_BREAK = "\x1e"  # a line end the author asked for; a plain one is white space in HTML


@dataclass(slots=True)
class _Writer:
    """Collects text and lets it go as blocks."""

    reflowed: bool
    base: str | None
    blocks: list[RawBlock] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)
    """From which piece of the buffer to which, and where to."""
    opened: tuple[int, str] | None = None
    """The link that is open: from which piece of the buffer, and where to."""
    linked: list[int] = field(default_factory=list)
    """How many characters of words each link of the block has, wherever it leads."""
    leading: bool = False
    """Whether a link is open."""
    items: list[str | None] = field(default_factory=list)
    """For each open <li>: its number, or None once its first block is out."""
    level: int = 0
    anchor: str = ""
    """Of the heading that is open."""
    code: str | None = None
    """The language of the <pre> that is open."""
    defined: str = ""
    """What the <dt> that is open defines, where it names it."""
    quoted: int = 0
    row: int | None = None
    """Inside a table: from which piece of the buffer its row begins."""
    headed: bool = False
    """Whether that table's first row is its header."""

    def flush(self) -> None:
        self._close_link(reopen=True)
        text, links = "".join(self.buffer), self.links
        pieces, self.buffer, self.links = self.buffer, [], []
        linked, self.linked = self.linked, []
        if self.code is not None:
            self._put(verbatim(text.replace(_BREAK, "\n")), BlockKind.CODE, label=self.code)
            return
        if not text.replace(_BREAK, "").strip():  # most of what stands between two tags
            return
        parts = [self._line(part) for part in text.split(_BREAK)]
        parts = [part for part in parts if part]
        if not parts or (len(parts) == 1 and is_label(parts[0])):
            return
        number = self.items[-1] if self.items else None
        label = ""
        if self.row is not None:
            shown, kind = "\n".join(parts), BlockKind.TABLE
        elif self.level:
            shown, kind = join(parts), BlockKind.HEADING
        elif self.defined:
            shown, kind, label = join(parts), BlockKind.UNIT, self.defined
        elif number is not None:
            shown, kind = f"{number} {join(parts)}" if number else join(parts), BlockKind.ITEM
            self.items[-1] = None
        else:
            shown, kind = "\n".join(parts), BlockKind.PARAGRAPH
            if is_verse(shown.split("\n")):
                kind = BlockKind.VERSE
            elif self.quoted:
                kind = BlockKind.QUOTATION
        ahead = elements.solid(number) if kind is BlockKind.ITEM and number else 0
        leads = kind in (BlockKind.ITEM, BlockKind.PARAGRAPH) and any(linked)
        if leads and sum(linked) + ahead >= len(_WORD.findall(shown)):
            label = LEADS * min(len(linked), 2)
        self._put(shown, kind, label=label, links=elements.placed(shown, pieces, links, ahead))

    def _put(
        self, text: str, kind: BlockKind, *, label: str = "", links: tuple[Link, ...] = ()
    ) -> None:
        if text:
            level, anchor = (self.level, self.anchor) if kind is BlockKind.HEADING else (0, "")
            if kind is BlockKind.TABLE and self.headed:
                label = text.partition("\n")[0]
            self.blocks.append(RawBlock(text, kind, level, label, anchor=anchor, links=links))

    def _line(self, text: str) -> str:
        lines = [part for part in tidy(text).split("\n") if part]
        if not lines:
            return ""
        return reflow(lines) if self.reflowed and not self.level else join(lines)

    def open_link(self, target: str) -> None:
        try:
            url = web_address(urljoin(self.base, target.strip()) if self.base else target.strip())
        except ValueError:
            return
        self._close_link()
        if url is not None and len(url) <= elements.LONGEST:
            self.opened = (len(self.buffer), url)

    def _close_link(self, *, reopen: bool = False) -> None:
        if self.opened is None:
            return
        start, url = self.opened
        if start < len(self.buffer) and len(self.links) < elements.MOST:
            self.links.append((start, len(self.buffer), url))
        self.opened = (0, url) if reopen else None

    def leave(self, tag: str) -> None:
        if tag == "a":
            self._close_link()
            self.leading = False
        elif tag == "tr" and self.row is not None:
            if not "".join(self.buffer[self.row :]).replace("|", "").strip():
                del self.buffer[self.row :]
            self.buffer.append(_BREAK)
            self.row = len(self.buffer)
        elif tag == "table" and self.row is not None:
            self.flush()
            self.row, self.headed = None, False
        elif self.row is not None:
            self.buffer.append(_BREAK if tag == "caption" else " " if tag in _BLOCKS else "")
        elif tag in elements.CELLS:
            self.buffer.append(" ")
        elif tag in _BLOCKS:
            self.flush()
        if tag in _HEADINGS:
            self.level = 0
        elif tag == "li" and self.items:
            self.items.pop()
        elif tag == "pre":
            self.code = None
        elif tag == "dt":
            self.defined = ""
        elif tag == "blockquote":
            self.quoted -= 1

    def enter(self, tag: str, node: LexborNode) -> None:
        if tag == "a":
            if node.attributes.get("href"):
                self.open_link(node.attributes["href"] or "")
            self.linked.append(0)
            self.leading = True
        elif tag == "br":
            self.buffer.append(" " if self.row is not None else _BREAK)
        elif self.row is not None:
            apart = CELL if tag in elements.CELLS and not elements.first_cell(node) else " "
            self.buffer.append(apart if tag in elements.CELLS or tag in _BLOCKS else "")
        elif tag in _BLOCKS:
            self.flush()
        if tag in _HEADINGS:
            self.level, self.anchor = int(tag[1]), elements.anchor_of(node)
        elif tag == "li":
            self.items.append(node.attributes.get(NUMBER) or "")
        elif tag == "pre":
            self.code = elements.language_of(node)
        elif tag == "dt":
            self.defined = elements.defined_of(node)
        elif tag == "blockquote":
            self.quoted += 1
        elif tag == "table" and self.row is None and elements.is_data(node):
            self.row, self.headed = 0, elements.is_headed(node)


def walk(root: LexborNode | None, *, reflowed: bool, base: str | None = None) -> list[RawBlock]:
    """The blocks under `root`, in order. A stack, because pages nest deeper than Python may.

    With `reflowed`, line ends are those of an author; else they are white space. `base` is the
    address that links are relative to; without one, only whole addresses are kept.
    """
    writer = _Writer(reflowed, base)
    if root is None:
        return writer.blocks
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if leaving:
            writer.leave(tag)
            continue
        if tag == "-text":
            text = node.text_content or ""
            if text.isspace() and node.parent is not None and node.parent.tag == "tr":
                continue  # a line end between cells would join their words
            writer.buffer.append(text)
            if writer.leading and writer.linked:
                writer.linked[-1] += len(_WORD.findall(text))
            continue
        if tag.startswith("-") or tag == "!doctype":
            continue
        writer.enter(tag, node)
        stack.append((node, True))
        child = node.last_child
        while child is not None:
            stack.append((child, False))
            child = child.prev
    writer.flush()
    return writer.blocks
