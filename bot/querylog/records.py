"""What the query log speaks: its rows, as the rest of the bot sees them, and what can go wrong with
it, in words an operator can act on.

`asker`, `chat`, `voter` and `message` are pseudonyms, never ids or names. Times are aware
datetimes; they are stored in UTC to the hour.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Literal, get_args

Event = tuple[str, str]
"""A platform, and its own id of what happened there."""

VoteValue = Literal[1, -1]
DownReason = Literal["irrelevant", "outdated", "misunderstood"]
DOWN_REASONS: tuple[DownReason, ...] = get_args(DownReason)


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what became of it."""

    id: str
    """A random token of at least 64 bits: it stands in buttons, so it must not be guessable."""
    asked_at: datetime
    platform: str
    chat_kind: str
    asker: str
    chat: str | None
    text: str
    verdict: str
    confidence: float
    elapsed_ms: float
    generation: str
    """Of the corpus that answered."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One passage that was quoted in reply to a question. `rank` is its place in the reply."""

    rank: int
    document: str
    passage: str
    score: float


@dataclass(frozen=True, slots=True)
class SentReply:
    """The bot's message that answers a question. `number` is the platform's message number."""

    number: str
    question_id: str


@dataclass(frozen=True, slots=True)
class Reload:
    """One attempt to reload the corpus. `error` is None when it succeeded."""

    at: datetime
    generation: str
    """That serves after the attempt: the old one when it failed."""
    documents: int
    passages: int
    skipped: int
    elapsed_ms: float
    error: str | None = None


try:
    from sqlcipher3 import dbapi2
except ImportError:  # no build for this system: said when a database is to be encrypted
    sqlcipher: ModuleType | None = None
else:
    sqlcipher = dbapi2

DATABASE_ERRORS: tuple[type[sqlite3.Error], ...] = (
    (sqlite3.Error,) if sqlcipher is None else (sqlite3.Error, sqlcipher.Error)
)
"""What either library raises. SQLCipher's errors carry the same codes, but are classes of its
own."""

_REASONS = {
    sqlite3.SQLITE_BUSY: "another program is holding the database; the next write tries again",
    sqlite3.SQLITE_LOCKED: "another program is holding the database; the next write tries again",
    sqlite3.SQLITE_READONLY: (
        "the database is read-only here; give the user who runs the bot write permission "
        "on the file and its folder"
    ),
    sqlite3.SQLITE_FULL: "no space is left for the database; free some",
    sqlite3.SQLITE_CORRUPT: (
        "the database is damaged; move it away (a new one is started) or restore a copy"
    ),
    sqlite3.SQLITE_NOTADB: (
        "this is not a database, or it is encrypted and log.encrypted is false; "
        "move the file away or set log.path to another"
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the database cannot be opened; log.path must name a file (not a folder) "
        "in a folder that the user who runs the bot may write to"
    ),
    sqlite3.SQLITE_PERM: "the user who runs the bot has no permission on the database",
    sqlite3.SQLITE_IOERR: "the disk reported an error while the database was read or written",
}

HARMLESS = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CONSTRAINT,
    )
)
"""After these errors, a connection is still good."""
RUINED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
"""The file cannot be read as a database of this key; NOTADB: not even its first page."""


class QueryLogError(Exception):
    """The file `path` of the query log cannot be read or written. `reason` says why.

    `reason` is one clause for an operator, without a full stop; `code` is SQLite's own name of
    the error (``SQLITE_BUSY``), or empty when the error did not come from SQLite.
    """

    def __init__(self, path: Path, reason: str, code: str = "") -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.code = code


def from_sqlite(path: Path, error: sqlite3.Error) -> QueryLogError:
    """The same error in our words; SQLite's own where we have none."""
    name: str = getattr(error, "sqlite_errorname", "")
    reason = _REASONS.get(primary(error)) or f"SQLite reports: {error}"
    return QueryLogError(path, reason, name)


def read_only(path: Path) -> QueryLogError:
    """The error for a file that may not be written, found before SQLite was asked."""
    return QueryLogError(path, _REASONS[sqlite3.SQLITE_READONLY], "SQLITE_READONLY")


def primary(error: sqlite3.Error) -> int:
    """SQLite's own code of the error: of an extended one (SQLITE_READONLY_DBMOVED) its family, the
    low byte; 0 for what is not SQLite's."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF
