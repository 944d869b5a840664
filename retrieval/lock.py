"""A file that one process at a time has to itself."""

from __future__ import annotations

import os
import sys

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
