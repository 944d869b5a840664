"""rank-bm25's Okapi, exact, with Lucene's idf and scored from postings.

`BM25Okapi` 0.2.2 floors a negative idf at a quarter of the average, so that a term found in
nine passages of ten can outweigh one found in four; and `get_scores` walks every document in
Python. Here the idf is Lucene's, ``ln(1 + (N - n + ½) / (n + ½))``, and the same scores come
from one numpy array of documents and weights per term, in memory or mapped from a file.

Where many postings would have to be added up, the best are found without (MaxScore; Turtle and
Flood 1995): terms that can say much first; of those that say little, only what could still put a
passage among the best.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Okapi

from retrieval.engines import Numbers
from retrieval.engines.postings import Documents, Keys, Postings, keys
from retrieval.files import Make, in_memory, places

Scores = npt.NDArray[np.float32]
Keyed = tuple[Keys, npt.NDArray[np.float64]]
"""Terms by their keys, and how much each weighs in a question."""

WORTH = 1_000_000
"""Postings of a question from which it pays: at 280,000 it takes 8 ms, and adding all up takes 3
(40,000 passages)."""
_MANY = 50_000
"""Postings of a field that are added term by term: of fewer, all at once takes less."""
_LONG = 4_096
"""Postings that are worth a look at what could be left out."""
_SLACK = np.float32(1e-4)
"""Relative: what rounding may change in the order of sums."""


class Listed(NamedTuple):
    """The postings of one term of a question in one field."""

    documents: Documents
    """Ascending."""
    weights: Scores
    boost: np.float32
    """By which the weights count in the field's score."""
    factor: float
    """By which the field counts in the whole score."""
    most: float
    """The most that it adds to the whole score."""
    of_documents: bool
    """Whether documents are numbered, and not passages."""

    def at(self, numbers: npt.NDArray[np.signedinteger]) -> tuple[npt.NDArray[np.bool_], Scores]:
        """Which of some documents it has, and their weights times the boost."""
        found = places(self.documents, numbers)
        there = found >= 0
        return there, self.weights[found[there]] * self.boost


class Posted(NamedTuple):
    """The postings of all terms of a question in one field, those that any document has."""

    okapi: Okapi
    places: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    boosts: Scores
    factor: float
    of_documents: bool
    size: int
    """Of all of them."""

    def lists(self) -> Iterator[Listed]:
        """The same term by term."""
        okapi, boosts = self.okapi, self.boosts
        most = (okapi.most[self.places] * boosts * self.factor).tolist()
        each = zip(self.starts.tolist(), self.sizes.tolist(), boosts, most, strict=True)
        for start, size, boost, much in each:
            part = slice(start, start + size)
            of = okapi.postings.documents[part], okapi.weights[part]
            yield Listed(*of, boost, self.factor, much, self.of_documents)

    def add(self, scores: Scores) -> None:
        """Add up what each document scores, in place."""
        sizes = self.sizes
        if self.size >= _MANY:
            for one in self.lists():
                scores[one.documents] += one.weights * one.boost
        elif self.size:
            at = np.arange(self.size) + (self.starts - sizes.cumsum() + sizes).repeat(sizes)
            weights = self.okapi.weights[at] * self.boosts.repeat(sizes)
            np.add.at(scores, self.okapi.postings.documents[at].astype(np.intp), weights)


def keyed(terms: Mapping[str, float]) -> Keyed:
    """The keys of weighted terms, and their weights."""
    return keys(terms), np.fromiter(terms.values(), float, len(terms))


class Okapi(BM25Okapi):  # type: ignore[misc]  # rank-bm25 has no types
    """BM25 over the postings of one field."""

    def __init__(
        self,
        corpus: Postings,
        k1: float = 1.2,
        b: float = 0.75,
        *,
        weights: tuple[Scores, Scores] | None = None,
        make: Make = in_memory,
    ) -> None:
        """`weights` and `most`, where they were made before with the same constants."""
        self._make, self._made = make, weights
        self.weights: Scores
        self.most: Scores
        """Of each term the greatest of its weights."""
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
        if self._made is not None:
            self.weights, self.most = self._made
            return
        self.most = self._make("most", len(nd.keys), np.float32)
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
            weights /= counts + norm[nd.documents[span]]
            self.weights[span] = weights
            starts = offsets[:-1] - offsets[0]
            self.most[terms] = np.maximum.reduceat(weights, starts) if len(weights) else 0

    def posted(
        self,
        keys: Keys,
        boosts: npt.NDArray[np.float64],
        weight: float,
        factor: float,
        *,
        of_documents: bool,
    ) -> Posted:
        """The postings of terms by their keys; their weights count `weight` times in the field,
        and its score `factor` times in the whole."""
        found, offsets = places(self.postings.keys, keys), self.postings.offsets
        known = (found >= 0).nonzero()[0]
        found = found[known]
        starts = offsets[found]
        counted = (boosts[known] * weight).astype(np.float32)
        sizes = offsets[found + 1] - starts
        size = int(np.add.reduce(sizes))
        return Posted(self, found, starts, sizes, counted, factor, of_documents, size)

    def get_scores(self, query: Iterable[str]) -> Scores:
        """The scores of every document, as rank-bm25 gives them: a repeated term counts again."""
        scores: Scores = np.zeros(self.corpus_size, dtype=np.float32)
        self.posted(*keyed(Counter(query)), 1.0, 1.0, of_documents=False).add(scores)
        return scores


def candidates(
    lists: Iterable[Listed], passages: int, owner: Documents, limit: int
) -> Numbers | None:
    """Passages, ascending, among which are the `limit` best, those of equal score included; None
    where nothing could be left out."""
    waiting = sorted((one for one in lists if len(one.documents)), key=lambda one: -one.most)
    if sum(len(one.documents) for one in waiting) < WORTH:
        return None
    left = sum(one.most for one in waiting)
    scores: Scores = np.zeros(passages, np.float32)
    touched: list[Documents] = []
    found = 0
    chosen: tuple[Numbers, Scores] | None = None
    later: list[Listed] = [one for one in waiting if one.of_documents]
    waiting = [one for one in waiting if not one.of_documents]
    while waiting:
        if found >= limit and len(waiting[0].documents) > min(_LONG, found):
            chosen = _above(touched, scores, left, limit)
            if chosen is not None:
                break
        one = waiting.pop(0)
        before = scores[one.documents]
        touched.append(one.documents[before == 0])
        found += len(touched[-1])
        scores[one.documents] = before + one.weights * (one.boost * np.float32(one.factor))
        left -= one.most
    chosen = chosen or (_above(touched, scores, left, limit) if found >= limit else None)
    if chosen is None:
        return None
    numbers, sums = chosen
    for one in (*waiting, *later):
        there, weights = one.at(owner[numbers] if one.of_documents else numbers)
        sums[there] += weights * np.float32(one.factor)
        left -= one.most
        if len(numbers) > 2 * limit:
            kept = sums + left >= _least(sums, limit)
            numbers, sums = numbers[kept], sums[kept]
    return np.sort(numbers)


def _above(
    touched: Sequence[Documents], scores: Scores, left: float, limit: int
) -> tuple[Numbers, Scores] | None:
    """The passages that can be among the best once all that is `left` is added, and their sums so
    far; None where one that has nothing yet could be."""
    numbers = np.concatenate(touched).astype(np.int64)
    sums = scores[numbers]
    least = _least(sums, limit)
    if left >= least:
        return None
    kept = sums + left >= least
    numbers = numbers[kept]
    order = np.argsort(numbers)
    return numbers[order], sums[kept][order]


def _least(sums: Scores, limit: int) -> float:
    """A little less than the least of the `limit` best."""
    place = len(sums) - limit
    return float(np.partition(sums, place)[place] * (1 - _SLACK))
