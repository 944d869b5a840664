"""The database file itself: one program's alone, made, opened, watched while it is in use, put
aside when it is ruined.

A program cannot go on writing into a file that someone deleted, replaced or damaged under it:
what it wrote would be lost without a word.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

import aiosqlite

from bot.querylog.encryption import connect, encrypt_in_place, may_be_ours
from bot.querylog.keys import shred
from bot.querylog.records import DATABASE_ERRORS, RUINED, QueryLogError, primary, read_only
from bot.querylog.schema import migrate
from retrieval.files import lock

# At DEBUG it writes out every statement with its values: what people ask.
logging.getLogger("aiosqlite").setLevel(logging.INFO)
_log = logging.getLogger(__name__)

_PRAGMAS = (
    "journal_mode = WAL",
    # In WAL mode NORMAL cannot damage the file; a power cut may cost the last few rows.
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",  # nothing of it in the folder for temporary files
)
_ROWS_AT_ONCE = 64
"""aiosqlite's own default."""

Key = Callable[[], bytes]
T = TypeVar("T")
Identity = tuple[int, int]


class Connection(aiosqlite.core.Connection):
    """A connection that takes many statements at once, too: each for itself is a way to the
    connection's thread and back, which on a busy event loop costs more than the statement."""

    stopped: asyncio.Future[object] | None = None

    def stop(self) -> asyncio.Future[object] | None:
        self.stopped = super().stop()
        return self.stopped

    async def together(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in the connection's own thread."""
        done: T = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return done


class User(Protocol):
    """Who holds a connection to the file."""

    turn: asyncio.Lock

    async def discard(self) -> None: ...


class DatabaseFile:
    """One file and all connections of this program to it."""

    def __init__(self, path: Path, key: Key | None, busy_timeout: float) -> None:
        """`key` is asked for at every opening; None: the file is not encrypted."""
        self.path = path
        self._wal = path.with_name(path.name + "-wal")
        self.timeout = busy_timeout
        self.users: list[User] = []
        self._key = key
        self._opening = asyncio.Lock()
        self._identity: Identity | None = None
        self._of_wal: Identity | None = None
        self._used = False
        self._ruined = False

    async def open(self) -> Connection:
        """A connection with the tables brought up to date. A file that is ruined, or encrypted
        with a key that is gone, is put aside first."""
        async with self._opening:
            key = await asyncio.to_thread(self._key) if self._key else None
            try:
                return await self._open(key)
            except DATABASE_ERRORS as error:
                # While another connection is open, `verify` puts it aside in its time.
                code = primary(error)
                if code not in RUINED or self._identity is not None:
                    raise
                if not self._used and not await asyncio.to_thread(may_be_ours, self.path):
                    raise
                lost = key is not None and not self._used and code == sqlite3.SQLITE_NOTADB
                what = "cannot be read with its key (lost or changed?)" if lost else "is damaged"
                await asyncio.to_thread(self._put_aside, what)
                return await self._open(key)

    async def _open(self, key: bytes | None) -> Connection:
        await asyncio.to_thread(self._prepare, key)
        db = Connection(lambda: connect(self.path, key, self.timeout), _ROWS_AT_ONCE)
        try:
            await db
        except BaseException:
            # aiosqlite does not wait for its thread, whose last word would find the loop closed.
            if db.stopped is not None:
                await db.stopped
            raise
        try:
            for pragma in _PRAGMAS:
                await db.execute_fetchall(f"PRAGMA {pragma}")
            await migrate(db, self.path)
        except BaseException:
            await db.close()
            raise
        self._identity, self._of_wal = _identity(self.path), _identity(self._wal)
        self._used = True
        return db

    def failed(self, error: sqlite3.Error) -> None:
        """An operation on the file failed so."""
        self._ruined = self._ruined or primary(error) in RUINED

    async def verify(self) -> None:
        """Make sure that the file in use still stands at its path, whole. To be called before
        each operation, never within one."""
        while not self._well():
            async with AsyncExitStack() as stack:
                for user in self.users:
                    await stack.enter_async_context(user.turn)
                if not self._well():  # for two may have noticed at once
                    await self._leave()

    def _well(self) -> bool:
        if self._identity is None:
            return True
        return not self._ruined and _identity(self.path) == self._identity

    async def _leave(self) -> None:
        gone = _identity(self.path)
        replaced = gone != self._identity
        if replaced:
            what = "was replaced by another file" if gone else "vanished"
            _log.error("The query log %s %s while it was in use.", self.path, what)
        # The last connection to close removes the write-ahead log by its name, whoever's it is.
        foreign = self._wal.with_name(self._wal.name + ".kept")
        theirs = replaced and _identity(self._wal) not in (None, self._of_wal)
        if theirs:
            self._wal.replace(foreign)
        elif replaced:
            await asyncio.to_thread(shred, self._wal)
        for user in self.users:
            await user.discard()
        if theirs:
            foreign.replace(self._wal)
        if not replaced:
            await asyncio.to_thread(self._put_aside, "is damaged")
        if gone is None:
            _log.error("A new query log is begun at %s.", self.path)
        self._ruined, self._identity = False, None

    def _put_aside(self, what: str) -> None:
        aside = f"{self.path.name}.aside-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        for ending in ("-wal", ""):
            file = self.path.with_name(self.path.name + ending)
            if file.exists():
                file.replace(self.path.with_name(aside + ending))
        self.path.with_name(self.path.name + "-shm").unlink(missing_ok=True)
        _log.error(
            "The query log %s %s. It was put aside as %s; a new one is begun.",
            self.path,
            what,
            aside,
        )

    def _prepare(self, key: bytes | None) -> None:
        path, folder = self.path, self.path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            what = f"{folder} is not a folder; set log.path to another"
            raise QueryLogError(path, what) from error
        # Before anything opens it, and never while we hold it: closing a file drops the locks
        # that another connection of this process holds on it.
        if key is not None and self._identity is None and encrypt_in_place(path, key, self.timeout):
            _log.warning("The query log %s was encrypted; its plain bytes are overwritten.", path)
        try:
            # Made by us and not by SQLite, so that only its owner can read what people ask;
            # SQLite gives the files beside it the same permissions.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            # Asked first, for SQLite would leave read-only files beside a read-only database, and
            # they would stay so after someone has set it right. Asked without opening the file.
            effective = os.access in os.supports_effective_ids
            if not os.access(path, os.R_OK | os.W_OK, effective_ids=effective):
                raise read_only(path) from None


def _identity(path: Path) -> Identity | None:
    """Which file this is, whatever its name; None when there is none, or an emptied one."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found.st_size else None


class InstanceError(Exception):
    """Another program serves from this database. `pid` is its process id, None if unknown."""

    def __init__(self, path: Path, pid: int | None) -> None:
        super().__init__(f"{f'process {pid}' if pid else 'another process'} serves from {path}")
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
