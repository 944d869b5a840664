"""When Telegram refuses, the log fails or a handler breaks: quiet ends, and answers all the
same."""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.wording.locale import locale
from tests.dialogue import Dialogue, button, hold
from tests.querylogs import raw

WORDS = locale("zh-Hans")
MORE = WORDS.text("button-more")


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


NOBODY_THERE = (
    (403, "Forbidden: bot was blocked by the user"),
    (403, "Forbidden: user is deactivated"),
    (403, "Forbidden: bot was kicked from the supergroup chat"),
    (400, "Bad Request: chat not found"),
    (400, "Bad Request: not enough rights to send text messages to the chat"),
    (400, "Bad Request: CHAT_RESTRICTED"),
    (400, "Bad Request: TOPIC_CLOSED"),
    (400, "Bad Request: message thread not found"),
)
CANNOT_CHANGE = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message",
    "Bad Request: message to edit not found",
    "Bad Request: message can't be edited",
    "Bad Request: MESSAGE_ID_INVALID",
)


def test_nobody_there_ends_quietly_with_one_try(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(it: Dialogue) -> None:
        chat = it.api.private(it.asker())
        for number, (code, description) in enumerate(NOBODY_THERE, start=1):
            it.api.fail("sendMessage", code, description, chat=chat)
            await it.asker().says("青石村的石桥")
            await it.silence()
            assert len(it.api.made("sendMessage", chat)) == number, description

    hold(talk, tmp_path)
    assert errors(caplog) == []


def test_a_message_that_cannot_change_ends_quietly(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("石桥")
        for number, description in enumerate(CANNOT_CHANGE, start=1):
            it.api.fail("editMessageText", 400, description)
            await it.asker().presses(answer, MORE)
            await it.silence()
            assert len(it.api.made("editMessageText")) == number, description

    hold(talk, tmp_path)
    assert errors(caplog) == []


def test_a_press_that_is_too_old_still_turns_the_page(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("石桥")
        assert await it.asker().presses(answer, MORE, expired=True) is None
        assert WORDS.text("answer-page", page=2, pages=4) in (await it.api.edited(answer))["text"]

    hold(talk, tmp_path)
    assert errors(caplog) == []


def test_someone_who_blocked_and_came_back_is_answered(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        await it.ask("青石村的石桥")
        chat = it.api.private(it.asker())
        it.api.membership(chat, "kicked", it.asker())
        it.api.membership(chat, "member", it.asker())
        assert "2012" in (await it.ask("白云村的石桥"))["text"]

    hold(talk, tmp_path)


def test_a_handler_that_breaks_says_one_clear_sentence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.group()
        for chat in (it.api.private(it.asker()), group):
            it.api.fail("sendMessage", 400, "Bad Request: something nobody foresaw", chat=chat)
            assert (await it.ask("/ask 青石村的石桥", chat=chat))["text"] == WORDS.text("failed")
        answer = await it.ask("石桥")
        it.api.fail("editMessageText", 400, "Bad Request: something nobody foresaw")
        await it.asker().presses(answer, MORE)
        it.api.fail("sendMessage", 400, "Bad Request: something nobody foresaw", times=2)
        await it.asker().says("白云村的石桥")
        await it.api.until(lambda: len(it.api.made("sendMessage")) >= 7)
        assert "2013" in (await it.ask("红枫村的石桥"))["text"]

    hold(talk, tmp_path)
    assert errors(caplog) == ["A message could not be handled."] * 4


def test_a_locked_log_costs_nobody_an_answer_and_the_operator_hears_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(it: Dialogue) -> None:
        await it.ask("青石村的石桥", it.other())
        await it.app.ledger.settled()
        with closing(raw(it.config.log.path)) as db:
            db.execute("BEGIN EXCLUSIVE")
            answer = await it.ask("石桥")
            assert (
                WORDS.text("answer-lookup", asked="石桥", passages=18, documents=9)
                in answer["text"]
            )
            shown = await it.asker().presses(answer, "👍", timeout=20)
            assert shown is not None
            assert shown.text in (WORDS.text("question-expired"), WORDS.text("not-saved"))
            db.execute("ROLLBACK")
        await it.app.ledger.settled()
        assert "2012" in (await it.ask("白云村的石桥"))["text"]
        await it.app.ledger.settled()
        assert ("白云村的石桥",) in it.rows("SELECT text FROM question")

    hold(talk, tmp_path)
    assert any("locked" in message for message in errors(caplog))


def test_a_log_that_is_no_database_costs_nobody_an_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "yinju.db").write_bytes(b"no database at all, but long enough to see" * 40)

    async def talk(it: Dialogue) -> None:
        answer = await it.ask("石桥")
        assert WORDS.text("answer-lookup", asked="石桥", passages=18, documents=9) in answer["text"]
        assert await it.alert(answer, MORE) == WORDS.text("question-expired")
        for command in ("/forget", "/about", "/documents", "/random"):
            assert (await it.ask(command))["text"]
        asked = await it.ask("/language")
        assert await it.alert(asked, "English") == WORDS.text("not-saved")
        question = await it.asker().says("青石村的石桥")
        await it.api.replies(question)
        await it.asker().edits(question, "白云村的石桥")
        assert len(await it.api.replies(question, 2)) == 2

    hold(talk, tmp_path)
    assert any("cannot be used" in message for message in errors(caplog))


def test_a_log_of_a_newer_version_or_a_folder_in_its_place(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "log" / "yinju.db").mkdir(parents=True)

    async def talk(it: Dialogue) -> None:
        assert "2011" in (await it.ask("青石村的石桥"))["text"]

    hold(talk, tmp_path)
    assert any("cannot be used" in message for message in errors(caplog))


def test_a_full_disk_costs_nobody_an_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(it: Dialogue) -> None:
        await it.ask("青石村的石桥")
        await it.app.ledger.settled()
        # SQLite itself refuses to grow the file: the same error as a full disk's.
        async with it.app.ledger.log._writer.alone() as db:
            (row,) = await db.execute_fetchall("PRAGMA page_count")
            await db.execute(f"PRAGMA max_page_count = {row[0]}")
        for number in range(40):
            answer = await it.ask("石桥" + "很长" * (number + 100), it.api.user(100 + number))
            assert answer["text"]

    hold(talk, tmp_path)
    assert any("full" in message for message in errors(caplog))


def test_a_button_of_a_question_that_was_purged(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("石桥")
        read = button(answer, "📖 1")["callback_data"]
        await it.app.ledger.settled()
        await it.app.ledger.log.purge(datetime.now(UTC) + timedelta(days=1))
        assert await it.alert(answer, MORE) == WORDS.text("question-expired")
        assert await it.alert(answer, read) == WORDS.text("question-expired")

    hold(talk, tmp_path)
