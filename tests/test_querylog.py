from __future__ import annotations

import asyncio
import logging
import stat
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.querylog import Reload, SentReply
from tests.querylogs import NOW, QUOTES, Log, Vote, asked, refused, using


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "yinju.db"


def test_a_question_and_its_quotes_come_back_as_they_were(path: Path) -> None:
    async def work(log: Log) -> None:
        question = asked(1, chat=None, verdict="none", chat_kind="terminal")
        await log.record(question, QUOTES[::-1])
        assert await log.question("q1") == question
        assert await log.quotes("q1") == QUOTES
        assert await log.question("other") is None
        assert await log.quotes("other") == ()

    using(path, work)


def test_rows_outlive_the_process_and_only_the_owner_can_read_them(path: Path) -> None:
    async def write(log: Log) -> None:
        await log.record(asked(1))
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file

    async def read(log: Log) -> None:
        assert await log.question("q1") == asked(1)

    using(path, write)
    using(path, read)


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters()))
def test_any_text_can_be_logged(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:

        async def work(log: Log) -> None:
            await log.record(asked(1, text=text))
            await log.update(asked(1, text=text + text))
            stored = await log.question("q1")
            assert stored is not None
            assert stored.text == (text + text).encode("utf-8", "replace").decode("utf-8")
            assert await log.question(text) is None

        using(Path(folder) / "y.db", work)


def test_times_are_kept_in_utc_to_the_hour(path: Path) -> None:
    async def work(log: Log) -> None:
        beijing = datetime(2026, 3, 31, 20, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=8)))
        await log.record(asked(1, asked_at=beijing))
        stored = await log.question("q1")
        assert stored is not None
        assert (stored.asked_at, stored.asked_at.utcoffset()) == (NOW, timedelta(0))
        with pytest.raises(ValueError, match="time zone"):
            await log.record(asked(2, asked_at=datetime(2026, 3, 31)))

    using(path, work)


def test_latest_is_newest_first_with_quotes(path: Path) -> None:
    async def work(log: Log) -> None:
        for number in (2, 3, 1):
            await log.record(asked(number), QUOTES[: number - 1])
        await log.record(asked(9, asked_at=asked(3).asked_at))
        found = await log.latest(3)
        assert [question.id for question, _ in found] == ["q9", "q3", "q2"]
        assert [quotes for _, quotes in found] == [(), QUOTES, QUOTES[:1]]
        assert await log.latest(0) == []

    using(path, work)


def test_an_edited_question_replaces_its_row_and_loses_votes_on_the_old_text(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1), QUOTES)
        await log.vote("q1", "bob", 1, NOW)
        await log.remember_reply("m1", "77", "q1")
        await log.update(asked(1, elapsed_ms=9.0), QUOTES)
        assert len(await log.votes("q1")) == 1
        edited = asked(1, text="零八宪章说什么？", verdict="possible")
        await log.update(edited, QUOTES[:1])
        assert await log.latest(5) == [(edited, QUOTES[:1])]
        assert await log.votes("q1") == ()
        assert await log.reply_to("m1") == SentReply("77", "q1")
        await log.update(asked(2), QUOTES)
        assert await log.quotes("q2") == QUOTES

    using(path, work)


def test_an_id_is_recorded_once_and_a_refused_record_leaves_no_trace(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1), QUOTES)
        error = await refused(log.record(asked(1, text="again")))
        assert error.code.startswith("SQLITE_CONSTRAINT")
        await refused(log.record(asked(2), [QUOTES[0], QUOTES[0]]))
        assert [question.id for question, _ in await log.latest(9)] == ["q1"]

    using(path, work)


def test_one_voice_a_person_changeable_with_a_reason_only_against(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1))
        later = NOW + timedelta(hours=5)
        assert not await log.reason("q1", "bob", "outdated")
        assert await log.vote("q1", "bob", -1, NOW)
        assert await log.reason("q1", "bob", "outdated")
        assert await log.vote("q1", "bob", -1, later)
        assert await log.votes("q1") == (Vote("bob", -1, "outdated", later),)
        assert await log.vote("q1", "bob", 1, later)
        assert not await log.reason("q1", "bob", "outdated")
        assert await log.vote("q1", "carol", 1, NOW)
        assert await log.votes("q1") == (
            Vote("carol", 1, None, NOW),
            Vote("bob", 1, None, later),
        )
        assert not await log.vote("gone", "bob", 1, NOW)
        assert await log.vote("q1", "bob", -1, later)
        error = await refused(log.reason("q1", "bob", "rude"))  # type: ignore[arg-type]
        assert error.code.startswith("SQLITE_CONSTRAINT")

    using(path, work)


def test_languages_replies_and_what_was_told(path: Path) -> None:
    async def work(log: Log) -> None:
        assert await log.language("alice") is None
        await log.set_language("alice", "zh-Hant")
        await log.set_language("alice", "en")
        assert await log.language("alice") == "en"
        await log.set_language("alice", None)
        assert await log.language("alice") is None

        await log.remember_reply("m1", "5", "q1")
        assert await log.reply_to("m1") is None
        await log.record(asked(1))
        await log.remember_reply("m1", "5", "q1")
        await log.remember_reply("m1", "6", "q1")
        assert await log.reply_to("m1") == SentReply("6", "q1")
        assert await log.reply_to("m2") is None

        assert await log.first_time("c1", "private")
        assert not await log.first_time("c1", "private")
        assert await log.first_time("c1", "limit")
        assert await log.first_time("c2", "private")

    using(path, work)


def test_only_one_of_many_at_once_is_the_first(path: Path) -> None:
    async def work(log: Log) -> None:
        answers = await asyncio.gather(*(log.first_time("c", "x") for _ in range(20)))
        assert sorted(answers) == [False] * 19 + [True]

    using(path, work)


def test_the_rows_of_a_chat_follow_it(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1, chat="old"))
        await log.record(asked(2, chat="else"))
        for chat, what in (("old", "a"), ("old", "b"), ("new", "b")):
            await log.first_time(chat, what)
        assert await log.move_chat("old", "new") == 1
        assert [question.chat for question, _ in await log.latest(9)] == ["else", "new"]
        assert not await log.first_time("new", "a")
        assert await log.first_time("old", "b")

    using(path, work)


def test_reloads_newest_first(path: Path) -> None:
    async def work(log: Log) -> None:
        good = Reload(NOW, "g1", 28, 400, 0, 812.5)
        bad = Reload(NOW, "g1", 0, 0, 3, 20.0, "seeds: empty")
        await log.record_reload(good)
        await log.record_reload(bad)
        assert await log.reloads(5) == [bad, good]
        assert await log.reloads(1) == [bad]

    using(path, work)


def test_no_debug_log_shows_what_people_ask(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1))

    with caplog.at_level(logging.DEBUG):
        using(path, work)
    assert asked(1).text not in caplog.text


# Many at once


def test_a_hundred_writers_and_readers_at_once_lose_nothing(path: Path) -> None:
    async def work(log: Log) -> None:
        await asyncio.gather(
            *(log.record(asked(number), QUOTES) for number in range(100)),
            *(log.latest(3) for _ in range(20)),
        )
        assert len(await log.latest(1000)) == 100
        assert all([await log.quotes(f"q{number}") == QUOTES for number in range(100)])

    using(path, work)


def test_a_cancelled_write_is_whole_or_absent_and_blocks_no_one(path: Path) -> None:
    async def work(log: Log) -> None:
        for number in range(40):
            task = asyncio.ensure_future(log.record(asked(number), QUOTES))
            for _ in range(number):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await log.record(asked(99), QUOTES)
        found = await log.latest(1000)
        assert found[0][0].id == "q99"
        assert all(quotes == QUOTES for _, quotes in found)

    using(path, work)
