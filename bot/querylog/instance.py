"""Only one program at a time serves from one database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from retrieval.files import lock


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
        if not lock(handle):
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
