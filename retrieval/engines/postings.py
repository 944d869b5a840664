"""Which documents have which term, how often: the arrays that every engine of ours scores from.

A term is known by a number of 64 bits, the same in every process and generation, so that postings
are merged and looked up without their strings: one of up to three characters by these, well mixed
(no two share one), a longer one by the first 64 bits of its BLAKE2b. Of ten million terms two share
one with a probability of three in a million, and would then only be scored as one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from retrieval.files import Make, in_memory, mapped_array, places

Keys = npt.NDArray[np.uint64]
Offsets = npt.NDArray[np.int64]
Documents = npt.NDArray[np.int32]
Counts = npt.NDArray[np.uint16]

_BLOCK = 4_000_000
"""Postings that are worked on at a time: about 100 MB."""
_MOST = np.iinfo(np.uint16).max
_SHORT, _BITS = 3, 21
"""Characters of a term that is known by them, and bits of each."""
_FEW = 500
"""Terms that may be a question's."""


@lru_cache(maxsize=4096)
def key(term: str) -> int:
    """The number of a term, the same everywhere."""
    if len(term) > _SHORT:
        digest = blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8)
        return int.from_bytes(digest.digest())
    packed = 0
    for character in term:
        packed = packed << _BITS | ord(character) + 1
    return int(_mixed(packed))


def keys(terms: Collection[str]) -> Keys:
    """The numbers of many terms."""
    if len(terms) < _FEW:
        return np.fromiter(map(key, terms), np.uint64, len(terms))
    made = np.zeros(len(terms), np.uint64)
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    short = lengths <= _SHORT
    padded = "".join([term.rjust(_SHORT) for term in terms if len(term) <= _SHORT])
    written = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32)
    characters = written.reshape(-1, _SHORT).T + np.uint64(1)
    characters[np.arange(_SHORT)[:, None] < _SHORT - lengths[short]] = 0
    made[short] = short_keys(characters)
    made[~short] = [key(term) for term in terms if len(term) > _SHORT]
    return made


def short_keys(characters: Keys) -> Keys:
    """Those of terms of up to three characters: see `segment.numbered_grams`."""
    first, second, third = characters
    made: Keys = _mixed((first << _BITS | second) << _BITS | third)
    return made


def _mixed(number: Any) -> Any:  # noqa: ANN401 - an int, or an array of them
    """A permutation of the numbers of 64 bits after which each bit depends on every one: the end of
    SplitMix64 (Steele, Lea and Flood 2014)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        number = (number ^ number >> shift) * factor & 0xFFFFFFFFFFFFFFFF
    return number ^ number >> 31


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
    def counted(
        cls, terms: Keys, owner: Offsets, documents: int, keys: Callable[[Keys], Keys]
    ) -> Postings:
        """From every occurrence: a number of its term, and of its document; `keys` of the terms by
        their numbers."""
        size = np.uint64(max(documents, 1))
        if len(terms) and (int(terms.max()) + 1) * int(size) >> 64:
            known, dense = np.unique(terms, return_inverse=True)
            return cls.counted(
                np.asarray(dense, np.uint64), owner, documents, lambda numbers: keys(known[numbers])
            )
        every = np.sort(terms * size + owner.astype(np.uint64))  # far faster than `argsort`
        first = _changes(every)
        counts = np.diff(first, append=len(every))
        terms, having = np.divmod(every[first], size)
        starts = _changes(terms)
        found = keys(terms[starts])
        order = np.argsort(found)
        sizes = np.diff(starts, append=len(terms))[order]
        offsets = np.concatenate(([0], np.cumsum(sizes)))
        at = np.arange(len(terms)) + np.repeat(starts[order] - offsets[:-1], sizes)
        return cls(
            found[order],
            offsets,
            having[at].astype(np.int32),
            np.minimum(counts[at], _MOST).astype(np.uint16),
            np.bincount(owner, minlength=documents).astype(np.uint32),
        )

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


def _changes(ordered: npt.NDArray[Any]) -> Offsets:
    """Where each run of equal values begins."""
    return np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])


@dataclass(frozen=True, slots=True)
class Part:
    """Postings on their way into others: of each of its documents the new number, -1 if none."""

    postings: Postings
    numbers: Documents


def merge(parts: Sequence[Part], documents: int, make: Make = in_memory) -> Postings:
    """The postings of all parts as those of so many documents.

    Each block of postings is copied to its place; only terms whose documents come from between
    those of another part are sorted afterwards.
    """
    keys = union([part.postings.keys for part in parts])
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
    ascending = all((np.diff(part.numbers[part.numbers >= 0]) > 0).all() for part in parts)
    for term in np.flatnonzero(mixed) if ascending else range(len(keys)):
        span = slice(int(starts[term]), int(starts[term + 1]))
        order = np.argsort(merged.documents[span], kind="stable")
        merged.documents[span] = merged.documents[span][order]
        merged.counts[span] = merged.counts[span][order]
    for part in parts:
        kept = part.numbers >= 0
        merged.lengths[part.numbers[kept]] = part.postings.lengths[kept]
    return merged


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


def union(runs: Sequence[Keys]) -> Keys:
    """All different keys, ascending; a few runs at a time, so that memory is bounded."""
    while len(runs) > 1:
        some = (np.sort(np.concatenate(runs[at : at + 8])) for at in range(0, len(runs), 8))
        runs = [every[_changes(every)] for every in some]  # far faster than `unique`
    return runs[0] if runs else np.zeros(0, np.uint64)
