"""Files that one process at a time has to itself, and files as memory: bytes and arrays that the
system reads when they are looked at, and forgets; and where something stands in a sorted one."""

from __future__ import annotations

import math
import mmap
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Mapped = bytes | mmap.mmap

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
    with path.open("rb") as file:
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError(f"{path.name} is of another version")
        shape, _, kind = np.lib.format.read_array_header_1_0(file)
        start = file.tell()
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if kind.hasobject or len(data) != start + kind.itemsize * math.prod(shape):
        raise ValueError(f"{path.name} is damaged")
    return np.ndarray(shape, kind, data, start)


def places(keys: npt.NDArray[Any], wanted: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Where each of some values stands in ascending `keys`, first; -1 for one that is none."""
    if not len(keys):
        return np.full(np.shape(wanted), -1, np.int64)
    wanted = np.asarray(wanted, keys.dtype)  # or all the keys would be converted
    found = keys.searchsorted(wanted)
    return np.where(keys.take(found, mode="clip") == wanted, found, -1)
