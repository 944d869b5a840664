"""The best passages without scoring all that have a word of the question (MaxScore; Turtle and
Flood 1995): terms that can say much first; of those that say little, only what could still put a
passage among the best.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.engines.postings import Documents

Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

WORTH = 200_000
"""Postings of a question from which it pays: all of fewer are added up in under a millisecond."""
_LONG = 4_096
"""Postings that are worth a look at what could be left out."""
_SLACK = np.float32(1e-4)
"""Relative: what rounding may change in the order of sums."""


@dataclass(frozen=True, slots=True)
class Posted:
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
        places = self.documents.searchsorted(numbers)
        places[places == len(self.documents)] = 0
        there = self.documents[places] == numbers
        return there, self.weights[places[there]] * self.boost


def candidates(
    lists: Iterable[Posted], passages: int, owner: Documents, limit: int
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
    later: list[Posted] = [one for one in waiting if one.of_documents]
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
