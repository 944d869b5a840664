"""rank-bm25's Okapi, exact, with Lucene's idf and scored from postings.

`BM25Okapi` 0.2.2 floors a negative idf at a quarter of the average, so that a term found in
nine passages of ten can outweigh one found in four; and `get_scores` walks every document in
Python. Here the idf is Lucene's, ``ln(1 + (N - n + ½) / (n + ½))``, and the same scores come
from one numpy array of documents and weights per term.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Okapi

Scores = npt.NDArray[np.float32]


class Okapi(BM25Okapi):  # type: ignore[misc]  # rank-bm25 has no types
    """BM25 over one field. `corpus` is the term counts of each document, none needed."""

    def __init__(
        self, corpus: Iterable[Mapping[str, int]], k1: float = 1.2, b: float = 0.75
    ) -> None:
        self.vocabulary: dict[str, int] = {}
        super().__init__(corpus, k1=k1, b=b)

    def _initialize(self, corpus: Iterable[Mapping[str, int]]) -> dict[str, int]:
        """Take in the term counts; returns in how many documents each term occurs."""
        terms, documents, counts = array("I"), array("I"), array("I")
        vocabulary, lengths = self.vocabulary, array("I")
        for number, document in enumerate(corpus):
            terms.extend([vocabulary.setdefault(term, len(vocabulary)) for term in document])
            counts.extend(document.values())
            documents.extend([number] * len(document))
            lengths.append(sum(document.values()))
        self.doc_len = np.asarray(lengths, dtype=np.float32)
        self.corpus_size = len(lengths)
        self.avgdl = float(self.doc_len.mean()) if len(lengths) else 0.0
        ids = np.frombuffer(terms, dtype=np.uint32) if terms else np.zeros(0, np.uint32)
        order = np.argsort(ids, kind="stable")
        self._documents = np.asarray(documents, dtype=np.int32)[order]
        self._counts = np.asarray(counts, dtype=np.float32)[order]
        frequencies = np.bincount(ids, minlength=len(vocabulary))
        self._offsets = np.concatenate(([0], np.cumsum(frequencies))).tolist()
        return dict(zip(vocabulary, frequencies.tolist(), strict=True))

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        self.idf = {term: self.inverse_frequency(n) for term, n in nd.items()}
        idf = np.repeat(
            np.fromiter(self.idf.values(), np.float32, len(self.idf)), np.diff(self._offsets)
        )
        average = self.avgdl or 1.0
        norm = self.k1 * (1 - self.b + self.b * self.doc_len[self._documents] / average)
        self._weights: Scores = (idf * self._counts * (self.k1 + 1) / (self._counts + norm)).astype(
            np.float32
        )
        del self._counts

    def inverse_frequency(self, documents: int) -> float:
        """Lucene's idf of a term that occurs in so many documents: never negative."""
        return math.log(1 + (self.corpus_size - documents + 0.5) / (documents + 0.5))

    def documents(self, term: str) -> npt.NDArray[np.int32]:
        """The numbers of the documents that have `term`, ascending."""
        number = self.vocabulary.get(term)
        if number is None:
            return self._documents[:0]
        return self._documents[self._offsets[number] : self._offsets[number + 1]]

    def add_scores(self, scores: Scores, query: Mapping[str, float], weight: float = 1.0) -> None:
        """Add ``weight · Σ query[term] · BM25(term, document)`` to `scores`, in place."""
        for term, boost in query.items():
            number = self.vocabulary.get(term)
            if number is not None:
                span = slice(self._offsets[number], self._offsets[number + 1])
                scores[self._documents[span]] += self._weights[span] * np.float32(boost * weight)

    def get_scores(self, query: Iterable[str]) -> Scores:
        """The scores of every document, as rank-bm25 gives them: a repeated term counts again."""
        boosts: dict[str, float] = {}
        for term in query:
            boosts[term] = boosts.get(term, 0.0) + 1.0
        scores: Scores = np.zeros(self.corpus_size, dtype=np.float32)
        self.add_scores(scores, boosts)
        return scores
