"""How sure it is that the best passage is about the question, and where "found", "possibly related"
and "not found" begin, for one corpus, without labels.

How much an unrelated question scores depends on the corpus: its size, its style, how much of
everyday language it has. So everyday questions are asked when an index is built, and the threshold
stands above the median of their confidence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from statistics import median

from retrieval.model import Query, Scored, Verdict

_TIMES = 1.25
_LEAST, _MOST = 0.30, 0.50
"""Kept of answerable questions on three public sets that they were not chosen on: .980, .935,
.981, where 1.75 and [.35, .75] kept .892, .821, .910; see benchmarks/README.md."""
_SURE = 1.5
"""The least that leaves all but near misses of the seeds' unanswerable questions unclaimed."""


def confidence(
    scored: Sequence[Scored], query: Query, importance: Mapping[str, float], saturation: float
) -> float:
    """The share of the reachable score that the best passage's text earned, times √ln(1 + M).

    M is what all terms of the query say together (`importance`, terms unknown to the corpus
    included as the rarest); the reachable score is ``saturation · M``. The second factor trusts
    a full match the more, the more the question said: a lone common word proves little. Zero
    where nothing matched; typically below 1.5. Of the terms only those of the question itself
    count: its other names say no more.
    """
    mass = sum(says for term, says in importance.items() if term not in query.expanded)
    if not scored or mass <= 0:
        return 0.0
    return scored[0].body / (saturation * mass) * math.sqrt(math.log1p(mass))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidence from which hits are shown as found, and from which as possibly related."""

    found: float = _SURE * _LEAST
    possible: float = _LEAST

    def verdict(self, confidence: float) -> Verdict:
        """What hits of that confidence are shown as."""
        if confidence >= self.found:
            return Verdict.FOUND
        return Verdict.POSSIBLE if confidence >= self.possible else Verdict.NONE


def _everyday() -> list[str]:
    """Questions that hardly any corpus answers: what "not about this" looks like. They are never
    shown; a corpus that answers a few does not move the median."""
    written = files("retrieval.ranking").joinpath("everyday.txt").read_text(encoding="utf-8")
    return written.splitlines()


def calibrate(confidence: Callable[[str], float]) -> Thresholds:
    """The thresholds for an index whose `confidence` in its best passage is given by question."""
    foreign = median(confidence(question) for question in _everyday())
    possible = min(max(_TIMES * foreign, _LEAST), _MOST)
    return Thresholds(found=_SURE * possible, possible=possible)
