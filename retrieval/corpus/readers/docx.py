"""Word documents (DOCX), through python-docx: headings, lists, quotations, tables, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

from retrieval.corpus.readers import archive, dates
from retrieval.corpus.readers.frontmatter import web_address
from retrieval.corpus.readers.raw import Problem, RawBlock, RawDocument, line, tidy, verbatim
from retrieval.corpus.readers.walk import CELL
from retrieval.errors import UnreadableError
from retrieval.model import BlockKind, Link

try:
    import docx
    from docx.table import Table
    from docx.text.paragraph import Paragraph
except ImportError:
    raise UnreadableError("needs-documents") from None

_HEADING = re.compile(r"(?:heading|标题|標題) ?(\d)", re.IGNORECASE)
_ITEM = re.compile(r"list|列表|清單", re.IGNORECASE)
_QUOTATION = re.compile(r"quote|引用|引文", re.IGNORECASE)
_CODE = re.compile(r"code|代码|preformatted|macro text", re.IGNORECASE)


def read(data: bytes) -> list[RawDocument | Problem]:
    """One document, with the title and date that its properties state."""
    with archive.opened(data) as opened:
        names = set(opened.namelist())
    if "EncryptedPackage" in names:
        raise UnreadableError("encrypted")
    try:
        document = docx.Document(BytesIO(data))
        about = document.core_properties
        blocks = tuple(_blocks(document.iter_inner_content()))
        title, author, created = about.title, about.author, about.created
    except RecursionError:
        raise UnreadableError("archive-damaged") from None
    except UnreadableError:
        raise
    except Exception as error:  # python-docx raises whatever its parts do
        raise UnreadableError("archive-damaged") from error
    generic = author.lower().startswith(("python-docx", "microsoft", "user", "admin"))
    return [
        RawDocument(
            blocks,
            title=line(title) or None,
            publisher=None if generic else line(author) or None,
            published=dates.iso(created) if created is not None else None,
        )
    ]


def _blocks(content: Iterator[Paragraph | Table]) -> Iterator[RawBlock]:
    for part in content:
        if isinstance(part, Table):
            rows = [_row(row.cells) for row in part.rows]
            rows = [row for row in rows if row.replace("|", "").strip()]
            if rows:
                yield RawBlock("\n".join(rows), BlockKind.TABLE, label=rows[0])
            continue
        block = _paragraph(part)
        if block.text:
            yield block


def _row(cells: tuple[object, ...]) -> str:
    texts: list[str] = []
    before: object = None
    for cell in cells:
        here = getattr(cell, "_tc", None)
        if here is not before:  # a merged cell is given once for each column
            texts.append(line(str(getattr(cell, "text", ""))))
        before = here
    return CELL.join(texts).strip()


def _paragraph(paragraph: Paragraph) -> RawBlock:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    heading = _HEADING.match(style)
    if _CODE.search(style):
        return RawBlock(verbatim(paragraph.text), BlockKind.CODE)
    text = tidy(paragraph.text)
    links = tuple(_links(paragraph, text))
    if heading is not None or style in ("Title", "标题"):
        level = min(int(heading[1]), 6) if heading is not None else 1
        return RawBlock(line(text), BlockKind.HEADING, level)
    numbered = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    if numbered or _ITEM.search(style):
        return RawBlock(text, BlockKind.ITEM, links=links)
    kind = BlockKind.QUOTATION if _QUOTATION.search(style) else BlockKind.PARAGRAPH
    return RawBlock(text, kind, links=links)


def _links(paragraph: Paragraph, text: str) -> Iterator[Link]:
    at = 0
    for hyperlink in paragraph.hyperlinks:
        shown, url = tidy(hyperlink.text), web_address(hyperlink.url)
        start = text.find(shown, at) if shown else -1
        if start >= 0 and url is not None:
            at = start + len(shown)
            yield Link(start, at, url)
