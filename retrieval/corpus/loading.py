"""The corpus folder: walked, read and described → documents with their metadata."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from retrieval.corpus import manifest
from retrieval.corpus.documents import Found, read_file, told_apart
from retrieval.corpus.folder import walk
from retrieval.corpus.sources import Source
from retrieval.errors import Cause, CorpusError, ReadFile, Skipped, Stage
from retrieval.model import Corpus, Document


def read_here(
    folder: Path, sources: Sequence[tuple[Source, bool]], done: Callable[[], None]
) -> Iterable[Found]:
    """As `pool.Readers`, in this process and without limits: for files that are trusted."""
    for source, described in sources:
        found = list(read_file(folder, source, described=described))
        done()  # who takes the last one asks for no more
        yield found


Reading = Callable[[Path, Sequence[tuple[Source, bool]], Callable[[], None]], Iterable[Found]]

Known = Callable[[str], tuple[ReadFile, Sequence[Document]] | None]
"""What an earlier generation has of a file, by its path: how it was, and its documents, perhaps
without their text."""
_SETTLED = 2.0
"""Seconds for which a file must have been left alone: a change within the same tick of a coarse
clock (FAT has two seconds) would not show."""


def load(
    folder: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    reading: Reading = read_here,
    known: Known | None = None,
) -> Corpus:
    """Everything readable under `folder`, in the order of the paths; the rest as `skipped`.

    `progress` is told (files done, files in all) before the first file and after every one.
    `reading` does the reading: `read_here`, or `pool.Readers` where files are not to be trusted.
    A file that is as it was when `known` read it is not read again.
    CorpusError if the folder cannot be read or its manifest is wrong.
    """
    told = manifest.load(_readable(folder))
    paths, skipped = walk(folder)
    unseen = set(told.files) - set(paths) - {problem.path for problem in skipped}
    hidden = {path for path in unseen if (folder / path).is_file()}  # described, so wanted
    paths = sorted({*filter(told.wanted, paths), *hidden})
    documents: dict[str, Document] = {}
    if progress is not None:
        progress(0, len(paths))
    files = {path: told.told(path) for path in paths}
    status = {path: _status(folder / path, files[path].digest) for path in paths}
    taken = {}
    for path in paths if known is not None else ():
        had = known(path) if known is not None else None
        if had is not None and had[0].status == status[path] != "":
            taken[path] = had
    fresh = [files[path][:2] for path in paths if path not in taken]
    read: dict[str, ReadFile] = {}
    given: dict[str, Sequence[Document]] = {}
    numbers = count(1)

    def done() -> None:
        if progress is not None:
            progress(next(numbers), len(paths))

    for _ in taken:
        done()
    founds = iter(reading(folder, fresh, done))
    for path in paths:
        if path in taken:
            old, given[path] = taken[path]
            problems = old.skipped
        else:
            found = next(founds)
            problems = tuple(one for one in found if isinstance(one, Skipped))
            given[path] = [one for one in found if not isinstance(one, Skipped)]
        skipped += problems
        for document in given[path]:
            _add(documents, document)
        read[path] = ReadFile(status[path], problems, len(given[path]))
    absent = Cause("absent", {"manifest": manifest.NAME})
    skipped += [Skipped(path, absent, Stage.FIND) for path in unseen - hidden]
    unused = Cause("unused", {"manifest": manifest.NAME})
    skipped += [Skipped(match, unused, Stage.FIND, wanted=False) for match in told.unused()]
    skipped.sort(key=lambda item: item.path)
    finished = told_apart(documents.values())
    # What a file gives depends on the others only where two documents would be taken for one.
    same = {id(document) for document in finished}
    lone = {path for path in paths if all(id(document) in same for document in given[path])}
    if not taken.keys() <= lone:
        return load(folder, progress=progress, reading=reading)
    # What should have been readable may be so now, although nothing of the file changed.
    whole = {path for path, one in read.items() if not any(lost.wanted for lost in one.skipped)}
    lasting = lone & whole
    kept = {path: one for path, one in read.items() if path in lasting and one.status}
    return Corpus(finished, tuple(skipped), kept)


def _status(path: Path, told: str) -> str:
    """The same for a file that was left alone and of which the same is told; empty where it is too
    new to tell."""
    try:
        status = path.stat()
    except OSError:
        return ""
    if time.time() - status.st_mtime < _SETTLED:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino} {told}"


def _readable(folder: Path) -> Path:
    try:
        os.scandir(folder).close()
    except FileNotFoundError:
        raise CorpusError(str(folder), "there is no such folder") from None
    except NotADirectoryError:
        raise CorpusError(str(folder), "it is a file, not a folder") from None
    except OSError as error:
        raise CorpusError(str(folder), f"it cannot be read: {error.strerror}") from None
    return folder


def _add(documents: dict[str, Document], document: Document) -> None:
    """Add under its id, or under the first free of id-2, id-3, … where that one is taken."""
    name, count = document.id, 1
    while name in documents:
        count += 1
        name = f"{document.id}-{count}"
    documents[name] = document if count == 1 else replace(document, id=name)
