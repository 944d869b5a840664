"""Files that one process at a time has to itself, and files as memory: bytes and arrays that the
system reads when they are looked at, and forgets; and where something stands in a sorted one, or in
sorted lines."""

from __future__ import annotations

import mmap
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Mapped = bytes | mmap.mmap
_PLAIN = re.compile(
    rb"\x93NUMPY\x01\x00(?s:..)\{'descr': '([<>|](?:[iu][1248]|f[48]|b1|S[0-9]+))',"
    rb" 'fortran_order': False, 'shape': \(([0-9]+),\), \} *\n"
)
"""How numpy begins the file of an array of one dimension: reading it as Python does takes a third
of what opening a generation of some seventy such files costs."""

if sys.platform != "win32":
    import fcntl

    def lock(handle: int) -> bool:
        """Have an open file to oneself until it is closed, which the end of the process does too;
        whether nobody else has it. Raises OSError where its file system knows no locks."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

else:
    import msvcrt

    def lock(handle: int) -> bool:
        try:
            # Far behind whatever stands in the file, which others shall read.
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        except OSError:
            return False
        return True


def mapped(path: Path) -> Mapped:
    """The bytes of a file. Raises OSError."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def mapped_array(path: Path) -> npt.NDArray[Any]:
    """The array of a file, as a plain one: each slice of a `numpy.memmap` costs ten times as much,
    and opening one three times. Raises OSError, and ValueError where it is damaged."""
    data = mapped(path)
    head = _PLAIN.match(data)
    if head is None:
        raise ValueError(f"{path.name} is of another version")
    kind, length = np.dtype(head[1].decode()), int(head[2])
    if len(data) != head.end() + kind.itemsize * length:
        raise ValueError(f"{path.name} is damaged")
    return np.ndarray(length, kind, data, head.end())


Make = Callable[[str, int, type], npt.NDArray[Any]]
"""Gives the array of a name, a length and a type to be filled: in memory, or mapped to a file."""


def in_memory(name: str, length: int, kind: type) -> npt.NDArray[Any]:
    return np.zeros(length, kind)


def in_files(folder: Path, field: str) -> Make:
    """Arrays mapped to files that `Postings.open` finds."""

    def make(name: str, length: int, kind: type) -> npt.NDArray[Any]:
        path = folder / f"{field}.{name}.npy"
        made = np.lib.format.open_memmap(path, "w+", np.dtype(kind), (length,))
        if hasattr(os, "posix_fallocate"):  # a full disk raises here; written to, it would end us
            with path.open("r+b") as file:
                os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
        return made.view(np.ndarray)  # see `mapped_array`

    return make


def places(keys: npt.NDArray[Any], wanted: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Where each of some values stands in ascending `keys`, first; -1 for one that is none."""
    if not len(keys):
        return np.full(np.shape(wanted), -1, np.int64)
    wanted = np.asarray(wanted, keys.dtype)  # or all the keys would be converted
    found = keys.searchsorted(wanted)
    return np.where(keys.take(found, mode="clip") == wanted, found, -1)


def lines(rows: Mapping[str, Iterable[str]]) -> str:
    """What stands behind each of some keys, a line a key, for `behind`."""
    return "".join(sorted(f"{key}\t{' '.join(values)}\n" for key, values in rows.items()))


def behind(lines: str, key: str) -> list[str]:
    """What stands behind a key in lines: as so many strings they would take ten times the memory,
    and much time to be read."""
    wanted, low, high = f"{key}\t", 0, len(lines)
    while low < high:
        start = max(lines.rfind("\n", low, (low + high) // 2) + 1, low)
        end = lines.index("\n", start)
        low, high = (end + 1, high) if lines[start:end] < wanted else (low, start)
    if not lines.startswith(wanted, low):
        return []
    return lines[low + len(wanted) : lines.index("\n", low)].split(" ")
