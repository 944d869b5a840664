"""The default engine: order, limits, what it says of terms."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.segment import Segmenter
from retrieval.engines import Scope, bm25, counts, importance
from retrieval.engines import okapi as okapi_module
from retrieval.engines.fields import Fields
from retrieval.engines.okapi import OkapiEngine
from tests.corpora import query as asked

_SEGMENTER = Segmenter()


def _engine(texts: list[str], titles: list[str] | None = None) -> OkapiEngine:
    """An engine over one passage a document."""
    bodies = [_SEGMENTER.terms(text) for text in texts]
    heads = [_SEGMENTER.terms(title) for title in titles or [""] * len(texts)]
    empty = _SEGMENTER.terms("")
    return OkapiEngine(
        Fields.of(
            {"passage": [body], "title": [head], "lead": [empty], "by": [empty]}
            for body, head in zip(bodies, heads, strict=True)
        )
    )


_TEXTS = st.lists(st.text(alphabet="人权法律香港报告ab ", max_size=20), max_size=10)
_QUESTION = st.text(alphabet="人权法律香港报告ab ", max_size=10)


@given(_TEXTS, _QUESTION, st.integers(1, 12))
def test_results_are_positive_ordered_and_the_best_of_all(
    texts: list[str], question: str, limit: int
) -> None:
    engine, query = _engine(texts), asked(question)
    scored = engine.search(query, limit)
    assert len(scored) <= limit
    assert all(hit.score > 0 and hit.body >= 0 for hit in scored)
    assert all((-a.score, a.passage) < (-b.score, b.passage) for a, b in pairwise(scored))
    assert scored == engine.search(query, len(texts) + 1)[:limit]


@given(_TEXTS, _QUESTION, st.data())
def test_allowed_leaves_out_the_others_and_changes_no_score(
    texts: list[str], question: str, data: st.DataObject
) -> None:
    engine, query = _engine(texts), asked(question)
    numbers = st.sampled_from(range(len(texts))) if texts else st.nothing()
    allowed = data.draw(st.lists(numbers, unique=True))
    every = engine.search(query, 20)
    wanted = np.asarray(sorted(allowed), dtype=np.int64)
    assert engine.search(query, 20, Scope(passages=wanted)) == [
        hit for hit in every if hit.passage in allowed
    ]


def test_passages_that_have_all_of_some_terms() -> None:
    engine = _engine(["人权与 ngo", "人权", "ngo 法律", "天气"])
    assert engine.having([], ["人权"]).tolist() == [0, 1]
    assert engine.having(["ngo"], ["人权"]).tolist() == [0]
    assert engine.having(["ngo", "熊猫"], []).tolist() == []
    assert engine.having([], []).tolist() == [0, 1, 2, 3]


def test_ties_are_broken_by_number() -> None:
    engine = _engine(["人权报告", "天气", "人权报告", "人权报告"])
    found = engine.search(asked("人权报告"), 2)
    assert [hit.passage for hit in found] == [0, 2]
    assert found[0].score == found[1].score


def test_a_title_counts_in_the_score_and_not_in_the_body() -> None:
    engine = _engine(["香港天气", "香港天气", "新闻"], ["人权报告", "", ""])
    (hit,) = engine.search(asked("人权报告"), 10)
    assert hit.passage == 0
    assert hit.score > hit.body == 0


def test_words_of_passages_and_titles_are_counted_together() -> None:
    engine = _engine(["人权", "法律", "人权 人权"], ["香港", "", "人权"])
    assert counts(engine, ["人权", "法律", "香港", "熊猫"]) == [3, 1, 1, 0]


def test_the_rarer_word_says_more_and_an_unknown_one_most() -> None:
    engine = _engine(["人权 法律", "人权", "人权"])
    says = importance(engine, asked("人权 法律 熊猫"))
    assert 0 < says["人权"] < says["法律"] < says["熊猫"]


def test_an_engine_without_passages_finds_nothing() -> None:
    engine = OkapiEngine(Fields.of(()))
    assert engine.search(asked("人权"), 5) == []
    assert engine.search(asked("人权"), 5, Scope(passages=np.arange(0))) == []
    assert _engine([""]).search(asked("人权"), 5) == []


@given(_TEXTS, _TEXTS, _QUESTION, st.integers(1, 4), st.integers(0, 8))
def test_what_is_left_out_is_never_among_the_best(
    texts: list[str], titles: list[str], question: str, limit: int, long: int
) -> None:
    engine, query = _engine(texts, (titles + [""] * len(texts))[: len(texts)]), asked(question)
    whole = engine.search(query, limit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bm25, "WORTH", 0)
        patch.setattr(bm25, "_MANY", 0)
        patch.setattr(okapi_module, "WORTH", 0)
        patch.setattr(bm25, "_LONG", long)
        patch.setattr(okapi_module, "_FEW", 1)
        assert engine.search(query, limit) == whole
        left = np.arange(0, len(texts), 2)
        assert (
            engine.search(query, limit, Scope(passages=left))
            == [hit for hit in engine.search(query, len(texts) + 1) if hit.passage % 2 == 0][:limit]
        )


def test_of_many_passages_few_are_scored() -> None:
    """A rare word decides; that a common one stands in most passages costs nothing then."""
    chance = random.Random(5)
    common = ["".join(chance.choices("人权法律香港报告", k=12)) for _ in range(3_000)]
    texts = [f"{text}甘露" if number % 100 == 7 else text for number, text in enumerate(common)]
    engine, query = _engine(texts), asked("甘露报告")
    whole = engine.search(query, 10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bm25, "WORTH", 0)
        patch.setattr(bm25, "_MANY", 0)
        patch.setattr(okapi_module, "WORTH", 0)
        patch.setattr(bm25, "_LONG", 0)
        posted = [
            pair.posted(bm25.keyed(query.word), bm25.keyed(query.char))
            for pair in engine._pairs.values()
        ]
        lists = (one for field in posted for each in field for one in each.lists())
        chosen = bm25.candidates(lists, len(engine), engine._fields.owner, 10)
        assert chosen is not None
        assert {hit.passage for hit in whole} <= set(chosen.tolist())
        assert len(chosen) <= 30
        assert engine.search(query, 10) == whole
