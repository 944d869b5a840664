"""The database behind the query log: connections, transactions, how values are written and read."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

import aiosqlite

from bot.querylog.file import Connection, DatabaseFile, Key, T
from bot.querylog.records import (
    DATABASE_ERRORS,
    HARMLESS,
    QueryLogError,
    from_sqlite,
    primary,
)


class Link:
    """A connection that is opened at first use and, after an error that broke it, at the next.

    Tasks take turns. Each transaction either commits whole or leaves no trace, and every failure
    of the file is raised as QueryLogError.
    """

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._db: Connection | None = None
        self.turn = asyncio.Lock()
        file.users.append(self)
        self._failures = 0
        self._last: QueryLogError | None = None
        self._closed = False

    @asynccontextmanager
    async def transaction(
        self, kind: Literal["DEFERRED", "IMMEDIATE"]
    ) -> AsyncIterator[Connection]:
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

    async def together(
        self, work: Callable[[sqlite3.Connection], T], *, durable: bool = False
    ) -> T:
        """What `work` does to the database, in one transaction, all of it in one go.

        `durable`: on the disk when this returns, so that not even a power cut undoes it; that
        costs an fsync.
        """

        def whole(db: sqlite3.Connection) -> T:
            db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            db.execute("BEGIN IMMEDIATE")
            try:
                done = work(db)
                db.execute("COMMIT")
            except BaseException:
                db.rollback()
                raise
            return done

        async with self.alone() as db:
            return await db.together(whole)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[Connection]:
        """The connection for one task alone, outside a transaction."""
        await self._file.verify()
        since, failures = asyncio.get_running_loop().time(), self._failures
        async with self.turn:
            if self._failures != failures and self._last is not None:
                # Others failed while this one queued. Who has waited out the busy timeout already
                # shares their failure, or a locked database would stall a long queue in turn.
                waited = asyncio.get_running_loop().time() - since
                if waited >= self._file.timeout:
                    raise QueryLogError(self._file.path, self._last.reason, self._last.code)
            try:
                yield await self._opened()
            except DATABASE_ERRORS as error:
                if primary(error) not in HARMLESS:
                    await self.discard()
                self._file.failed(error)
                failure = from_sqlite(self._file.path, error)
                if primary(error) != sqlite3.SQLITE_CONSTRAINT:  # else the row itself is at fault
                    self._failed(failure)
                raise failure from error
            except OSError as error:
                failure = QueryLogError(self._file.path, error.strerror or str(error))
                self._failed(failure)
                raise failure from error
            except QueryLogError as error:
                self._failed(error)
                raise

    async def close(self) -> None:
        """Wait for the task whose turn it is, then close for good."""
        async with self.turn:
            self._closed = True
            await self.discard()

    def _failed(self, error: QueryLogError) -> None:
        self._failures += 1
        self._last = error

    async def _opened(self) -> Connection:
        if self._closed:
            raise QueryLogError(self._file.path, "the query log was closed")
        if self._db is None:
            # A cancelled open would leave a connection that no one closes: see it through.
            opening = asyncio.ensure_future(self._file.open())
            try:
                self._db = await asyncio.shield(opening)
            except asyncio.CancelledError:
                with suppress(*DATABASE_ERRORS, OSError, QueryLogError):
                    self._db = await opening
                raise
        return self._db

    async def discard(self) -> None:
        """Close the connection; the next operation opens another. Only within one's turn."""
        db, self._db = self._db, None
        if db is not None:
            with suppress(*DATABASE_ERRORS):
                await db.close()


class Database:
    """One connection to write with and one to read with, so that reads do not wait for writes."""

    def __init__(self, path: Path, key: Key | None = None, *, busy_timeout: float = 2.0) -> None:
        """`key` gives the key of the file (32 bytes) and may raise QueryLogError; without one it
        is not encrypted. `busy_timeout`: seconds to wait for another program that holds it."""
        self.path = path
        file = DatabaseFile(path, key, busy_timeout)
        self._writer = Link(file)
        self._reader = Link(file)

    async def open(self) -> None:
        """Open and bring the tables up to date now, to learn early whether it works."""
        async with self._writer.transaction("IMMEDIATE"):
            pass

    async def close(self) -> None:
        """Close for good, after the operations under way."""
        await self._reader.close()
        await self._writer.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        async with self._reader.alone() as db:
            return await rows(db, sql, *values)

    async def _execute(self, sql: str, *values: object) -> int:
        """One statement in a transaction of its own; how many rows it changed."""
        async with self._writer.transaction("IMMEDIATE") as db:
            return await run(db, sql, *values)


async def rows(db: aiosqlite.Connection, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    found = await db.execute_fetchall(sql, [storable(value) for value in values])
    return [tuple(row) for row in found]


def fetch(db: sqlite3.Connection, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """The same within `Link.together`."""
    return db.execute(sql, [storable(value) for value in values]).fetchall()


def many(db: sqlite3.Connection, sql: str, values: Iterable[Sequence[object]]) -> None:
    """One statement for each of several rows."""
    db.executemany(sql, [[storable(value) for value in row] for row in values])


async def run(db: aiosqlite.Connection, sql: str, *values: object) -> int:
    """Execute one statement and return how many rows it changed."""
    async with db.execute(sql, [storable(value) for value in values]) as cursor:
        return cursor.rowcount


def storable(value: object) -> object:
    """Text without lone surrogates, which SQLite cannot hold (each becomes ``?``)."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode("utf-8")
    return value


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC, to the hour, so that text order is time order. Refuses naive times.

    To the hour, or whoever sees a person write could find what they asked.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a time zone cannot be logged")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:00:00Z")


def moment(stamped: str) -> datetime:
    """The aware time that `stamp` wrote."""
    return datetime.fromisoformat(stamped)
