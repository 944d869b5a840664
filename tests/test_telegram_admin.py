"""/reload: for admins, in private, one at a time, while questions go on being answered."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.wording.locale import locale
from tests.dialogue import Dialogue, buttons, hold, write
from tests.tales import TALES, village

WORDS = locale("zh-Hans")


def test_a_reload_reports_what_changed_and_what_was_not_read(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        write(it.corpus, {"new.md": village("清泉", 2021, "南坊", 12)})
        write(it.corpus, {"02.md": TALES["02.md"].replace("三年", "四年")})
        (it.corpus / "03.md").unlink()
        (it.corpus / "bad.txt").write_bytes(bytes(range(256)) * 40)
        command = await it.admin().says("/reload")
        started, report = await it.api.replies(command, 2)
        assert started["text"] == WORDS.text("reload-started")
        lines = report["text"].split("\n")
        assert lines[0].startswith("新语料已启用：21 篇文献，30 个段落")
        assert lines[1:8] == [
            WORDS.text("reload-passages", added=3, removed=3),
            WORDS.text("reload-added", count=1),
            WORDS.text("reload-item", title="清泉村的石桥"),
            WORDS.text("reload-changed", count=1),
            WORDS.text("reload-item", title="白云村的石桥"),
            WORDS.text("reload-removed", count=1),
            WORDS.text("reload-item", title="红枫村的石桥"),
        ]
        assert lines[8] == WORDS.text("reload-skipped", count=1)
        assert lines[9].startswith("– bad.txt：")
        await it.app.ledger.settled()
        assert it.rows("SELECT documents, skipped, error FROM reload") == [(21, 1, None)]
        again = await it.reload()
        assert again["text"].startswith("没有变化：21 篇文献，30 个段落")

    hold(talk, tmp_path)


def test_a_corpus_that_cannot_be_built_leaves_the_old_one_serving(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        write(it.corpus, {"sources.toml": "this is = = no toml"})
        report = await it.reload()
        assert report["text"].startswith("未能重新读取语料，仍由旧的语料回答。")
        assert "sources.toml" in report["text"]
        assert "2011" in (await it.ask("青石村的石桥"))["text"]
        for path in it.corpus.iterdir():
            path.unlink()
        assert (await it.reload())["text"].startswith("未能重新读取语料")
        it.corpus.rmdir()
        assert (await it.reload())["text"].startswith("未能重新读取语料")
        assert "2011" in (await it.ask("青石村的石桥"))["text"]
        await it.app.ledger.settled()
        assert [bool(error) for (error,) in it.rows("SELECT error FROM reload")] == [True] * 3

    hold(talk, tmp_path)


def test_two_reloads_at_once_are_one(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        write(it.corpus, {f"x{i}.txt": f"篇{i}\n\n" + "山高水长。" * 4000 for i in range(2)})
        first = await it.admin().says("/reload")
        second = await it.admin().says("/reload")
        asked = await it.asker().says("青石村的石桥")
        assert "2011" in (await it.api.replies(asked))[0]["text"]
        (refused,) = await it.api.replies(second)
        assert refused["text"] == WORDS.text("reload-running")
        assert len(await it.api.replies(first, 2, timeout=120)) == 2

    hold(talk, tmp_path)


def test_reload_is_for_admins_only_and_tells_others_nothing_else(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        assert (await it.ask("/reload"))["text"] == WORDS.text("only-admins")
        anonymous = it.api.anonymous(it.api.supergroup())
        answer = await it.ask("/reload@yinju_test_bot", anonymous, it.api.chats[-1001000000001])
        assert answer["text"] == locale("en").text("only-admins")
        assert it.rows("SELECT * FROM reload") == []

    hold(talk, tmp_path)


def test_an_admin_gets_the_menu_with_reload_even_when_they_come_later(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        admin = it.admin("zh-hans")
        await it.ask("/start", admin)
        commands = [c["command"] for c in it.api.menu(admin)]
        assert "reload" in commands
        assert "reload" not in [c["command"] for c in it.api.menu(it.asker())]

    hold(talk, tmp_path)


def test_a_question_in_flight_and_the_next_one_are_answered_during_a_reload(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        write(it.corpus, {f"x{i}.txt": f"篇{i}\n\n" + "山高水长。" * 4000 for i in range(2)})
        report = asyncio.create_task(it.reload())
        answered = 0
        while not report.done():
            assert "2011" in (await it.ask("青石村的石桥"))["text"]
            answered += 1
        assert (await report)["text"].startswith("新语料已启用：23 篇文献")
        assert answered

    hold(talk, tmp_path, limits__user_per_minute="0")


def test_a_reload_can_be_stopped(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        stop = await it.admin().says("/reload stop")
        assert (await it.api.replies(stop))[0]["text"] == WORDS.text("reload-none")
        write(it.corpus, {"regex.txt": "a" * 60 + "b。"})
        endless = '[[file]]\npath = "regex.txt"\ndrop = ["(a+)+$"]\n'
        write(it.corpus, {"sources.toml": endless})
        first = await it.admin().says("/reload")
        assert (await it.api.replies(first))[0]["text"] == WORDS.text("reload-started")
        strange = await it.asker().says("/reload stop")
        assert (await it.api.replies(strange))[0]["text"] == WORDS.text("only-admins")
        stop = await it.admin().says("/reload stop")
        assert (await it.api.replies(stop))[0]["text"] == WORDS.text("reload-stopping")
        _, report = await it.api.replies(first, 2)
        assert report["text"] == WORDS.text("reload-stopped")
        assert "2011" in (await it.ask("青石村的石桥"))["text"]

    hold(talk, tmp_path, corpus__file_seconds="600")


def test_a_reload_that_would_ruin_the_corpus_waits_for_a_decision(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        serve, keep = WORDS.text("button-reload-serve"), WORDS.text("button-reload-keep")
        nothing = await it.admin().says("/reload serve")
        assert (await it.api.replies(nothing))[0]["text"] == WORDS.text("reload-no-decision")
        for path in sorted(it.corpus.glob("*.md"))[:8]:
            path.unlink()
        report = await it.reload()
        assert report["text"].startswith("尚未启用")
        assert WORDS.text("cause-loses-documents", gone=8, total=21) in report["text"]
        assert buttons(report) == [serve, keep]
        assert "2011" in (await it.ask("青石村的石桥"))["text"]
        _, kept = await it.press(report, keep, it.admin())
        assert kept["text"] == WORDS.text("reload-kept")
        report = await it.reload()
        _, served = await it.press(report, serve, it.admin())
        assert served["text"].startswith("新语料已启用：13 篇文献")
        back = await it.admin().says("/rollback")
        assert (await it.api.replies(back))[0]["text"].startswith("已恢复上一份语料：21 篇文献")
        strange = await it.asker().says("/rollback")
        assert (await it.api.replies(strange))[0]["text"] == WORDS.text("only-admins")

    hold(talk, tmp_path)
