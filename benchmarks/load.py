"""Prints how the bot holds up on Telegram: ``python benchmarks/load.py --rate 50 --seconds 60``.

A Bot API server (that of the tests) runs here, the bot in a process of its own, as an operator
runs it, with the seeds. People ask at a fixed rate whether or not they were answered. A latency
runs from the moment an update can be fetched to the moment the reply stands in the chat; it
holds the server's own work as well.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import quantiles
from time import perf_counter

# So that it runs as a file of a clone, wherever it is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.tables import table
from tests.botapi import BotApi, Person

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ROOT / "tests" / "questions.jsonl"
PATIENCE = 30.0
"""Seconds after which a question counts as lost."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of the questions: seconds to each answer; those without one are lost."""

    asked: int
    latencies: tuple[float, ...]
    cpu: float | None
    """Seconds of processor time a second while asked, where the system tells."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the load and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50, help="questions a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--corpus", type=Path, default=ROOT / "seeds")
    options = parser.parse_args(argv)
    measured = asyncio.run(
        load(options.rate, options.seconds, options.people, options.corpus.resolve())
    )
    print(table(("figure", "value"), _figures(measured)))


async def load(rate: float, seconds: float, people: int, corpus: Path) -> Measured:
    """Ask `rate` questions a second for so many seconds, each person in turn."""
    chance = random.Random(1)
    rows = QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [str(json.loads(row)["text"]) for row in rows]
    async with BotApi() as api, _bot(api, corpus) as process:
        persons = [api.user(1000 + number, language_code="zh-hans") for number in range(people)]
        for person in persons[:5]:  # the first answers load what is loaded once
            await api.replies(await person.says(chance.choice(questions)), timeout=PATIENCE)
        begun, cpu = perf_counter(), _cpu(process.pid)
        asking = []
        for number in range(round(rate * seconds)):
            await asyncio.sleep(begun + number / rate - perf_counter())
            text = chance.choice(questions)
            asking.append(asyncio.create_task(_ask(api, persons[number % people], text)))
        spent, now = perf_counter() - begun, _cpu(process.pid)
        answered = await asyncio.gather(*asking)
    share = None if cpu is None or now is None else (now - cpu) / spent
    return Measured(len(asking), tuple(one for one in answered if one is not None), share)


async def _ask(api: BotApi, person: Person, text: str) -> float | None:
    started = perf_counter()
    message = await person.says(text)
    try:
        await api.replies(message, timeout=PATIENCE)
    except TimeoutError:
        return None
    return perf_counter() - started


@asynccontextmanager
async def _bot(api: BotApi, corpus: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot as its own process, polling `api`, with no limits and a log to throw away."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "YINJU_TELEGRAM__TOKEN": api.token,
            "YINJU_TELEGRAM__API_URL": api.url,
            "YINJU_CORPUS__PATH": str(corpus),
            "YINJU_LOG__PATH": str(Path(folder) / "log.db"),
            "YINJU_LIMITS__USER_PER_MINUTE": "0",
            "PYTHONPATH": str(ROOT),
        }
        code = "from bot.cli.main import main; main()"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, "run", cwd=folder, env=os.environ | settings
        )
        try:
            await api.polled(timeout=60)
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            await process.wait()


def _cpu(pid: int) -> float | None:
    """Seconds of processor time a running process has used, where /proc tells."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _figures(measured: Measured) -> list[tuple[str, str]]:
    answered = len(measured.latencies)
    figures = [
        ("asked", f"{measured.asked:,}"),
        ("answered", f"{answered:,}"),
        ("lost", f"{measured.asked - answered:,}"),
    ]
    if answered > 1:
        cuts = quantiles(measured.latencies, n=100, method="inclusive")
        named = ("p50", cuts[49]), ("p95", cuts[94]), ("p99", cuts[98])
        slowest = ("slowest", max(measured.latencies))
        figures += [(name, f"{1000 * value:.0f} ms") for name, value in (*named, slowest)]
    if measured.cpu is not None:
        figures.append(("processor", f"{100 * measured.cpu:.0f} % of one core"))
    unit = 1 if sys.platform == "darwin" else 1024
    peak = getrusage(RUSAGE_CHILDREN).ru_maxrss * unit
    return [*figures, ("memory, at most", f"{peak / 2**20:.0f} MB")]


if __name__ == "__main__":
    main()
