from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.querylogs import NOW, QUOTES, Log, asked, contents, locked, refused, using


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "yinju.db"


def test_forgetting_removes_a_persons_rows_and_the_bytes_of_their_words(path: Path) -> None:
    secret = "告诉我那件不能说的事"

    async def work(log: Log) -> None:
        for number in range(50):
            # Ids as long as real ones: what overwrites them is as long, and may not clash.
            question = asked(number, text=f"{secret}{number}" * 40)
            await log.record(replace(question, id=f"question{number:04}"), QUOTES)
        await log.record(asked(100, asker="bob", chat="group", text="另一个问题"), QUOTES)
        await log.vote("question0001", "bob", 1, NOW)
        await log.vote("q100", "alice", -1, NOW)
        await log.vote("q100", "carol", -1, NOW)
        await log.set_language("alice", "zh-Hant")
        await log.remember_reply("m1", "5", "question0001")
        await log.first_time("group", "welcome")
        assert secret.encode() in contents(path)

        mine = await log.count(["alice"], "alice")
        assert mine == 52  # 50 questions, a vote, a language
        assert await log.forget(["alice"], "alice") == (52, True)
        assert secret.encode() not in contents(path)

        assert await log.count(["alice"], "alice") == 0
        assert await log.reply_to("m1") is None
        assert await log.votes("question0001") == ()
        assert [question.id for question, _ in await log.latest(99)] == ["q100"]
        assert [vote.voter for vote in await log.votes("q100")] == ["carol"]
        assert not await log.first_time("group", "welcome")
        assert (await log.forget(["alice"], "alice"))[0] == 0

    using(path, work)


def test_a_private_chat_without_questions_is_forgotten_too(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.first_time("chat-of-alice", "welcome")
        await log.forget(["alice"], "alice", chats=["chat-of-alice"])
        assert await log.first_time("chat-of-alice", "welcome")

    using(path, work)


def test_words_that_a_reader_keeps_in_the_file_are_wiped_by_the_next_purge(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1, text="告诉我那件不能说的事"))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT * FROM question").fetchall()
            assert await log.forget(["alice"], "alice") == (1, False)
            assert await log.question("q1") is None
        await log.purge(NOW - timedelta(days=1))
        assert "告诉我".encode() not in contents(path)

    using(path, work)


def test_forgetting_in_a_locked_database_deletes_nothing_and_says_so(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1))
        with locked(path):
            assert (await refused(log.forget(["alice"], "alice"))).code == "SQLITE_BUSY"
        assert await log.count(["alice"], "alice") == 1

    using(path, work)


def test_a_purge_takes_what_is_older_and_nothing_else(path: Path) -> None:
    async def work(log: Log) -> None:
        for number in range(4):
            await log.record(asked(number, text=f"问题{number}。"), QUOTES)
            await log.vote(f"q{number}", "bob", 1, NOW)
        await log.first_time("c", "old", NOW)
        await log.first_time("c", "new", NOW + timedelta(days=1))
        await log.set_language("alice", "en")
        assert await log.purge(NOW + timedelta(hours=2)) == 2
        assert [question.id for question, _ in await log.latest(9)] == ["q3", "q2"]
        assert await log.votes("q1") == ()
        assert len(await log.votes("q2")) == 1
        assert await log.quotes("q0") == ()
        assert "问题1。".encode() not in contents(path)
        assert await log.first_time("c", "old")
        assert not await log.first_time("c", "new")
        assert await log.language("alice") == "en"
        assert await log.purge(NOW + timedelta(hours=2)) == 0

    using(path, work)


def test_forgetting_leaves_no_trace_of_complaints_and_cleaning_up_keeps_heirs(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1), QUOTES)
        await log.first_time("q1", "complaint", NOW)
        await log.forget(["alice"], "alice")
        assert not await log.was_told("q1", "complaint")
        await log.first_time("group", "heir", NOW)
        await log.first_time("group", "private", NOW)
        await log.purge(NOW + timedelta(days=1))
        assert await log.was_told("group", "heir")
        assert not await log.was_told("group", "private")

    using(path, work)
