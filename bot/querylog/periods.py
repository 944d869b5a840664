"""The secrets that pseudonyms are made with, each thrown away after its time.

A secret is made new at half the time of its life and lives on beside the next: so nobody can chain
what a person asked for longer than the whole time, and what was asked in its later half can always
still be found, and so deleted, by whoever asked.
"""

from __future__ import annotations

import secrets as random
from datetime import datetime, timedelta
from typing import get_args

from bot.querylog.database import moment, rows, run, stamp
from bot.querylog.keys import KEY_BYTES
from bot.querylog.pseudonyms import Circle
from bot.querylog.retention import Retention

_CIRCLES: tuple[Circle, ...] = get_args(Circle)


def new_secrets() -> dict[Circle, list[bytes]]:
    """One new secret for each circle."""
    return {circle: [random.token_bytes(KEY_BYTES)] for circle in _CIRCLES}


class Periods(Retention):
    """The part of the query log that holds the secrets of pseudonyms."""

    async def secrets(self, days: int, now: datetime) -> dict[Circle, list[bytes]]:
        """Those in use, the newest first, for a life of `days`: old ones are wiped from the file,
        new ones made when it is time. A time in the future is no time: such a secret goes."""
        life = timedelta(days=days)
        found: dict[Circle, list[bytes]] = {}
        gone = 0
        async with self._writer.transaction("IMMEDIATE") as db:
            for circle in _CIRCLES:
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
                    secret = random.token_bytes(KEY_BYTES)
                    values = (circle, secret, stamp(now))
                    await run(db, "REPLACE INTO period VALUES (?, ?, ?)", *values)
                    kept.insert(0, (secret, timedelta()))
                found[circle] = [secret for secret, _ in kept]
        if gone:
            await self.wipe()
        return found
