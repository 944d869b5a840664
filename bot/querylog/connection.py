"""One connection to the database for many tasks: opened when needed, reopened when it broke."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

import aiosqlite

from bot.querylog.errors import (
    DATABASE_ERRORS,
    QueryLogError,
    from_sqlite,
    refused_row,
    spares_connection,
)
from bot.querylog.file import DatabaseFile


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
        if db is not None:
            with suppress(*DATABASE_ERRORS):
                await db.close()
