"""The key of the query log: where it stands, how it is made, read and destroyed.

The file of the log is encrypted with it, and the pseudonyms in the log are made with it. It never
stands beside the database: who takes one of them away has nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.querylog.errors import QueryLogError

KEY_BYTES = 32

_log = logging.getLogger(__name__)


def default_key_file(database: Path) -> Path:
    """One for each database, in the folder where the user's programs keep what must last.

    The XDG Base Directory Specification names it, and wants a relative path ignored.
    """
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    if not state.is_absolute():
        if os.name == "nt" and (local := os.environ.get("LOCALAPPDATA")):
            state = Path(local)
        else:
            state = Path.home() / ".local" / "state"
    place = hashlib.sha256(os.fsencode(database.resolve())).hexdigest()[:8]
    return state / "yinju" / f"{database.stem}-{place}.key"


def find_key(given: str, file: Path | None, database: Path) -> bytes:
    """The key `given` in 64 hexadecimal digits, else that of `file`, else of the default file.

    Raises QueryLogError when it can be neither read nor made.
    """
    if given:
        return bytes.fromhex(given)
    try:
        return load_key(file or default_key_file(database))
    except RuntimeError as error:  # no home folder
        reason = "there is no folder for its key; set log.key_file"
        raise QueryLogError(database, reason) from error


def load_key(path: Path) -> bytes:
    """The key in the file `path`, made at random if there is none, readable by its owner only.

    Raises QueryLogError when it can be neither read nor made, or is not a key. A key that others
    may read is used, with a warning in the log.
    """
    try:
        if not path.exists():
            _create(path)
        key = path.read_bytes()
    except OSError as error:
        raise QueryLogError(
            path,
            f"the key of the query log cannot be read or made: {error.strerror or error}; "
            "set log.key_file to a file that the user who runs the bot may write",
        ) from error
    if len(key) != KEY_BYTES:
        raise QueryLogError(
            path,
            f"this is not the key of a query log ({KEY_BYTES} bytes, this has {len(key)}); restore "
            "it from a copy, or delete it: then the log begins anew",
        )
    if readable_by_others(path):
        _log.warning("%s can be read by others; run: chmod 600 %s", path, path)
    return key


def readable_by_others(path: Path) -> bool:
    """Whether more users than the file's owner may read or change it (never on Windows)."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def shred(path: Path) -> None:
    """Overwrite a file's bytes where they stand, then remove it. Nothing when it is not there.

    A disk that writes elsewhere (flash, copy on write, snapshots) may keep the old ones.
    """
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            overwrite(file.fileno())
        path.unlink()


def overwrite(handle: int) -> None:
    """Zeros over every byte of an open file, on the disk when this returns."""
    left = os.fstat(handle).st_size
    os.lseek(handle, 0, os.SEEK_SET)
    while left > 0:
        left -= os.write(handle, bytes(min(left, 1 << 20)))
    os.fsync(handle)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written whole under another name first: a second process sees no key or all of it.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            # Unlike a rename, a link never replaces the key that another process just made.
            with suppress(FileExistsError):
                path.hardlink_to(written)
        except OSError:
            written.replace(path)  # a file system without links
    finally:
        written.unlink(missing_ok=True)
