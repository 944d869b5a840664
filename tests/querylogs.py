"""What the tests of the query log share: a log on a real file, and rows to put into it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.querylog import QueryLog, QueryLogError, Question, Quote
from bot.querylog.encryption import connect

KEY = bytes(range(32))
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
QUOTES = (Quote(1, "charter", "p1", 3.25), Quote(2, "letter", "p7", 1.5))


def asked(number: int, **changes: object) -> Question:
    question = Question(
        id=f"q{number}",
        asked_at=NOW + timedelta(hours=number),
        platform="telegram",
        chat_kind="private",
        asker="alice",
        chat="chat-of-alice",
        text="什么是零八宪章？",
        verdict="found",
        confidence=0.5,
        elapsed_ms=1.5,
        generation="g1",
    )
    return replace(question, **changes)  # type: ignore[arg-type]


def using(
    path: Path, work: Callable[[QueryLog], Awaitable[None]], key: bytes | None = None
) -> None:
    """Run `work` with a log on `path` that gives up on a locked database at once. Plain by
    default, for most tests here look into the file."""

    async def main() -> None:
        async with QueryLog(path, (lambda: key) if key else None, busy_timeout=0.05) as log:
            await work(log)

    asyncio.run(main())


async def refused(operation: Awaitable[object]) -> QueryLogError:
    with pytest.raises(QueryLogError) as caught:
        await operation
    return caught.value


def raw(path: Path) -> sqlite3.Connection:
    """The file as another program with the tests' key sees it."""
    plain = not path.exists() or path.read_bytes().startswith(b"SQLite format 3")
    return connect(path, None if plain else KEY, 5.0)


def contents(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(raw(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
