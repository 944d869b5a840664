"""Only one program at a time serves from one database."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class InstanceError(Exception):
    """Another program serves from this database. `pid` is its process id, None if unknown."""

    def __init__(self, path: Path, pid: int | None) -> None:
        super().__init__(f"{path}: in use by process {pid or 'unknown'}")
        self.path = path
        self.pid = pid


@contextmanager
def only_instance(database: Path) -> Iterator[None]:
    """Hold the lock beside the database. It goes with the process, however that ends.

    Raises InstanceError when another process holds it.
    """
    path = database.with_name(database.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        # Where nothing can be written there is no log to be fought over; the log says why.
        yield
        return
    try:
        if not _lock(handle):
            with suppress(OSError):
                written = os.pread(handle, 32, 0) if hasattr(os, "pread") else b""
                raise InstanceError(database, int(written) if written.isdigit() else None)
            raise InstanceError(database, None)
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


if sys.platform != "win32":
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

else:
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            # Far behind the process id, which others shall read.
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        except OSError:
            return False
        return True
