"""The fault matrix: what can happen to a call × how updates come. Each call ends well, once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.telegram.run import Tempo
from bot.wording.locale import locale
from tests.botapi import Refusal, Trouble
from tests.dialogue import HASTE, Dialogue, hold
from tests.test_webhook import hooked

WORDS = locale("zh-Hans")
MORE = WORDS.text("button-more")
QUICK = Tempo(HASTE.pace, poll=1.0, breath=0.02)

TROUBLES: dict[str, Trouble | Refusal] = {
    "429": Refusal(429, "Too Many Requests: retry after 1", 1),
    "long 429": Refusal(429, "Too Many Requests: retry after 3", 3),
    "500": Refusal(500, "Internal Server Error"),
    "502": Refusal(502, "Bad Gateway"),
} | {str(trouble): trouble for trouble in Trouble}


@pytest.mark.parametrize("transport", ["polling", "webhook"])
@pytest.mark.parametrize("name", TROUBLES)
def test_whatever_happens_to_a_call_the_right_message_comes_once(
    tmp_path: Path, name: str, transport: str
) -> None:
    """Cells: sending, editing, a toast, an inline answer, and getUpdates where it is used."""
    trouble = TROUBLES[name]

    async def talk(it: Dialogue) -> None:
        voter, reader, curious, asker = (it.api.user(n, "Any", "zh-hans") for n in range(20, 24))
        voted, read = await it.ask("石桥", voter), await it.ask("石桥", reader)
        methods = ("sendMessage", "editMessageText", "answerCallbackQuery", "answerInlineQuery")
        for method in (*methods, *(["getUpdates"] if transport == "polling" else [])):
            it.api.trouble(method, trouble)

        async def send() -> None:
            question = await asker.says("青石村的石桥")
            await it.api.replies(question, 2 if trouble is Trouble.DROPPED else 1, timeout=20)
            other = await it.ask("白云村的石桥", it.other())  # by when any other one is there
            assert "2012" in other["text"]
            answers = await it.api.replies(question)
            # Where no answer comes in time, a slow machine may be to blame for another.
            most = 2 if trouble in (Trouble.DROPPED, Trouble.HANG) else 1
            assert len(answers) <= most, f"{transport} × send × {name}"
            assert all("2011" in answer["text"] for answer in answers)

        async def edit() -> None:
            pressed = asyncio.create_task(reader.presses(read, MORE, timeout=20))
            turned = await it.api.edited(read, timeout=20)
            page = WORDS.text("answer-page", page=2, pages=4)
            assert page in turned["text"], f"{transport} × edit × {name}"
            await pressed

        async def toast() -> None:
            shown = await voter.presses(voted, "👍", timeout=20)
            assert shown is not None, f"{transport} × toast × {name}"
            assert shown.text == WORDS.text("vote-up")

        async def inline() -> None:
            found = await curious.queries("石桥", timeout=20)
            assert found is not None, f"{transport} × inline × {name}"
            assert found.results

        async with asyncio.TaskGroup() as cells:
            for cell in (send, edit, toast, inline):
                cells.create_task(cell())
        async with asyncio.timeout(60):
            await it.done()

    how = hooked() if transport == "webhook" else {}
    patience = "0.5s" if trouble is Trouble.HANG else "20s"
    hold(talk, tmp_path, tempo=QUICK, telegram__timeout=patience, **how)


@pytest.mark.parametrize("trouble", [Trouble.RESET, Trouble.PAGE, Trouble.HANG])
def test_an_outage_right_after_the_questions_came_costs_no_answer(
    tmp_path: Path, trouble: Trouble
) -> None:
    async def talk(it: Dialogue) -> None:
        people = [it.api.user(100 + n, "Any", "zh-hans") for n in range(10)]
        it.api.outage(trouble, but="getUpdates")
        asked = [await one.says("青石村的石桥") for one in people]
        suffered = it.api.suffered
        # Ten that were sent once, and then asked time and again whether Telegram is back.
        await it.api.until(lambda: suffered["sendmessage"] >= 10, 20)
        before = suffered.total()
        await it.api.until(lambda: suffered.total() >= before + 3, 20)
        it.api.outage(None)
        for question in asked:
            answers = await it.api.replies(question, timeout=20)
            assert all("2011" in answer["text"] for answer in answers)
        await it.silence()
        most = 2 if trouble is Trouble.HANG else 1
        assert all(len(it.api.private(one).sent) <= most for one in people)

    patience = "0.5s" if trouble is Trouble.HANG else "20s"
    hold(talk, tmp_path, tempo=QUICK, telegram__timeout=patience)


def test_a_message_in_doubt_is_sent_twice_and_never_three_times(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        it.api.trouble("sendMessage", Trouble.DROPPED, times=5)
        question = await it.asker().says("青石村的石桥")
        await it.api.replies(question, 2)
        await it.api.until(lambda: it.api.suffered["sendmessage"] >= 2)
        await it.done()  # the bot, too, knows that the second was cut off
        await it.restart()
        assert len(it.api.private(it.asker()).sent) == 2

    hold(talk, tmp_path, tempo=QUICK)


def test_a_pause_that_one_chat_is_asked_to_make_holds_up_no_other(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        held = it.api.private(it.other())
        wait = "Too Many Requests: retry after 3600"
        it.api.fail("sendMessage", 429, wait, retry_after=3600, chat=held)
        for _ in range(6):  # more than one is worked on at a time
            await it.other().says("青石村的石桥")
        for number in range(80):  # and there are places in all
            person = it.api.user(1000 + number, "Any", "zh-hans")
            assert "2012" in (await it.ask("白云村的石桥", person))["text"]
        assert len(it.api.made("sendMessage", held)) == 1

    hold(talk, tmp_path, tempo=QUICK, telegram__give_up_after="2h")
