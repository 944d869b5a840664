"""rank-bm25's Okapi, exact, with Lucene's idf and scored from postings.

`BM25Okapi` 0.2.2 floors a negative idf at a quarter of the average, so that a term found in
nine passages of ten can outweigh one found in four; and `get_scores` walks every document in
Python. Here the idf is Lucene's, ``ln(1 + (N - n + ½) / (n + ½))``, and the same scores come
from one numpy array of documents and weights per term, in memory or mapped from a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Okapi

from retrieval.engines.postings import Documents, Make, Postings, in_memory

Scores = npt.NDArray[np.float32]


class Okapi(BM25Okapi):  # type: ignore[misc]  # rank-bm25 has no types
    """BM25 over the postings of one field."""

    def __init__(
        self,
        corpus: Postings,
        k1: float = 1.2,
        b: float = 0.75,
        *,
        weights: Scores | None = None,
        make: Make = in_memory,
    ) -> None:
        """`weights`, where they were made before with the same constants."""
        self._make = make
        self.weights: Scores | None = weights
        super().__init__(corpus, k1=k1, b=b)

    def _initialize(self, corpus: Postings) -> Postings:
        """Take in the postings, as rank-bm25 takes in the words of each document."""
        self.postings = corpus
        self.doc_len = corpus.lengths
        self.corpus_size = len(corpus.lengths)
        self.avgdl = float(corpus.lengths.mean()) if self.corpus_size else 0.0
        return corpus

    def _calc_idf(self, nd: Postings) -> None:
        """Weigh every posting: the term's idf times the saturated count."""
        if self.weights is not None:
            return
        average = self.avgdl or 1.0
        norm = (self.k1 * (1 - self.b + self.b * nd.lengths / average)).astype(np.float32)
        self.weights = self._make("weights", len(nd.documents), np.float32)
        for terms in nd.blocks():
            offsets = nd.offsets[terms.start : terms.stop + 1]
            sizes = np.diff(offsets)
            idf = np.log1p((self.corpus_size - sizes + 0.5) / (sizes + 0.5)).astype(np.float32)
            span = slice(int(offsets[0]), int(offsets[-1]))
            counts = nd.counts[span].astype(np.float32)
            weights = np.repeat(idf, sizes) * counts * np.float32(self.k1 + 1)
            self.weights[span] = weights / (counts + norm[nd.documents[span]])

    def documents(self, term: str) -> Documents:
        """The numbers of the documents that have `term`, in no order."""
        found: Documents = self.postings.documents[self.postings.find(term)]
        return found

    def add_scores(self, scores: Scores, query: Mapping[str, float], weight: float = 1.0) -> None:
        """Add ``weight · Σ query[term] · BM25(term, document)`` to `scores`, in place."""
        assert self.weights is not None
        for term, boost in query.items():
            span = self.postings.find(term)
            if span.stop > span.start:
                part = self.weights[span] * np.float32(boost * weight)
                scores[self.postings.documents[span]] += part

    def get_scores(self, query: Iterable[str]) -> Scores:
        """The scores of every document, as rank-bm25 gives them: a repeated term counts again."""
        boosts: dict[str, float] = {}
        for term in query:
            boosts[term] = boosts.get(term, 0.0) + 1.0
        scores: Scores = np.zeros(self.corpus_size, dtype=np.float32)
        self.add_scores(scores, boosts)
        return scores
