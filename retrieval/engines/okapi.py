"""The default engine: exact BM25 over every field, from postings in memory or mapped from files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.engines import RECIPE, Numbers, Scope, Weights
from retrieval.engines.bm25 import WORTH, Keyed, Okapi, Posted, Scores, candidates, keyed
from retrieval.engines.fields import OF_DOCUMENTS, SORTS, Fields
from retrieval.engines.rows import Weighted
from retrieval.files import Make, in_files, in_memory, mapped_array, places
from retrieval.model import Query, Scored

_FEW = 8
"""Of so many passages one: fewer are scored one by one, more are scored all."""


class _Pair:
    """The two sorts of terms of one field: words, and characters at a lower weight."""

    def __init__(self, name: str, fields: Fields, weights: Weights, folder: Path | None) -> None:
        def okapi(sort: str) -> Okapi:
            field = f"{name}.{sort}"
            make: Make = in_memory
            made = None
            if folder is not None:
                make = in_files(folder, field)
                paths = [folder / f"{field}.{what}.npy" for what in ("weights", "most")]
                if all(path.exists() for path in paths):
                    weighed, most = map(mapped_array, paths)
                    made = weighed, most
            postings = fields.postings[field]
            return Okapi(postings, weights.k1, weights.b, weights=made, make=make)

        self.word, self.char = okapi("word"), okapi("char")
        self._char_weight, self._factor = weights.char, weights.of[name]
        self._of_documents = name in OF_DOCUMENTS

    def posted(self, word: Keyed, char: Keyed) -> list[Posted]:
        factor, of_documents = self._factor, self._of_documents
        return [
            self.word.posted(*word, 1.0, factor, of_documents=of_documents),
            self.char.posted(*char, self._char_weight, factor, of_documents=of_documents),
        ]


class OkapiEngine:
    """score = passage + ½ title + 0.15 lead + 0.3 by, each its words + ½ characters."""

    def __init__(
        self, fields: Fields, weights: Weights = RECIPE, folder: Path | None = None
    ) -> None:
        """With `folder`, the weights of the postings are kept there, and taken from there."""
        self.weights, self._fields = weights, fields
        self.owner, self.postings = fields.owner, fields.postings
        self._pairs = {name: _Pair(name, fields, weights, folder) for name in weights.of}
        self._scoring = [
            pair
            for name, pair in self._pairs.items()
            if name == "passage" or (weights.of[name] and len(fields.postings[f"{name}.word"].keys))
        ]

    def weighted(self) -> Iterator[Weighted]:
        """What every posting of every field adds to a score."""
        for name, factor in self.weights.of.items():
            for sort in SORTS:
                okapi: Okapi = getattr(self._pairs[name], sort)
                assert okapi.weights is not None
                by_sort = self.weights.char if sort == "char" else 1.0
                yield Weighted(f"{name}.{sort}", okapi.postings, okapi.weights, factor * by_sort)

    def __len__(self) -> int:
        return len(self.owner)

    def search(self, query: Query, limit: int, scope: Scope | None = None) -> list[Scored]:
        if not len(self):
            return []
        owner = self.owner
        asked = keyed(query.word), keyed(query.char)
        posted = [pair.posted(*asked) for pair in self._scoring]
        among: Numbers | None = None
        if sum(one.size for field in posted for one in field) >= WORTH:
            if scope is None:
                lists = (one for field in posted for each in field for one in each.lists())
                among = candidates(lists, len(self), owner, limit)
            else:
                among = scope.numbers(owner)
            if among is not None and len(among) > len(self) // _FEW:
                among = None
        scores, body = self._scores(posted, among)
        best = np.flatnonzero(scores > 0)
        if scope is not None and among is None:
            left = scope.numbers(owner)
            best = left[scores[left] > 0]
        if len(best) > limit:
            least = np.partition(scores[best], len(best) - limit)[len(best) - limit]
            best = best[scores[best] >= least]
        order = best[np.lexsort((best, -scores[best]))][:limit]
        numbers = order if among is None else among[order]
        found = numbers.tolist(), scores[order].tolist(), body[order].tolist()
        return [Scored(*one) for one in zip(*found, strict=True)]

    def _scores(
        self, posted: Sequence[Sequence[Posted]], among: Numbers | None
    ) -> tuple[Scores, Scores]:
        """The scores of all passages, or of those `among`, and what their text alone earned."""
        owner = self.owner
        whole: Scores | None = None
        for field in posted:
            by_document, factor = field[0].of_documents, np.float32(field[0].factor)
            if among is None:
                size = self._fields.documents if by_document else len(owner)
                scores: Scores = np.zeros(size, np.float32)
                for each in field:
                    each.add(scores)
                if by_document:
                    scores = scores[owner]
            else:
                numbers = owner[among] if by_document else among
                scores = np.zeros(len(among), np.float32)
                for one in (one for each in field for one in each.lists()):
                    there, weights = one.at(numbers)
                    scores[there] += weights
            if whole is None:
                whole, body = scores.copy(), scores
            else:
                whole += factor * scores
        assert whole is not None
        return whole, body

    def statistics(self, field: str, terms: Sequence[str]) -> npt.NDArray[np.int64]:
        return self.postings[field].frequencies(terms)

    def having(self, words: Iterable[str], chars: Iterable[str]) -> Numbers:
        word, char = (self.postings[f"passage.{sort}"] for sort in SORTS)
        postings = word.having(dict.fromkeys(words)) + char.having(dict.fromkeys(chars))
        if not postings:
            return np.arange(len(self))
        left, *others = sorted(postings, key=len)
        for numbers in others:
            if not len(left):
                break
            left = left[places(numbers, left) >= 0]
        return left.astype(np.int64)

    def publish(self, probes: object = None, progress: object = None) -> None:
        """Nothing to bring anywhere: it searches its own postings."""

    def promote(self) -> None:
        """Nobody to tell."""
