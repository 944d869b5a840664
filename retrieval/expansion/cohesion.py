"""Repeated n-grams of Chinese characters that hold together like words, found with numpy.

A run of characters is a word the corpus made itself where it recurs, where its parts meet far
more often than chance would have them meet (pointwise mutual information of the weakest split),
and where what stands before and after it varies (no neighbour is there most of the time).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

LONGEST = 8
"""Characters."""
REPEATED = 3
"""Occurrences below which nothing is learned."""
COHESION = 4.0
"""Natural logarithm of how much likelier than chance the weakest split must be."""
DOMINANCE = 0.7
"""The share of one neighbour from which an n-gram is only a part of a longer one."""


@dataclass(frozen=True, slots=True)
class _Level:
    """The n-grams of one length that recur: where they stand, which is which, how often."""

    places: Ints
    ids: Ints
    """Parallel to `places`: a number for each different n-gram."""
    counts: Ints
    """By that number."""


@dataclass(frozen=True, slots=True)
class Cohesive:
    """An n-gram that holds together: how often it occurs, and where in the text first."""

    text: str
    count: int
    place: int


def cohesive(joined: str) -> Iterator[Cohesive]:
    """The cohesive n-grams of 2 to `LONGEST` Chinese characters of a folded text, shortest first.

    Time and memory are linear in its length: about 0.25 s and 60 MB for a million characters.
    """
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    han = ((codes >= 0x3400) & (codes <= 0x9FFF)) | ((codes >= 0x20000) & (codes <= 0x3FFFF))
    total = int(han.sum())
    if total < REPEATED:
        return
    single = np.unique(np.where(han, codes, 0), return_inverse=True)[1]
    single = single.reshape(-1).astype(np.int64)
    counts: list[Ints] = [np.bincount(single)[single]]
    """For each length, at each place: how often the n-gram that begins there occurs, or 0."""
    level = _Level(np.flatnonzero(han).astype(np.int64), single[han], np.bincount(single))
    for length in range(2, LONGEST + 1):
        level = _longer(level, single, han, length)
        if not len(level.places):
            break
        here = np.zeros(len(codes), dtype=np.int64)
        here[level.places] = level.counts[level.ids]
        counts.append(here)
        first = np.zeros(len(level.counts), dtype=np.int64)
        first[level.ids[::-1]] = level.places[::-1]
        tight = _weakest_split(counts, first, length, total) >= COHESION
        free = _free(level, single, length, tight)
        for place in first[tight & free].tolist():
            yield Cohesive(joined[place : place + length], int(here[place]), place)


def _longer(level: _Level, single: Ints, han: npt.NDArray[np.bool_], length: int) -> _Level:
    """From the n-grams one character shorter to those of `length`, kept where they recur."""
    last = level.places + length - 1
    inside = last < len(single)
    places, ids = level.places[inside], level.ids[inside]
    goes_on = han[places + length - 1]
    places, ids = places[goes_on], ids[goes_on]
    keys = ids * (int(single.max(initial=0)) + 1) + single[places + length - 1]
    _, numbers, counts = np.unique(keys, return_inverse=True, return_counts=True)
    numbers = numbers.reshape(-1)
    often = counts >= REPEATED
    kept = often[numbers]
    renumbered = np.cumsum(often) - 1
    return _Level(places[kept], renumbered[numbers[kept]], counts[often].astype(np.int64))


def _weakest_split(
    counts: list[Ints], first: Ints, length: int, total: int
) -> npt.NDArray[np.float64]:
    """For each n-gram the least mutual information over the ways to cut it in two."""
    whole = np.log(counts[length - 1][first])
    weakest = np.full(len(first), np.inf)
    for cut in range(1, length):
        left, right = counts[cut - 1][first], counts[length - cut - 1][first + cut]
        information = whole + np.log(total) - np.log(left) - np.log(right)
        weakest = np.minimum(weakest, information)
    return weakest


def _free(
    level: _Level, single: Ints, length: int, wanted: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Whether the neighbours on both sides vary; punctuation counts as another each time."""
    free = wanted.copy()
    chosen = wanted[level.ids]
    places, ids = level.places[chosen], level.ids[chosen]
    padded = np.concatenate(([0], single, [0]))
    for neighbours in (padded[places], padded[places + length + 1]):
        real = neighbours > 0
        keys = ids[real] * (int(single.max(initial=0)) + 1) + neighbours[real]
        pairs, often = np.unique(keys, return_counts=True)
        most = np.zeros(len(level.counts), dtype=np.int64)
        np.maximum.at(most, pairs // (int(single.max(initial=0)) + 1), often)
        free &= most <= DOMINANCE * level.counts
    return free
