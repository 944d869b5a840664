"""What the query log deletes: one person's rows on request, everybody's when they are old."""

from __future__ import annotations

from datetime import datetime

import aiosqlite

from bot.querylog.database import Database, rows, run, stamp
from bot.querylog.errors import QueryLogError
from bot.querylog.records import Forgotten, PersonalRows


class Retention(Database):
    """The part of the query log that deletes, so that what is deleted is gone from the file."""

    _unwiped = False

    async def count(self, asker: str) -> PersonalRows:
        """How many rows `forget` would delete now."""
        async with self._reader.transaction("DEFERRED") as db:
            return await _count(db, asker)

    async def forget(self, asker: str, *, chat: str | None = None) -> Forgotten:
        """Delete all rows of a person, and wipe their bytes from the file.

        With the questions go their quotes, replies and votes (others' too). `chat` is the
        person's private chat, so that what it was told once goes as well. Raises QueryLogError
        when nothing could be deleted; see `Forgotten.erased` for when only the wiping failed.
        """
        async with self._writer.transaction("IMMEDIATE") as db:
            mine = await _count(db, asker)
            await run(db, "DELETE FROM feedback WHERE voter = ?", asker)
            await run(db, "DELETE FROM preference WHERE asker = ?", asker)
            await run(
                db,
                "DELETE FROM told WHERE chat = ? OR chat IN"
                " (SELECT chat FROM question WHERE asker = ? AND chat_kind = 'private')",
                chat,
                asker,
            )
            await run(
                db,
                "DELETE FROM told WHERE chat IN (SELECT id FROM question WHERE asker = ?)",
                asker,
            )
            await run(db, "DELETE FROM question WHERE asker = ?", asker)
        return Forgotten(mine.questions, mine.votes, mine.preferences, await self._wipe())

    async def purge(self, before: datetime) -> int:
        """Delete the questions asked before then, with all that hangs on them, and wipe them.

        What chats were told once goes at the same age; preferences, reloads, and which chats took
        the place of served ones stay. Returns how
        many questions were deleted.
        """
        async with self._writer.transaction("IMMEDIATE") as db:
            deleted = await run(db, "DELETE FROM question WHERE asked_at < ?", stamp(before))
            told = await run(db, "DELETE FROM told WHERE at < ? AND what <> 'heir'", stamp(before))
        if deleted or told or self._unwiped:
            await self._wipe()
        return deleted

    async def _wipe(self) -> bool:
        # secure_delete has overwritten the cells; VACUUM drops what page splits left behind, and
        # the checkpoint empties the write-ahead log, which still holds the pages as they were.
        try:
            async with self._writer.alone() as db:
                await db.execute("VACUUM")
                busy = (await rows(db, "PRAGMA wal_checkpoint(TRUNCATE)"))[0][0]
        except QueryLogError:
            busy = 1
        self._unwiped = bool(busy)
        return not busy


async def _count(db: aiosqlite.Connection, asker: str) -> PersonalRows:
    counted = await rows(
        db,
        "SELECT (SELECT count(*) FROM question WHERE asker = ?1),"
        " (SELECT count(*) FROM feedback WHERE voter = ?1),"
        " (SELECT count(*) FROM preference WHERE asker = ?1)",
        asker,
    )
    return PersonalRows(*counted[0])
