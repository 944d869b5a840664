"""Where "found", "possibly related" and "not found" begin, for one corpus, without labels.

How much an unrelated question scores depends on the corpus: its size, its style, how much of
everyday language it has. So the questions of `retrieval.ranking.everyday` are asked when an index
is built, and the threshold stands above the median of their confidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from retrieval.model import Verdict
from retrieval.ranking.everyday import QUESTIONS

_TIMES = 1.25
_LEAST, _MOST = 0.30, 0.50
"""Kept of answerable questions on three public sets that they were not chosen on: .980, .935,
.981, where 1.75 and [.35, .75] kept .892, .821, .910; see benchmarks/README.md."""
_SURE = 1.5
"""The least that leaves all but near misses of the seeds' unanswerable questions unclaimed."""


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


def calibrate(confidence: Callable[[str], float]) -> Thresholds:
    """The thresholds for an index whose `confidence` in its best passage is given by question."""
    foreign = median(confidence(question) for question in QUESTIONS)
    possible = min(max(_TIMES * foreign, _LEAST), _MOST)
    return Thresholds(found=_SURE * possible, possible=possible)
