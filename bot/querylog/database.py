"""The database behind the query log: connections, transactions, how values are written and read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import aiosqlite

from bot.querylog.errors import (
    DATABASE_ERRORS,
    QueryLogError,
    from_sqlite,
    refused_row,
    spares_connection,
)
from bot.querylog.file import DatabaseFile, Key

_VARIABLES = 30_000
"""In one statement: SQLite takes 32,766."""


class Link:
    """A connection that is opened at first use and, after an error that broke it, at the next.

    Tasks take turns. Each transaction either commits whole or leaves no trace, and every failure
    of the file is raised as QueryLogError.
    """

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._db: aiosqlite.Connection | None = None
        self.turn = asyncio.Lock()
        file.users.append(self)
        self._failures = 0
        self._last: QueryLogError | None = None
        self._closed = False
        self._durable = False

    @asynccontextmanager
    async def transaction(
        self, kind: Literal["DEFERRED", "IMMEDIATE"], *, durable: bool | None = None
    ) -> AsyncIterator[aiosqlite.Connection]:
        """The body's statements in one transaction: committed at its end, undone if it raises.

        `durable`: on the disk when this returns, so that not even a power cut undoes it; that
        costs an fsync. None leaves it as it was.
        """
        async with self.alone() as db:
            if durable is not None and durable != self._durable:
                level = "FULL" if durable else "NORMAL"
                await db.execute_fetchall(f"PRAGMA synchronous = {level}")
                self._durable = durable
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
                if not spares_connection(error):
                    await self.discard()
                self._file.failed(error)
                failure = from_sqlite(self._file.path, error)
                if not refused_row(error):
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

    async def _opened(self) -> aiosqlite.Connection:
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
        self._durable = False
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

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        async with self._reader.alone() as db:
            return await rows(db, sql, *values)


async def rows(db: aiosqlite.Connection, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    found = await db.execute_fetchall(sql, [storable(value) for value in values])
    return [tuple(row) for row in found]


async def insert(
    db: aiosqlite.Connection, into: str, found: Sequence[Sequence[object]], after: str = ""
) -> list[tuple[Any, ...]]:
    """Add rows with as few statements as SQLite takes, for each is a way to its thread and back.
    `into` is the statement up to VALUES, `after` what follows them; what they return."""
    returned: list[tuple[Any, ...]] = []
    at_once = _VARIABLES // max(map(len, found), default=1)
    for start in range(0, len(found), at_once):
        part = found[start : start + at_once]
        marks = ", ".join(f"({', '.join('?' * len(row))})" for row in part)
        values = [value for row in part for value in row]
        returned += await rows(db, f"{into} VALUES {marks} {after}", *values)
    return returned


async def run(db: aiosqlite.Connection, sql: str, *values: object) -> int:
    """Execute one statement and return how many rows it changed."""
    async with db.execute(sql, [storable(value) for value in values]) as cursor:
        return cursor.rowcount


def storable(value: object) -> object:
    """Text without lone surrogates, which SQLite cannot hold (each becomes ``?``)."""
    if isinstance(value, str):
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
