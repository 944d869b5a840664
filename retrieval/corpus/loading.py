"""The corpus folder: walked, read and described → documents with their metadata."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from retrieval.corpus import manifest
from retrieval.corpus.documents import Found, read_file, told_apart
from retrieval.corpus.folder import walk
from retrieval.corpus.sources import Source
from retrieval.errors import Cause, CorpusError, Skipped, Stage
from retrieval.model import Corpus, Document


def read_here(
    folder: Path, sources: Sequence[tuple[Source, bool]], done: Callable[[], None]
) -> Iterable[Found]:
    """As `pool.Readers`, in this process and without limits: for files that are trusted."""
    for source, described in sources:
        yield read_file(folder, source, described=described)
        done()


Reading = Callable[[Path, Sequence[tuple[Source, bool]], Callable[[], None]], Iterable[Found]]


def load(
    folder: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    reading: Reading = read_here,
) -> Corpus:
    """Everything readable under `folder`, in the order of the paths; the rest as `skipped`.

    `progress` is told (files done, files in all) before the first file and after every one.
    `reading` does the reading: `read_here`, or `pool.Readers` where files are not to be trusted.
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
    sources = [told.source(path) for path in paths]
    numbers = count(1)

    def done() -> None:
        if progress is not None:
            progress(next(numbers), len(paths))

    for found in reading(folder, sources, done):
        for one in found:
            if isinstance(one, Skipped):
                skipped.append(one)
            else:
                _add(documents, one)
    absent = Cause("absent", {"manifest": manifest.NAME})
    skipped += [Skipped(path, absent, Stage.FIND) for path in unseen - hidden]
    unused = Cause("unused", {"manifest": manifest.NAME})
    skipped += [Skipped(match, unused, Stage.FIND, wanted=False) for match in told.unused()]
    skipped.sort(key=lambda item: item.path)
    return Corpus(told_apart(documents.values()), tuple(skipped))


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
