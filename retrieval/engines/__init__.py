"""Search engines behind one protocol. The default, `okapi`, holds the whole index in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from retrieval.model import Query, Scored

Numbers = npt.NDArray[np.int64]
"""Numbers of passages."""


class Engine(Protocol):
    """Scores the passages of one generation against a query. Immutable once built."""

    def search(self, query: Query, limit: int, allowed: Numbers | None = None) -> list[Scored]:
        """The `limit` best passages with a score above zero, best first, ties by number.

        With `allowed`, only passages of those numbers.
        """
        ...

    @property
    def saturation(self) -> float:
        """The most that one term's frequency can multiply its idf by: BM25's k1 + 1."""
        ...

    def importance(self, query: Query) -> Mapping[str, float]:
        """How much each term of the query says (weight times idf), for both fields."""
        ...

    def having(self, words: Iterable[str], chars: Iterable[str]) -> Numbers:
        """The passages, ascending, that have every one of these terms of the fields `word` and
        `char`; all passages where there are none."""
        ...

    def knows(self, term: str) -> bool:
        """Whether any passage has `term`, a word, a character or a pair of neighbours."""
        ...

    def frequencies(self, words: Sequence[str]) -> Sequence[int]:
        """In how many passages and titles, together, each of these words is."""
        ...

    def unknown(self, query: Query) -> tuple[str, ...]:
        """The words of the query that no passage or title has."""
        ...
