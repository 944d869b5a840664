"""`yinju site`: pages to the letter, anchors that last, a search without a server."""

from __future__ import annotations

import asyncio
import hashlib
import http.server
import re
import shutil
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.site import page_name, search, write_site
from bot.wording.citation import Links, lasting
from bot.wording.locale import locale
from docs.browser import Browser, BrowserError, chromium
from retrieval.analysis.folding import fold
from retrieval.indexing import build
from retrieval.model import Corpus, Document
from retrieval.places import Place, key
from tests.commands import small, yinju
from tests.corpora import document as made
from tests.corpora import index as indexed
from tests.corpora import seeds_index
from tests.messages import documents

_TAG = re.compile(r"<[^>]*>")


def _words(markup: str) -> str:
    """The text of a page without its white space, which pages may fold."""
    return "".join(unescape(_TAG.sub(" ", markup)).split())


@settings(max_examples=8)
@given(st.lists(documents(), max_size=3, unique_by=lambda document: document.id))
def test_a_page_has_its_documents_text_to_the_letter(
    tmp_path_factory: pytest.TempPathFactory, held: list[Document]
) -> None:
    folder = tmp_path_factory.mktemp("site")
    index = build(Corpus(tuple(held)))
    write_site(index, folder)
    for document in index.documents:
        page = (folder / page_name(document)).read_text("utf-8")
        shown = "".join(document.text[b.start : b.end] for b in document.blocks)
        assert "".join(shown.split()) in _words(page)
    for passage in index.passages:
        page = (folder / page_name(passage.document)).read_text("utf-8")
        assert f'id="{key(passage.id)}"' in page


def test_every_file_is_in_the_checksums_and_nothing_comes_from_elsewhere(tmp_path: Path) -> None:
    count = write_site(seeds_index(), tmp_path / "out", "https://example.org/docs")
    lines = (tmp_path / "out" / "SHA256SUMS").read_text("utf-8").splitlines()
    listed = {name: value for value, name in (line.split("  ", 1) for line in lines)}
    there = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(there) == count == len(listed) + 1
    for path in there:
        if path.name != "SHA256SUMS":
            name = path.relative_to(tmp_path / "out").as_posix()
            assert hashlib.sha256(path.read_bytes()).hexdigest() == listed[name]
        if path.suffix == ".html":
            loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', path.read_text("utf-8"))
            assert all("//" not in address for address in loaded), path
    feed = (tmp_path / "out" / "feed.xml").read_text("utf-8")
    assert "https://example.org/docs/" in feed


def test_a_site_is_written_over_an_earlier_one_and_over_nothing_else(tmp_path: Path) -> None:
    corpus = small(tmp_path)
    first = yinju(tmp_path, "site", "out", corpus=corpus)
    assert first.returncode == 0, first.stderr
    (corpus / "b.md").unlink()
    again = yinju(tmp_path, "site", "out", corpus=corpus)
    assert again.returncode == 0
    index = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "东京会议" in index
    assert "熊猫" not in index
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine", "utf-8")
    refused = yinju(tmp_path, "site", "mine", corpus=corpus)
    assert refused.returncode == 1
    assert "something else" in refused.stderr
    assert (tmp_path / "mine" / "letter.txt").read_text("utf-8") == "mine"


def test_a_quote_without_an_address_links_to_the_published_copy(tmp_path: Path) -> None:
    corpus = small(tmp_path)
    site = "https://example.org/docs"
    for question, source in (("熊猫吃什么", False), ("外长会议在哪里举行", True)):
        said = yinju(tmp_path, "ask", question, corpus=corpus, YINJU_CORPUS__SITE_URL=site).stdout
        assert re.search(rf"{site}/[\w-]{{8}}\.html#[\w-]{{8}}:~:text=", said), said
        assert ("https://example.org/tokyo#:~:text=" in said) == source


@given(st.text(max_size=40))
def test_what_a_page_is_found_by_is_found_in_its_shard(text: str) -> None:
    for term in search.terms(fold(text).text):
        assert 0 <= search.shard(term) < search.SHARDS


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    write_site(seeds_index(), folder)
    handler = partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _program() -> str:
    try:
        return chromium()
    except BrowserError as error:
        pytest.skip(str(error))


def test_a_link_opens_at_the_quote_and_highlights_it(served: str, tmp_path: Path) -> None:
    program = _program()
    hits = [
        hit
        for question in ("香港国安法", "奥运会", "气候变化")
        for hit in seeds_index().search(question).hits
        if hit.passage.ordinal > 3
    ]
    assert hits
    links = Links(site=served)

    async def look() -> None:
        async with Browser.started(program, tmp_path) as browser:
            for hit in hits:
                address = links.copy(hit)
                assert address is not None
                await browser.visit(address)
                # The text directive matched: what holds the text is the page's target.
                seen = await browser.evaluate(
                    "new Promise(done => setTimeout(() => done([scrollY, "
                    "document.querySelector(':target')?.textContent ?? '']), 300))"
                )
                assert seen[0] > 0, address
                first = hit.quote.strip().split("\n")[0][:10]
                assert "".join(first.split()) in "".join(seen[1].split()), address

    asyncio.run(look())


def test_a_page_has_its_words_in_the_language_of_its_reader(tmp_path: Path) -> None:
    program = _program()
    write_site(indexed(made("a", "大熊猫吃竹子。")), tmp_path / "out")
    page = next((tmp_path / "out").glob(f"{key('a')}.html"))
    shown = "[...document.querySelectorAll('nav, footer span')].filter(e => e.checkVisibility())"

    async def look() -> None:
        async with Browser.started(program, tmp_path) as browser:
            for asked, tag in (("en-GB", "en"), ("zh-TW", "zh-Hant"), ("zh-CN", "zh-Hans")):
                await browser.speak(asked)
                await browser.visit(page.as_uri())
                seen = await browser.evaluate(f"{shown}.map(e => [e.lang, e.textContent.trim()])")
                assert [language for language, _ in seen] == [tag, tag]
                assert locale(tag).text("site-documents") in seen[0][1]
                assert seen[1][1] == locale(tag).text("site-footer")

    asyncio.run(look())


def test_the_search_page_finds_without_a_server(tmp_path: Path) -> None:
    program = _program()
    write_site(seeds_index(), tmp_path / "out")

    async def look() -> None:
        async with Browser.started(program, tmp_path) as browser:
            await browser.visit((tmp_path / "out" / "search.html").as_uri())
            for question in ("奥运会", "奧運會", "Blinken"):
                titles = await browser.evaluate(
                    f"field.value = {question!r}, answer().then(() => "
                    "[...list.querySelectorAll('li')].map(item => item.textContent))"
                )
                assert titles, question
                if question != "Blinken":
                    assert any("奥" in title for title in titles[:3]), titles[:3]
            none = await browser.evaluate(
                "field.value = 'zzzzqqq', answer().then(() => status.textContent)"
            )
            assert none
            hit = seeds_index().search("奥运会").hits[0]
            name = lasting(Place.of(hit.passage, hit.excerpt))
            led = await browser.evaluate(
                f"field.value = {name!r}, answer().then(() => "
                "list.querySelector('a').getAttribute('href'))"
            )
            passage = hit.passage
            assert led == f"{page_name(passage.document)}#{key(passage.id)}"

    asyncio.run(look())
    shutil.rmtree(tmp_path / "profile", ignore_errors=True)
