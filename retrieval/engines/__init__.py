"""Search engines behind one protocol: whoever asks knows terms, passages by number, and scopes.

An engine is built from the terms of every passage, by field (`retrieval.engines.fields`), and
scores with BM25 and one set of `Weights`: every engine finds the same passages with the same
scores, and `tests/test_engines.py` holds it. What the weights mean is told once, in `bm25`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from retrieval.files import places
from retrieval.model import Query, Scored

Numbers = npt.NDArray[np.int64]
"""Numbers of passages, or of documents, ascending."""
Owner = Sequence[int] | npt.NDArray[np.int32]
"""Of each passage the number of its document, ascending."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each field counts beside 1 of the passage, and BM25's constants. Measured: see
    benchmarks/README.md."""

    title: float = 0.5
    lead: float = 0.15
    by: float = 0.3
    """Of the author and the publisher."""
    char: float = 0.5
    """Of the char field, beside the word field's 1, in each of them."""
    k1: float = 0.7
    b: float = 0.4

    @property
    def of(self) -> Mapping[str, float]:
        """By the name of the field."""
        return {"passage": 1.0, "title": self.title, "lead": self.lead, "by": self.by}

    @property
    def saturation(self) -> float:
        """The most that one term's frequency can multiply its idf by."""
        return self.k1 + 1


RECIPE = Weights()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which passages a search may find: those that every part of it leaves. Plain numbers, for an
    engine to push down to where its postings lie."""

    documents: Numbers | None = None
    """Only passages of these documents."""
    passages: Numbers | None = None
    """Only these passages."""
    without: Numbers | None = None
    """None of these passages."""

    def __and__(self, other: Scope) -> Scope:
        return Scope(
            _both(self.documents, other.documents),
            _both(self.passages, other.passages),
            self.without if other.without is None else _either(self.without, other.without),
        )

    def numbers(self, owner: Owner, among: Numbers | None = None) -> Numbers:
        """The passages that it leaves, of those `among`, or else of all."""
        owner = np.asarray(owner)
        left = _both(self.passages, among)
        if left is not None:
            if self.documents is not None:
                left = left[np.isin(owner[left], self.documents)]
        elif self.documents is not None:
            mask = np.zeros(int(owner[-1]) + 1 if len(owner) else 0, dtype=bool)
            mask[self.documents[self.documents < len(mask)]] = True
            left = np.flatnonzero(mask[owner])
        else:
            left = np.arange(len(owner))
        if self.without is not None:
            left = np.setdiff1d(left, self.without, assume_unique=True)
        return left

    def admits(self, passage: int, document: int) -> bool:
        """Whether it leaves a passage, which is of that document."""
        return (
            _has(self.documents, document)
            and _has(self.passages, passage)
            and not (self.without is not None and _has(self.without, passage))
        )


def _both(one: Numbers | None, other: Numbers | None) -> Numbers | None:
    if one is None or other is None:
        return other if one is None else one
    return np.intersect1d(one, other, assume_unique=True)


def _either(one: Numbers | None, other: Numbers) -> Numbers:
    return other if one is None else np.union1d(one, other)


def _has(numbers: Numbers | None, number: int) -> bool:
    return numbers is None or bool(places(numbers, number) >= 0)


class Engine(Protocol):
    """Scores the passages of one generation. Immutable once built, safe between threads.

    Any method may raise EngineError where it has to ask another machine.
    """

    @property
    def weights(self) -> Weights: ...

    def __len__(self) -> int:
        """How many passages it has."""
        ...

    def search(self, query: Query, limit: int, scope: Scope | None = None) -> list[Scored]:
        """The `limit` best passages with a score above zero that `scope` leaves, best first, ties
        by number, each with the part of its score that its text alone earned. Scores are those
        of a 32-bit sum: engines agree within a hundred-thousandth."""
        ...

    def statistics(self, field: str, terms: Sequence[str]) -> npt.NDArray[np.int64]:
        """In how many passages, or documents, each of the terms is, of a field (``title.word``:
        see `retrieval.engines.fields`)."""
        ...

    def having(self, words: Iterable[str], chars: Iterable[str]) -> Numbers:
        """The passages that have every one of these terms of the sorts `word` and `char`; all
        passages where there are none."""
        ...

    def publish(
        self,
        probes: Callable[[], Sequence[Query]] = tuple,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Bring the passages to where they are searched, filling in what is missing there, and
        make sure that all are there and that `probes` score as they must. Blocks; done again, it
        goes on where it was."""
        ...

    def promote(self) -> None:
        """Tell all who search in the same place that this generation is the one in service."""
        ...


Counted = TypeVar("Counted", contravariant=True)


class Place(Protocol[Counted]):
    """Where the generations of a process are searched; each is built as a `Counted` first."""

    def engine(self, counted: Counted, generation: str) -> Engine:
        """The engine of a generation, by a name that no other has: not yet published."""
        ...

    def close(self) -> None: ...


def inverse_frequency(total: int, having: int) -> float:
    """Lucene's idf of a term that so many of all have: never negative."""
    return math.log(1 + (total - having + 0.5) / (having + 0.5))


def counts(engine: Engine, words: Sequence[str]) -> list[int]:
    """In how many passages and titles, together, each of the words is."""
    fields = (engine.statistics(f"{field}.word", words) for field in ("passage", "title"))
    found: list[int] = sum(fields, np.zeros(len(words), np.int64)).tolist()
    return found


def importance(engine: Engine, query: Query) -> dict[str, float]:
    """How much each term of the query says: its weight times its idf, of both sorts together."""
    total = len(engine)
    chars = engine.statistics("passage.char", list(query.char)).tolist()
    words = engine.statistics("passage.word", list(query.word)).tolist()
    says = {
        term: engine.weights.char * boost * inverse_frequency(total, having)
        for (term, boost), having in zip(query.char.items(), chars, strict=True)
    }
    for (term, boost), having in zip(query.word.items(), words, strict=True):
        says[term] = says.get(term, 0.0) + boost * inverse_frequency(total, having)
    return says
