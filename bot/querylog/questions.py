"""Questions, what was quoted in reply, and reloads of the corpus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.querylog.database import moment, rows, run, stamp, storable
from bot.querylog.records import Question, Quote, Reload
from bot.querylog.retention import NOBODY, blank
from bot.querylog.writes import Batch, Writes, insert_questions

_COLUMNS = (
    "id, asked_at, platform, chat_kind, asker, chat, text, verdict, confidence, elapsed_ms,"
    " generation"
)
# ruff: noqa: S608 - the statements below are put together from constants alone
_NEWEST = f"FROM question WHERE asker <> '{NOBODY}' ORDER BY asked_at DESC, rowid DESC LIMIT ?"


class Questions(Writes):
    """The part of the query log that holds questions."""

    async def record(self, question: Question, quotes: Sequence[Quote] = ()) -> None:
        """Add a question with what was quoted. An id that is there already is an error."""
        await self.write(Batch(questions=[(question, quotes)]))

    async def update(self, question: Question, quotes: Sequence[Quote] = ()) -> None:
        """Replace the question of the same id, or add it if it is not there.

        Its reply stays; the votes go when the text changed, for they were on another answer.
        """
        async with self._writer.transaction("IMMEDIATE") as db:
            old = await rows(db, "SELECT text FROM question WHERE id = ?", question.id)
            if not old:
                await insert_questions(db, [(question, quotes)])
                return
            if old[0][0] != storable(question.text):
                await run(db, "DELETE FROM feedback WHERE question_id = ?", question.id)
            await run(db, "DELETE FROM quote WHERE question_id = ?", question.id)
            # The old words are overwritten where they stand, and a new row takes over the id:
            # a row that grew in place would be moved, and might leave them behind.
            await db.execute("PRAGMA defer_foreign_keys = ON")
            await blank(db, question.id)
            await insert_questions(db, [(question, quotes)])

    async def question(self, question_id: str) -> Question | None:
        found = await self._read(f"SELECT {_COLUMNS} FROM question WHERE id = ?", question_id)
        return _question(found[0]) if found else None

    async def quotes(self, question_id: str) -> tuple[Quote, ...]:
        """In the order of their rank; none for a question that is not there."""
        found = await self._read(
            "SELECT rank, document, passage, score FROM quote WHERE question_id = ? ORDER BY rank",
            question_id,
        )
        return tuple(Quote(*row) for row in found)

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
        async with self._writer.transaction("IMMEDIATE") as db:
            await run(
                db,
                "INSERT INTO reload"
                " (at, generation, documents, passages, skipped, elapsed_ms, error)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                stamp(reload.at),
                reload.generation,
                reload.documents,
                reload.passages,
                reload.skipped,
                reload.elapsed_ms,
                reload.error,
            )

    async def reloads(self, limit: int) -> list[Reload]:
        """The latest `limit` attempts, newest first."""
        found = await self._read(
            "SELECT at, generation, documents, passages, skipped, elapsed_ms, error FROM reload"
            " ORDER BY at DESC, id DESC LIMIT ?",
            limit,
        )
        return [Reload(moment(at), *rest) for at, *rest in found]


def _question(row: tuple[Any, ...]) -> Question:
    question_id, asked_at, *rest = row
    return Question(question_id, moment(asked_at), *rest)
