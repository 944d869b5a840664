"""What is known of all documents without opening one: names, dates, publishers, as plain columns.

They are made once a generation and mapped from files where it is on disk, so that a list, a filter
or a look at all titles costs no more than a look at bytes, however many documents there are.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Literal, Self, cast

import numpy as np
import numpy.typing as npt

from retrieval.analysis.folding import HAN, fold
from retrieval.files import Mapped, mapped, mapped_array, places
from retrieval.model import Document
from retrieval.queries.operators import Filter, Kind, dates

_NAMES = "catalogue.names"
_COLUMNS = ("ends", "published", "newest", "current", "publisher", "keys", "keyed")
Called = Literal["title", "author"]
_END = b"\n\n"
"""After the names of each document: no folded text has a line break."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a document without opening it."""

    id: str
    title: str
    source: str
    described: str
    """Publisher, author, file and title, folded, a line each: what `Kind.SOURCE` looks at."""
    url: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: str | None = None
    version_of: str | None = None
    keys: bytes = b""
    """What it is called, and its authors: the numbers of `_key`, one after the other."""

    @classmethod
    def of(cls, document: Document) -> About:
        by = document.publisher or "", document.author or ""
        names = [fold(name).text for name in (*by, document.source, document.title)]
        _, author, _, title = names
        keys = {_key("title", name) for name in calls(title)}
        keys |= {_key("author", name) for name in _authors(author)}
        return cls(
            document.id,
            document.title,
            document.source,
            "\n".join(names),
            document.url,
            document.publisher,
            document.published,
            document.language,
            document.version_of,
            array("Q", sorted(keys)).tobytes(),
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """What the documents are, counted."""

    publishers: tuple[tuple[str | None, int], ...] = ()
    """Each publisher, None among them, and how many documents are theirs, most first."""
    languages: tuple[str, ...] = ()
    shortest: str = ""
    """The shortest title."""
    earliest: str | None = None
    latest: str | None = None


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The columns, by the number of the document. Immutable; in memory, or mapped from files."""

    _names: Mapped
    ends: npt.NDArray[np.int64]
    """Where the names of each document end."""
    published: npt.NDArray[np.bytes_]
    """ISO 8601, empty where it is not known."""
    newest: npt.NDArray[np.int32]
    """The documents, newest first, those without a date last."""
    current: npt.NDArray[np.int32]
    """Of each document that is one of several versions, the newest; of any other itself."""
    publisher: npt.NDArray[np.int32]
    """Whose each document is: its place in `Totals.publishers`."""
    keys: npt.NDArray[np.uint64]
    """Of all that documents are called and of their authors, ascending; see `_key`."""
    keyed: npt.NDArray[np.int32]
    """The document of each key."""
    totals: Totals = field(default_factory=Totals)

    @classmethod
    def of(cls, documents: Iterable[About]) -> Self:
        names, ends = bytearray(), [0]
        dates: list[bytes] = []
        publishers: list[str | None] = []
        languages: set[str | None] = set()
        shortest: str | None = None
        versions: dict[str, list[int]] = {}
        keys, keyed = bytearray(), array("i")
        for each in documents:
            names += each.described.encode("utf-8", "surrogatepass") + _END
            ends.append(len(names))
            keyed.extend([len(dates)] * (len(each.keys) // 8))
            keys += each.keys
            if each.version_of:
                versions.setdefault(each.version_of, []).append(len(dates))
            dates.append((each.published or "").encode())
            publishers.append(each.publisher)
            languages.add(each.language)
            shortest = each.title if shortest is None else min(shortest, each.title, key=len)
        counted = sorted(Counter(publishers).items(), key=lambda one: (-one[1], one[0] or ""))
        place = {name: at for at, (name, _) in enumerate(counted)}
        published = np.asarray(dates, "S10")
        known = sorted(date.decode() for date in dates if date)
        spoken = tuple(sorted(filter(None, languages)))
        span = (known[0], known[-1]) if known else (None, None)
        # Newest first, those of one date as they stand.
        newest = len(dates) - 1 - np.argsort(published[::-1], kind="stable")[::-1]
        current = np.arange(len(dates), dtype=np.int32)
        for numbers in versions.values():
            current[numbers] = max(numbers, key=dates.__getitem__)
        return cls(
            bytes(names),
            np.asarray(ends[1:], np.int64),
            published,
            newest.astype(np.int32),
            current,
            np.fromiter((place[name] for name in publishers), np.int32, len(publishers)),
            (called := np.frombuffer(keys, np.uint64))[order := np.argsort(called)],
            np.asarray(keyed, np.int32)[order],
            Totals(tuple(counted), spoken, shortest or "", *span),
        )

    def save(self, folder: Path) -> None:
        """Write all but the totals as files of a folder."""
        (folder / _NAMES).write_bytes(self._names[:])
        for name in _COLUMNS:
            np.save(folder / f"catalogue.{name}.npy", getattr(self, name))

    @classmethod
    def open(cls, folder: Path, totals: Totals) -> Self:
        """Map what was written. Raises OSError or ValueError where it is damaged."""
        columns = {name: mapped_array(folder / f"catalogue.{name}.npy") for name in _COLUMNS}
        return cls(mapped(folder / _NAMES), **columns, totals=totals)

    def date(self, document: int) -> str:
        return bytes(self.published[document]).decode()

    def names(self, document: int) -> str:
        """What a document is called: see `About.described`."""
        start = int(self.ends[document - 1]) if document else 0
        end = int(self.ends[document]) - len(_END)
        return self._names[start:end].decode("utf-8", "surrogatepass")

    def title(self, document: int) -> str:
        """The title of a document, folded."""
        return self.names(document).rpartition("\n")[2]

    def naming(self, text: str) -> Iterator[tuple[int, str]]:
        """The documents whose publisher, file or title have a folded text, in order, with these
        names, a line each."""
        wanted = text.encode("utf-8", "surrogatepass")
        names = self._names
        at = names.find(wanted) if wanted else -1
        while at >= 0:
            document = int(self.ends.searchsorted(at, "right"))
            yield document, self.names(document)
            at = names.find(wanted, int(self.ends[document]))

    def called(self, kind: Called, name: str) -> npt.NDArray[np.int64]:
        """The documents that are called so (see `bare`), or whose author is, ascending."""
        wanted = np.uint64(_key(kind, name))
        first, last = self.keys.searchsorted(wanted), self.keys.searchsorted(wanted, "right")
        return np.sort(self.keyed[first:last].astype(np.int64))

    def known(self, kind: Called, names: Sequence[str]) -> list[bool]:
        """Whether any document is called each of many names, or is by one of that name."""
        wanted = np.fromiter((_key(kind, name) for name in names), np.uint64, len(names))
        known: list[bool] = (places(self.keys, wanted) >= 0).tolist()
        return known

    def fitting(self, one: Filter) -> npt.NDArray[np.int64]:
        """The documents that a filter of the kinds SOURCE, AUTHOR and YEAR leaves, ascending."""
        if one.kind is Kind.SOURCE:
            return np.fromiter((number for number, _ in self.naming(one.value)), np.int64)
        if one.kind is Kind.AUTHOR:
            by = (n for n, names in self.naming(one.value) if one.value in names.split("\n")[1])
            return np.fromiter(by, np.int64)
        asked = dates(one.value)
        if asked is None:
            return np.zeros(0, np.int64)
        written = self.published.astype(f"S{len(asked[0])}")
        first, last = (date.encode() for date in asked)
        return np.flatnonzero((written >= first) & (written <= last) & (written != b""))

    def newest_of(self, publisher: int | None) -> Sequence[int]:
        """The documents of a publisher, by its place in the totals, or all, newest first."""
        newest = self.newest
        if publisher is not None:
            newest = newest[self.publisher[newest] == publisher]
        return cast(Sequence[int], newest.data)


STATE = "中华人民共和国"
"""Which stands before the titles of most of its laws, and tells none apart."""
_APART = re.compile(r"[\s·・:：|—–]+|[(（\[【〔][^)）\]】〕]*[)）\]】〕]")
_ONE_OF = re.compile(r"[一二两三四五六七八九十百]+首.*$|其[一二三四五六七八九十]+$")
_CHINESE = re.compile(f"[{HAN}]")


def bare(folded: str) -> str:
    """A folded name without blanks and marks, by which it is looked up."""
    return "".join(filter(str.isalnum, folded))


def calls(title: str) -> set[str]:
    """What a document of a folded title is called, bare: all of it; of a Chinese one also each
    part that stands apart, without the state's name, and without its number of a series."""
    parts = [title]
    if _CHINESE.search(title):
        parts += _APART.split(title)
        parts += [part.removeprefix(STATE) for part in parts]
        parts += [_ONE_OF.sub("", part) for part in parts]
    return {name for part in parts if len(name := bare(part)) > 1 or part is title} - {""}


def _authors(names: str) -> set[str]:
    return {bare(name) for name in re.split(r"[,，、;；&/]| and ", names)} - {""}


def _key(kind: str, name: str) -> int:
    named = f"{kind}:{name}".encode(errors="replace")
    return int.from_bytes(blake2b(named, digest_size=8).digest())
