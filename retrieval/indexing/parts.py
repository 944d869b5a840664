"""What an index is assembled from, as it is kept from one generation to the next."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.engines.fields import Fields
from retrieval.errors import ReadFile, Skipped
from retrieval.expansion.synonyms import Aliases
from retrieval.indexing.records import Shelves
from retrieval.model import Document


@dataclass(frozen=True)
class Parts:
    """What an index is assembled from; kept from one generation to the next."""

    added: frozenset[str] = frozenset()
    """The operator's words."""
    aliases: Aliases = field(default_factory=lambda: Aliases({}))
    shelves: Shelves = field(default_factory=Shelves.empty)
    fields: Fields = field(default_factory=lambda: Fields.of(()))
    """Of the documents, in that order."""
    lost: tuple[Skipped, ...] = ()
    """Documents that could not be cut up, and what could not be learned."""
    fresh: int = 0
    """How many documents were cut up, and not taken over from the generation before."""
    files: Mapping[str, ReadFile] = field(default_factory=dict)
    """Those that may be taken over unread."""

    @cached_property
    def numbers(self) -> Mapping[tuple[str, str], int]:
        """Id and fingerprint of each document → its number."""
        return {(each.about.id, each.fingerprint): n for n, each in enumerate(self.shelves.facts)}

    @cached_property
    def _by_file(self) -> Mapping[str, Sequence[Document]]:
        documents: dict[str, list[Document]] = {}
        for each in self.shelves.facts:
            documents.setdefault(each.about.source, []).append(each.document())
        return documents

    def file(self, path: str) -> tuple[ReadFile, Sequence[Document]] | None:
        """A file as it was read, and its documents without their text; None for one that has to be
        read again."""
        read, documents = self.files.get(path), self._by_file.get(path, ())
        return (read, documents) if read is not None and read.documents == len(documents) else None

    @cached_property
    def first(self) -> npt.NDArray[np.int64]:
        """Of each document its first passage, and the number of all passages."""
        owner = self.fields.owner
        return np.searchsorted(owner, np.arange(len(self.shelves.documents) + 1))

    def mention(self, document: int, words: Iterable[str]) -> bool:
        """Whether a document has any of some folded words."""
        passages = self.shelves.passages[int(self.first[document]) : int(self.first[document + 1])]
        texts = [text for one in passages for text in (one.above, one.folded.text)]
        return any(word in text for word in words for text in texts)


Origin = tuple[Shelves, npt.NDArray[np.int64], int]
"""Where a document stands: on which shelves, the first passages of their documents, its number."""


def neighbours(
    documents: Iterable[Origin],
) -> Iterator[tuple[Shelves, npt.NDArray[np.int64], int, int]]:
    """Documents in order, those that stand beside one another together: from a number to one."""
    run: tuple[Shelves, npt.NDArray[np.int64], int, int] | None = None
    for shelves, first, number in documents:
        if run is not None and run[0] is shelves and run[3] == number:
            run = (*run[:3], number + 1)
            continue
        if run is not None:
            yield run
        run = (shelves, first, number, number + 1)
    if run is not None:
        yield run


@cache
def recipe() -> str:
    """The same for the same code, libraries and tables: all that shapes an index."""
    digest = hashlib.sha256(f"{unicodedata.unidata_version} {np.dtype(np.int64).str}".encode())
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    for name in ("jieba", "rjieba", "OpenCC", "pypinyin", "rank-bm25", "msgspec"):
        try:
            digest.update(f"{name} {version(name)}".encode())
        except PackageNotFoundError:
            digest.update(f"{name} -".encode())
    return digest.hexdigest()
