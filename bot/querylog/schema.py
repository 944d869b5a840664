"""The tables of the query log and the way from each version of them to the next."""

from __future__ import annotations

from pathlib import Path

import aiosqlite

from bot.querylog.records import QueryLogError

# "Yinj" in SQLite's application_id, so that no other program's database is ever written to.
APPLICATION_ID = 0x59696E6A

# Append only: a script that has been released is never edited, or two databases of one version
# would differ. Each runs in one transaction.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE question (
            id TEXT PRIMARY KEY NOT NULL,
            asked_at TEXT NOT NULL,
            platform TEXT NOT NULL,
            chat_kind TEXT NOT NULL,
            asker TEXT NOT NULL,
            chat TEXT,
            text TEXT NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('found', 'possible', 'none')),
            confidence REAL NOT NULL,
            elapsed_ms REAL NOT NULL,
            generation TEXT NOT NULL
        )""",
        "CREATE INDEX question_asked_at ON question (asked_at)",
        "CREATE INDEX question_asker ON question (asker)",
        "CREATE INDEX question_chat ON question (chat)",
        """CREATE TABLE quote (
            question_id TEXT NOT NULL REFERENCES question (id) ON DELETE CASCADE,
            rank INTEGER NOT NULL,
            document TEXT NOT NULL,
            passage TEXT NOT NULL,
            score REAL NOT NULL,
            PRIMARY KEY (question_id, rank)
        ) WITHOUT ROWID""",
        """CREATE TABLE reload (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            generation TEXT NOT NULL,
            documents INTEGER NOT NULL,
            passages INTEGER NOT NULL,
            skipped INTEGER NOT NULL,
            elapsed_ms REAL NOT NULL,
            error TEXT
        )""",
    ),
    (
        """CREATE TABLE feedback (
            question_id TEXT NOT NULL REFERENCES question (id) ON DELETE CASCADE,
            voter TEXT NOT NULL,
            value INTEGER NOT NULL CHECK (value IN (-1, 1)),
            reason TEXT CHECK (reason IN ('irrelevant', 'outdated', 'misunderstood')),
            at TEXT NOT NULL,
            PRIMARY KEY (question_id, voter)
        ) WITHOUT ROWID""",
        "CREATE INDEX feedback_voter ON feedback (voter)",
        """CREATE TABLE preference (
            asker TEXT PRIMARY KEY NOT NULL,
            language TEXT NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE reply (
            message TEXT PRIMARY KEY NOT NULL,
            number INTEGER NOT NULL,
            question_id TEXT NOT NULL REFERENCES question (id) ON DELETE CASCADE
        ) WITHOUT ROWID""",
        "CREATE INDEX reply_question ON reply (question_id)",
        """CREATE TABLE told (
            chat TEXT NOT NULL,
            what TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (chat, what)
        ) WITHOUT ROWID""",
    ),
    (
        """CREATE TABLE period (
            circle TEXT NOT NULL,
            secret BLOB NOT NULL,
            made_at TEXT NOT NULL,
            PRIMARY KEY (circle, made_at)
        ) WITHOUT ROWID""",
        # When the log was last cleaned up by a clock that could be trusted.
        "CREATE TABLE cleaning (one INTEGER PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL)",
        # Times are kept to the hour from here on.
        "UPDATE question SET asked_at = substr(asked_at, 1, 13) || ':00:00Z'",
        "UPDATE feedback SET at = substr(at, 1, 13) || ':00:00Z'",
        "UPDATE told SET at = substr(at, 1, 13) || ':00:00Z'",
        "UPDATE reload SET at = substr(at, 1, 13) || ':00:00Z'",
    ),
    (
        """CREATE TABLE inbox (
            place INTEGER PRIMARY KEY,
            platform TEXT NOT NULL,
            event TEXT NOT NULL,
            kind TEXT NOT NULL,
            received_at REAL NOT NULL,
            content TEXT,
            starts INTEGER NOT NULL DEFAULT 0,
            sends INTEGER NOT NULL DEFAULT 0,
            UNIQUE (platform, event)
        )""",
        "CREATE INDEX inbox_waiting ON inbox (platform, place) WHERE content IS NOT NULL",
    ),
    (
        # Not every platform numbers its messages.
        """CREATE TABLE reply_by_text (
            message TEXT PRIMARY KEY NOT NULL,
            number TEXT NOT NULL,
            question_id TEXT NOT NULL REFERENCES question (id) ON DELETE CASCADE
        ) WITHOUT ROWID""",
        "INSERT INTO reply_by_text SELECT message, number, question_id FROM reply",
        "DROP TABLE reply",
        "ALTER TABLE reply_by_text RENAME TO reply",
        "CREATE INDEX reply_question ON reply (question_id)",
        # From how many sendings were begun to what became of each message.
        "ALTER TABLE inbox RENAME COLUMN sends TO begun",
        "ALTER TABLE inbox ADD COLUMN sends TEXT NOT NULL DEFAULT ''",
        "UPDATE inbox SET sends = '[\"\",[' || begun || ',null]]', starts = 0 WHERE begun > 0",
        "ALTER TABLE inbox DROP COLUMN begun",
        "ALTER TABLE inbox ADD COLUMN person TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE inbox ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX inbox_person ON inbox (person) WHERE content IS NOT NULL",
    ),
    (
        # What waits goes when its sender has everything deleted; it was answered before.
        "UPDATE inbox SET content = NULL, person = '', sends = '' WHERE quiet",
        "ALTER TABLE inbox DROP COLUMN quiet",
    ),
)

VERSION = len(MIGRATIONS)


async def migrate(db: aiosqlite.Connection, path: Path) -> None:
    """Bring the database to this version; nothing is written when it is there already.

    Raises QueryLogError when the file is another program's or a newer version's, and
    sqlite3.Error when it cannot be written; it is then as it was.
    """
    if await _checked_version(db, path) == VERSION:
        return
    await db.execute("BEGIN IMMEDIATE")
    try:
        # Read again under the lock: another process may have just done it.
        for version in range(await _checked_version(db, path), VERSION):
            for statement in MIGRATIONS[version]:
                await db.execute(statement)
        await db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        await db.execute(f"PRAGMA user_version = {VERSION}")
        await db.commit()
    except BaseException:
        await db.rollback()
        raise


async def _checked_version(db: aiosqlite.Connection, path: Path) -> int:
    application = await _number(db, "PRAGMA application_id")
    version = await _number(db, "PRAGMA user_version")
    if application != APPLICATION_ID:
        if version or application or await _number(db, "SELECT count(*) FROM sqlite_master"):
            raise QueryLogError(
                path, "this database belongs to another program; set log.path to another file"
            )
    elif version > VERSION:
        raise QueryLogError(
            path,
            f"a newer Yinju wrote this database (version {version}, this one knows {VERSION}); "
            "upgrade Yinju or set log.path to another file",
        )
    return version


async def _number(db: aiosqlite.Connection, sql: str) -> int:
    async with db.execute(sql) as cursor:
        row = await cursor.fetchone()
    return int(row[0]) if row else 0
