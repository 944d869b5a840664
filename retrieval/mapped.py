"""Files as memory: bytes and arrays that the system reads when they are looked at, and forgets."""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Mapped = bytes | mmap.mmap


def mapped(path: Path) -> Mapped:
    """The bytes of a file. Raises OSError."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def mapped_array(path: Path) -> npt.NDArray[Any]:
    """The array of a file, as a plain one: each slice of a `numpy.memmap` costs ten times as much.
    Raises OSError, and ValueError where it is damaged."""
    read: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return read.view(np.ndarray)
