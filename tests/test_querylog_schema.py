from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.querylog import Reload, SentReply
from bot.querylog.schema import MIGRATIONS
from tests.querylogs import NOW, QUOTES, Log, asked, raw, refused, using


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "yinju.db"


# Written out, for a released version must open for ever, whatever becomes of bot.querylog.schema.
VERSION_1 = """
CREATE TABLE question (id TEXT PRIMARY KEY NOT NULL, asked_at TEXT NOT NULL,
  platform TEXT NOT NULL, chat_kind TEXT NOT NULL, asker TEXT NOT NULL, chat TEXT,
  text TEXT NOT NULL, verdict TEXT NOT NULL CHECK (verdict IN ('found', 'possible', 'none')),
  confidence REAL NOT NULL, elapsed_ms REAL NOT NULL, generation TEXT NOT NULL);
CREATE TABLE quote (
  question_id TEXT NOT NULL REFERENCES question (id) ON DELETE CASCADE, rank INTEGER NOT NULL,
  document TEXT NOT NULL, passage TEXT NOT NULL, score REAL NOT NULL,
  PRIMARY KEY (question_id, rank)) WITHOUT ROWID;
CREATE TABLE reload (id INTEGER PRIMARY KEY, at TEXT NOT NULL, generation TEXT NOT NULL,
  documents INTEGER NOT NULL, passages INTEGER NOT NULL, skipped INTEGER NOT NULL,
  elapsed_ms REAL NOT NULL, error TEXT);
INSERT INTO question VALUES ('q1', '2026-03-31T13:07:06Z', 'telegram', 'private', 'alice',
  'chat-of-alice', '什么是零八宪章？', 'found', 0.5, 1.5, 'g1');
INSERT INTO quote VALUES ('q1', 1, 'charter', 'p1', 3.25), ('q1', 2, 'letter', 'p7', 1.5);
INSERT INTO reload VALUES (1, '2026-03-31T12:00:05Z', 'g1', 28, 400, 0, 812.5, NULL);
PRAGMA application_id = 0x59696E6A;
PRAGMA user_version = 1;
"""


def test_a_database_of_version_1_keeps_its_rows(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(VERSION_1)

    async def work(log: Log) -> None:
        assert await log.latest(9) == [(asked(1), QUOTES)]
        assert await log.reloads(9) == [Reload(NOW, "g1", 28, 400, 0, 812.5)]
        assert await log.vote("q1", "bob", 1, NOW)

    using(path, work)


def test_a_migration_that_fails_leaves_the_database_as_it_was(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(VERSION_1)
        old.execute("CREATE TABLE told (in_the_way TEXT)")

    async def work(log: Log) -> None:
        assert "told already exists" in (await refused(log.open())).reason
        with closing(sqlite3.connect(path)) as other:
            assert other.execute("PRAGMA user_version").fetchone() == (1,)
            tables = {row[0] for row in other.execute("SELECT name FROM sqlite_master")}
            assert "feedback" not in tables
            other.execute("DROP TABLE told")
        assert await log.vote("q1", "bob", 1, NOW)

    using(path, work)


def test_a_database_of_version_4_keeps_numbers_of_messages_and_what_waited(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(VERSION_1)
        for statement in (one for script in MIGRATIONS[1:4] for one in script):
            old.execute(statement)
        old.executemany("INSERT INTO reply VALUES (?, ?, 'q1')", [("m1", "77"), ("m2", "$id:x")])
        assert old.execute("SELECT typeof(number) FROM reply").fetchall()[0] == ("integer",)
        old.execute(
            "INSERT INTO inbox (platform, event, kind, received_at, content, starts, sends)"
            " VALUES ('telegram', '5', 'message', 1.5, '{}', 3, 1)"
        )
        old.execute("PRAGMA user_version = 4")
        old.commit()

    async def work(log: Log) -> None:
        assert await log.reply_to("m1") == SentReply("77", "q1")
        assert await log.reply_to("m2") == SentReply("$id:x", "q1")
        waiting, _ = await log.waiting_in_inbox("telegram")
        assert [(one.event, one.sends) for one in waiting] == [("5", '["",[1,null]]')]
        with closing(raw(path)) as db:
            kinds = db.execute("SELECT DISTINCT typeof(number) FROM reply").fetchall()
            assert kinds == [("text",)]

    using(path, work)
