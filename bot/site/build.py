"""Writes the site: pages, feed, search index, checksums."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.conversation.messages import LANGUAGES
from bot.site import search
from bot.site.markup import body
from bot.wording.citation import byline, web_address
from bot.wording.locale import locale
from bot.wording.richtext import line
from retrieval.model import Document, Passage
from retrieval.places import key
from retrieval.ranking.searcher import Index

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
