"""Searching one generation: what is found on the seeds, in either script, and what is not."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from retrieval.model import Excerpt, Verdict
from retrieval.ranking import FIRST_PAGE
from retrieval.ranking.rerank import PER_DOCUMENT
from tests.corpora import document, index, questions, seeds, seeds_index

EXCERPT_AT_3, EXCERPT_AT_1, UNCLAIMED, REFUSED = 0.92, 0.85, 0.94, 0.80
"""What the questions of set "base" must reach on the seeds."""

Quoted = list[tuple[str, Excerpt]]


@cache
def _quoted(question: str) -> tuple[Verdict, Quoted]:
    result = seeds_index().search(question)
    return result.verdict, [(hit.passage.id, hit.excerpt) for hit in result.hits]


def _base(answerable: bool) -> list[dict[str, object]]:
    rows = [row for row in questions() if row["set"] == "base"]
    return [row for row in rows if bool(row["answers"]) is answerable]


def _holds(row: dict[str, object], count: int) -> bool:
    answers = row["answers"]
    assert isinstance(answers, list)
    hits = seeds_index().search(str(row["text"])).hits[:count]
    return any(answer in hit.quote for answer in answers for hit in hits)


@pytest.mark.parametrize(("count", "least"), [(3, EXCERPT_AT_3), (1, EXCERPT_AT_1)])
def test_the_first_excerpts_hold_the_answer(count: int, least: float) -> None:
    rows = _base(answerable=True)
    missed = [row["id"] for row in rows if not _holds(row, count)]
    assert len(missed) <= (1 - least) * len(rows), missed


def test_what_the_corpus_does_not_answer_is_not_claimed_to_be_found() -> None:
    verdicts = {row["id"]: _quoted(str(row["text"]))[0] for row in _base(answerable=False)}
    claimed = [name for name, verdict in verdicts.items() if verdict is Verdict.FOUND]
    quoted = [name for name, verdict in verdicts.items() if verdict is not Verdict.NONE]
    assert len(claimed) <= (1 - UNCLAIMED) * len(verdicts), claimed
    assert len(quoted) <= (1 - REFUSED) * len(verdicts), quoted


@pytest.mark.parametrize("script", ["s2t", "s2tw", "s2hk", "t2s"])
def test_both_scripts_find_the_same(script: str) -> None:
    convert = OpenCC(script).convert
    asked = [str(row["text"]) for row in questions()]
    assert [q for q in asked if _quoted(convert(q)) != _quoted(q)] == []


@given(st.text(max_size=60) | st.text(alphabet='“”"-+:*人权香港2021 \ud800\u200b', max_size=40))
def test_any_string_can_be_asked(question: str) -> None:
    result = seeds_index().search(question)
    assert result.confidence >= 0
    assert bool(result.hits) == (result.total > 0) == (result.verdict is not Verdict.NONE)
    shown = len(result.hits)
    one_document = len({hit.passage.document.id for hit in result.hits}) == 1
    assert shown == min(result.total, FIRST_PAGE) or (shown == 2 and one_document)
    assert result.documents <= result.total
    assert len(seeds_index().documents_for(question, 3)) <= 3


@pytest.mark.parametrize("question", ["", "  ", "？！", "请问是什么", "the of", "\u200b\ud800"])
def test_a_question_of_nothing_finds_nothing(question: str) -> None:
    result = seeds_index().search(question)
    assert result.query.empty
    assert (result.verdict, result.hits, result.total) == (Verdict.NONE, (), 0)


def test_pages_follow_one_another_without_gap_or_repeat() -> None:
    built, question = seeds_index(), "布林肯谈人权"
    whole = built.search(question, page=slice(0, 100))
    assert whole.total == len(whole.hits) > 2 * FIRST_PAGE
    pages = [built.search(question, page=slice(at, at + 3)).hits for at in range(0, 102, 3)]
    assert [hit for page in pages for hit in page] == list(whole.hits)
    assert built.search(question, page=slice(1000, 1003)).hits == ()


def test_the_best_quotes_come_first_whosever_they_are_and_the_newest_from_several() -> None:
    sections = [f"{name}届东京会议于三月举行，发表了声明。" * 12 for name in "甲乙丙丁"]
    others = [document(f"{name}.txt", name * 60) for name in "戊己庚辛"]
    long = document("long.txt", *(part for s in sections for part in ("# 会议", s)))
    short = document("short.txt", "东京会议也在四月举行。")
    built = index(long, short, *others)
    best = built.search("东京会议的声明", page=slice(0, 10)).hits
    assert [hit.passage.document.id for hit in best[:FIRST_PAGE]] == ["long.txt"] * FIRST_PAGE
    assert "short.txt" in [hit.passage.document.id for hit in best[FIRST_PAGE:]]
    newest = built.search("东京会议的声明", newest=True).hits
    names = [hit.passage.document.id for hit in newest]
    assert (names.count("long.txt"), names.count("short.txt")) == (PER_DOCUMENT, 1)


def test_newest_first_is_by_date_and_finds_the_same() -> None:
    question, every = "布林肯谈人权", slice(0, 100)
    newest = seeds_index().search(question, newest=True, page=every)
    dates = [hit.passage.document.published or "" for hit in newest.hits]
    assert dates == sorted(dates, reverse=True)
    best = seeds_index().search(question, page=every)
    assert {h.passage.id for h in newest.hits} == {h.passage.id for h in best.hits}


def test_one_document_alone() -> None:
    every = slice(0, 100)
    whole = seeds_index().search("布林肯谈人权", page=every)
    wanted = seeds().documents.index(whole.hits[0].passage.document)
    only = seeds_index().search("布林肯谈人权", document=wanted, page=every)
    assert only.documents == 1
    assert {hit.passage.document.id for hit in only.hits} == {seeds().documents[wanted].id}
    assert only.total == len(only.hits)


def test_words_the_corpus_has_nowhere_are_named_as_they_were_spelled() -> None:
    result = seeds_index().search("香港 熊貓")
    assert result.missing == ("熊貓",)


def test_when_nothing_is_found_the_nearest_documents_are_named_once_each() -> None:
    for row in _base(answerable=False):
        result = seeds_index().search(str(row["text"]))
        if result.verdict is Verdict.NONE:
            assert not result.hits
            assert len(result.nearest) == len({d.id for d in result.nearest}) <= 3


def test_the_generation_is_that_of_the_texts() -> None:
    one, two = document("a.txt", "人权。"), document("b.txt", "法律。")
    assert index(one, two).generation == index(one, two).generation != index(one).generation
    assert index(one).search("人权").generation == index(one).generation


def test_an_index_of_nothing_finds_nothing() -> None:
    for built in (index(), index(document("a.txt", "# 只有标题"))):
        assert built.search("只有标题").verdict is Verdict.NONE
        assert built.documents_for("标题", 5) == []


def test_a_text_that_two_documents_have_is_quoted_once() -> None:
    text = "会议于三月十六日在东京举行，双方发表了联合声明。"
    others = [document(f"{n}.txt", c * 30) for n, c in enumerate("甲乙丙丁戊己庚辛")]
    built = index(document("a.txt", text), document("b.txt", text), *others)
    hits = built.search("会议在东京举行").hits
    assert len(hits) == 1
    assert hits[0].passage.document.id in ("a.txt", "b.txt")
