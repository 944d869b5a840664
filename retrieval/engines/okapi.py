"""The default engine: exact BM25 over every field, in memory. Up to about 100,000 passages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.engines import Numbers
from retrieval.engines.bm25 import Okapi, Scores
from retrieval.engines.fields import OF_DOCUMENTS, OF_PASSAGES, Fields
from retrieval.engines.postings import Make, in_files, in_memory
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

    @property
    def of(self) -> Mapping[str, float]:
        """By the name of the field."""
        return {"passage": 1.0, "title": self.title, "lead": self.lead}


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
        self, fields: Fields, weights: Weights = Weights(), folder: Path | None = None
    ) -> None:
        """With `folder`, the weights of the postings are kept there, and taken from there."""
        self._weights = weights
        self.fields = fields
        self._pairs = {name: _Pair(name, fields, weights, folder) for name in weights.of}

    def search(self, query: Query, limit: int, allowed: Numbers | None = None) -> list[Scored]:
        if not len(self.fields.owner):
            return []
        body = self._pairs["passage"].scores(query)
        scores = body.copy()
        for name, weight in self._weights.of.items():
            if name != "passage" and weight:
                part = weight * self._pairs[name].scores(query)
                scores += part[self.fields.owner] if name in OF_DOCUMENTS else part
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
        word, char = self._pairs["passage"].word, self._pairs["passage"].char
        importance = {
            term: self._weights.char * boost * char.inverse_frequency(char.frequency(term))
            for term, boost in query.char.items()
        }
        for term, boost in query.word.items():
            idf = word.inverse_frequency(word.frequency(term))
            importance[term] = importance.get(term, 0.0) + boost * idf
        return importance

    @property
    def saturation(self) -> float:
        return self._weights.k1 + 1

    def having(self, words: Iterable[str], chars: Iterable[str]) -> Numbers:
        pair = self._pairs["passage"]
        postings = [pair.word.documents(term) for term in dict.fromkeys(words)]
        postings += [pair.char.documents(term) for term in dict.fromkeys(chars)]
        if not postings:
            return np.arange(pair.word.corpus_size)
        left: Numbers = np.sort(min(postings, key=len)).astype(np.int64)
        for numbers in sorted(postings, key=len)[1:]:
            left = left[np.isin(left, numbers, assume_unique=True)]
        return left

    def knows(self, term: str) -> bool:
        pair = self._pairs["passage"]
        return pair.char.frequency(term) > 0 or pair.word.frequency(term) > 0

    def frequencies(self, words: Sequence[str]) -> Sequence[int]:
        counts = np.zeros(len(words), np.int64)
        for name in OF_PASSAGES:
            counts += self.fields.postings[f"{name}.word"].frequencies(words)
        found: list[int] = counts.tolist()
        return found

    def unknown(self, query: Query) -> tuple[str, ...]:
        words = tuple(query.word)
        counted = zip(words, self.frequencies(words), strict=True)
        return tuple(word for word, count in counted if not count)
