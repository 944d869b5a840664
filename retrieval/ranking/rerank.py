"""The best passages once more, by what a sum over terms cannot see: that the words of a question
stand in one sentence, next to one another in its order, or in the title. And of passages that say
the same in several documents, one stands for all.

Measured together, MRR@10 in thousandths: drcd +12, rgb +15, domainrag +10, squad2zh +6,
checklist +5, xquad +1, cmrc 0. Weights learned on one set do better there and worse elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

import numpy as np

from retrieval.excerpts.reading import Reading
from retrieval.excerpts.standing import Standing, bits
from retrieval.files import places
from retrieval.model import Scored
from retrieval.passages.outline import Kept

SENTENCE, ORDER, TITLE, TOGETHER = 0.5, 0.5, 0.5, 0.3
"""Weights, beside 1 of the score over the best one: of the share of the question that the best
sentence holds; of its neighbouring words that follow one another; of the share that title and
headings hold; of the share that they and the passage hold together."""
SHARE = 0.4
"""Of the best score what a passage must have to be a hit: it bounds the pages. None at all, and .6,
quote the same on first pages of thirteen sets (benchmarks/README.md)."""
PER_DOCUMENT = 2
"""Quotes of one document on a first page, where another's are as good; of what is listed, by date
or because it was looked up, always."""
NEAR = 8
"""Characters between two words that still follow one another."""
SAME = 0.8
"""Of what two passages say together, by its characters, what must stand in each for them to say
the same."""


def rerank(scored: Sequence[Scored], reading: Reading) -> list[Scored]:
    """The passages in their better order, their scores between 0 and 1 of the best one's."""
    if not scored:
        return []
    numbers = [hit.passage for hit in scored]
    reading.read(numbers)
    values = dict[int, float]()
    best_first = scored[0].score
    for standing, of in _standing(numbers, reading):
        matrix, first = standing.sentences
        best = np.maximum.reduceat(matrix @ reading.wanted.says, first[:-1]) / reading.wanted.total
        held = bits(np.logical_or.reduceat(matrix, first[:-1]))
        order = _in_order(standing, reading)
        for at, place in of.items():
            topic = reading.topic(standing.kept[place])
            values[at] = (
                scored[at].score / best_first
                + SENTENCE * float(best[place])
                + TITLE * reading.share(topic)
                + TOGETHER * reading.share(topic | held[place])
                + ORDER * order[place]
            )
    most = max(values.values())
    better = [Scored(hit.passage, values[at] / most, hit.body) for at, hit in enumerate(scored)]
    return sorted(better, key=lambda hit: -hit.score)


def _standing(numbers: Sequence[int], reading: Reading) -> list[tuple[Standing, dict[int, int]]]:
    """Where some passages were looked through, and the place there of each by its place here."""
    found: dict[int, tuple[Standing, dict[int, int]]] = {}
    for at, number in enumerate(numbers):
        standing, place = reading.standing(number)
        found.setdefault(id(standing), (standing, {}))[1][at] = place
    return list(found.values())


def _in_order(standing: Standing, reading: Reading) -> list[float]:
    """Of each text the share, of what all pairs of neighbouring words of the question say, of those
    whose words follow one another closely somewhere."""
    query, says = reading.query, reading.importance
    pairs = {
        (one, other): says[one] + says[other]
        for one, other in pairwise(w for w in query.spelled if w in query.word and w in says)
    }
    total = sum(pairs.values()) or 1.0
    base = np.asarray(standing.base)
    shares = np.zeros(len(base) - 1)
    begins = {word: standing.starts(reading.wanted.places[word]) for word in chain(*pairs)}
    for (one, other), said in pairs.items():
        before, after = begins[one] + len(one), begins[other]
        if len(before) and len(after):
            gap = after.take(after.searchsorted(before), mode="clip") - before
            close = before[(gap >= 0) & (gap <= NEAR)]
            # A text that is there twice is counted once.
            shares[base.searchsorted(close, "right") - 1] += said / total
    found: list[float] = shares.tolist()
    return found


def worth_showing(scored: Sequence[Scored], best: Sequence[Scored] = ()) -> list[Scored]:
    """The hits that score at least `SHARE` of the best one's: of all, if `best` is another."""
    return [hit for hit in scored if hit.score >= SHARE * (best or scored)[0].score]


def capped(
    ranked: Sequence[Scored], owner: Sequence[int], most: int, per_document: int = PER_DOCUMENT
) -> list[Scored]:
    """The first `most` hits in their order, at most `per_document` of one document."""
    counts: dict[int, int] = {}
    chosen: list[Scored] = []
    for hit in ranked:
        document = owner[hit.passage]
        counts[document] = counts.get(document, 0) + 1
        if counts[document] <= per_document and len(chosen) < most:
            chosen.append(hit)
    return chosen


@dataclass(slots=True)
class _Group:
    """Passages that say the same, in the order of their rank."""

    size: float
    """Characters of what they say."""
    passages: list[int] = field(default_factory=list)


def distinct(
    ranked: Sequence[Scored],
    texts: Sequence[Kept],
    owner: Sequence[int],
    date: Callable[[int], str],
) -> tuple[list[Scored], dict[int, int]]:
    """The passages without those that say what another says, and in how many other documents each
    stands that has such: where the best of them stood, that of the newest document stays, by the
    `date` of its number."""
    said = [np.frombuffer(texts[hit.passage].statements, np.uint64) for hit in ranked]
    every = np.concatenate([*said, np.zeros(0, np.uint64)])
    order = np.sort(every)
    twice = order[1:][order[1:] == order[:-1]]
    if not len(twice):
        return list(ranked), {}
    whose = np.repeat(np.arange(len(said)), [len(each) for each in said])
    lengths = (every & 0xFFFF).astype(np.float64)
    sizes = np.bincount(whose, lengths, len(said))
    again = np.bincount(whose, lengths * (places(twice, every) >= 0), len(said))
    groups: list[_Group] = []
    having: dict[int, list[int]] = {}
    for hit, each, size, shares in zip(
        ranked, said, sizes.tolist(), (again >= SAME * sizes).tolist(), strict=True
    ):
        group = len(groups)
        if shares:  # as much as it says others say too
            clauses: list[int] = each.tolist()
            both = Counter[int]()
            for clause in clauses:
                for number in having.setdefault(clause, []):
                    both[number] += clause & 0xFFFF
            same = (n for n, b in sorted(both.items()) if b >= SAME * (size + groups[n].size - b))
            group = next(same, group)
            if group == len(groups):
                for clause in clauses:
                    having[clause].append(group)
        if group == len(groups):
            groups.append(_Group(size))
        groups[group].passages.append(hit.passage)
    if len(groups) == len(ranked):
        return list(ranked), {}
    first = {hit.passage: hit for hit in ranked}
    kept: list[Scored] = []
    also: dict[int, int] = {}
    for one in groups:
        newest = max(one.passages, key=lambda number: date(owner[number]))
        kept.append(first[one.passages[0]]._replace(passage=newest))
        others = {owner[number] for number in one.passages} - {owner[newest]}
        if others:
            also[newest] = len(others)
    return kept, also
