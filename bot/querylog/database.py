"""The database behind the query log, and how values are written to it and read back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiosqlite

from bot.querylog.connection import Link
from bot.querylog.file import DatabaseFile, Key


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
