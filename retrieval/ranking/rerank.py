"""The best passages once more, by what a sum over terms cannot see: that the words of a question
stand in one sentence, next to one another in its order, or in the title.

Measured together, MRR@10 in thousandths: drcd +12, rgb +15, domainrag +10, squad2zh +6,
checklist +5, xquad +1, cmrc 0. Weights learned on one set do better there and worse elsewhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from retrieval.analysis.folding import Folded
from retrieval.analysis.matching import Finder
from retrieval.model import Query, Scored
from retrieval.passages.outline import Outline

SENTENCE, ORDER, TITLE, TOGETHER = 0.5, 0.5, 0.5, 0.3
"""Weights, beside 1 of the score over the best one: of the share of the question that the best
sentence holds; of its neighbouring words that follow one another; of the share that title and
headings hold; of the share that they and the passage hold together."""
NEAR = 8
"""Characters between two words that still follow one another."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What is looked at, by the number of the passage; all folded."""

    folded: Sequence[Folded]
    sentences: Sequence[Sequence[int]]
    """Where the sentences of each passage end."""
    headings: Sequence[str]
    """Its document's title and the headings above it."""
    outlines: Sequence[Outline]
    edges: Sequence[int]
    """Where the words of each passage begin and end: see `matching.edges`."""


def rerank(
    scored: Sequence[Scored],
    query: Query,
    importance: Mapping[str, float],
    texts: Texts,
    finder: Finder | None = None,
) -> list[Scored]:
    """The passages in their better order, their scores between 0 and 1 of the best one's.
    `finder`: of the terms in `importance`, where there is one already."""
    if not scored:
        return []
    total = sum(importance.values()) or 1.0
    pairs = _pairs(query, importance)
    first = scored[0].score
    values: list[float] = []
    finder = finder or Finder(importance, query.char.keys() - query.word.keys())
    for hit in scored:
        titled = finder.starts(texts.headings[hit.passage]).keys()
        places = finder.starts(texts.folded[hit.passage].text)
        sentence = _best_sentence(places, texts.sentences[hit.passage], importance)
        together = fsum(importance[term] for term in titled | places.keys())
        title = fsum(importance[term] for term in titled)
        values.append(
            hit.score / first
            + (SENTENCE * sentence + TITLE * title + TOGETHER * together) / total
            + ORDER * _in_order(places, pairs)
        )
    best = max(values)
    better = [
        Scored(hit.passage, value / best, hit.body)
        for hit, value in zip(scored, values, strict=True)
    ]
    return sorted(better, key=lambda hit: -hit.score)


def _pairs(query: Query, importance: Mapping[str, float]) -> dict[tuple[str, str], float]:
    """Neighbouring words of the question → the share of what all such pairs say."""
    says = {
        (one, other): importance.get(one, 0.0) + importance.get(other, 0.0)
        for one, other in pairwise(word for word in query.spelled if word in query.word)
    }
    total = sum(says.values()) or 1.0
    return {pair: share / total for pair, share in says.items()}


def _best_sentence(
    places: Mapping[str, Sequence[int]], ends: Sequence[int], terms: Mapping[str, float]
) -> float:
    """The most that the terms in one sentence say."""
    says = [0.0] * (len(ends) + 1)
    for term, found in places.items():
        for number in {bisect_right(ends, at) for at in found}:
            says[number] += terms[term]
    return max(says)


def _in_order(places: Mapping[str, Sequence[int]], pairs: Mapping[tuple[str, str], float]) -> float:
    """The share of the pairs whose words follow one another closely somewhere."""
    return sum(
        share
        for (one, other), share in pairs.items()
        if one in places
        and other in places
        and any(
            0 <= after - before - len(one) <= NEAR
            for before in places[one]
            for after in places[other]
        )
    )
