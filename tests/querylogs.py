"""What the tests of the query log share: a log on a real file, and rows to put into it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.querylog import QueryLog, QueryLogError, Question, Quote, Reload
from bot.querylog.database import moment
from bot.querylog.encryption import connect
from bot.querylog.records import DownReason, VoteValue
from bot.querylog.writes import Batch

KEY = bytes(range(32))
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
QUOTES = (Quote(1, "charter", "p1", 3.25), Quote(2, "letter", "p7", 1.5))


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's voice on one answer; `reason` only ever on a -1."""

    voter: str
    value: VoteValue
    reason: DownReason | None
    at: datetime


class Log(QueryLog):
    """The log with ways to put single rows in and to look at what the bot only writes."""

    async def record(self, question: Question, quotes: Sequence[Quote] = ()) -> None:
        """Add a question with what was quoted. An id that is there already is an error."""
        await self.write(Batch(questions=[(question, quotes)]))

    async def update(self, question: Question, quotes: Sequence[Quote] = ()) -> None:
        """Replace the question of the same id, or add it if it is not there.

        Its reply stays; the votes go when the text changed, for they were on another answer.
        """
        await self.write(Batch(updates=[(question, quotes)]))

    async def quotes(self, question_id: str) -> tuple[Quote, ...]:
        """In the order of their rank; none for a question that is not there."""
        found = await self._read(
            "SELECT rank, document, passage, score FROM quote WHERE question_id = ? ORDER BY rank",
            question_id,
        )
        return tuple(Quote(*row) for row in found)

    async def votes(self, question_id: str) -> tuple[Vote, ...]:
        found = await self._read(
            "SELECT voter, value, reason, at FROM feedback WHERE question_id = ?"
            " ORDER BY at, voter",
            question_id,
        )
        return tuple(Vote(voter, value, why, moment(at)) for voter, value, why, at in found)

    async def remember_reply(self, message: str, number: str, question_id: str) -> None:
        """Remember which message answers `message`; not where the question is not there."""
        await self.write(Batch(replies=[(message, number, question_id)]))

    async def reloads(self, limit: int) -> list[Reload]:
        """The latest `limit` attempts, newest first."""
        found = await self._read(
            "SELECT at, generation, documents, passages, skipped, elapsed_ms, error FROM reload"
            " ORDER BY at DESC, id DESC LIMIT ?",
            limit,
        )
        return [Reload(moment(at), *rest) for at, *rest in found]


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


def using(path: Path, work: Callable[[Log], Awaitable[None]], key: bytes | None = None) -> None:
    """Run `work` with a log on `path` that gives up on a locked database at once. Plain by
    default, for most tests here look into the file."""

    async def main() -> None:
        async with Log(path, (lambda: key) if key else None, busy_timeout=0.05) as log:
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
