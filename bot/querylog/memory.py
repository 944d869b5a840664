"""Votes on answers, and the little that is remembered of people and chats."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.querylog.database import moment, rows, run, stamp
from bot.querylog.records import DOWN_REASONS, DownReason, SentReply, Vote, VoteValue
from bot.querylog.writes import Batch, Writes


class Memory(Writes):
    """The part of the query log that holds votes, preferences, replies and what was said once."""

    async def vote(self, question_id: str, voter: str, value: VoteValue, at: datetime) -> bool:
        """Set the voter's one voice; False when the question is not there (any more).

        Voting again changes the value; a reason stays only with the -1 that it was given for.
        """
        async with self._writer.transaction("IMMEDIATE") as db:
            if not await rows(db, "SELECT 1 FROM question WHERE id = ?", question_id):
                return False
            await run(
                db,
                "INSERT INTO feedback (question_id, voter, value, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (question_id, voter) DO UPDATE SET"
                " at = excluded.at, value = excluded.value,"
                " reason = CASE WHEN value = excluded.value THEN reason END",
                question_id,
                voter,
                value,
                stamp(at),
            )
            return True

    async def reason(self, question_id: str, voter: str, reason: DownReason) -> bool:
        """Say why the voter's -1; False when there is no such vote."""
        if reason not in DOWN_REASONS:
            raise ValueError(f"{reason!r} is not one of {sorted(DOWN_REASONS)}")
        async with self._writer.transaction("IMMEDIATE") as db:
            changed = await run(
                db,
                "UPDATE feedback SET reason = ? WHERE question_id = ? AND voter = ? AND value = -1",
                reason,
                question_id,
                voter,
            )
        return changed > 0

    async def votes(self, question_id: str) -> tuple[Vote, ...]:
        found = await self._read(
            "SELECT voter, value, reason, at FROM feedback WHERE question_id = ?"
            " ORDER BY at, voter",
            question_id,
        )
        return tuple(Vote(voter, value, why, moment(at)) for voter, value, why, at in found)

    async def language(self, asker: str) -> str | None:
        """The language tag that the asker chose, or None."""
        found = await self._read("SELECT language FROM preference WHERE asker = ?", asker)
        return str(found[0][0]) if found else None

    async def set_language(self, asker: str, tag: str | None) -> None:
        """Remember the asker's choice; None forgets it."""
        async with self._writer.transaction("IMMEDIATE") as db:
            await run(db, "DELETE FROM preference WHERE asker = ?", asker)
            if tag is not None:
                await run(db, "INSERT INTO preference VALUES (?, ?)", asker, tag)

    async def remember_reply(self, message: str, number: str, question_id: str) -> None:
        """Remember which message answers `message`; not where the question is not there."""
        await self.write(Batch(replies=[(message, number, question_id)]))

    async def reply_to(self, message: str) -> SentReply | None:
        found = await self._read("SELECT number, question_id FROM reply WHERE message = ?", message)
        return SentReply(str(found[0][0]), str(found[0][1])) if found else None

    async def first_time(self, chat: str, what: str, at: datetime | None = None) -> bool:
        """True the first time this is asked for `chat` and `what`, for what is said only once."""
        async with self._writer.transaction("IMMEDIATE") as db:
            added = await run(
                db,
                "INSERT OR IGNORE INTO told VALUES (?, ?, ?)",
                chat,
                what,
                stamp(at or datetime.now(UTC)),
            )
        return added > 0

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
