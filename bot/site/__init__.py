"""The corpus as plain web pages: one a document, its text to the letter with an anchor for every
passage; the feed, checksums."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from itertools import groupby, pairwise
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.conversation import LANGUAGES
from bot.site import search
from bot.wording import line
from bot.wording.citation import byline, web_address
from bot.wording.locale import locale
from retrieval.model import Block, BlockKind, Document, Passage
from retrieval.places import key
from retrieval.ranking import Index

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
    for row in document.text[block.start : block.end].split("\n"):
        cells: list[Markup] = []
        place = at
        for cell in row.split(" | "):
            cells.append(
                Markup('<td dir="auto">{}</td>').format(
                    _text(document, place, place + len(cell), anchors)
                )
            )
            place += len(cell) + len(" | ")
        rows.append(Markup("<tr>{}</tr>").format(Markup("").join(cells)))
        at += len(row) + 1
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


_FEED = 50
_TITLE = 200


def page_name(document: Document) -> str:
    """The file of a document's page: lasting, for links to it."""
    return f"{key(document.id)}.html"


def write_site(index: Index, folder: Path, site_url: str = "") -> int:
    """Write the site of `index` into `folder`, which it makes; how many files it has. What an
    earlier site left there is taken away; anything else in the folder is an error (ValueError)."""
    _clear(folder)
    sums: list[str] = []
    for name, content in _files(index, site_url.rstrip("/")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode("utf-8")
        path.write_bytes(data)
        sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
    (folder / "SHA256SUMS").write_text("".join(sorted(sums, key=lambda s: s[66:])), "utf-8")
    return len(sums) + 1


def _clear(folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        return
    if not (folder / "SHA256SUMS").exists():
        raise ValueError(f"{folder} holds something else than an earlier site")
    for path in folder.iterdir():
        if path.is_dir() and path.name == "search":
            shutil.rmtree(path)
        elif path.suffix in (".html", ".css", ".js", ".xml") or path.name == "SHA256SUMS":
            path.unlink()


def _files(index: Index, site_url: str) -> Iterator[tuple[str, str]]:
    pages = Environment(
        loader=PackageLoader("bot.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals |= {
        "byline": byline,
        "page_name": page_name,
        "web_address": web_address,
        "tags": LANGUAGES,
        "words_in": locale,
        "suffix_of": _suffix,
    }
    documents = sorted(index.documents, key=lambda d: (d.published or "", d.title), reverse=True)
    years = [
        (year, list(those))
        for year, those in groupby(documents, key=lambda d: (d.published or "")[:4])
    ]
    by_publisher = sorted(documents, key=lambda d: (d.publisher or "~", d.title))
    publishers = [
        (name, list(those))
        for name, those in groupby(by_publisher, key=lambda d: d.publisher or "")
    ]
    for tag in LANGUAGES:
        words = locale(tag)
        shared = {"words": words, "tag": tag}
        home = pages.get_template("index.html").render(
            **shared, page="index", years=years, publishers=publishers, count=len(documents)
        )
        yield f"index{_suffix(tag)}.html", home
        find = pages.get_template("search.html").render(**shared, page="search")
        yield f"search{_suffix(tag)}.html", find
    numbers = {document.id: number for number, document in enumerate(index.documents)}
    template = pages.get_template("document.html")
    places: list[str] = []
    found: list[Passage] = []
    for document in index.documents:
        passages = index.places.passages(numbers[document.id])
        tag = document.language if document.language in LANGUAGES else LANGUAGES[0]
        yield (
            page_name(document),
            template.render(
                words=locale(tag),
                tag=tag,
                document=document,
                title=line(document.title, _TITLE),
                body=body(document, passages),
                newest=index.newer(numbers[document.id]),
            ),
        )
        found += passages
        places += [page_name(document)] * len(passages)
    yield from search.files(found, places)
    for name in ("style.css", "search.js", "words.js"):
        yield name, files("bot.site").joinpath("templates", name).read_text("utf-8")
    dated = [document for document in documents if document.published][:_FEED]
    newest = max((d.published or "" for d in dated), default="")
    feed = pages.get_template("feed.xml").render(
        documents=dated, site_url=site_url, updated=_moment(newest), moment=_moment
    )
    yield "feed.xml", feed


def _suffix(tag: str) -> str:
    return "" if tag == LANGUAGES[0] else f".{tag}"


def _moment(published: str | None) -> str:
    """RFC 3339 for a date as precise as it is known."""
    if not published:
        return datetime.now(UTC).strftime("%Y-%m-%dT00:00:00Z")
    year, month, day = [*published.split("-"), "01", "01"][:3]
    return f"{year}-{month}-{day}T00:00:00Z"
