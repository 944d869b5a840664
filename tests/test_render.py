"""Whatever the corpus holds, every reply is a message that Telegram accepts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import LANGUAGES
from bot.conversation.actions import Order, View
from bot.conversation.assistant import pages as pages_of
from bot.conversation.reading import Reading
from bot.conversation.replies import (
    DOCUMENTS_PER_PAGE,
    PAGE,
    Answer,
    Catalogue,
    Notice,
    Page,
    Reason,
    Reply,
    Summary,
)
from bot.telegram.replies import Outgoing, links, outgoing
from bot.wording import replies
from bot.wording.citation import byline
from bot.wording.locale import Locale, locale, patterns
from bot.wording.replies import alert
from retrieval.errors import Cause, Skipped
from retrieval.excerpts.reasons import Because
from retrieval.indexing import build
from retrieval.indexing.changes import Changes
from retrieval.library import Library
from retrieval.model import Block, Bridge, Corpus, Document, Excerpt, Hit, Verdict
from retrieval.places import Place, key
from retrieval.queries.catalogue import About
from retrieval.ranking import FIRST_PAGE, Index
from retrieval.searching import Searcher
from tests.botapi.checks import valid_url
from tests.botapi.entities import covered, units
from tests.corpora import index, seeds_index
from tests.messages import accepted, documents, lines, word

BOT = "yinju_test_bot"
QUESTION = "AAAAAAAAAAAA"


def render(reply: Reply, words: Locale, username: str) -> Outgoing:
    """A reply as Telegram gets it."""
    return outgoing(replies.render(reply, words, links(username)))


_corpora = st.lists(documents(), max_size=4, unique_by=lambda document: document.id)
_locales = st.sampled_from(LANGUAGES).map(locale)


def _answers(built: Index, question: str, compact: bool, order: Order) -> list[Answer]:
    """Every page of the answer."""
    first = 1 if compact else FIRST_PAGE
    answers: list[Answer] = []
    while True:
        page = len(answers)
        start = first + PAGE * (page - 1) if page else 0
        hits = slice(start, start + (PAGE if page else first))
        result = built.search(question, page=hits, newest=order is Order.NEWEST)
        total = pages_of(result.total, first)
        view = View(page, order)
        answers.append(Answer(QUESTION, result, view, total, compact, bool(page), 1000))
        if page + 1 >= total:
            return answers


@settings(max_examples=15)
@given(_corpora, word, st.booleans(), st.sampled_from(Order), st.data())
def test_an_answer_from_any_corpus_is_a_message(
    corpus: list[Document], added: str, compact: bool, order: Order, data: st.DataObject
) -> None:
    words = data.draw(_locales)
    built = build(Corpus(tuple(corpus)))
    said = [d.text[:20] for d in corpus if d.text] or [added]
    for answer in _answers(built, data.draw(st.sampled_from(said)) + added, compact, order):
        message = accepted(render(answer, words, BOT))
        quoted = [covered(message["text"], e) for e in message["entities"]]
        for hit in answer.result.hits:
            assert any(_without_removed(hit.quote) in one for one in quoted)


def _without_removed(text: str) -> str:
    """What Telegram leaves of a text: it takes a few marks out."""
    return "".join(
        c for c in text if c not in "\u030a\u0333\u033f" and not "\u2028" <= c <= "\u202e"
    )


@settings(max_examples=15)
@given(_corpora, st.data())
def test_reading_any_corpus_makes_messages(corpus: list[Document], data: st.DataObject) -> None:
    words = data.draw(_locales)
    built = build(Corpus(tuple(corpus)))
    reading = Reading(Searcher(_Holding(built)), patterns().examples)
    for passage in built.passages[:20]:
        part = Excerpt(passage.start, passage.end, (), False, False)
        for place in (Place.of(passage), Place.of(passage, part), Place("________", "________", 9)):
            for question in (None, QUESTION):
                accepted(render(reading.open(place, question), words, BOT))
    for publisher in (None, "________", *(key(d.publisher or "") for d in corpus)):
        accepted(render(reading.catalogue(99, publisher), words, BOT))
    accepted(render(reading.random(), words, BOT))
    accepted(render(reading.summary(), words, BOT))


class _Holding(Library):
    """A library of an index that was built in memory."""

    def __init__(self, built: Index) -> None:
        self.current = built


def _full(character: str) -> list[Document]:
    """As many documents as a page takes, everything in them as long as it may be."""
    text = (character * 170 + "。人权") * 3
    return [
        Document(
            f"{n}",
            character * 10_000,
            text,
            (Block(0, len(text)),),
            f"{n}",
            f"{n}",
            "https://example.org/" + "a" * 2000,
            character * 10_000,
            "2021-03-31",
        )
        for n in range(DOCUMENTS_PER_PAGE + 1)
    ]


def test_what_was_looked_up_in_chinese_is_told_in_one_line() -> None:
    result = seeds_index().search("Hong Kong autonomy certification")
    said = render(Answer(QUESTION, result), locale("en"), BOT).text.split("\n")
    told = "Looked up in Chinese: Hong Kong → 香港 · autonomy → 自治 · certification → 证书 / 证明"
    assert [line for line in said if "→" in line] == [told]


def test_a_heading_that_is_the_publisher_is_not_said_twice() -> None:
    result = seeds_index().search("促进中国宗教自由联盟的宗旨")
    said = render(Answer(QUESTION, result), locale("en"), BOT).text
    assert "促进中国宗教自由联盟 · 2019-07-15" in said
    assert "2019-07-15 · 促进中国宗教自由联盟" not in said


@pytest.mark.parametrize("character", ["人", "𠮷", "e"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_of_everything_fits_with_every_hit_of_the_page(
    character: str, language: str
) -> None:
    words = locale(language)
    built = build(Corpus(tuple(_full(character))))
    passage = built.passages[0]
    marks = tuple((at, at + 1) for at in range(0, 180, 2))
    hit = Hit(passage, 1.0, Excerpt(0, 180, marks, True, True))
    bridge = Bridge("sound", character * 500, character * 500)
    result = replace(
        built.search("人权"), verdict=Verdict.POSSIBLE, hits=(hit,) * PAGE, bridges=(bridge,) * 5
    )
    turned = [Bridge("translation", f"{n}" + character * 99, character * 99) for n in range(20)]
    result = replace(result, bridges=(*result.bridges, *turned))
    answer = Answer(QUESTION, result, View(page=1), pages=13, revised=True, truncated=1000)
    message = accepted(render(answer, words, BOT))
    assert message["text"].count("🔗") == PAGE
    nothing = replace(
        result,
        verdict=Verdict.NONE,
        hits=(),
        missing=(character * 300,) * 50,
        suggestions=(character * 300,) * 50,
        nearest=tuple(built.documents[:3]),
    )
    accepted(render(Answer(QUESTION, nothing), words, BOT))
    filtered = replace(nothing, unmatched_filters=(character * 1000,) * 9)
    accepted(render(Answer(QUESTION, filtered), words, BOT))
    reading = Reading(Searcher(_Holding(built)), patterns().examples)
    for page in (0, 1):
        catalogue = reading.catalogue(page)
        assert isinstance(catalogue, Catalogue)
        accepted(render(catalogue, words, BOT))
    publishers = tuple((f"{n}" + character * 300, 10_000) for n in range(100))
    accepted(render(Summary(10_000, 10_000, "1989", "2021", publishers, 7), words, BOT))


@given(st.lists(lines, max_size=20), st.integers(0, 10**6), st.booleans())
def test_a_report_of_a_reload_is_a_message(titles: list[str], number: int, unchanged: bool) -> None:
    about = tuple(About("1", title, "", "") for title in titles)
    skipped = tuple(
        Skipped(title, Cause("no-reader", {"suffix": title, "readable": title})) for title in titles
    )
    index = replace(seeds_index(), skipped=skipped)
    report = Changes(about, about, about, number, number, unchanged, index, 0.1)
    for language in LANGUAGES:
        accepted(render(report, locale(language), BOT))


@given(lines, lines)
def test_notices_and_alerts_keep_their_limits_whatever_stands_in_them(path: str, why: str) -> None:
    notice = Notice("reload-failed", {"path": path, "reason": why})
    for language in LANGUAGES:
        accepted(render(notice, locale(language), BOT))
        assert 0 < units(alert(notice, locale(language))) <= 200


@given(st.lists(lines, max_size=5), st.lists(st.tuples(lines, lines), max_size=4))
def test_a_reason_is_an_alert_and_a_message(
    terms: list[str], bridges: list[tuple[str, str]]
) -> None:
    passage = seeds_index().passages[0]
    hit = Hit(passage, 1.0, Excerpt(passage.start, passage.end, (), False, False))
    named = tuple(Bridge("alias", asked, found) for asked, found in bridges)
    pairs = tuple(bridges)
    reason = Reason(hit, Because(tuple(terms), tuple(terms), pairs, pairs, pairs, (), named))
    for language in LANGUAGES:
        assert 0 < units(alert(reason, locale(language))) <= 200
        accepted(render(reason, locale(language), BOT))


def test_a_quote_stands_in_a_block_with_what_matched_in_bold_and_its_source_below() -> None:
    hit = seeds_index().search("安妮·博雅坚").hits[0]
    result = replace(seeds_index().search("安妮·博雅坚"), hits=(hit,))
    message = accepted(render(Answer(QUESTION, result), locale("zh-Hans"), BOT))
    text = message["text"]
    (block,) = [e for e in message["entities"] if e["type"] == "blockquote"]
    assert hit.quote in covered(text, block)
    bold = [covered(text, e) for e in message["entities"] if e["type"] == "bold"]
    assert bold[0] == hit.passage.document.title
    source = hit.passage.document.text
    assert bold[1:] == [source[start:end] for start, end in hit.excerpt.marks]
    (link,) = [e for e in message["entities"] if e["type"] == "text_link"]
    assert valid_url(link["url"])
    assert byline(hit.passage.document) in text


def test_an_address_that_telegram_refuses_gives_way_to_the_reader() -> None:
    text = "人权报告今天发表。"
    held = Document("1", "题", text, (Block(0, 9),), "1", "1", "http://localhost/a")
    built = build(Corpus((held,)))
    message = accepted(render(Answer(QUESTION, built.search("人权报告")), locale("en"), BOT))
    (link,) = [e for e in message["entities"] if e["type"] == "text_link"]
    assert link["url"].startswith(f"https://t.me/{BOT}?start={key('1')}")
    page = Reading(Searcher(_Holding(built)), patterns().examples).open(Place.beginning(held))
    assert isinstance(page, Page)
    assert all(
        "url" not in button for button in accepted(render(page, locale("en"), BOT))["buttons"]
    )


def test_an_empty_corpus_has_its_words() -> None:
    reading = Reading(Searcher(_Holding(index())), patterns().examples)
    for reply in (reading.random(), reading.catalogue(), reading.summary()):
        out: Outgoing = render(reply, locale("en"), BOT)
        assert accepted(out)["text"]
