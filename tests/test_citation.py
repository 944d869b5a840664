"""How a source is named: links that open at the quote, citations that fit."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.citation import (
    URL_LIMIT,
    Links,
    byline,
    citation,
    full_citation,
    shortened,
    source_url,
    web_address,
)
from retrieval.model import Document, Excerpt, Hit
from retrieval.passages import split
from retrieval.places import Place, Places, key
from tests.corpora import document

URL = "https://example.org/a"


def _hit(text: str, url: str | None = URL) -> Hit:
    """A hit whose quote is the whole text."""
    source = replace(document("d", text), url=url)
    (passage,) = split(source)
    return Hit(passage, 1.0, Excerpt(0, len(text), (), False, False))


def _directive(text: str, url: str = URL) -> str:
    link = source_url(_hit(text, url))
    assert link is not None
    return link.removeprefix(url)


def test_a_link_names_the_first_and_the_last_clause_of_the_quote() -> None:
    first, last = _directive("会议在东京举行，各国代表出席。会后发表声明。").split(",")
    assert first == "#:~:text=" + _escaped("会议在东京举行，")
    assert last == _escaped("会后发表声明。")


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_a_quote_of_one_clause_is_named_whole() -> None:
    assert _directive("会议在东京举行。") == "#:~:text=" + _escaped("会议在东京举行。")


@pytest.mark.parametrize("character", list("-&#=%+/"))
def test_what_has_a_meaning_in_a_directive_is_escaped(character: str) -> None:
    directive = _directive(f"甲{character}乙").removeprefix("#:~:text=")
    assert directive == _escaped("甲") + f"%{ord(character):02X}" + _escaped("乙")


def test_a_fragment_that_is_there_already_is_kept() -> None:
    assert _directive("会议。", f"{URL}#part").startswith(":~:text=")


def test_a_line_of_signs_is_no_clause_to_look_for() -> None:
    assert source_url(_hit("——……")) == URL


def test_a_link_that_grew_too_long_opens_at_the_top() -> None:
    url = URL + "a" * (URL_LIMIT - len(URL) - 10)
    assert source_url(_hit("会议在东京举行。", url)) == url


def test_without_an_address_there_is_no_link() -> None:
    assert source_url(_hit("会议。", None)) is None


def test_a_comma_of_the_text_is_no_comma_of_the_directive() -> None:
    assert _directive("a,b") == "#:~:text=a%2Cb"


@given(st.text(alphabet="人权会议，。！a b-,&#\n😀", min_size=1, max_size=120))
def test_a_directive_holds_pieces_of_the_quote_to_the_letter(text: str) -> None:
    link = source_url(_hit("文" + text.strip()))
    assert link is not None
    assert link.isascii()
    assert " " not in link
    _, _, directive = link.partition("#:~:text=")
    for piece in directive.split(","):
        assert "-" not in piece
        assert unquote(piece) in "文" + text.strip()
    assert unquote(directive).startswith("文")


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "example.org",
        "//example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "https:///a",
        "https://example.org/a b",
        "https://example.org/\n",
        "https://example.org/\x00",
        "https://example.org/\x7f",
        "https://example.org/\u202e",
        "https://example.org/\u200b",
        "https://example.org:99999/",
        "https://example.org:port/",
        "https://example.org:0/",
        "http://[::1",
        "https://example.org/" + "a" * URL_LIMIT,
    ],
)
def test_what_does_not_open_is_no_address(url: str | None) -> None:
    assert web_address(replace(document("d", "文"), url=url)) is None


@pytest.mark.parametrize(
    "url", [URL, "http://localhost:8000/a", "https://例子.中国/路?问=答#段", "http://[::1]/a"]
)
def test_what_opens_is_left_as_it_is(url: str) -> None:
    assert web_address(replace(document("d", "文"), url=url)) == url


_lines = st.text(alphabet="人𠮷a \n", max_size=400)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(_lines, st.none() | _lines, st.sampled_from([None, "2021-03-31"]), st.integers(0, 400))
def test_a_citation_fits_and_never_cuts_an_address(
    title: str, publisher: str | None, published: str | None, length: int
) -> None:
    url = URL + "a" * length
    cited = replace(
        document("d", "文"), title=title, publisher=publisher, published=published, url=url
    )
    for measure in (len, _units):
        text = citation(cited, 256, measure)
        assert 1 <= measure(text) <= 256
        assert URL not in text or url in text.split("\n")
        assert all(line.strip() for line in text.split("\n"))


def test_a_citation_names_everything_that_is_known() -> None:
    cited = replace(
        document("d", "文", title="声明", published="2021-03-31"), publisher="中国人权", url=URL
    )
    assert citation(cited) == f"声明\n中国人权 · 2021-03-31\n{URL}"
    assert byline(cited) == "中国人权 · 2021-03-31"
    assert citation(replace(cited, publisher=None, published=None, url=None)) == "声明"
    assert byline(replace(cited, publisher=None)) == "2021-03-31"


def test_a_citation_without_a_title_has_a_name_that_lasts_and_no_file() -> None:
    untitled: Document = replace(document("a.md", "文"), title=" \n")
    name = citation(untitled)
    assert name.startswith("yinju:")
    assert Place.decode(name.removeprefix("yinju:")) == Place.beginning(untitled)


@pytest.mark.parametrize("own", [URL, None])
def test_what_is_copied_has_the_quote_and_all_that_finds_it_again(own: str | None) -> None:
    text = "大熊猫住在山里，吃竹子。"
    source = replace(
        document("a.md", text, title="熊猫", published="2021-03-31"), publisher="甲社", url=own
    )
    (passage,) = split(source)
    hit = Hit(passage, 1.0, Excerpt(0, len(text), (), False, False))
    quote, title, about, link, name = full_citation(hit, Links(site="https://s.org")).split("\n")
    assert (quote, title, about) == (f"“{text}”", "熊猫", "甲社 · 2021-03-31")
    page = f"https://s.org/{key(source.id)}.html#{key(passage.id)}"
    assert link.startswith(f"{own or page}{'#' if own else ''}:~:text=")
    place = Place.decode(name.removeprefix("yinju:"))
    assert place is not None
    assert Places.of([source], [passage]).locate(place) == (passage, True)
    assert "a.md" not in full_citation(hit, Links())


@given(st.text(max_size=60), st.integers(1, 30))
def test_a_shortened_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = shortened(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    whole = " ".join(text.split())
    assert line == whole or (line.endswith("…") and whole.startswith(line[:-1]))
