"""Every engine finds the same passages with the same scores: what it is filled with, whatever it
is asked, and whatever it may not find."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.analysis.segment import Segmenter
from retrieval.engines import Engine, Scope, counts, importance
from retrieval.engines.fields import Fields
from retrieval.engines.okapi import OkapiEngine
from retrieval.model import Query, Scored
from tests.corpora import query as asked
from tests.milvus import milvus_engine, needs_milvus

_SEGMENTER = Segmenter()
Make = Callable[[Fields], Engine]
Corpus = list[tuple[str, str, list[str]]]
"""Documents as a lead, a title and passages."""


def _in_memory(fields: Fields) -> Engine:
    return OkapiEngine(fields)


def _on_disk(fields: Fields) -> Engine:
    with TemporaryDirectory() as name:
        folder = Path(name)
        fields.save(folder)
        OkapiEngine(Fields.open(folder), folder=folder)
        return OkapiEngine(Fields.open(folder), folder=folder)


ENGINES = [
    pytest.param(_in_memory, id="okapi in memory"),
    pytest.param(_on_disk, id="okapi on disk"),
    pytest.param(milvus_engine, id="milvus", marks=needs_milvus),
]


@pytest.fixture(name="make", params=ENGINES)
def _make(request: pytest.FixtureRequest) -> Make:
    def make(fields: Fields) -> Engine:
        engine: Engine = request.param(fields)
        engine.publish()
        return engine

    return make


def fields_of(documents: Corpus) -> Fields:
    terms = _SEGMENTER.terms
    return Fields.of(
        {
            "passage": [terms(text) for text in passages],
            "title": [terms(title)] * len(passages),
            "lead": [terms(lead)],
            "by": [terms(title[::-1])],
        }
        for lead, title, passages in documents
    )


def _passages(*texts: str) -> Fields:
    return fields_of([("", "", [text]) for text in texts])


def _agree(one: list[Scored], other: list[Scored]) -> None:
    """Whether two rankings are the same but for what 32-bit sums may turn round."""
    assert len(one) == len(other)
    assert np.allclose([h.score for h in one], [h.score for h in other], rtol=1e-4)
    bodies = {hit.passage: hit.body for hit in one}
    least = one[-1].score * (1 + 1e-4) if one else 0.0
    for hit in other:
        if hit.score > least:  # of the last ones, an engine may have others that are as good
            assert hit.body == pytest.approx(bodies[hit.passage], rel=1e-3, abs=1e-4 * hit.score)


_TEXT = st.text(alphabet="人权法律香港报告2021年ab ", max_size=16)
_DOCUMENT = st.tuples(_TEXT, _TEXT, st.lists(_TEXT, max_size=3))
_CORPUS = st.lists(_DOCUMENT, max_size=6)
_QUESTIONS = st.lists(_TEXT, min_size=1, max_size=4)


@given(_CORPUS, _QUESTIONS, st.integers(1, 8), st.data())
@settings(max_examples=25, deadline=None)
def test_rankings_on_disk_are_those_in_memory(
    corpus: Corpus, questions: list[str], limit: int, data: st.DataObject
) -> None:
    fields = fields_of(corpus)
    _ranks_alike(fields, _on_disk(fields), questions, limit, data)


@needs_milvus
@given(_CORPUS, _QUESTIONS, st.integers(1, 8), st.data())
@settings(max_examples=6, deadline=None)
def test_rankings_in_milvus_are_those_in_memory(
    corpus: Corpus, questions: list[str], limit: int, data: st.DataObject
) -> None:
    fields = fields_of(corpus)
    engine = milvus_engine(fields)
    engine.publish()
    _ranks_alike(fields, engine, questions, limit, data)


def _ranks_alike(
    fields: Fields, engine: Engine, questions: list[str], limit: int, data: st.DataObject
) -> None:
    reference = OkapiEngine(fields)
    assert len(engine) == len(reference)
    for question in questions:
        query = asked(question)
        scope = data.draw(_scopes(len(fields.owner), fields.documents))
        found = engine.search(query, limit, scope)
        _agree(reference.search(query, limit, scope), found)
        assert len({hit.passage for hit in found}) == len(found) <= limit
        assert all(hit.score > 0 and 0 <= hit.body <= hit.score * 1.0001 for hit in found)
        assert all((-a.score, a.passage) < (-b.score, b.passage) for a, b in pairwise(found))
        if scope is not None:
            assert all(scope.admits(h.passage, int(fields.owner[h.passage])) for h in found)
        assert importance(engine, query) == importance(reference, query)
        words, chars = list(query.word), list(query.char)
        assert np.array_equal(engine.having(words, chars), reference.having(words, chars))


def _scopes(passages: int, documents: int) -> st.SearchStrategy[Scope | None]:
    def some(total: int) -> st.SearchStrategy[np.ndarray | None]:
        numbers = st.lists(st.sampled_from(range(total)), unique=True) if total else st.just([])
        return st.none() | numbers.map(lambda n: np.asarray(sorted(n), dtype=np.int64))

    return st.none() | st.builds(Scope, some(documents), some(passages), some(passages))


def test_ties_are_broken_by_number(make: Make) -> None:
    engine = make(_passages("人权报告", "天气", "人权报告", "人权报告"))
    found = engine.search(asked("人权报告"), 2)
    assert [hit.passage for hit in found] == [0, 2]
    assert found[0].score == pytest.approx(found[1].score)


def test_a_title_counts_in_the_score_and_not_in_the_body(make: Make) -> None:
    engine = make(fields_of([("", "人权报告", ["香港天气"]), ("", "", ["香港天气", "新闻"])]))
    (hit,) = engine.search(asked("人权报告"), 10)
    assert (hit.passage, hit.body) == (0, 0.0)
    assert hit.score > 0


def test_a_lead_counts_for_every_passage_of_its_document(make: Make) -> None:
    engine = make(fields_of([("", "", ["天气"]), ("人权", "", ["香港", "新闻", ""])]))
    assert [hit.passage for hit in engine.search(asked("人权"), 10)] == [1, 2, 3]


def test_passages_that_have_all_of_some_terms(make: Make) -> None:
    engine = make(_passages("人权与 ngo", "人权", "ngo 法律", "天气"))
    assert engine.having([], ["人权"]).tolist() == [0, 1]
    assert engine.having(["ngo"], ["人权"]).tolist() == [0]
    assert engine.having(["ngo", "熊猫"], []).tolist() == []
    assert engine.having([], []).tolist() == [0, 1, 2, 3]


def test_words_of_passages_and_titles_are_counted_together(make: Make) -> None:
    engine = make(fields_of([("", "香港", ["人权"]), ("", "人权", ["法律", "人权 人权"])]))
    assert counts(engine, ["人权", "法律", "香港", "熊猫"]) == [4, 1, 1, 0]


def test_the_rarer_word_says_more_and_an_unknown_one_most(make: Make) -> None:
    says = importance(make(_passages("人权 法律", "人权", "人权")), asked("人权 法律 熊猫"))
    assert 0 < says["人权"] < says["法律"] < says["熊猫"]


def test_an_engine_without_passages_finds_nothing(make: Make) -> None:
    engine = make(fields_of([]))
    assert engine.search(asked("人权"), 5) == []
    assert engine.search(asked("人权"), 5, Scope(passages=np.arange(0))) == []


def test_an_engine_of_empty_passages_finds_nothing(make: Make) -> None:
    engine = make(_passages("", ""))
    assert engine.search(asked("人权"), 5) == []


def test_what_nothing_is_asked_for_finds_nothing(make: Make) -> None:
    nothing = Query("", "", {}, {}, {})
    assert make(_passages("人权")).search(nothing, 5) == []
