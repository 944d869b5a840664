"""Word documents (DOCX), opened by python-docx and walked to the last run: what stands in tables
within tables, content controls, text boxes, tracked insertions and notes is text as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from retrieval.corpus.readers import archive, metadata
from retrieval.corpus.readers.metadata import web_address
from retrieval.corpus.readers.raw import (
    CELL,
    Problem,
    RawBlock,
    RawDocument,
    line,
    tidy,
    verbatim,
)
from retrieval.errors import UnreadableError
from retrieval.model import BlockKind, Link

try:
    import docx
    from docx.document import Document
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.ns import qn
    from docx.oxml.parser import parse_xml
except ImportError:
    raise UnreadableError("needs-documents") from None

Element = Any
"""An element of XML: python-docx does not type them."""

_OLD = b"\xd0\xcf\x11\xe0"
"""How a file of Word 97 begins, and a DOCX with a password, which is put into one."""
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_HEADING = re.compile(r"(?:heading|标题|標題) ?(\d)", re.IGNORECASE)
_ITEM = re.compile(r"list|列表|清單", re.IGNORECASE)
_QUOTATION = re.compile(r"quote|引用|引文", re.IGNORECASE)
_CODE = re.compile(r"code|代码|preformatted|macro text", re.IGNORECASE)
_GENERIC = ("python-docx", "microsoft", "user", "admin")
_LEFT_OUT = frozenset(
    ["del", "moveFrom", "Fallback", "rt", "pPr", "rPr", "tblPr", "tcPr", "trPr", "sdtPr"]
)
"""What is no text of the document: deleted, moved away, said a second time for old programs,
how a character is pronounced, how all of it looks."""
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_LONGEST_CELL = 600
"""Characters; a table with a longer cell lays out a page."""


def read(data: bytes) -> list[RawDocument | Problem]:
    """One document, with the title, author and date that its properties state."""
    if data.startswith(_OLD) and _LOCKED in data:
        raise UnreadableError("encrypted")
    archive.opened(data).close()
    try:
        document = docx.Document(BytesIO(data))
        about = document.core_properties
        blocks = tuple(_Walk(document).all())
        title, author, created = about.title, about.author, about.created
    except UnreadableError:
        raise
    except Exception as error:  # python-docx raises whatever its parts do
        raise UnreadableError("archive-damaged") from error
    return [
        RawDocument(
            blocks,
            title=line(title) or None,
            author=None if author.lower().startswith(_GENERIC) else line(author) or None,
            published=metadata.iso(created) if created is not None else None,
        )
    ]


def _name(element: Element) -> str:
    """The name of an element without its namespace; "" of a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Walk:
    """The blocks of one document, in the order they are read."""

    def __init__(self, document: Document) -> None:
        self._document = document
        named = {}
        for style in document.styles.element.iter(qn("w:style")):
            name = style.find(qn("w:name"))
            if name is not None:
                named[style.get(qn("w:styleId"))] = name.get(qn("w:val"), "")
        self._styles = named

    def all(self) -> Iterator[RawBlock]:
        """The body, then its footnotes and endnotes."""
        yield from self._blocks(self._document.element.body)
        for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
            for relation in self._document.part.rels.values():
                if relation.reltype == kind and not relation.is_external:
                    yield from self._blocks(parse_xml(relation.target_part.blob))

    def _blocks(self, parent: Element) -> Iterator[RawBlock]:
        for child in parent:
            name = _name(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield from self._table(child)
            elif name and name not in _LEFT_OUT:
                yield from self._blocks(child)

    def _paragraph(self, paragraph: Element) -> Iterator[RawBlock]:
        pieces: list[str] = []
        linked: list[tuple[str, str]] = []
        boxes: list[Element] = []
        self._text(paragraph, pieces, linked, boxes)
        block = self._block(paragraph, "".join(pieces), linked)
        if block.text:
            yield block
        for box in boxes:
            yield from self._blocks(box)

    def _text(
        self,
        parent: Element,
        pieces: list[str],
        linked: list[tuple[str, str]],
        boxes: list[Element],
    ) -> None:
        """What is written in `parent`; the words that link, and where to; text boxes in it."""
        for child in parent:
            name = _name(child)
            if name == "t":
                pieces.append(child.text or "")
            elif name in _SIGNS:
                pieces.append(_SIGNS[name])
            elif name == "txbxContent":
                boxes.append(child)
            elif name and name not in _LEFT_OUT:
                first = len(pieces)
                self._text(child, pieces, linked, boxes)
                relation = child.get(qn("r:id")) if name == "hyperlink" else None
                if relation in self._document.part.rels:
                    url = self._document.part.rels[relation].target_ref
                    linked.append(("".join(pieces[first:]), url))

    def _block(self, paragraph: Element, said: str, linked: list[tuple[str, str]]) -> RawBlock:
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        name = self._styles.get(style.get(qn("w:val")), "") if style is not None else ""
        if _CODE.search(name):
            return RawBlock(verbatim(said), BlockKind.CODE)
        text = tidy(said)
        heading = _HEADING.match(name)
        if heading is not None or name in ("Title", "标题"):
            level = min(max(int(heading[1]), 1), 6) if heading is not None else 1
            return RawBlock(line(text), BlockKind.HEADING, level)
        links = tuple(_links(text, linked))
        numbered = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
        if numbered or _ITEM.search(name):
            return RawBlock(text, BlockKind.ITEM, links=links)
        kind = BlockKind.QUOTATION if _QUOTATION.search(name) else BlockKind.PARAGRAPH
        return RawBlock(text, kind, links=links)

    def _table(self, table: Element) -> Iterator[RawBlock]:
        """Its rows, or what stands in its cells, one after the other, where it lays out a page."""
        rows = [
            [self._cell(cell) for cell in row.iter(qn("w:tc"))] for row in table.iter(qn("w:tr"))
        ]
        nested = next(table.iterdescendants(qn("w:tbl")), None) is not None
        longest = max((len(text) for row in rows for text in row), default=0)
        if nested or max(map(len, rows), default=0) < 2 or longest > _LONGEST_CELL:
            for child in table:
                yield from self._blocks(child)
            return
        lines = [CELL.join(row).strip() for row in rows if any(row)]
        if lines:
            yield RawBlock("\n".join(lines), BlockKind.TABLE, label=lines[0])

    def _cell(self, cell: Element) -> str:
        return line("\n".join(block.text for block in self._blocks(cell)))


def _links(text: str, linked: list[tuple[str, str]]) -> Iterator[Link]:
    at = 0
    for words, target in linked:
        shown, url = tidy(words), web_address(target)
        start = text.find(shown, at) if shown else -1
        if start >= 0 and url is not None:
            at = start + len(shown)
            yield Link(start, at, url)
