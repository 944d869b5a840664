"""What the query log deletes: one person's rows on request, everybody's when they are old, and the
secrets that pseudonyms are made with.

SQLite moves rows about when others between them go, and may leave copies in the unused part of a
page, which `secure_delete` does not reach. So a question's words are never deleted where they
stand but overwritten in place, byte for byte; the emptied row goes when the whole file is next
rewritten, once a day at most.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Any

import aiosqlite

from bot.querylog.database import Database, fetch, moment, rows, run, stamp
from bot.querylog.keys import CIRCLES, KEY_BYTES, Circle
from bot.querylog.records import Event, QueryLogError

# ruff: noqa: S608 - the statements below are put together from constants alone
NOBODY = "0" * 32
"""In place of a pseudonym, and as long: the asker of rows that are only there to be overwritten."""
_STEP = timedelta(days=7)
"""A clock that went on by more since the last clean-up has to be confirmed: a bot that stood
still for a week is rare, and a week too early is the most that a jumped clock can cost."""

_OVERWRITE = (
    "UPDATE question SET"
    " text = substr(hex(zeroblob(length(CAST(text AS BLOB)))), 1, length(CAST(text AS BLOB))),"
    " id = substr(hex(randomblob(length(id))), 1, length(id)),"
    f" chat = CASE WHEN chat IS NULL THEN NULL ELSE '{NOBODY}' END, asker = '{NOBODY}'"
    f" WHERE asker <> '{NOBODY}' AND "
)
"""Of the same length as what it was, so that it stays where it stands."""


def blank(db: sqlite3.Connection, question_id: str) -> None:
    """Overwrite one question and free its id; what hangs on the id stays, for another row."""
    fetch(db, _OVERWRITE + "id = ?", question_id)


async def _blank_all(db: aiosqlite.Connection, which: str, *values: object) -> None:
    """Overwrite the questions that fit the condition `which`, and delete what hangs on them."""
    chosen = f"SELECT id FROM question WHERE ({which}) AND asker <> '{NOBODY}'"
    for table in ("quote", "feedback", "reply"):
        await run(db, f"DELETE FROM {table} WHERE question_id IN ({chosen})", *values)
    await run(db, f"DELETE FROM told WHERE chat IN ({chosen})", *values)
    await run(db, f"{_OVERWRITE}({which})", *values)


class Retention(Database):
    """The part of the query log that deletes, so that what is deleted is gone from the file."""

    unwiped = False
    """Whether bytes of what was deleted are still in the file."""

    async def count(
        self, askers: Sequence[str], lasting: str | None = None, *, this: Event | None = None
    ) -> int:
        """How many rows `forget` would delete now, not counting `this` event in the inbox."""
        async with self._reader.transaction("DEFERRED") as db:
            return await _count(db, askers, lasting, this)

    async def forget(
        self,
        askers: Sequence[str],
        lasting: str | None = None,
        *,
        chats: Sequence[str] = (),
        this: Event | None = None,
    ) -> tuple[int, bool]:
        """Delete all rows of a person, and wipe their bytes from the file: how many went, and
        whether their bytes are gone already. They are not where another program was reading the
        file or the disk is full: the next clean-up wipes them.

        `askers` are all their pseudonyms, `lasting` the one their language stands under. With the
        questions go their quotes, replies and votes (others' too), and all they said that is not
        done with, `this` event, which is not counted, too. `chats` are the pseudonyms of the
        person's private chat, so that what it was told once goes as well. Raises QueryLogError
        when nothing could be deleted. Costs what these rows cost, however big the file is.
        """
        mine_too = _marks(askers)
        async with self._writer.transaction("IMMEDIATE") as db:
            mine = await _count(db, askers, lasting, this)
            await run(db, f"DELETE FROM feedback WHERE voter IN ({mine_too})", *askers)
            await run(db, "DELETE FROM preference WHERE asker = ?", lasting)
            told = await run(db, f"DELETE FROM told WHERE chat IN ({_marks(chats)})", *chats)
            await _blank_all(db, f"asker IN ({mine_too})", *askers)
            dropped = await run(
                db,
                "UPDATE inbox SET content = NULL, person = '', sends = ''"
                " WHERE person = ? AND content IS NOT NULL",
                lasting or NOBODY,
            )
        erased = await self.wipe() if mine or told or dropped else not self.unwiped
        return mine, erased

    async def belongings(
        self,
        askers: Sequence[str],
        lasting: str | None = None,
        *,
        this: Event | None = None,
    ) -> list[dict[str, Any]]:
        """All that is kept under these pseudonyms, a mapping for each row, oldest first: what is
        in the log, then what waits in the inbox, except for `this` event."""
        async with self._reader.transaction("DEFERRED") as db:
            mine = f"({_marks(askers)})"
            asked = await rows(
                db,
                "SELECT id, asked_at, platform, chat_kind, text, verdict, confidence, elapsed_ms"
                f" FROM question WHERE asker IN {mine} ORDER BY rowid",
                *askers,
            )
            quoted = await rows(
                db,
                "SELECT question_id, document, passage FROM quote JOIN question ON"
                f" question.id = question_id WHERE asker IN {mine} ORDER BY question_id, rank",
                *askers,
            )
            votes = await rows(
                db,
                f"SELECT question_id, at, value, reason FROM feedback WHERE voter IN {mine}",
                *askers,
            )
            spoken = await rows(db, "SELECT language FROM preference WHERE asker = ?", lasting)
            waiting = await rows(
                db,
                "SELECT kind, content FROM inbox WHERE person = ? AND content IS NOT NULL"
                " AND (platform, event) IS NOT (?, ?) ORDER BY place",
                lasting or NOBODY,
                *(this or ("", "")),
            )
        names = ("question", "at", "platform", "chat", "text", "verdict", "confidence", "ms")
        found = [dict(zip(names, row, strict=True)) for row in asked]
        for row in found:
            row["quoted"] = [f"{d} {p}" for q, d, p in quoted if q == row["question"]]
        keys = ("vote on", "at", "value", "reason")
        found += [dict(zip(keys, row, strict=True)) for row in votes]
        found += [{"language": language} for (language,) in spoken]
        return found + [{"waits for an answer": kind, "as": content} for kind, content in waiting]

    async def purge(self, before: datetime) -> int:
        """Delete the questions asked before then, with all that hangs on them, and rewrite the
        file without anything that was deleted.

        What chats were told once goes at the same age; preferences, reloads, and which chats took
        the place of served ones stay. Returns how many questions were deleted.
        """
        async with self._writer.transaction("IMMEDIATE") as db:
            deleted = await run(
                db,
                f"DELETE FROM question WHERE asked_at < ? AND asker <> '{NOBODY}'",
                stamp(before),
            )
            told = await run(db, "DELETE FROM told WHERE at < ? AND what <> 'heir'", stamp(before))
            emptied = await run(db, "DELETE FROM question WHERE asker = ?", NOBODY)
        if deleted or told or emptied or self.unwiped:
            await self.wipe(whole=True)
        return deleted

    async def trusts(self, now: datetime, *, confirmed: bool = False) -> bool:
        """Whether `now` may be the time, by when the log was last cleaned up; `confirmed` when
        somebody else's clock says so. A trusted time is remembered, and no row of the log stays
        later than it."""
        async with self._writer.transaction("IMMEDIATE") as db:
            found = await rows(
                db,
                "SELECT coalesce((SELECT at FROM cleaning),"
                f" (SELECT max(asked_at) FROM question WHERE asker <> '{NOBODY}'))",
            )
            seen = moment(found[0][0]) if found[0][0] else now
            if not confirmed and not -_STEP <= now - seen <= _STEP:
                return False
            await run(db, "REPLACE INTO cleaning VALUES (1, ?)", stamp(now))
            await run(db, "UPDATE question SET asked_at = ?1 WHERE asked_at > ?1", stamp(now))
        return True

    async def secrets(self, days: int, now: datetime) -> dict[Circle, list[bytes]]:
        """Those in use, the newest first, for a life of `days`: old ones are wiped from the file,
        new ones made when it is time. A time in the future is no time: such a secret goes."""
        life = timedelta(days=days)
        found: dict[Circle, list[bytes]] = {}
        gone = 0
        async with self._writer.transaction("IMMEDIATE") as db:
            for circle in CIRCLES:
                held = await rows(
                    db,
                    "SELECT secret, made_at FROM period WHERE circle = ? ORDER BY made_at DESC",
                    circle,
                )
                ages = [(bytes(secret), now - moment(at), at) for secret, at in held]
                for _, age, at in ages:
                    if not timedelta() <= age < life:
                        gone += await run(
                            db, "DELETE FROM period WHERE circle = ? AND made_at = ?", circle, at
                        )
                kept = [(secret, age) for secret, age, _ in ages if timedelta() <= age < life]
                if not kept or kept[0][1] >= life / 2:
                    secret = token_bytes(KEY_BYTES)
                    values = (circle, secret, stamp(now))
                    await run(db, "REPLACE INTO period VALUES (?, ?, ?)", *values)
                    kept.insert(0, (secret, timedelta()))
                found[circle] = [secret for secret, _ in kept]
        if gone:
            await self.wipe()
        return found

    async def wipe(self, *, whole: bool = False) -> bool:
        """Bring what was deleted out of the files; `whole` rewrites them from end to end. False
        when another program is reading there: to be tried again."""
        # The rows themselves are overwritten already; the write-ahead log still holds the pages
        # as they were, until a checkpoint empties it.
        try:
            async with self._writer.alone() as db:
                if whole:
                    await db.execute("VACUUM")
                busy = (await rows(db, "PRAGMA wal_checkpoint(TRUNCATE)"))[0][0]
        except QueryLogError:
            busy = 1
        self.unwiped = bool(busy)
        return not busy


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


async def _count(
    db: aiosqlite.Connection, askers: Sequence[str], lasting: str | None, this: Event | None
) -> int:
    mine = f"({_marks(askers)})"
    counted = await rows(
        db,
        f"SELECT (SELECT count(*) FROM question WHERE asker IN {mine})"
        f" + (SELECT count(*) FROM feedback WHERE voter IN {mine})"
        " + (SELECT count(*) FROM preference WHERE asker = ?)"
        " + (SELECT count(*) FROM inbox WHERE person = ? AND content IS NOT NULL"
        " AND (platform, event) IS NOT (?, ?))",
        *askers,
        *askers,
        lasting,
        lasting or NOBODY,
        *(this or ("", "")),
    )
    return int(counted[0][0])
