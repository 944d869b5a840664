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
from bot.telegram.replies import TEXT_LIMIT, outgoing
from bot.terminal import printed
from bot.wording import Message, Style, units
from bot.wording.citation import Links
from bot.wording.locale import locale
from bot.wording.replies import render
from retrieval.indexing.build import build
from retrieval.model import Corpus, Document
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
            for line in (line for quote in quotes for line in quote.split("\n") if line):
                assert _shown(line) in _shown(text), name


def _shown(text: str) -> str:
    """Without blanks, which terminals and clients draw as they please."""
    return "".join(text.split())
