"""Which documents have which term, how often: the arrays that every engine of ours scores from.

A term is known by the first 64 bits of its BLAKE2b: the same in every process and generation, so
that postings are merged and looked up without their strings. Two of ten million terms share one
with a probability of three in a million, and would then only be scored as one.
"""

from __future__ import annotations

import os
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from retrieval.files import mapped_array, places

Keys = npt.NDArray[np.uint64]
Offsets = npt.NDArray[np.int64]
Documents = npt.NDArray[np.int32]
Counts = npt.NDArray[np.uint16]

_BLOCK = 4_000_000
"""Postings that are worked on at a time: about 100 MB."""
_MOST = np.iinfo(np.uint16).max
_FEW = 500
"""Terms that may be a question's."""


def key(term: str) -> int:
    """The number of a term, the same everywhere."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest())


_asked = lru_cache(maxsize=4096)(key)


def keys(terms: Collection[str]) -> Keys:
    """The numbers of many terms; those of few are remembered, for they are a question's."""
    return np.fromiter(map(_asked if len(terms) < _FEW else key, terms), np.uint64, len(terms))


@dataclass(frozen=True, slots=True)
class Postings:
    """One field of a run of documents. Immutable; in memory, or mapped from files."""

    keys: Keys
    """Of each term, ascending."""
    offsets: Offsets
    """Where the postings of each term begin in the arrays below, and where the last end."""
    documents: Documents
    """Ascending within each term."""
    counts: Counts
    """How often the term stands in the document."""
    lengths: npt.NDArray[np.uint32]
    """Of each document, the number of its terms."""

    @classmethod
    def of(cls, documents: Iterable[Mapping[str, int]]) -> Postings:
        """From the term counts of each document."""
        gathering = Gathering()
        for document in documents:
            gathering.add(document)
        return gathering.postings()

    def having(self, terms: Collection[str]) -> list[Documents]:
        """The documents that have each of many terms."""
        found = [at for at in places(self.keys, keys(terms)).tolist() if at >= 0]
        if len(found) < len(terms):
            return [self.documents[:0]]
        return [self.documents[self.offsets[at] : self.offsets[at + 1]] for at in found]

    def frequencies(self, terms: Sequence[str]) -> npt.NDArray[np.int64]:
        """In how many documents each of many terms is."""
        at = places(self.keys, keys(terms))
        return np.where(at < 0, 0, self.offsets[at + 1] - self.offsets[at])

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays as files that begin with `name`."""
        for field in fields(self):
            np.save(folder / f"{name}.{field.name}.npy", getattr(self, field.name))

    @classmethod
    def open(cls, folder: Path, name: str) -> Postings:
        """Map what `save` or `merge` wrote. Raises OSError or ValueError where it is damaged."""
        arrays = (folder / f"{name}.{field.name}.npy" for field in fields(cls))
        return cls(*map(mapped_array, arrays))

    def blocks(self) -> Iterator[slice]:
        """The terms in runs of about `_BLOCK` postings."""
        start = 0
        while start < len(self.keys):
            limit = self.offsets[start] + _BLOCK
            end = max(int(np.searchsorted(self.offsets, limit, "right")) - 1, start + 1)
            yield slice(start, min(end, len(self.keys)))
            start = end


class Gathering:
    """Takes in term counts, document by document; a passing state of `Postings`."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self.vocabulary: Collection[str] = self._numbers.keys()
        self._terms, self._counts = array("I"), array("I")
        self._sizes, self._lengths = array("I"), array("I")

    def add(self, document: Mapping[str, int]) -> None:
        """One more document, by how often it has each term."""
        self._terms.extend(map(self._numbers.__getitem__, document))
        self._counts.extend(document.values())
        self._sizes.append(len(document))
        self._lengths.append(sum(document.values()))

    def postings(self) -> Postings:
        numbers = keys(self._numbers)
        order = np.argsort(numbers)
        rank = np.argsort(order)
        places = rank[np.asarray(self._terms, np.int64)]
        sort = np.argsort(places, kind="stable")
        return Postings(
            numbers[order],
            np.concatenate(([0], np.cumsum(np.bincount(places, minlength=len(order))))),
            np.repeat(np.arange(len(self._sizes), dtype=np.int32), self._sizes)[sort],
            np.minimum(np.asarray(self._counts, np.uint32), _MOST).astype(np.uint16)[sort],
            np.asarray(self._lengths, np.uint32),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Postings on their way into others: of each of its documents the new number, -1 if none."""

    postings: Postings
    numbers: Documents


Make = Callable[[str, int, type], npt.NDArray[Any]]
"""Gives the array of a name, a length and a type to be filled: in memory, or mapped to a file."""


def in_memory(name: str, length: int, kind: type) -> npt.NDArray[Any]:
    return np.zeros(length, kind)


def in_files(folder: Path, field: str) -> Make:
    """Arrays mapped to files that `Postings.open` finds."""

    def make(name: str, length: int, kind: type) -> npt.NDArray[Any]:
        path = folder / f"{field}.{name}.npy"
        made = np.lib.format.open_memmap(path, "w+", np.dtype(kind), (length,))
        if hasattr(os, "posix_fallocate"):  # a full disk raises here; written to, it would end us
            with path.open("r+b") as file:
                os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
        return made.view(np.ndarray)  # see `mapped_array`

    return make


def merge(parts: Sequence[Part], documents: int, make: Make = in_memory) -> Postings:
    """The postings of all parts as those of so many documents.

    Each block of postings is copied to its place; only terms whose documents come from between
    those of another part are sorted afterwards.
    """
    keys = _union([part.postings.keys for part in parts])
    frequencies = np.zeros(len(keys), np.int64)
    for block in _blocks(parts, keys):
        frequencies[block.terms] += block.sizes
    starts = np.concatenate(([0], np.cumsum(frequencies)))
    present = np.flatnonzero(frequencies)
    merged = Postings(
        make("keys", len(present), np.uint64),
        make("offsets", len(present) + 1, np.int64),
        make("documents", int(starts[-1]), np.int32),
        make("counts", int(starts[-1]), np.uint16),
        make("lengths", documents, np.uint32),
    )
    merged.keys[:] = keys[present]
    merged.offsets[:-1], merged.offsets[-1] = starts[:-1][present], starts[-1]
    free = starts[:-1].copy()  # of each term, the first place that is not filled
    last = np.full(len(keys), -1, np.int32)  # of each term, the last document so far
    mixed = np.zeros(len(keys), bool)
    for block in _blocks(parts, keys):
        within = np.arange(len(block.documents)) - np.repeat(
            np.cumsum(block.sizes) - block.sizes, block.sizes
        )
        target = np.repeat(free[block.terms], block.sizes) + within
        merged.documents[target] = block.documents
        merged.counts[target] = block.counts
        free[block.terms] += block.sizes
        some = block.sizes > 0
        terms, ends = block.terms[some], np.cumsum(block.sizes)[some]
        mixed[terms] |= block.documents[ends - block.sizes[some]] < last[terms]
        last[terms] = block.documents[ends - 1]
    ascending = all(_ascending(part.numbers) for part in parts)
    for term in np.flatnonzero(mixed) if ascending else range(len(keys)):
        span = slice(int(starts[term]), int(starts[term + 1]))
        order = np.argsort(merged.documents[span], kind="stable")
        merged.documents[span] = merged.documents[span][order]
        merged.counts[span] = merged.counts[span][order]
    for part in parts:
        kept = part.numbers >= 0
        merged.lengths[part.numbers[kept]] = part.postings.lengths[kept]
    return merged


def _ascending(numbers: Documents) -> bool:
    kept = numbers[numbers >= 0]
    return bool((kept[1:] > kept[:-1]).all())


@dataclass(frozen=True, slots=True)
class _Block:
    """Some terms of a part: their places among all, and what is left of their postings."""

    terms: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    documents: Documents
    counts: Counts


def _blocks(parts: Sequence[Part], keys: Keys) -> Iterator[_Block]:
    for part in parts:
        postings = part.postings
        for terms in postings.blocks():
            offsets = postings.offsets[terms.start : terms.stop + 1]
            span = slice(int(offsets[0]), int(offsets[-1]))
            documents = part.numbers[postings.documents[span]]
            kept = documents >= 0
            before = np.concatenate(([0], np.cumsum(kept)))
            sizes = np.diff(before[offsets - offsets[0]])
            places = np.searchsorted(keys, postings.keys[terms])
            yield _Block(places, sizes, documents[kept], postings.counts[span][kept])


def _union(runs: Sequence[Keys]) -> Keys:
    """All different keys, ascending; a few runs at a time, so that memory is bounded."""
    while len(runs) > 1:
        runs = [np.unique(np.concatenate(runs[at : at + 8])) for at in range(0, len(runs), 8)]
    return runs[0] if runs else np.zeros(0, np.uint64)
