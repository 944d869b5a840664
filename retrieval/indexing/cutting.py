"""Documents → their passages, terms and facts, a run at a time: here where they are few and short,
and in processes of their own (`cutters`) where they are many or one is long.

A run in a folder is named for all that shapes it, so that a build which was broken off goes on
where it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from retrieval.analysis.segment import Segmenter, Terms
from retrieval.engines.fields import Fields
from retrieval.errors import Cause, Skipped, Stage, failure
from retrieval.indexing.records import Filling, Shelves, kept, prepare, segment
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
                    facts, prepared, found = segment(document, prepared, segmenter)
                    filling.add(document, kept(prepared), facts)
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
