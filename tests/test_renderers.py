"""Any document, through every platform's renderer: within its limit, every quote to the letter."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.conversation import LANGUAGES
from bot.conversation.actions import View
from bot.conversation.replies import Answer, Page
from bot.telegram.replies import TEXT_LIMIT, entities, outgoing
from bot.terminal import printed
from bot.wording import Message, RichText, Style, clipped, line, units
from bot.wording.citation import Links
from bot.wording.locale import locale
from bot.wording.replies import render
from retrieval.indexing import build
from retrieval.model import Corpus, Document
from tests.botapi.checks import check_entities
from tests.botapi.entities import covered
from tests.messages import documents

matrix = pytest.importorskip("bot.matrix.events")


def _telegram(message: Message) -> tuple[str, int]:
    text = outgoing(message).text
    return text, units(text)


def _matrix(message: Message) -> tuple[str, int]:
    said = matrix.content(message)
    return said["body"], len(said["body"].encode()) + len(said.get("formatted_body", "").encode())


def _terminal(message: Message) -> tuple[str, int]:
    page = Console(file=io.StringIO(), width=1_000_000)
    page.print(printed(message), soft_wrap=True)
    assert isinstance(page.file, io.StringIO)
    text = page.file.getvalue()
    return text, 0


RENDERERS = {
    "telegram": (_telegram, TEXT_LIMIT),
    "matrix": (_matrix, matrix.LIMIT),
    "terminal": (_terminal, 0),
}


@settings(max_examples=12, deadline=None)
@given(st.lists(documents(), min_size=1, max_size=3, unique_by=lambda d: d.id), st.data())
def test_any_answer_fits_and_its_quotes_are_slices_of_the_documents(
    corpus: list[Document], data: st.DataObject
) -> None:
    words = locale(data.draw(st.sampled_from(LANGUAGES)))
    index = build(Corpus(tuple(corpus)))
    asked = data.draw(st.sampled_from([d.text[:20] for d in corpus if d.text] or ["人权"]))
    replies: list[Answer | Page] = [Answer("A" * 12, index.search(asked), View())]
    replies += [Page(p, None, None, 1) for p in index.passages[:2]]
    for reply in replies:
        composed = render(reply, words, Links(), buttons=False)
        spans = [s for s in composed.text.spans if s.style in (Style.QUOTE, Style.CODE)]
        quotes = [composed.text.text[s.start : s.end] for s in spans]
        for quote in quotes:
            assert any(quote.strip("…") in document.text for document in corpus)
        for name, (renderer, limit) in RENDERERS.items():
            text, length = renderer(composed)
            assert length <= limit
            for said in (one for quote in quotes for one in quote.split("\n") if one):
                assert _shown(said) in _shown(text), name


def _shown(text: str) -> str:
    """Without blanks, which terminals and clients draw as they please."""
    return "".join(text.split())


_text = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("𠮷😀e\u0301人"))


@given(st.lists(st.tuples(_text, st.sampled_from(["plain", "bold", "link"]))))
def test_every_entity_covers_what_was_added_in_it(parts: list[tuple[str, str]]) -> None:
    rich = RichText()
    for text, kind in parts:
        if kind == "bold":
            rich.bold(text)
        elif kind == "link":
            rich.link(text, "https://example.org")
        else:
            rich.add(text)
    assert rich.text == "".join(text for text, _ in parts)
    found = entities(rich)
    styled = [text for text, kind in parts if kind != "plain" and text]
    assert [covered(rich.text, entity) for entity in found] == styled
    if len(found) <= 100:
        check_entities(rich.text, found)


def test_an_outer_entity_comes_before_what_is_in_it() -> None:
    rich = RichText().add("😀")
    with rich.styled(Style.QUOTE):
        rich.bold("一").add("二")
    found = [(e["type"], e["offset"], e["length"]) for e in entities(rich)]
    assert found == [("blockquote", 2, 2), ("bold", 2, 1)]


def test_nothing_added_is_no_entity_and_no_address_no_link() -> None:
    rich = RichText().bold("").link("原文", None).link("", "https://example.org")
    assert rich.text == "原文"
    assert rich.spans == []


@given(_text, st.integers(1, 50))
def test_clipping_counts_utf_16_units_and_splits_no_character(text: str, limit: int) -> None:
    for cut in (clipped(text, limit), line(text, limit)):
        assert units(cut) <= limit
        cut.encode()
    if units(text) <= limit:
        assert clipped(text, limit) == text
    else:
        assert clipped(text, limit).endswith("…")
        assert text.startswith(clipped(text, limit)[:-1])
