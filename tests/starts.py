"""The command in processes of its own, each split off from one that has loaded what it needs: a
start costs two seconds of a processor otherwise, nearly all of them for the same modules."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.botapi import BotApi
from tests.dialogue import write
from tests.tales import TALES

_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload(["bot.cli.run", "bot.cli.upkeep", "bot.telegram.run", __name__])


def run(
    folder: Path, environment: dict[str, str], arguments: Sequence[str | bytes], typed: bytes
) -> subprocess.CompletedProcess[str]:
    """``yinju`` with `arguments` in `folder`, with `typed` as its input, until it ends."""
    with tempfile.TemporaryDirectory() as place:
        given, said, failed = (Path(place, name) for name in ("given", "said", "failed"))
        given.write_bytes(typed)
        told = (folder, environment, list(map(os.fsdecode, arguments)), given, said, failed)
        process = _LOADED.Process(target=_run, args=told, daemon=True)
        process.start()
        process.join(120)
        assert process.exitcode is not None, "it goes on"
        output, errors = said.read_text(encoding="utf-8"), failed.read_text(encoding="utf-8")
        return subprocess.CompletedProcess(arguments, process.exitcode, output, errors)


class Bot:
    """`yinju run` in `folder`, which serves until it is told to stop or killed."""

    def __init__(self, folder: Path, api: BotApi, **settings: str) -> None:
        """What it says stands in ``said.txt`` of `folder`, after what others said there."""
        self._said = folder / "said.txt"
        given = environment(folder, api, **settings)
        told = (folder, given, ["run"], Path(os.devnull), self._said, self._said)
        self._process = _LOADED.Process(target=_run, args=told, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def send(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    async def kill(self) -> None:
        """End it where it stands."""
        self._process.kill()
        await self.ended()

    async def ended(self, seconds: float = 120) -> tuple[int, str]:
        """Its exit status, once it has ended, and all that was said."""
        await asyncio.to_thread(self._process.join, seconds)
        status = self._process.exitcode
        assert status is not None, "it goes on"
        return status, self._said.read_text(encoding="utf-8")


def _run(
    folder: Path,
    environment: dict[str, str],
    arguments: Sequence[str],
    given: Path,
    said: Path,
    failed: Path,
) -> None:
    from bot.cli.main import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, (path, mode) in enumerate(((given, "rb"), (said, "ab"), (failed, "ab"))):
        with path.open(mode) as file:
            os.dup2(file.fileno(), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it ends with the process
    sys.argv = ["yinju", *arguments]
    main()


def environment(folder: Path, api: BotApi, **settings: str) -> dict[str, str]:
    """For a bot of its own on a corpus of its own."""
    if not (folder / "corpus").exists():
        (folder / "corpus").mkdir()
        write(folder / "corpus", TALES)
    given = {
        "YINJU_CORPUS__PATH": str(folder / "corpus"),
        "YINJU_LOG__PATH": str(folder / "yinju.db"),
        "YINJU_TELEGRAM__TOKEN": api.token,
        "YINJU_TELEGRAM__API_URL": api.url,
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith("YINJU_")}
    return kept | given | settings
