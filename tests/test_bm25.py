"""BM25: rank-bm25's own scores, with an idf that is never negative."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from retrieval.engines import inverse_frequency
from retrieval.engines.bm25 import Okapi, keyed
from retrieval.engines.fields import gathered

_TERMS = "甲乙丙丁戊己"
_DOCUMENT = st.lists(st.sampled_from(_TERMS), max_size=12)
_CORPUS = st.lists(_DOCUMENT, min_size=1, max_size=12)
_QUERY = st.lists(st.sampled_from(_TERMS + "庚"), max_size=8)
_K1 = st.floats(0.1, 3.0)
_B = st.floats(0.0, 0.95)  # at 1 rank-bm25 divides an empty document by zero


class _Reference(BM25Okapi):  # type: ignore[misc]  # rank-bm25 has no types
    """rank-bm25 as it is, but for the idf."""

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        size = self.corpus_size
        self.idf = {term: math.log(1 + (size - n + 0.5) / (n + 0.5)) for term, n in nd.items()}


def _okapi(corpus: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.75) -> Okapi:
    return Okapi(gathered(corpus), k1, b)


@given(_CORPUS.filter(any), _QUERY, _K1, _B)
def test_scores_are_those_of_rank_bm25(
    corpus: list[list[str]], query: list[str], k1: float, b: float
) -> None:
    expected = _Reference(corpus, k1=k1, b=b).get_scores(query)
    assert np.allclose(_okapi(corpus, k1, b).get_scores(query), expected, atol=1e-4)


@given(st.lists(_DOCUMENT, max_size=12), _QUERY)
def test_no_score_is_negative_or_not_a_number(corpus: list[list[str]], query: list[str]) -> None:
    okapi = _okapi(corpus)
    scores = okapi.get_scores(query)
    assert scores.shape == (len(corpus),)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    for score, document in zip(scores, corpus, strict=True):
        assert (score > 0) == bool(set(document) & set(query))


@given(_CORPUS.filter(any), _QUERY, st.floats(0.0, 4.0))
def test_weights_multiply(corpus: list[list[str]], query: list[str], weight: float) -> None:
    okapi = _okapi(corpus)
    scores = np.ones(len(corpus), dtype=np.float32)
    okapi.posted(*keyed(Counter(query)), weight, 1.0, of_documents=False).add(scores)
    assert np.allclose(scores - 1, weight * okapi.get_scores(query), atol=1e-4)


def test_idf_is_lucenes() -> None:
    assert inverse_frequency(3, 2) == pytest.approx(math.log(1 + 1.5 / 2.5))
    assert inverse_frequency(3, 0) == pytest.approx(math.log(1 + 3.5 / 0.5))
    once = _okapi([["甲"], ["甲"], ["丙"]])  # of average length: the rest of the formula is 1
    scores = once.get_scores(["甲", "丙"]).tolist()
    assert scores == pytest.approx([inverse_frequency(3, n) for n in (2, 2, 1)])


@given(st.integers(1, 5000), st.data())
def test_the_rarer_term_always_has_the_higher_idf(size: int, data: st.DataObject) -> None:
    fewer = data.draw(st.integers(0, size - 1))
    more = data.draw(st.integers(fewer + 1, size))
    assert inverse_frequency(size, fewer) > inverse_frequency(size, more) > 0


def test_a_term_in_nine_of_ten_documents_never_outweighs_a_rarer_one() -> None:
    corpus = [[f"独{n}"] for n in range(20)]
    for n, document in enumerate(corpus):
        document += ["常"] * (n < 18) + ["罕"] * (n < 9)
    okapi = _okapi(corpus)
    common, rare = okapi.get_scores(["常"]), okapi.get_scores(["罕"])
    assert (common[:9] < rare[:9]).all()
    # What this guards against: rank-bm25's own idf turns the two round.
    floored = BM25Okapi(corpus)
    assert floored.idf["常"] > floored.idf["罕"]


def test_an_empty_corpus_and_empty_documents() -> None:
    assert Okapi(gathered([])).get_scores(["甲"]).shape == (0,)
    assert inverse_frequency(0, 0) > 0
    assert _okapi([[], []]).get_scores(["甲"]).tolist() == [0.0, 0.0]
    assert _okapi([[], ["甲"]]).get_scores(["甲", "未知"])[1] > 0


def test_a_generator_will_do() -> None:
    assert Okapi(gathered("甲乙")).get_scores(["乙"])[1] > 0
