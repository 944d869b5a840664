"""EPUB: the chapters of a book in the order of its spine, each read as the web page it is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote
from zipfile import ZipFile

from selectolax.lexbor import LexborHTMLParser

from retrieval.corpus.readers import archive, html, metadata
from retrieval.corpus.readers.decoding import decode
from retrieval.corpus.readers.raw import Problem, RawBlock, RawDocument, line
from retrieval.errors import UnreadableError
from retrieval.model import BlockKind

# In XHTML <title/> is closed; to a reader of HTML it opens what swallows the page.
_SELF_CLOSED = re.compile(
    r"<(title|script|style|a|div|span|p|i|b|em|strong|h[1-6]|iframe|textarea)\b([^<>]*)/>",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"(</?)(?!dc:)[\w-]+:(?=\w)")
"""Of an element in a namespace of its own: ``opf:item`` is an item."""
_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html")


def read(data: bytes) -> list[RawDocument | Problem]:
    """One document: the book, with the title, author, publisher and date that it states."""
    with archive.opened(data) as book:
        names = book.namelist()
        locked = "META-INF/rights.xml" in names
        # Some stand in a folder of the archive, which readers of books put up with.
        told = (name for name in names if f"/{name}".endswith(f"/{_CONTAINER}"))
        within = min(told, key=len, default=_CONTAINER)
        container = _parsed(book, within)
        root = container.css_first("rootfile[full-path]")
        if root is None:
            raise UnreadableError("archive-damaged")
        at = within.removesuffix(_CONTAINER) + (root.attributes.get("full-path") or "")
        package = _parsed(book, at)
        blocks = tuple(_chapters(book, posixpath.dirname(at), package))
    if not blocks and locked:
        raise UnreadableError("encrypted")
    return [
        RawDocument(
            blocks,
            title=_stated(package, "title"),
            author=_stated(package, "creator"),
            publisher=_stated(package, "publisher"),
            published=metadata.iso(_stated(package, "date")),
            language=_stated(package, "language"),
        )
    ]


def _chapters(book: ZipFile, folder: str, package: LexborHTMLParser) -> Iterator[RawBlock]:
    files: dict[str, str] = {}
    for item in package.css("item[id][href]"):
        about = item.attributes
        if about.get("media-type") in _PAGES and "nav" not in (about.get("properties") or ""):
            name = posixpath.join(folder, unquote(about.get("href") or ""))
            files[about.get("id") or ""] = posixpath.normpath(name)
    named = _contents(book, folder, package)
    for place in package.css("itemref[idref]"):
        name = files.pop(place.attributes.get("idref") or "", "")
        if not name:
            continue
        found = html.blocks(_page(book, name))
        if name in named and not any(block.kind is BlockKind.HEADING for block in found[:2]):
            yield RawBlock(named[name], BlockKind.HEADING, 1)
        yield from found


def _contents(book: ZipFile, folder: str, package: LexborHTMLParser) -> dict[str, str]:
    """What the book's table of contents calls each of its files."""
    item = package.css_first('item[media-type="application/x-dtbncx+xml"]')
    if item is None:
        return {}
    base = posixpath.join(folder, unquote(item.attributes.get("href") or ""))
    named: dict[str, str] = {}
    for point in _parsed(book, posixpath.normpath(base)).css("navpoint"):
        label, target = point.css_first("text"), point.css_first("content[src]")
        if label is not None and target is not None and line(label.text()):
            name, _, _ = unquote(target.attributes.get("src") or "").partition("#")
            name = posixpath.normpath(posixpath.join(posixpath.dirname(base), name))
            named.setdefault(name, line(label.text()))
    return named


def _page(book: ZipFile, name: str) -> str:
    return _SELF_CLOSED.sub(r"<\1\2></\1>", decode(archive.member(book, name)))


def _parsed(book: ZipFile, name: str) -> LexborHTMLParser:
    """A file of XML, read as forgivingly as HTML: no entity of its own is ever expanded."""
    return LexborHTMLParser(_PREFIX.sub(r"\1", decode(archive.member(book, name))))


def _stated(package: LexborHTMLParser, name: str) -> str | None:
    node = package.css_first(f"dc\\:{name}")
    return (line(node.text(deep=False)) or None) if node is not None else None
