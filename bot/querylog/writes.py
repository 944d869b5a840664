"""What is written behind the answers, committed many at a time: questions, replies, the inbox.

The inbox is what came from a platform and is not done with: kept until it is, and not a moment
longer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from operator import attrgetter
from typing import Any

from bot.querylog.database import Database, fetch, many, rows, stamp, storable
from bot.querylog.records import Event, Question, Quote
from bot.querylog.retention import blank

_REMEMBERED = 10_000
"""Ids of what is done with, so that what a platform delivers twice is handled once."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event of a platform's. `content` is its own serialisation of it; empty, it has to be
    read from the inbox."""

    platform: str
    event: str
    kind: str
    content: str
    received_at: float
    """Seconds since 1970."""
    person: str = ""
    """Whose it is, under the lasting pseudonym."""
    starts: int = 0
    """How often it was begun to be handled."""
    sends: str = ""
    """What became of the messages in reply, as `Handling` keeps it."""
    said: Any = field(default=None, compare=False, repr=False)
    """The content as it was read, so that it need not be read again."""

    @property
    def id(self) -> Event:
        """The platform and the event."""
        return self.platform, self.event


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the handling of an event has come; see `Arrival`."""

    starts: int
    sends: str


@dataclass(slots=True)
class Batch:
    """Writes that are committed together."""

    questions: list[tuple[Question, Sequence[Quote]]] = field(default_factory=list)
    updates: list[tuple[Question, Sequence[Quote]]] = field(default_factory=list)
    """Questions that take the place of those of their ids."""
    replies: list[tuple[str, str, str]] = field(default_factory=list)
    """The message that was answered, the number of ours, the question's id."""
    arrived: list[Arrival] = field(default_factory=list)
    progress: dict[Event, Progress] = field(default_factory=dict)
    done: list[Event] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(
            (self.questions, self.updates, self.replies, self.arrived, self.progress, self.done)
        )

    def extend(self, other: Batch) -> None:
        """Take in another, which came later."""
        self.questions += other.questions
        self.updates += other.updates
        self.replies += other.replies
        self.arrived += other.arrived
        self.progress |= other.progress
        self.done += other.done


class Writes(Database):
    """The part of the query log that is written in batches, and read at the start."""

    async def write(self, batch: Batch) -> frozenset[Event]:
        """All of a batch or nothing. Returns what of the arrived was new, which is on the disk
        then; the rest is safe from everything but a power cut.

        A reply to a question that is not there (any more) is left out; a question that is there
        already is an error.
        """
        return await self._writer.together(partial(_write, batch), durable=bool(batch.arrived))

    async def waiting_in_inbox(self, platform: str) -> tuple[list[Arrival], list[str]]:
        """What was left undone, oldest first, and the ids of what was done with lately."""
        async with self._writer.transaction("IMMEDIATE") as db:
            await rows(
                db,
                "DELETE FROM inbox WHERE content IS NULL AND place <="
                " (SELECT max(place) FROM inbox) - ?",
                _REMEMBERED,
            )
            found = await rows(
                db,
                "SELECT platform, event, kind, content, received_at, person, starts, sends"
                " FROM inbox WHERE platform = ? AND content IS NOT NULL ORDER BY place",
                platform,
            )
            done = await rows(
                db, "SELECT event FROM inbox WHERE platform = ? AND content IS NULL", platform
            )
        waiting = [Arrival(*row) for row in found]
        return waiting, [str(event) for (event,) in done]

    async def content_of(self, event: Event) -> str:
        """The content of what waits in the inbox; empty for what does not."""
        found = await self._read(
            "SELECT content FROM inbox WHERE platform = ? AND event = ?", *event
        )
        return str(found[0][0] or "") if found else ""


def _write(batch: Batch, db: sqlite3.Connection) -> frozenset[Event]:
    new = frozenset(one.id for one in batch.arrived if _kept(db, one))
    _insert_questions(db, batch.questions)
    for question, quotes in batch.updates:
        _update(question, quotes, db)
    many(db, "REPLACE INTO reply SELECT ?1, ?2, id FROM question WHERE id = ?3", batch.replies)
    many(
        db,
        "UPDATE inbox SET starts = ?, sends = ?"
        " WHERE platform = ? AND event = ? AND content IS NOT NULL",
        [(one.starts, one.sends, *event) for event, one in batch.progress.items()],
    )
    many(
        db,
        "UPDATE inbox SET content = NULL, person = '', sends = '' WHERE platform = ? AND event = ?",
        batch.done,
    )
    return new


def _kept(db: sqlite3.Connection, one: Arrival) -> bool:
    """Keep what arrived; whether it was new."""
    values = (*one.id, one.kind, one.content, one.received_at, one.person, one.starts, one.sends)
    into = "INSERT OR IGNORE INTO inbox"
    into += " (platform, event, kind, content, received_at, person, starts, sends)"
    added = db.execute(f"{into} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", list(map(storable, values)))
    return added.rowcount > 0


_question, _quote = (attrgetter(*(f.name for f in fields(row))) for row in (Question, Quote))


def _insert_questions(
    db: sqlite3.Connection, asked: Sequence[tuple[Question, Sequence[Quote]]]
) -> None:
    """Add questions with what was quoted."""
    many(
        db,
        "INSERT INTO question (id, asked_at, platform, chat_kind, asker, chat, text, verdict,"
        " confidence, elapsed_ms, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(q.id, stamp(q.asked_at), *_question(q)[2:]) for q, _ in asked],
    )
    many(
        db,
        "INSERT INTO quote (question_id, rank, document, passage, score) VALUES (?, ?, ?, ?, ?)",
        [(q.id, *_quote(quote)) for q, quotes in asked for quote in quotes],
    )


def _update(question: Question, quotes: Sequence[Quote], db: sqlite3.Connection) -> None:
    old = fetch(db, "SELECT text FROM question WHERE id = ?", question.id)
    if old:
        if old[0][0] != storable(question.text):
            fetch(db, "DELETE FROM feedback WHERE question_id = ?", question.id)
        fetch(db, "DELETE FROM quote WHERE question_id = ?", question.id)
        # The old words are overwritten where they stand, and a new row takes over the id: a row
        # that grew in place would be moved, and might leave them behind.
        fetch(db, "PRAGMA defer_foreign_keys = ON")
        blank(db, question.id)
    _insert_questions(db, [(question, quotes)])
