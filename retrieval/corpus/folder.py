"""The files of a corpus folder, found without following a loop."""

from __future__ import annotations

import os
from pathlib import Path

from retrieval.model import Skipped

IGNORED = frozenset(("sources.toml", "aliases.toml", "words.txt"))
"""Files at the root of a corpus that describe it and are no documents of it."""


def walk(root: Path) -> tuple[list[str], list[Skipped]]:
    """The paths of all files under `root`, relative and sorted, and what could not be entered.

    Hidden files and folders are left out. A linked folder is walked once, after all that are
    not linked, and never if it has been walked before.
    """
    files: list[str] = []
    skipped: list[Skipped] = []
    seen: set[tuple[int, int]] = set()
    linked: list[str] = []
    waiting = [""]
    while waiting or linked:
        relative = waiting.pop() if waiting else linked.pop(0)
        try:
            status = (root / relative).stat()
            if (status.st_dev, status.st_ino) in seen:
                skipped.append(Skipped(relative, "a link to a folder that is read already"))
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(root / relative) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            skipped.append(Skipped(shown(relative), f"cannot be read: {error.strerror}"))
            continue
        for entry in found:
            if entry.name.startswith(".") or (not relative and entry.name in IGNORED):
                continue
            path = f"{relative}/{entry.name}" if relative else entry.name
            _sort_in(entry, path, files, skipped, waiting, linked)
    return sorted(files), skipped


def _sort_in(
    entry: os.DirEntry[str],
    path: str,
    files: list[str],
    skipped: list[Skipped],
    waiting: list[str],
    linked: list[str],
) -> None:
    if shown(path) != path:
        skipped.append(Skipped(shown(path), "its name is not UTF-8; rename it"))
        return
    try:
        if entry.is_dir():
            (linked if entry.is_symlink() else waiting).append(path)
        elif entry.is_symlink() and not Path(entry.path).exists():
            skipped.append(Skipped(path, "a link that leads nowhere"))
        else:
            files.append(path)
    except OSError as error:  # a link to itself
        skipped.append(Skipped(path, f"cannot be read: {error.strerror}"))


def shown(path: str) -> str:
    """`path` as it can be printed: a name that is not UTF-8 has its bytes escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
