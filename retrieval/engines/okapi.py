"""The default engine: exact BM25 over every field, from postings in memory or mapped from files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.engines import RECIPE, Numbers, Scope, Weights
from retrieval.engines.bm25 import Okapi, Scores
from retrieval.engines.fields import OF_DOCUMENTS, SORTS, Fields
from retrieval.engines.postings import Documents, Make, Postings, in_files, in_memory
from retrieval.engines.rows import Weighted
from retrieval.model import Query, Scored


class _Pair:
    """The two sorts of terms of one field: words, and characters at a lower weight."""

    def __init__(self, name: str, fields: Fields, weights: Weights, folder: Path | None) -> None:
        def okapi(sort: str) -> Okapi:
            field = f"{name}.{sort}"
            make: Make = in_memory
            made = None
            if folder is not None:
                make, path = in_files(folder, field), folder / f"{field}.weights.npy"
                if path.exists():
                    made = np.load(path, mmap_mode="r", allow_pickle=False)
            postings = fields.postings[field]
            return Okapi(postings, weights.k1, weights.b, weights=made, make=make)

        self.word, self.char = okapi("word"), okapi("char")
        self._char_weight = weights.char

    def scores(self, query: Query) -> Scores:
        scores: Scores = np.zeros(self.word.corpus_size, dtype=np.float32)
        self.word.add_scores(scores, query.word)
        self.char.add_scores(scores, query.char, self._char_weight)
        return scores


class OkapiEngine:
    """score = passage + ½ title + 0.15 lead, each its words + ½ characters."""

    def __init__(
        self, fields: Fields, weights: Weights = RECIPE, folder: Path | None = None
    ) -> None:
        """With `folder`, the weights of the postings are kept there, and taken from there."""
        self._weights, self._fields = weights, fields
        self._pairs = {name: _Pair(name, fields, weights, folder) for name in weights.of}

    @property
    def weights(self) -> Weights:
        return self._weights

    @property
    def owner(self) -> Documents:
        """Of each passage, the number of its document; ascending."""
        return self._fields.owner

    @property
    def postings(self) -> Mapping[str, Postings]:
        """By the name of the field."""
        return self._fields.postings

    def weighted(self) -> Iterator[Weighted]:
        """What every posting of every field adds to a score."""
        for name, factor in self._weights.of.items():
            for sort in SORTS:
                okapi: Okapi = getattr(self._pairs[name], sort)
                assert okapi.weights is not None
                by_sort = self._weights.char if sort == "char" else 1.0
                yield Weighted(f"{name}.{sort}", okapi.postings, okapi.weights, factor * by_sort)

    def __len__(self) -> int:
        return len(self._fields.owner)

    def search(self, query: Query, limit: int, scope: Scope | None = None) -> list[Scored]:
        if not len(self):
            return []
        body = self._pairs["passage"].scores(query)
        scores = body.copy()
        for name, weight in self._weights.of.items():
            if name != "passage" and weight:
                part = weight * self._pairs[name].scores(query)
                scores += part[self._fields.owner] if name in OF_DOCUMENTS else part
        if scope is None:
            best = np.flatnonzero(scores > 0)
        else:
            left = scope.numbers(self._fields.owner)
            best = left[scores[left] > 0]
        if len(best) > limit:
            least = np.partition(scores[best], len(best) - limit)[len(best) - limit]
            best = best[scores[best] >= least]
        order = best[np.lexsort((best, -scores[best]))][:limit]
        return [Scored(int(n), float(scores[n]), float(body[n])) for n in order]

    def statistics(self, field: str, terms: Sequence[str]) -> npt.NDArray[np.int64]:
        return self._fields.postings[field].frequencies(terms)

    def having(self, words: Iterable[str], chars: Iterable[str]) -> Numbers:
        pair = self._pairs["passage"]
        postings = [pair.word.documents(term) for term in dict.fromkeys(words)]
        postings += [pair.char.documents(term) for term in dict.fromkeys(chars)]
        if not postings:
            return np.arange(len(self))
        left: Numbers = np.sort(min(postings, key=len)).astype(np.int64)
        for numbers in sorted(postings, key=len)[1:]:
            left = left[np.isin(left, numbers, assume_unique=True)]
        return left

    def publish(self, probes: object = None, progress: object = None) -> None:
        """Nothing to bring anywhere: it searches its own postings."""

    def promote(self) -> None:
        """Nobody to tell."""
