"""The same dialogues on Telegram's test server, in the terminal, and on a toy platform that is one
file and an entry point; on Matrix in `test_matrix`."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rich.console import Console

from bot.app import App, open_app
from bot.config import Config, ConfigError, load
from bot.platforms import installed, serve_all
from bot.terminal import OPERATOR, plain, respond
from bot.wording.locale import locale
from tests.botapi import Person
from tests.conformance import CORPUS, DIALOGUES, Talker, converse
from tests.dialogue import Dialogue, hold, write
from tests.ports import free_port
from tests.toy import END, PLATFORM

HERE = Path(__file__).parent


def test_there_are_forty_dialogues_and_the_toy_is_one_short_file() -> None:
    assert len(DIALOGUES) >= 40
    assert len((HERE / "toy.py").read_text("utf-8").splitlines()) < 80


@dataclass
class OnTelegram:
    it: Dialogue
    number: int = 1000
    person: Person | None = None

    async def fresh(self) -> None:
        self.number += 1
        self.person = self.it.api.user(self.number, "Somebody", "zh-hans")

    async def says(self, text: str) -> str:
        assert self.person is not None
        (reply,) = await self.it.api.replies(await self.person.says(text))
        if document := reply.get("document"):
            return self.it.api.world.files[document["file_id"]][1].decode()
        return str(reply["text"])


def test_on_telegram(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        assert await converse(OnTelegram(it)) == []

    hold(talk, tmp_path, CORPUS, limits__user_per_minute="0")


@dataclass
class InTerminal:
    app: App
    number: int = 0

    async def fresh(self) -> None:
        self.number += 1

    async def says(self, text: str) -> str:
        who = replace(OPERATOR, id=f"operator {self.number}", language_code="zh")
        outcome = await respond(self.app, text, who)
        assert outcome.reply is not None
        words = locale(outcome.language or await self.app.conversation.language(who))
        printed = Console(file=io.StringIO(), width=10_000)
        printed.print(plain(outcome.reply, words, reasons=outcome.reasons or ()))
        assert isinstance(printed.file, io.StringIO)
        return printed.file.getvalue()


def configured(folder: Path, **more: str) -> Config:
    (folder / "corpus").mkdir()
    write(folder / "corpus", CORPUS)
    settings = {
        "YINJU_CORPUS__PATH": str(folder / "corpus"),
        "YINJU_LOG__PATH": str(folder / "log" / "yinju.db"),
        "YINJU_LOG__KEY": "0f" * 32,
    }
    return load(environ=settings | more)


def test_in_the_terminal(tmp_path: Path) -> None:
    async def talk() -> None:
        async with open_app(configured(tmp_path)) as app:
            talker: Talker = InTerminal(app)
            assert await converse(talker) == []

    asyncio.run(talk())


@dataclass
class OnToy:
    port: int
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def fresh(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
        async with asyncio.timeout(60):
            while True:
                try:
                    self.streams = await asyncio.open_connection("127.0.0.1", self.port)
                    return
                except ConnectionRefusedError:  # it has not begun to listen
                    await asyncio.sleep(0.01)

    async def says(self, text: str) -> str:
        assert self.streams is not None
        reader, writer = self.streams
        writer.write(f"{text}\n".encode())
        return (await reader.readuntil(END.encode())).decode().removesuffix(END)


@pytest.fixture
def toy_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "toy-1.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Name: toy\nVersion: 1\n")
    (package / "entry_points.txt").write_text("[yinju.platforms]\ntoy = tests.toy:PLATFORM\n")
    monkeypatch.syspath_prepend(str(package.parent))


@pytest.mark.usefixtures("toy_is_installed")
def test_on_a_toy_platform_that_only_an_entry_point_names(tmp_path: Path) -> None:
    port = free_port()

    async def talk() -> None:
        config = configured(tmp_path, YINJU_TOY__PORT=str(port))
        ready = [platform for platform in installed() if platform.configured(config)]
        assert [platform.name for platform in ready] == [PLATFORM.name]
        async with open_app(config) as app:
            stopped = asyncio.Event()
            serving = asyncio.create_task(serve_all(app, ready, stopped))
            talker = OnToy(port)
            try:
                assert await converse(talker) == []
            finally:
                if talker.streams is not None:
                    talker.streams[1].close()
                stopped.set()
                await serving

    asyncio.run(talk())


@pytest.mark.usefixtures("toy_is_installed")
def test_the_toys_section_is_checked_like_every_other(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[toy]\nprt = 1\nport = "x"\n')
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    first, second = sorted(caught.value.problems, key=lambda problem: problem.where)
    assert (first.where, second.where) == ("toy.port (line 3)", "toy.prt (line 2)")
    assert second.way_out == "did you mean toy.port?"
    assert "a port number" in first.what
