"""Weighted postings → the weighted terms of each passage: what an engine elsewhere is filled with.

Postings stand term by term, and are many times what memory holds; rows stand passage by passage.
So every posting is first put down in the file of its run of passages, in the order they come, and
each run is then sorted in memory: two passes over the disk, whatever the size.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from retrieval.engines.fields import OF_DOCUMENTS, SORTS
from retrieval.engines.postings import Documents, Keys, Postings, keys, union
from retrieval.files import places

Numbered = npt.NDArray[np.uint32]
NOTHING = 0
"""The number of no term: a passage without any has it alone, for some engines take no empty row."""
_MOST = 2**32 - 2
"""How many numbers there are: from 1, and the last of 32 bits is reserved by Milvus."""
_STEP = 2_654_435_761
"""From a number that is taken to the next to try: odd and large, so that neighbours scatter."""
_ENTRY = np.dtype([("row", np.int32), ("term", np.uint32), ("weight", np.float32), ("own", "?")])


class Numbering:
    """Every term of every field → a number of 32 bits: half of its key's hash, the upper one for
    words and the lower one for characters, so that it is the same wherever it is made. Of two
    terms with the same number, the later one moves on to a free number; in ten million terms, some
    ten thousand do."""

    def __init__(self, fields: Mapping[str, Postings]) -> None:
        self._fields = fields
        keys = [union([p.keys for n, p in fields.items() if _sort(n) == sort]) for sort in SORTS]
        first = [_halves(of, sort) for of, sort in zip(keys, SORTS, strict=True)]
        every = np.concatenate(first)
        taken, kept = np.unique(every, return_index=True)
        moving = np.ones(len(every), dtype=bool)
        moving[kept] = False
        added: set[int] = set()
        self._moved: dict[str, tuple[Keys, Numbered]] = {}
        start = 0
        for of, sort in zip(keys, SORTS, strict=True):
            late = np.flatnonzero(moving[start : start + len(of)])
            numbers = [_free(int(every[start + at]), taken, added) for at in late]
            self._moved[sort] = of[late], np.asarray(numbers, np.uint32)
            start += len(of)

    def of(self, sort: str, keys: Keys) -> Numbered:
        """The numbers of terms by their keys, all of which some field has."""
        numbers = _halves(keys, sort)
        moved, to = self._moved[sort]
        at = places(moved, keys)
        numbers[at >= 0] = to[at[at >= 0]]
        return numbers

    def vector(self, sort: str, terms: Mapping[str, float]) -> dict[int, float]:
        """The numbers of those of the terms that any passage has → their weights."""
        asked = list(terms)
        counts = sum(
            (p.frequencies(asked) for n, p in self._fields.items() if _sort(n) == sort),
            np.zeros(len(asked), np.int64),
        )
        known = [term for term, count in zip(asked, counts, strict=True) if count]
        numbers = self.of(sort, keys(known))
        return {
            number: terms[term]
            for number, term in zip(numbers.tolist(), known, strict=True)
            if terms[term]
        }


@dataclass(frozen=True, slots=True)
class Weighted:
    """One field's postings with what each adds to a score."""

    name: str
    postings: Postings
    weights: npt.NDArray[np.float32]
    factor: float


Row = dict[str, Any]
"""As it is sent: a `passage`, its `document`, and what each term adds to its score: in all
(`whole`), and what of that its title and lead do (`rest`)."""


def rows(
    fields: Sequence[Weighted],
    owner: Documents,
    numbering: Numbering,
    *,
    start: int = 0,
    run: int = 20_000,
    folder: Path | None = None,
) -> Generator[Row, None, None]:
    """The rows of all passages from `start` on, in order; `run` of them are in memory at a time.
    Takes some 13 bytes a posting of `folder`, or of the system's temporary folder, meanwhile."""
    with TemporaryDirectory(dir=folder, prefix="rows-") as name:
        for field in fields:
            for entries in _entries(field, owner, numbering):
                _put_down(entries[entries["row"] >= start], run, Path(name))
        for first in range(start - start % run, len(owner), run):
            path = Path(name) / str(first // run)
            entries = np.fromfile(path, _ENTRY) if path.exists() else np.zeros(0, _ENTRY)
            path.unlink(missing_ok=True)
            yield from _run(entries, owner, max(first, start), min(first + run, len(owner)))


def _entries(field: Weighted, owner: Documents, numbering: Numbering) -> Iterator[npt.NDArray[Any]]:
    name, sort = field.name.split(".")
    sizes = np.bincount(owner)
    first = np.cumsum(sizes) - sizes
    for terms in field.postings.blocks():
        offsets = field.postings.offsets[terms.start : terms.stop + 1]
        span = slice(int(offsets[0]), int(offsets[-1]))
        numbers = numbering.of(sort, np.asarray(field.postings.keys[terms]))
        numbers = np.repeat(numbers, np.diff(offsets))
        weights = field.weights[span] * np.float32(field.factor)
        of = field.postings.documents[span]
        if name in OF_DOCUMENTS:
            held = of < len(sizes)  # a last document without passages is not counted
            of, numbers, weights = of[held], numbers[held], weights[held]
            each = sizes[of]
            within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
            numbers, weights = np.repeat(numbers, each), np.repeat(weights, each)
            of = np.repeat(first[of], each) + within
        made = np.zeros(len(of), _ENTRY)
        made["row"], made["term"], made["weight"] = of, numbers, weights
        made["own"] = name == "passage"
        yield made[weights != 0]


def _put_down(entries: npt.NDArray[Any], run: int, folder: Path) -> None:
    of = entries["row"] // run
    order = np.argsort(of, kind="stable")
    numbers, starts = np.unique(of[order], return_index=True)
    for number, part in zip(numbers, np.split(entries[order], starts[1:]), strict=False):
        with (folder / str(number)).open("ab") as file:
            part.tofile(file)


def _run(entries: npt.NDArray[Any], owner: Documents, first: int, end: int) -> Iterator[Row]:
    entries = entries[np.lexsort((entries["term"], entries["row"]))]
    ends = np.searchsorted(entries["row"], np.arange(first, end + 1))
    terms, weights, own = (entries[name] for name in ("term", "weight", "own"))
    for at, row in enumerate(range(first, end)):
        span = slice(ends[at], ends[at + 1])
        whole: dict[int, float] = {}
        rest: dict[str, float] = {}
        listed = (terms[span].tolist(), weights[span].tolist(), own[span].tolist())
        for term, weight, of_text in zip(*listed, strict=True):
            whole[term] = whole.get(term, 0.0) + weight
            if not of_text:
                rest[str(term)] = rest.get(str(term), 0.0) + weight
        whole = whole or {NOTHING: 1.0}
        yield {"passage": row, "document": int(owner[row]), "whole": whole, "rest": rest}


def _sort(name: str) -> str:
    return name.split(".")[1]


def _halves(keys: Keys, sort: str) -> Numbered:
    half = keys >> np.uint64(32) if sort == SORTS[0] else keys & np.uint64(0xFFFFFFFF)
    return (half % np.uint64(_MOST) + np.uint64(1)).astype(np.uint32)


def _free(number: int, taken: Numbered, added: set[int]) -> int:
    while number in added or places(taken, number) >= 0:
        number = (number - 1 + _STEP) % _MOST + 1
    added.add(number)
    return number
