"""The start: what is set up, what is said, and with which status it ends when it cannot serve."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from pathlib import Path

import pytest

from bot.wording.locale import locale
from tests.botapi import BotApi
from tests.dialogue import ADMIN, Dialogue, hold
from tests.starts import Bot, environment


def test_a_wrong_token_ends_with_status_1_and_a_line_that_does_not_show_it(tmp_path: Path) -> None:
    async def talk() -> None:
        async with BotApi() as api:
            token = "7000000001:AAthe-wrong-one_entirely"
            status, said = await Bot(tmp_path, api, YINJU_TELEGRAM__TOKEN=token).ended()
            assert status == 1
            assert "does not know this token" in said
            assert "@BotFather" in said
            assert len(said.strip().split("\n")) == 1
            assert "wrong-one" not in said

    asyncio.run(talk())


def test_no_network_ends_with_status_75_and_one_line(tmp_path: Path) -> None:
    async def talk() -> None:
        async with BotApi() as api:
            nowhere = "http://127.0.0.1:9"
            status, said = await Bot(tmp_path, api, YINJU_TELEGRAM__API_URL=nowhere).ended()
            assert status == 75
            assert f"cannot be reached at {nowhere}" in said
            assert len(said.strip().split("\n")) == 1

    asyncio.run(talk())


def test_of_two_instances_with_one_token_both_go_on_and_every_question_is_answered(
    tmp_path: Path,
) -> None:
    async def talk() -> None:
        async with BotApi() as api:
            folders = [tmp_path / "a", tmp_path / "b"]
            for folder in folders:
                folder.mkdir()
            bots = [Bot(folder, api) for folder in folders]
            await api.until(lambda: len(api.made("getMe")) >= len(bots), 120)
            person = api.user(7, "A", "zh-hans")
            for question in ("青石村的石桥", "白云村的石桥"):
                said = await person.says(question)
                assert "201" in (await api.replies(said, timeout=120))[0]["text"]
            for bot in bots:
                bot.send(signal.SIGTERM)
            for bot in bots:
                assert (await bot.ended())[0] == 0

    asyncio.run(talk())


def test_it_serves_and_stops_at_a_signal_with_status_0(tmp_path: Path) -> None:
    async def talk() -> None:
        api = BotApi(can_read_all_group_messages=False, supports_inline_queries=False)
        async with api:
            process = await asyncio.create_subprocess_exec(  # as people start it
                *(sys.executable, "-c", "from bot.cli.main import main; main()", "run"),
                cwd=tmp_path,
                env=environment(tmp_path, api),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            question = await api.user(7, "A", "zh-hans").says("青石村的石桥")
            assert "2011" in (await api.replies(question, timeout=120))[0]["text"]
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(120):
                said = (await process.communicate())[0].decode()
            assert process.returncode == 0
            lines = said.strip().split("\n")
            assert (
                sum("Privacy mode is on" in line and "/setprivacy" in line for line in lines) == 1
            )
            assert sum("Inline mode is off" in line and "/setinline" in line for line in lines) == 1
            assert "Serving as @yinju_test_bot." in said
            assert "Traceback" not in said
            assert api.token not in said

    asyncio.run(talk())


def test_a_corpus_that_is_not_there_ends_with_status_1(tmp_path: Path) -> None:
    async def talk() -> None:
        async with BotApi() as api:
            missing = str(tmp_path / "nowhere")
            status, said = await Bot(tmp_path, api, YINJU_CORPUS__PATH=missing).ended()
            assert status == 1
            assert "nowhere" in said
            assert "Traceback" not in said

    asyncio.run(talk())


def test_a_token_that_is_revoked_while_it_serves_ends_it(tmp_path: Path) -> None:
    async def talk() -> None:
        async with BotApi() as api:
            bot = Bot(tmp_path, api)
            await api.polled(120)
            api.fail("getUpdates", 401, "Unauthorized", times=100)
            await api.user(7, "A").says("x")  # ends the poll under way
            status, said = await bot.ended()
            assert status == 1
            assert "does not know this token" in said
            assert api.token not in said

    asyncio.run(talk())


def test_polling_goes_on_after_the_network_came_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(it: Dialogue) -> None:
        it.api.fail("getUpdates", 502, "Bad Gateway")
        await it.ask("青石村的石桥")
        assert "2012" in (await it.ask("白云村的石桥"))["text"]

    hold(talk, tmp_path)
    said = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert len(said) == 1
    assert "cannot be reached just now" in said[0]


def test_menus_come_per_scope_and_language(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        await it.ask("/help", it.admin())
        await it.restart()  # now the admin has a chat with the bot
        await it.api.idle()
        group = it.api.group()
        for code, tag in {"zh-hans": "zh-Hans", "zh": "zh-Hans", "en": "en", "fr": "en"}.items():
            words = locale(tag)
            private = it.api.menu(it.other(code))
            assert {c["command"]: c["description"] for c in private} == {
                name: words.text(f"command-{name}")
                for name in (
                    "ask documents random about language privacy mydata forget help".split()
                )
            }
            shared = it.api.menu(it.other(code), group)
            assert [c["command"] for c in shared] == "ask documents random about help".split()
            assert shared[0]["description"] == words.text("command-ask")
            admin = it.api.menu(it.api.user(ADMIN, "Admin", code))
            assert [c["command"] for c in admin] == [c["command"] for c in private] + [
                "reload",
                "rollback",
            ]
        assert it.api.world.profile["description", "zh"] == locale("zh-Hans").text(
            "bot-description"
        )
        assert it.api.world.profile["short_description", ""] == locale("en").text(
            "bot-short-description"
        )

    hold(talk, tmp_path)


def test_questions_that_waited_while_it_was_down_are_answered(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        await it.stop()
        question = await it.asker().says("青石村的石桥")
        await it.start()
        assert "2011" in (await it.api.replies(question))[0]["text"]

    hold(talk, tmp_path)
