"""Where a text stands: which passages have it, and which passages a question's filters leave.

The engine's postings name the candidates; only these are read, and a deadline ends the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic

import numpy as np

from retrieval.analysis.folding import Folded
from retrieval.analysis.matching import occurrences
from retrieval.analysis.segment import Segmenter, grams
from retrieval.engines import Engine, Numbers
from retrieval.model import Document
from retrieval.queries.operators import Filter, Kind, fits

SECONDS = 2.0
"""That a question may take; then what was found so far is answered (the product's promise)."""
_STRIDE = 64
"""Passages that are read between two looks at the clock."""


@dataclass(slots=True)
class Deadline:
    """When a question must be answered. `passed` stays true once work was left undone for it."""

    seconds: float = SECONDS
    passed: bool = False
    _clock: Callable[[], float] = monotonic
    _started: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._started = self._clock()

    def over(self) -> bool:
        """Whether the time is up; whoever asks gives up what they were doing if so."""
        self.passed = self.passed or self._clock() - self._started >= self.seconds
        return self.passed


@dataclass(frozen=True, slots=True)
class Presence:
    """Finds texts in the passages of one generation, for one question."""

    engine: Engine
    segmenter: Segmenter
    documents: Sequence[Document]
    described: Sequence[str]
    """Of each document the folded publisher, file and title, a line each."""
    folded: Sequence[Folded]
    """Of each passage."""
    owner: Sequence[int]
    """Of each passage, the number of its document; ascending."""
    deadline: Deadline

    def passages(self, text: str) -> Numbers:
        """The numbers, ascending, of the passages that have a folded text, on its boundaries; as
        many as could be read in time."""
        return self._read(text)[0]

    def _read(self, text: str) -> tuple[Numbers, Numbers]:
        """The passages that have the text, and those that could not be read in time."""
        words = [token.text for token in self.segmenter.words(text) if token.text.isascii()]
        candidates = self.engine.having(words, [g for g in grams(text) if not g.isascii()])
        found: list[int] = []
        for at, number in enumerate(candidates.tolist()):
            if at % _STRIDE == 0 and self.deadline.over():
                return np.asarray(found, dtype=np.int64), candidates[at:]
            passage = self.folded[number].text
            if text in passage and occurrences(passage, [text]):
                found.append(number)
        return np.asarray(found, dtype=np.int64), candidates[:0]

    def fitting(
        self, filters: Sequence[Filter], document: int | None = None
    ) -> tuple[Numbers | None, tuple[str, ...]]:
        """The numbers, ascending, of the passages that fit every filter and are of the document
        of that number, None where nothing is asked; and the filters, as they are written, that
        leave none: each that fits none by itself, or else all of them."""
        if not filters:
            return (None if document is None else self._of([document])), ()
        fitting = [self._fitting(one) for one in filters]
        left = fitting[0]
        for numbers in fitting[1:]:
            left = np.intersect1d(left, numbers, assume_unique=True)
        if not len(left):
            alone = tuple(
                f.written for f, fit in zip(filters, fitting, strict=True) if not len(fit)
            )
            return left, alone or tuple(one.written for one in filters)
        if document is not None:
            left = np.intersect1d(left, self._of([document]), assume_unique=True)
        return left, ()

    def _fitting(self, one: Filter) -> Numbers:
        match one.kind:
            case Kind.PHRASE:
                return self.passages(one.value)
            case Kind.WITHOUT:
                # What could not be read may have the words: it is left out too.
                having = np.concatenate(self._read(one.value))
                return np.setdiff1d(np.arange(len(self.owner)), having, assume_unique=True)
            case Kind.SOURCE | Kind.YEAR:
                return self._of(
                    number
                    for number, document in enumerate(self.documents)
                    if fits(one, self.described[number], document.published)
                )

    def _of(self, documents: Iterable[int]) -> Numbers:
        """The passages of the documents of those numbers."""
        return np.flatnonzero(np.isin(self.owner, list(documents)))
