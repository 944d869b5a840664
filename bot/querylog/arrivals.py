"""What came from a platform and is not done with: kept until it is, and not a moment longer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.querylog.database import Database, rows

_REMEMBERED = 10_000
"""Ids of what is done with, so that what a platform delivers twice is handled once."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event of a platform's. `content` is its own serialisation of it; `event` its id."""

    event: str
    kind: str
    content: str
    received_at: float
    """Seconds since 1970."""
    starts: int = 0
    """Of the bot, at which it was still waiting."""
    sends: int = 0
    """Messages in reply whose sending was begun."""


class Arrivals(Database):
    """The part of the query log's database that holds the inbox."""

    async def change_inbox(
        self,
        platform: str,
        arrived: Sequence[Arrival] = (),
        sends: Mapping[str, int] | None = None,
        done: Sequence[str] = (),
    ) -> frozenset[str]:
        """Add what arrived, count sends begun (or, negative, not begun after all), and delete the
        content of what is done with: all in one transaction. Returns the ids that were new.

        What arrived is on the disk when this returns, so that not even a power cut loses it.
        """
        async with self._writer.alone() as db:
            if arrived:
                await db.execute("PRAGMA synchronous = FULL")
        async with self._writer.transaction("IMMEDIATE") as db:
            known: set[str] = set()
            if arrived:
                ids = json.dumps([one.event for one in arrived])
                found = await rows(
                    db,
                    "SELECT event FROM inbox WHERE platform = ?"
                    " AND event IN (SELECT value FROM json_each(?))",
                    platform,
                    ids,
                )
                known = {str(event) for (event,) in found}
                await db.executemany(
                    "INSERT OR IGNORE INTO inbox (platform, event, kind, received_at, content)"
                    " VALUES (?, ?, ?, ?, ?)",
                    [(platform, a.event, a.kind, a.received_at, a.content) for a in arrived],
                )
            if sends:
                await db.executemany(
                    "UPDATE inbox SET sends = max(sends + ?, 0) WHERE platform = ? AND event = ?",
                    [(count, platform, event) for event, count in sends.items()],
                )
            if done:
                await db.executemany(
                    "UPDATE inbox SET content = NULL WHERE platform = ? AND event = ?",
                    [(platform, event) for event in done],
                )
        if arrived:
            async with self._writer.alone() as db:
                await db.execute("PRAGMA synchronous = NORMAL")
        return frozenset(one.event for one in arrived) - known

    async def waiting_in_inbox(self, platform: str) -> list[Arrival]:
        """What was left undone, oldest first; counts a start of the bot for each. Forgets the ids
        of what was done with long ago."""
        async with self._writer.transaction("IMMEDIATE") as db:
            await db.execute(
                "DELETE FROM inbox WHERE content IS NULL AND place <="
                " (SELECT max(place) FROM inbox) - ?",
                (_REMEMBERED,),
            )
            found = await rows(
                db,
                "SELECT event, kind, content, received_at, starts, sends FROM inbox"
                " WHERE platform = ? AND content IS NOT NULL ORDER BY place",
                platform,
            )
            await db.execute(
                "UPDATE inbox SET starts = starts + 1 WHERE platform = ? AND content IS NOT NULL",
                (platform,),
            )
        return [Arrival(*row) for row in found]
