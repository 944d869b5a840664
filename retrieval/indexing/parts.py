"""Documents cut up, into their passages, terms and facts: a run of them at a time, here where they
are few and short, else in processes of their own (`cutters`); and all that an index is assembled
from.

A run in a folder is named for all that shapes it, so that a build which was broken off goes on
where it was.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from retrieval.analysis.segment import Segmenter, Terms
from retrieval.engines.fields import Fields
from retrieval.errors import Cause, ReadFile, Skipped, Stage, failure
from retrieval.expansion.synonyms import Aliases
from retrieval.indexing.records import Filling, Shelves, prepare, segment
from retrieval.indexing.shelf import encode
from retrieval.model import Document

_LOST = "lost.bin"


@dataclass(frozen=True, slots=True)
class Run:
    """Some documents, cut up."""

    shelves: Shelves
    fields: Fields
    lost: tuple[tuple[int, Skipped], ...]
    """Those that could not be, by their place among those given."""

    @classmethod
    def of(
        cls,
        documents: Sequence[Document],
        segmenter: Segmenter,
        folder: Path | None,
        given_up: Mapping[int, Cause] | None = None,
        begun: Callable[[int], None] = lambda place: None,
    ) -> Run:
        """Cut documents up; the shelves in a folder, the rest in memory. `begun` hears of each
        before it is cut, by its place; those `given_up` are not tried again."""
        filling = Filling(folder)
        lost: list[tuple[int, Skipped]] = []

        def terms() -> Iterator[Mapping[str, Sequence[Terms]]]:
            for place, document in enumerate(documents):
                stage = Stage.SPLIT
                if given_up is not None and place in given_up:
                    lost.append((place, Skipped(document.id, given_up[place], stage)))
                    continue
                begun(place)
                try:
                    prepared = prepare(document)
                    stage = Stage.SEGMENT
                    facts, passages, found = segment(document, prepared, segmenter)
                    filling.add(document, passages, facts)
                except (MemoryError, OSError):  # not its fault alone, or that of the disk
                    raise
                except Exception as error:  # whatever it is, it costs this document alone
                    lost.append((place, failure(document.id, stage, error)))
                else:
                    yield found

        fields = Fields.of(terms())
        return cls(filling.shelves(), fields, tuple(lost))

    def save(self, folder: Path) -> None:
        """Write what stands in memory beside the shelves."""
        self.fields.save(folder)
        (folder / _LOST).write_bytes(encode(self.lost))

    @classmethod
    def open(cls, folder: Path) -> Run:
        lost = msgspec.msgpack.decode(
            (folder / _LOST).read_bytes(), type=tuple[tuple[int, Skipped], ...]
        )
        fields = Fields.open(folder)
        return cls(Shelves.open(folder), fields, lost)


def batches(documents: Sequence[Document], size: int) -> Iterator[Sequence[Document]]:
    start = length = 0
    for end, document in enumerate(documents, start=1):
        length += len(document.text)
        if length >= size:
            yield documents[start:end]
            start, length = end, 0
    if start < len(documents):
        yield documents[start:]


def name(documents: Sequence[Document], words: frozenset[str], recipe: str) -> str:
    digest = hashlib.sha256(recipe.encode())
    for line in (*sorted(words), *(f"{one.id} {one.fingerprint}" for one in documents)):
        digest.update(f"{line}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


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


@cache
def recipe() -> str:
    """The same for the same code, libraries and tables: all that shapes an index."""
    digest = hashlib.sha256(f"{unicodedata.unidata_version} {np.dtype(np.int64).str}".encode())
    package = Path(__file__).parents[1]
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.txt")]):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    for name in ("jieba", "rjieba", "OpenCC", "pypinyin", "rank-bm25", "msgspec"):
        try:
            digest.update(f"{name} {version(name)}".encode())
        except PackageNotFoundError:
            digest.update(f"{name} -".encode())
    return digest.hexdigest()
