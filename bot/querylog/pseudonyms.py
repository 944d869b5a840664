"""Keyed pseudonyms: what the query log knows of people, chats and messages instead of their ids.

Without the key, a pseudonym can be neither computed from an id nor traced back to it. Telegram's
ids are short enough to try them all, so an unkeyed hash would hide nothing; and one key for ever
would chain all that a person ever asked. So the secrets they are made with
are thrown away: one is made new at half the time of its life and lives on beside the next, so that
nobody can chain what a person asked for longer than the whole time, and what was asked in its
later half can always still be found, and so deleted, by whoever asked.
"""

from __future__ import annotations

import hmac
import secrets as random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self, get_args

from bot.querylog.database import moment, rows, run, stamp
from bot.querylog.keys import KEY_BYTES
from bot.querylog.retention import Retention

Circle = Literal["private", "shared"]
"""Private chats, and chats that others read: what a person asks in one is not chained to what they
ask in the other."""
_CIRCLES: tuple[Circle, ...] = get_args(Circle)


class Pseudonyms:
    """Pseudonyms under one key. The same kind and parts give the same pseudonym, always."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
        self._key = key

    def of(self, kind: str, *parts: object) -> str:
        """32 hex digits (128 bits of HMAC-SHA256) for, say, ``of("message", chat_id, number)``.

        `kind` keeps uses apart: the same number as an asker and as a chat shows no relation.
        """
        encoded = [str(part).encode("utf-8", "surrogatepass") for part in (kind, *parts)]
        # The length in front keeps ("1", "23") and ("12", "3") apart.
        whole = b"".join(len(part).to_bytes(8, "big") + part for part in encoded)
        return hmac.digest(self._key, whole, "sha256").hex()[:32]

    def under(self, secret: bytes) -> Pseudonyms:
        """Pseudonyms that take both keys to make."""
        return Pseudonyms(hmac.digest(self._key, secret, "sha256"))


@dataclass(frozen=True, slots=True)
class Keyring:
    """The pseudonyms that can be made now. What was made with a key that is no longer here can be
    traced to nobody, by anybody."""

    lasting: Pseudonyms
    """For what is tied to no question: a chosen language, the chat that took another's place."""
    private: tuple[Pseudonyms, ...]
    shared: tuple[Pseudonyms, ...]
    """The newest first: new rows are made with it."""

    @classmethod
    def made(cls, key: bytes, secrets: dict[Circle, list[bytes]]) -> Self:
        """Of the log's own key and the secrets of the running periods, so that neither the one
        nor the other makes a pseudonym alone."""
        root = Pseudonyms(key)
        private, shared = (
            tuple(root.under(circle.encode() + secret) for secret in secrets[circle])
            for circle in ("private", "shared")
        )
        return cls(root.under(b"lasting"), private, shared)

    def all(self) -> Iterator[Pseudonyms]:
        """Those of every circle and period."""
        yield from self.private
        yield from self.shared


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
