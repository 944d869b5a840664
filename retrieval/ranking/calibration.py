"""Where "found", "possibly related" and "not found" begin, for one corpus, without labels.

How much an unrelated question scores depends on the corpus: its size, its style, how much of
everyday language it has. So the questions of `retrieval.ranking.everyday` are asked when an index
is built, and the threshold stands above the median of their confidence. The constants were fitted
on CMRC and XQuAD, whole and cut down to 50 and 200 documents, and on the seeds; see
benchmarks/README.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from retrieval.ranking.everyday import QUESTIONS

_TIMES = 1.75
_LEAST, _MOST = 0.35, 0.75
_SURE = 1.25


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidence from which hits are shown as found, and from which as possibly related."""

    found: float = _SURE * _LEAST
    possible: float = _LEAST


def calibrate(confidence: Callable[[str], float]) -> Thresholds:
    """The thresholds for an index whose `confidence` in its best passage is given by question."""
    foreign = median(confidence(question) for question in QUESTIONS)
    possible = min(max(_TIMES * foreign, _LEAST), _MOST)
    return Thresholds(found=_SURE * possible, possible=possible)
