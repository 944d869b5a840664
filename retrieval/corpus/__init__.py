"""The corpus folder: walked, read and described → documents with their metadata. It is walked
without following a loop or a way out of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from retrieval.corpus import manifest
from retrieval.corpus.documents import Found, read_file, told_apart
from retrieval.corpus.sources import Source
from retrieval.errors import Cause, CorpusError, ReadFile, Skipped, Stage, refusal
from retrieval.model import Corpus, Document

IGNORED = frozenset(("sources.toml", "aliases.toml", "words.txt"))
"""Files at the root of a corpus that describe it and are no documents of it."""


def walk(root: Path) -> tuple[list[str], list[Skipped]]:
    """The paths of all files under `root`, relative and sorted, and what could not be entered.

    Hidden files and folders are left out. A linked folder is walked once, after all that are
    not linked, and never if it has been walked before. A link that leads out of `root` is not
    followed: the corpus is what stands in its folder.
    """
    files: list[str] = []
    skipped: list[Skipped] = []
    seen: set[tuple[int, int]] = set()
    linked: list[str] = []
    waiting = [""]
    inside = os.path.realpath(root)
    while waiting or linked:
        relative = waiting.pop() if waiting else linked.pop(0)
        try:
            status = (root / relative).stat()
            if (status.st_dev, status.st_ino) in seen:
                skipped.append(_lost(relative, Cause("link-seen")))
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(root / relative) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            skipped.append(_lost(shown(relative), refusal(error)))
            continue
        for entry in found:
            if entry.name.startswith(".") or (not relative and entry.name in IGNORED):
                continue
            path = f"{relative}/{entry.name}" if relative else entry.name
            cause = _sort_in(entry, path, inside, files, waiting, linked)
            if cause is not None:
                skipped.append(_lost(shown(path), cause))
    return sorted(files), skipped


def _sort_in(
    entry: os.DirEntry[str],
    path: str,
    inside: str,
    files: list[str],
    waiting: list[str],
    linked: list[str],
) -> Cause | None:
    """Put an entry where it belongs; the cause why it belongs nowhere."""
    if shown(path) != path:
        return Cause("name-not-unicode")
    try:
        if entry.is_symlink():
            target = os.path.realpath(entry.path)
            if not Path(target).exists():
                return Cause("link-dead")
            if os.path.commonpath((inside, target)) != inside:
                return Cause("link-outside")
        if entry.is_dir():
            (linked if entry.is_symlink() else waiting).append(path)
        else:
            files.append(path)
    except OSError as error:  # a link to itself
        return refusal(error)
    except ValueError:  # on another drive
        return Cause("link-outside")
    return None


def _lost(path: str, cause: Cause) -> Skipped:
    return Skipped(path, cause, Stage.FIND)


def shown(path: str) -> str:
    """`path` as it can be printed: a name that is not UTF-8 has its bytes escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


_SETTLED = 2.0
"""Seconds for which a file must have been left alone: a change within the same tick of a coarse
clock (FAT has two seconds) would not show."""


def stamped(path: Path) -> str | None:
    """The same for a file that was left alone; empty where it is too new to tell, None where it
    cannot be looked at."""
    try:
        status = path.stat()
    except OSError:
        return None
    if time.time() - status.st_mtime < _SETTLED:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"


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
    status = {
        path: f"{stamp} {files[path].digest}" if (stamp := stamped(folder / path)) else ""
        for path in paths
    }
    had = {path: known(path) for path in paths} if known is not None else {}
    taken = {path: was for path, was in had.items() if was and was[0].status == status[path] != ""}
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
