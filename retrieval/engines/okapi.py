"""The default engine: exact BM25 over every field, in memory. Up to about 100,000 passages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.analysis.segment import Terms
from retrieval.engines import Numbers
from retrieval.engines.bm25 import Okapi, Scores
from retrieval.engines.fields import Fields
from retrieval.model import Query, Scored


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each field counts beside 1 of the passage, and BM25's constants. Measured: see
    benchmarks/README.md."""

    title: float = 0.5
    lead: float = 0.15
    char: float = 0.5
    """Of the char field, beside the word field's 1, in each of them."""
    k1: float = 0.7
    b: float = 0.4


class _Pair:
    """The two fields of one kind of text: words, and characters at a lower weight."""

    def __init__(self, terms: Sequence[Terms], weights: Weights) -> None:
        self.word = Okapi((t.word for t in terms), weights.k1, weights.b)
        self.char = Okapi((t.char for t in terms), weights.k1, weights.b)
        self._char_weight = weights.char

    def scores(self, query: Query) -> Scores:
        scores: Scores = np.zeros(self.word.corpus_size, dtype=np.float32)
        self.word.add_scores(scores, query.word)
        self.char.add_scores(scores, query.char, self._char_weight)
        return scores


class OkapiEngine:
    """score = passage + ½ title + 0.15 lead, each its words + ½ characters."""

    def __init__(self, fields: Fields, weights: Weights = Weights()) -> None:
        self._weights = weights
        self._passages = _Pair(fields.passages, weights)
        self._titles = _Pair(fields.titles, weights)
        self._leads = _Pair(fields.leads, weights)
        self._owner = np.asarray(fields.owner, dtype=np.int32)

    def search(self, query: Query, limit: int, allowed: Numbers | None = None) -> list[Scored]:
        weights = self._weights
        body = self._passages.scores(query)
        if not len(body):
            return []
        scores = body + weights.title * self._titles.scores(query)
        scores += (weights.lead * self._leads.scores(query))[self._owner]
        if allowed is not None:
            outside = np.ones(len(scores), dtype=bool)
            outside[allowed] = False
            scores[outside] = 0.0
        best = np.flatnonzero(scores > 0)
        if len(best) > limit:
            least = np.partition(scores[best], len(best) - limit)[len(best) - limit]
            best = best[scores[best] >= least]
        order = best[np.lexsort((best, -scores[best]))][:limit]
        return [Scored(int(n), float(scores[n]), float(body[n])) for n in order]

    def importance(self, query: Query) -> Mapping[str, float]:
        word, char = self._passages.word, self._passages.char
        unseen = word.inverse_frequency(0)
        importance = {
            term: self._weights.char * boost * char.idf.get(term, unseen)
            for term, boost in query.char.items()
        }
        for term, boost in query.word.items():
            idf = word.idf.get(term, unseen)
            importance[term] = importance.get(term, 0.0) + boost * idf
        return importance

    @property
    def saturation(self) -> float:
        return self._weights.k1 + 1

    def having(self, words: Iterable[str], chars: Iterable[str]) -> Numbers:
        pair = self._passages
        postings = [pair.word.documents(term) for term in dict.fromkeys(words)]
        postings += [pair.char.documents(term) for term in dict.fromkeys(chars)]
        left: Numbers = np.arange(pair.word.corpus_size)
        for numbers in sorted(postings, key=len):
            left = np.intersect1d(left, numbers, assume_unique=True)
        return left

    def knows(self, term: str) -> bool:
        return term in self._passages.char.idf or term in self._passages.word.idf

    def unknown(self, query: Query) -> tuple[str, ...]:
        return tuple(
            term
            for term in query.word
            if term not in self._passages.word.idf and term not in self._titles.word.idf
        )
