"""The files of a corpus folder, found without following a loop or a way out of it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from retrieval.errors import Cause, Skipped, Stage

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


def refusal(error: OSError) -> Cause:
    """Why the system gave no access to a file."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return Cause("denied")
    if error.errno == errno.ELOOP:
        return Cause("link-dead")
    if error.errno == errno.ENOENT:
        return Cause("vanished")
    return Cause("system", {"code": errno.errorcode.get(error.errno or 0, "?")})


def shown(path: str) -> str:
    """`path` as it can be printed: a name that is not UTF-8 has its bytes escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
