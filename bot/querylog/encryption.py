"""The encrypted file: opened with its key, and made of the plain one of an earlier version."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.querylog.keys import overwrite, shred
from bot.querylog.records import QueryLogError, sqlcipher
from bot.querylog.schema import APPLICATION_ID

_PLAIN = b"SQLite format 3\0"
"""The first bytes of every SQLite file that is not encrypted."""
_PAGE = 4096
"""Of SQLCipher 4: an encrypted file is so many of them, whole."""


def connect(path: Path, key: bytes | None, timeout: float) -> sqlite3.Connection:
    """A connection to the file `path`; encrypted with `key`, or plain without one.

    Raises QueryLogError where SQLCipher is not installed, for nothing is ever kept in plain that
    should have been encrypted. A wrong key shows at the first statement, as SQLITE_NOTADB.
    """
    if key is None:
        return sqlite3.connect(path, timeout=timeout, isolation_level=None)
    if sqlcipher is None:
        raise QueryLogError(
            path,
            "it cannot be encrypted: the package sqlcipher3 is not installed (it has no build for "
            "this system, or it was left out); install it, or set log.encrypted = false where "
            "the disk itself is encrypted",
        )
    db: sqlite3.Connection = sqlcipher.connect(path, timeout=timeout, isolation_level=None)
    # It would write its own account of a wrong key to the error stream.
    db.execute("PRAGMA cipher_log_level = NONE")
    db.execute(f"PRAGMA key = {_literal(key)}")
    return db


def may_be_ours(path: Path) -> bool:
    """Whether a file that cannot be read may be a query log: a damaged plain one, or one that is
    encrypted with another key, which is whole pages of noise."""
    head = _head(path)
    if head.startswith(_PLAIN):
        return True
    if not head or path.stat().st_size % _PAGE:
        return False
    try:
        head.decode()
    except UnicodeDecodeError:
        return True
    return False


def encrypt_in_place(path: Path, key: bytes, timeout: float) -> bool:
    """Make an encrypted file of the plain database at `path` and overwrite the plain bytes.

    False when there is nothing to do. Cut off at any point, it is finished at the next call.
    Raises QueryLogError and the database's own errors; the plain file is then as it was.
    """
    plain, new = _beside(path, ".plain"), _beside(path, ".encrypting")
    if plain.exists():
        if not path.exists() and new.exists():
            new.replace(path)
        elif not path.exists():
            plain.replace(path)
    if not plain.exists():
        if not path.exists() or not _head(path).startswith(_PLAIN):
            return False
        new.unlink(missing_ok=True)
        with _kept_open(_beside(path, "-wal")) as wal:
            _export(path, new, key, timeout)
            for handle in wal:
                overwrite(handle)
        path.rename(plain)
        new.replace(path)
    shred(plain)
    return True


def _export(path: Path, new: Path, key: bytes, timeout: float) -> None:
    if sqlcipher is None:
        connect(path, key, timeout)  # says so
        return
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    db: sqlite3.Connection
    with closing(sqlcipher.connect(path, timeout=timeout, isolation_level=None)) as db:
        # Nobody else may have it open, or what they write meanwhile would be lost.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("COMMIT")
        application = _number(db, "PRAGMA application_id")
        version = _number(db, "PRAGMA user_version")
        if application != APPLICATION_ID:
            new.unlink()
            raise QueryLogError(
                path, "this database belongs to another program; set log.path to another file"
            )
        db.execute(f"ATTACH ? AS new KEY {_literal(key)}", (str(new),))
        db.execute("SELECT sqlcipher_export('new')").fetchall()
        db.execute(f"PRAGMA new.application_id = {application}")
        db.execute(f"PRAGMA new.user_version = {version}")
        db.execute("DETACH new")
    with new.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _kept_open(path: Path) -> Iterator[list[int]]:
    """The file's handle, good even after SQLite removed its name."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:  # none there, or (Windows) SQLite could not remove it while it is open
        yield []
        return
    try:
        yield [handle]
    finally:
        os.close(handle)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_PAGE)


def _literal(key: bytes) -> str:
    """A key as SQLCipher takes it: used as it is, never stretched like a password."""
    return f"\"x'{key.hex()}'\""


def _number(db: sqlite3.Connection, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])
