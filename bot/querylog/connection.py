"""One connection to the database for many tasks: opened when needed, reopened when it broke."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Literal

import aiosqlite

from bot.querylog.errors import QueryLogError, from_sqlite, read_only, spares_connection
from bot.querylog.schema import migrate

# At DEBUG it writes out every statement with its values: what people ask.
logging.getLogger("aiosqlite").setLevel(logging.INFO)

_PRAGMAS = (
    "journal_mode = WAL",
    # In WAL mode NORMAL cannot damage the file; a power cut may cost the last few rows.
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "secure_delete = ON",
)


class Link:
    """A connection that is opened at first use and, after an error that broke it, at the next.

    Tasks take turns. Each transaction either commits whole or leaves no trace, and every failure
    of the file is raised as QueryLogError.
    """

    def __init__(self, path: Path, busy_timeout: float, opening: asyncio.Lock) -> None:
        """`opening` is shared by the links to one file, which open it one after the other."""
        self._path = path
        self._timeout = busy_timeout
        self._db: aiosqlite.Connection | None = None
        self._turn = asyncio.Lock()
        self._opening = opening
        self._failures = 0
        self._last: QueryLogError | None = None
        self._closed = False

    @asynccontextmanager
    async def transaction(
        self, kind: Literal["DEFERRED", "IMMEDIATE"]
    ) -> AsyncIterator[aiosqlite.Connection]:
        """The body's statements in one transaction: committed at its end, undone if it raises."""
        async with self.alone() as db:
            # Rolled back whatever happens, even if cancelled while BEGIN is still queued.
            try:
                await db.execute(f"BEGIN {kind}")
                yield db
                await db.commit()
            except BaseException:
                await db.rollback()
                raise

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[aiosqlite.Connection]:
        """The connection for one task alone, outside a transaction."""
        since, failures = asyncio.get_running_loop().time(), self._failures
        async with self._turn:
            if self._failures != failures and self._last is not None:
                # Others failed while this one queued. Who has waited out the busy timeout already
                # shares their failure, or a locked database would stall a long queue in turn.
                waited = asyncio.get_running_loop().time() - since
                if waited >= self._timeout:
                    raise QueryLogError(self._path, self._last.reason, self._last.code)
            try:
                yield await self._opened()
            except sqlite3.Error as error:
                if not spares_connection(error):
                    await self._discard()
                failure = from_sqlite(self._path, error)
                if not isinstance(error, sqlite3.IntegrityError):
                    self._failed(failure)
                raise failure from error
            except OSError as error:
                failure = QueryLogError(self._path, error.strerror or str(error))
                self._failed(failure)
                raise failure from error
            except QueryLogError as error:
                self._failed(error)
                raise

    async def close(self) -> None:
        """Wait for the task whose turn it is, then close for good."""
        async with self._turn:
            self._closed = True
            await self._discard()

    def _failed(self, error: QueryLogError) -> None:
        self._failures += 1
        self._last = error

    async def _opened(self) -> aiosqlite.Connection:
        if self._closed:
            raise QueryLogError(self._path, "the query log was closed")
        if self._db is None:
            # A cancelled open would leave a connection that no one closes: see it through.
            opening = asyncio.ensure_future(self._open())
            try:
                self._db = await asyncio.shield(opening)
            except asyncio.CancelledError:
                with suppress(sqlite3.Error, OSError, QueryLogError):
                    self._db = await opening
                raise
        return self._db

    async def _open(self) -> aiosqlite.Connection:
        async with self._opening:
            await asyncio.to_thread(_make_file, self._path)
            db = await aiosqlite.connect(self._path, timeout=self._timeout, isolation_level=None)
            try:
                for pragma in _PRAGMAS:
                    await db.execute_fetchall(f"PRAGMA {pragma}")
                await migrate(db, self._path)
            except BaseException:
                await db.close()
                raise
            return db

    async def _discard(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            with suppress(sqlite3.Error):
                await db.close()


def _make_file(path: Path) -> None:
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise QueryLogError(path, f"{folder} is not a folder; set log.path to another") from error
    try:
        # Made by us and not by SQLite, so that only its owner can read what people ask; SQLite
        # gives the files beside it the same permissions.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        # Asked first, for SQLite would leave read-only files beside a read-only database, and
        # they would stay so after someone has set it right. Asked without opening the file:
        # closing it again would drop the locks that our other connection holds.
        effective = os.access in os.supports_effective_ids
        if not os.access(path, os.R_OK | os.W_OK, effective_ids=effective):
            raise read_only(path) from None
