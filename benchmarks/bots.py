"""Bots as processes of their own, before the Bot API server of the tests, and what they cost.

The bot runs as an operator runs it, with a corpus of its own copy, a log to throw away and no
limits. The echo bot is python-telegram-bot as its documentation shows it: its own transport, 32
updates at once, and the text sent back.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.botapi import BotApi
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
ADMIN = 1
_START_SECONDS = 120

_ECHO = """
import sys
from telegram.ext import Application, MessageHandler, filters

async def echo(update, context):
    await update.message.reply_text(update.message.text)

token, url = sys.argv[1:3]
builder = Application.builder().token(token).base_url(f"{url}/bot").concurrent_updates(32)
application = builder.build()
application.add_handler(MessageHandler(filters.TEXT, echo))
application.run_polling()
"""


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that runs."""

    pid: int
    corpus: Path
    port: int
    """Of its metrics; 0 where it has none."""

    def cpu(self) -> float:
        """Seconds of processor time it has used, with all its processes (Linux)."""
        told = (one.rpartition(")")[2].split() for one in _told(self.pid, "stat"))
        # Its own, and of children that have ended.
        return sum(int(n) for fields in told for n in fields[11:15]) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> int:
        """Bytes of memory it holds, with all its processes; what they share counts once (Linux)."""
        lines = "".join(_told(self.pid, "smaps_rollup"))
        return 1024 * sum(map(int, re.findall(r"^Pss: +(\d+) kB$", lines, re.MULTILINE)))

    def descriptors(self) -> int:
        """Open files and connections (Linux)."""
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())

    async def metrics(self) -> dict[str, float]:
        """What it counts, by the line of the metric."""

        def read() -> str:
            with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
                return str(answer.read().decode())

        lines = (await asyncio.to_thread(read)).splitlines()
        pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name: float(value) for name, _, value in pairs}


@asynccontextmanager
async def yinju(api: BotApi, corpus: Path, **settings: str) -> AsyncIterator[Bot]:
    """The bot on a copy of `corpus`; `settings` by their names, as in ``log__encrypted="1"``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(corpus, folder / "corpus")
        port = free_port()
        given = {
            "telegram__token": api.token,
            "telegram__api_url": api.url,
            "telegram__admins": str(ADMIN),
            "telegram__messages_per_second": "0",
            "corpus__path": str(folder / "corpus"),
            "log__path": str(folder / "log" / "log.db"),
            "log__key_file": str(folder / "log.key"),
            "metrics__port": str(port),
            "limits__user_per_minute": "0",
            "limits__commands_per_minute": "0",
        } | settings
        environment = {f"YINJU_{key.upper()}": value for key, value in given.items()}
        code = "from bot.cli.main import main; main()"
        async with _process(api, folder, environment, code, "run") as pid:
            yield Bot(pid, folder / "corpus", port)


@asynccontextmanager
async def echo(api: BotApi) -> AsyncIterator[Bot]:
    """The bot that only echoes."""
    with tempfile.TemporaryDirectory() as folder:
        async with _process(api, Path(folder), {}, _ECHO, api.token, api.url) as pid:
            yield Bot(pid, Path(folder), 0)


@asynccontextmanager
async def _process(
    api: BotApi, folder: Path, environment: dict[str, str], code: str, *arguments: str
) -> AsyncIterator[int]:
    polls, hooks = len(api.polls), len(api.made("setWebhook"))
    with (folder / "output").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            code,
            *arguments,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            stderr=output,
        )

    async def serving() -> None:
        async with asyncio.timeout(_START_SECONDS):
            # Polls and calls are told in different ways.
            while len(api.polls) == polls and len(api.made("setWebhook")) == hooks:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    started = asyncio.create_task(serving())
    ended = asyncio.create_task(process.wait())
    try:
        await asyncio.wait({started, ended}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            raise RuntimeError((folder / "output").read_text(errors="replace")[-2000:])
        await started
        yield process.pid
    finally:
        started.cancel()
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await ended


def _told(pid: int, what: str) -> Iterator[str]:
    """What the system tells of a process and of all that it has begun."""
    with suppress(OSError):  # it has just ended
        yield Path(f"/proc/{pid}/{what}").read_text()
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                yield from _told(int(child), what)
