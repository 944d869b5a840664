"""Hits: which windows are quoted, from which passages, and how far they may repeat each other."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.model import Document, Hit, Scored
from retrieval.ranking import FIRST_PAGE
from retrieval.ranking.rerank import SHARE, worth_showing
from tests.corpora import document, index, questions, seeds_index

SHARED = 0.2
"""Of the later of two quotes on a page, what the earlier may have shown."""

_SCORES = st.lists(st.floats(0.01, 100), max_size=20).map(lambda scores: sorted(scores)[::-1])


@given(_SCORES)
def test_what_is_worth_showing_leads_and_is_near_the_best(scores: list[float]) -> None:
    hits = [Scored(number, score, score) for number, score in enumerate(scores)]
    assert worth_showing(hits) == [h for h in hits if h.score >= SHARE * hits[0].score]


def test_every_quote_says_something_of_the_question() -> None:
    for question in ("Who is Griffiths?", "库尔特·坎贝尔担任什么职务？", "黄金口罩 埃博拉"):
        for hit in seeds_index().search(question, page=slice(0, 50)).hits:
            assert hit.excerpt.marks, (question, hit.quote)


def _pages() -> list[tuple[Hit, ...]]:
    return [seeds_index().search(str(row["text"])).hits for row in questions()]


def test_quotes_of_a_page_hardly_repeat_each_other() -> None:
    pairs = 0
    for page in _pages():
        for earlier, later in combinations(page, 2):
            if earlier.passage.document is not later.passage.document:
                continue
            a, b = earlier.excerpt, later.excerpt
            assert min(a.end, b.end) - max(a.start, b.start) <= SHARED * (b.end - b.start)
            pairs += 1
    assert pairs > 20


def test_a_quote_stands_in_the_passage_it_is_shown_for_at_least_in_part() -> None:
    for page in _pages():
        for hit in page:
            inside = min(hit.passage.end, hit.excerpt.end) - max(
                hit.passage.start, hit.excerpt.start
            )
            assert inside > 0


def test_no_passage_is_listed_twice_after_the_first_page() -> None:
    for row in questions():
        hits = seeds_index().search(str(row["text"]), page=slice(0, 100)).hits
        later = [hit.passage.id for hit in hits[FIRST_PAGE:]]
        assert len(later) == len(set(later))
        assert not {hit.passage.id for hit in hits[:FIRST_PAGE]} & set(later)


def test_a_demanded_phrase_stands_in_the_quotes() -> None:
    for question, phrase in (('维吾尔 "公司"', "公司"), ('香港 "自由" 法律', "自由")):
        hits = seeds_index().search(question).hits
        assert hits
        assert all(phrase in hit.quote for hit in hits)


def _about(name: str, times: int, first: int = 2) -> Document:
    filler = "这里说的是别的事情，与问题没有什么关系。" * 9
    paragraphs = [f"石桥的第{n}次维修花了三年的时间。{filler}" for n in range(first, times + first)]
    return document(name, *paragraphs, title="题")


def test_a_document_fills_the_third_place_only_where_no_other_competes() -> None:
    question = "石桥维修花了几年时间"
    alone = index(_about("a.txt", 5)).search(question).hits
    assert [hit.passage.document.id for hit in alone] == ["a.txt"] * 3
    both = index(_about("a.txt", 5), _about("b.txt", 1, first=9)).search(question).hits
    assert sorted(hit.passage.document.id for hit in both) == ["a.txt", "a.txt", "b.txt"]
