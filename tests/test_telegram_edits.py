"""Edited questions change the reply that is there; nothing is said twice."""

from __future__ import annotations

from pathlib import Path

from bot.wording.locale import locale
from tests.dialogue import Dialogue, buttons, hold

WORDS = locale("zh-Hans")


def test_an_edit_updates_the_same_reply_and_the_same_row(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        for chat in (None, it.api.group(), it.api.supergroup()):
            question = await it.asker().says("/ask 青石村的石桥", chat)
            (answer,) = await it.api.replies(question)
            await it.asker().edits(question, "/ask 白云村的石桥")
            after = await it.api.edited(answer)
            assert "白云村的石桥在2012" in after["text"]
            assert len(await it.api.replies(question)) == 1
        await it.app.ledger.settled()
        assert it.rows("SELECT DISTINCT text FROM question") == [("白云村的石桥",)]
        assert it.rows("SELECT count(*) FROM question") == [(3,)]

    hold(talk, tmp_path)


def test_an_edit_after_a_restart_updates_the_reply_of_before(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        question = await it.asker().says("青石村的石桥")
        (answer,) = await it.api.replies(question)
        await it.restart()
        await it.asker().edits(question, "白云村的石桥")
        assert "2012" in (await it.api.edited(answer))["text"]

    hold(talk, tmp_path)


def test_an_edit_that_was_logged_and_not_shown_is_shown_after_a_restart(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        question = await it.asker().says("青石村的石桥")
        (answer,) = await it.api.replies(question)
        it.api.fail("editMessageText", 429, "Too Many Requests", retry_after=900)
        await it.asker().edits(question, "白云村的石桥")
        await it.api.until(lambda: bool(it.api.made("editMessageText")))
        await it.app.ledger.settled()
        assert it.rows("SELECT text FROM question") == [("白云村的石桥",)]
        await it.restart()
        assert "2012" in (await it.api.edited(answer))["text"]

    hold(talk, tmp_path)


def test_a_notice_becomes_an_answer_and_an_answer_a_notice(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        for first, notice in {"？？": "question-empty", "/ask": "ask-usage"}.items():
            question = await it.asker().says(first)
            (answer,) = await it.api.replies(question)
            example = "稻谷记"
            assert answer["text"] == WORDS.text(notice, example=example)
            await it.asker().edits(question, "/ask 青石村的石桥")
            after = await it.api.edited(answer)
            assert "2011" in after["text"]
            await it.asker().edits(question, first)
            last = await it.api.edited(after)
            assert last["text"] == WORDS.text(notice, example=example)
            assert buttons(last) == []
            await it.asker().edits(question, "/ask 青石村的石桥")
            assert "2011" in (await it.api.edited(last))["text"]
            assert len(await it.api.replies(question)) == 1

    hold(talk, tmp_path)


def test_an_edit_that_addresses_the_bot_at_last_is_answered(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.group()
        question = await it.asker().says("青石村的石桥", group)
        await it.silence(question, chat=group)
        await it.asker().edits(question, "青石村的石桥 @yinju_test_bot")
        assert "2011" in (await it.api.replies(question))[0]["text"]

    hold(talk, tmp_path)


def test_an_edit_that_changes_no_word_leaves_the_page_that_was_turned_to(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        question = await it.asker().says("石桥")
        (answer,) = await it.api.replies(question)
        _, more = await it.press(answer, WORDS.text("button-more"))
        await it.asker().edits(question, "石桥")
        await it.silence()
        assert it.now(answer) == more

    hold(talk, tmp_path)


def test_edits_in_quick_succession_make_one_reply_of_the_last(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        question = await it.asker().says("青石村的石桥")
        for village in ("白云", "红枫", "黄梅"):
            await it.asker().edits(question, f"{village}村的石桥")
        await it.api.until(
            lambda: any(
                "黄梅村的石桥" in m.get("text", "") and "2014" in m["text"]
                for m in it.api.private(it.asker()).messages.values()
            ),
        )
        await it.silence()
        (answer,) = await it.api.replies(question)
        assert "2014" in answer["text"]

    hold(talk, tmp_path)


def test_votes_go_when_the_question_changed(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        question = await it.asker().says("青石村的石桥")
        (answer,) = await it.api.replies(question)
        await it.asker().presses(answer, "👍")
        await it.asker().edits(question, "白云村的石桥")
        await it.api.edited(answer)
        await it.app.ledger.settled()
        assert it.rows("SELECT * FROM feedback") == []

    hold(talk, tmp_path)


def test_an_edit_of_a_deleted_reply_ends_quietly(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        question = await it.asker().says("青石村的石桥")
        (answer,) = await it.api.replies(question)
        it.api.private(it.asker()).remove(answer["message_id"])
        await it.asker().edits(question, "白云村的石桥")
        await it.silence()
        assert len(it.api.made("sendMessage", it.api.private(it.asker()))) == 1

    hold(talk, tmp_path)
