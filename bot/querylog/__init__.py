"""The query log: what was asked and quoted, the votes on it, and what little else is remembered.

People and chats appear in it only as keyed pseudonyms (`bot.querylog.keys`), never as ids or
names.
"""

from __future__ import annotations

from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any

from bot.querylog.database import moment, rows, run, stamp
from bot.querylog.records import (
    DownReason,
    QueryLogError,
    Question,
    Quote,
    Reload,
    SentReply,
    VoteValue,
)
from bot.querylog.retention import NOBODY, Retention
from bot.querylog.writes import Writes

__all__ = ["QueryLog", "QueryLogError", "Question", "Quote", "Reload", "SentReply"]

_COLUMNS = (
    "id, asked_at, platform, chat_kind, asker, chat, text, verdict, confidence, elapsed_ms,"
    " generation"
)
# ruff: noqa: S608 - the statements below are put together from constants alone
_NEWEST = f"FROM question WHERE asker <> '{NOBODY}' ORDER BY asked_at DESC, rowid DESC LIMIT ?"


class QueryLog(Writes, Retention):
    """The query log in the SQLite file `path`, safe for many tasks of one event loop at once.

    Making one touches no file. Each method opens the database if it is not open, so a log that
    failed works again as soon as its file does. Every method raises QueryLogError when the file
    cannot be read or written, and then has changed nothing. Reads do not wait for writes.
    """

    async def question(self, question_id: str) -> Question | None:
        found = await self._read(f"SELECT {_COLUMNS} FROM question WHERE id = ?", question_id)
        return _question(found[0]) if found else None

    async def latest(self, limit: int) -> list[tuple[Question, tuple[Quote, ...]]]:
        """The latest `limit` questions with their quotes, newest first."""
        async with self._reader.transaction("DEFERRED") as db:
            questions = await rows(db, f"SELECT {_COLUMNS} {_NEWEST}", limit)
            quotes = await rows(
                db,
                "SELECT question_id, rank, document, passage, score FROM quote"
                f" WHERE question_id IN (SELECT id {_NEWEST}) ORDER BY question_id, rank",
                limit,
            )
        quoted: dict[str, list[Quote]] = {}
        for question_id, *rest in quotes:
            quoted.setdefault(question_id, []).append(Quote(*rest))
        return [(_question(row), tuple(quoted.get(row[0], ()))) for row in questions]

    async def record_reload(self, reload: Reload) -> None:
        """Add one attempt to reload the corpus, failed or not."""
        await self._execute(
            "INSERT INTO reload (at, generation, documents, passages, skipped, elapsed_ms, error)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(stamp(reload.at), *astuple(reload)[1:]),
        )

    async def vote(self, question_id: str, voter: str, value: VoteValue, at: datetime) -> bool:
        """Set the voter's one voice; False when the question is not there (any more).

        Voting again changes the value; a reason stays only with the -1 that it was given for.
        """
        changed = await self._execute(
            "INSERT INTO feedback (question_id, voter, value, at)"
            " SELECT id, ?2, ?3, ?4 FROM question WHERE id = ?1"
            " ON CONFLICT (question_id, voter) DO UPDATE SET"
            " at = excluded.at, value = excluded.value,"
            " reason = CASE WHEN value = excluded.value THEN reason END",
            *(question_id, voter, value, stamp(at)),
        )
        return changed > 0

    async def reason(self, question_id: str, voter: str, reason: DownReason) -> bool:
        """Say why the voter's -1; False when there is no such vote."""
        sql = "UPDATE feedback SET reason = ? WHERE question_id = ? AND voter = ? AND value = -1"
        return await self._execute(sql, reason, question_id, voter) > 0

    async def language(self, asker: str) -> str | None:
        """The language tag that the asker chose, or None."""
        found = await self._read("SELECT language FROM preference WHERE asker = ?", asker)
        return str(found[0][0]) if found else None

    async def set_language(self, asker: str, tag: str | None) -> None:
        """Remember the asker's choice; None forgets it."""
        if tag is None:
            await self._execute("DELETE FROM preference WHERE asker = ?", asker)
        else:
            await self._execute("REPLACE INTO preference VALUES (?, ?)", asker, tag)

    async def reply_to(self, message: str) -> SentReply | None:
        found = await self._read("SELECT number, question_id FROM reply WHERE message = ?", message)
        return SentReply(str(found[0][0]), str(found[0][1])) if found else None

    async def first_time(self, chat: str, what: str, at: datetime | None = None) -> bool:
        """True the first time this is asked for `chat` and `what`, for what is said only once."""
        when = stamp(at or datetime.now(UTC))
        sql = "INSERT OR IGNORE INTO told VALUES (?, ?, ?)"
        return await self._execute(sql, chat, what, when) > 0

    async def was_told(self, chat: str, what: str) -> bool:
        """Whether `first_time` was asked for this before. Changes nothing."""
        found = await self._read("SELECT 1 FROM told WHERE chat = ? AND what = ?", chat, what)
        return bool(found)

    async def move_chat(self, old: str, new: str, itself: tuple[str, str] | None = None) -> int:
        """A chat got a new identity: its rows follow. Returns how many questions moved.

        `itself`: the old and the new pseudonym under which the chat itself asks and votes.

        Replies do not: Telegram numbers the messages of the new chat afresh.
        """
        async with self._writer.transaction("IMMEDIATE") as db:
            moved = await run(db, "UPDATE question SET chat = ? WHERE chat = ?", new, old)
            await run(db, "UPDATE OR IGNORE told SET chat = ? WHERE chat = ?", new, old)
            await run(db, "DELETE FROM told WHERE chat = ?", old)
            if itself is not None:
                was, now = itself
                await run(db, "UPDATE question SET asker = ? WHERE asker = ?", now, was)
                await run(db, "UPDATE OR IGNORE feedback SET voter = ? WHERE voter = ?", now, was)
        return moved


def _question(row: tuple[Any, ...]) -> Question:
    question_id, asked_at, *rest = row
    return Question(question_id, moment(asked_at), *rest)
