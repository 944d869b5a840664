"""Prints how fast the bot answers on Telegram: ``python benchmarks/load.py``.

A Bot API server (that of the tests) runs here, every bot in a process of its own. First 200 people
at once, who each ask again as soon as they are answered: a bot that only echoes, then this one.
Then people ask at a fixed rate whether or not they were answered, without and with the corpus
being read again all the while. A latency runs from the moment an update can be fetched to the
moment the reply stands in the chat; it holds the server's own work as well.

People ask some three hundred questions time and again, and the bot keeps for a while what it found:
with ``--unique``, no two questions are the same, though they mean the same.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles
from time import perf_counter

# So that it runs as a file of a clone, wherever it is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bots import ADMIN, ROOT, Bot, echo, yinju
from benchmarks.tables import table
from tests.botapi import BotApi, Person

QUESTIONS = ROOT / "tests" / "questions.jsonl"
PATIENCE = 30.0
"""Seconds after which a question counts as lost."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of the questions: seconds to each answer; those without one are lost."""

    what: str
    latencies: tuple[float, ...]
    lost: int
    seconds: float
    cpu: float
    """Seconds of processor time."""
    resident: int
    lag: float | None = None
    """Of the event loop, p99, seconds; from the buckets of the bot's own histogram."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds


def main(argv: Sequence[str] | None = None) -> None:
    """Run the loads and print what they cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50, help="questions a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--corpus", type=Path, default=ROOT / "seeds")
    parser.add_argument("--unique", action="store_true", help="no question twice")
    parser.add_argument("--webhook", type=int, metavar="PORT", help="in place of polling")
    options = parser.parse_args(argv)
    hook = {
        "telegram__transport": "webhook",
        "telegram__webhook_url": f"http://127.0.0.1:{options.webhook}/hook",
        "telegram__webhook_port": str(options.webhook),
    }
    settings = hook if options.webhook else {}
    rate, seconds, people = options.rate, options.seconds, options.people
    found = asyncio.run(
        measure(rate, seconds, people, options.corpus, settings, unique=options.unique)
    )
    heading = "| answered | lost | a second | p50 | p99 | CPU an answer | loop p99 | memory"
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f}\n")
    print(table(["", *heading.strip("| ").split(" | ")], map(_row, found)))
    echoed, answered = found[:2]
    ratio = answered.rate / echoed.rate if echoed.latencies else math.nan
    print(f"\nAnswers beside the echo bot: {ratio:.2f} ×")


async def measure(
    rate: float,
    seconds: float,
    people: int,
    corpus: Path,
    settings: dict[str, str],
    *,
    unique: bool = False,
) -> list[Measured]:
    """Echo bot, this bot, this bot at a fixed rate, and during reloads."""
    found: list[Measured] = []
    texts = asked(random.Random(1), unique=unique)
    async with BotApi(max_calls=1000) as api:
        persons = [api.user(1000 + n, language_code="zh-hans") for n in range(people)]
        async with echo(api) as bot:
            found.append(await _crowd("echo, all at once", api, bot, persons, seconds, texts))
        async with yinju(api, corpus, **settings) as bot:
            found.append(await _crowd("yinju, all at once", api, bot, persons, seconds, texts))
            found.append(
                await _steady(f"at {rate:g} a second", api, bot, persons, seconds, rate, texts)
            )
            reloading = asyncio.create_task(_reload(api, bot))
            name = f"at {rate:g}, reloading"
            found.append(await _steady(name, api, bot, persons, seconds, rate, texts))
            reloading.cancel()
            await asyncio.gather(reloading, return_exceptions=True)
    return found


def asked(chance: random.Random, *, unique: bool) -> Iterator[str]:
    """What people ask about the seeds, at random; `unique`: each with other marks at its end."""
    texts = questions()
    for number in count(1):
        marks = "".join("？！"[int(digit)] for digit in f"{number:b}") if unique else ""
        yield chance.choice(texts) + marks


def questions() -> list[str]:
    """What people ask about the seeds."""
    rows = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [str(json.loads(row)["text"]) for row in rows]


async def ask(api: BotApi, person: Person, text: str, patience: float = PATIENCE) -> float | None:
    """Seconds to the answer; None where there was none within `patience`."""
    started = perf_counter()
    message = await person.says(text)
    try:
        await api.replies(message, timeout=patience)
    except TimeoutError:
        return None
    return perf_counter() - started


async def _crowd(
    what: str,
    api: BotApi,
    bot: Bot,
    persons: Sequence[Person],
    seconds: float,
    texts: Iterator[str],
) -> Measured:
    """Everybody asks again as soon as they are answered."""
    for person in persons[:5]:  # the first answers load what is loaded once
        await ask(api, person, next(texts))
    begun, cpu = perf_counter(), bot.cpu()
    answered: list[float | None] = []

    async def go_on(person: Person) -> None:
        while perf_counter() < begun + seconds:
            answered.append(await ask(api, person, next(texts)))

    await asyncio.gather(*map(go_on, persons))
    return _measured(what, answered, perf_counter() - begun, bot.cpu() - cpu, bot)


async def _steady(
    what: str,
    api: BotApi,
    bot: Bot,
    persons: Sequence[Person],
    seconds: float,
    rate: float,
    texts: Iterator[str],
) -> Measured:
    """Each in turn asks, whether or not the one before was answered."""
    before = await bot.metrics()
    begun, cpu = perf_counter(), bot.cpu()
    asking = []
    for number in range(round(rate * seconds)):
        await asyncio.sleep(begun + number / rate - perf_counter())
        person = persons[number % len(persons)]
        asking.append(asyncio.create_task(ask(api, person, next(texts))))
    spent = perf_counter() - begun
    answered = await asyncio.gather(*asking)
    lag = _p99("yinju_loop_lag_seconds_bucket", before, await bot.metrics())
    return _measured(what, answered, spent, bot.cpu() - cpu, bot, lag)


async def _reload(api: BotApi, bot: Bot) -> None:
    """An admin reloads again and again, each time with one document changed."""
    admin = api.user(ADMIN, language_code="en")
    path = next(bot.corpus.glob("*.txt"))
    text = path.read_text(encoding="utf-8")
    number = 0
    while True:
        number += 1
        path.write_text(f"{text}\n第{number}次修订。\n", encoding="utf-8")
        await api.replies(await admin.says("/reload"), 2, timeout=60)


def _measured(
    what: str,
    answered: Sequence[float | None],
    seconds: float,
    cpu: float,
    bot: Bot,
    lag: float | None = None,
) -> Measured:
    latencies = tuple(one for one in answered if one is not None)
    lost = len(answered) - len(latencies)
    return Measured(what, latencies, lost, seconds, cpu, bot.resident(), lag)


def _p99(name: str, before: dict[str, float], after: dict[str, float]) -> float | None:
    """The bucket of a histogram that holds the 99th percentile of what came in between."""
    counts = {k: v - before.get(k, 0.0) for k, v in after.items() if k.startswith(name)}
    bounds = {float(k.split('"')[1].replace("+Inf", "inf")): v for k, v in counts.items()}
    total = max(bounds.values(), default=0.0)
    return min((b for b, v in bounds.items() if v >= 0.99 * total), default=None)


def percentiles(latencies: Sequence[float]) -> tuple[float, float]:
    """The 50th and the 99th; of fewer than two, there are none."""
    if len(latencies) < 2:
        return math.nan, math.nan
    cuts = quantiles(latencies, n=100, method="inclusive")
    return cuts[49], cuts[98]


def _row(one: Measured) -> tuple[str, ...]:
    answered = len(one.latencies)
    p50, p99 = percentiles(one.latencies)
    return (
        one.what,
        f"{answered:,}",
        f"{one.lost:,}",
        f"{one.rate:.0f}",
        f"{1000 * p50:.1f} ms",
        f"{1000 * p99:.0f} ms",
        f"{1000 * one.cpu / max(answered, 1):.1f} ms",
        "–" if one.lag is None else f"≤ {1000 * one.lag:.0f} ms",
        f"{one.resident / 2**20:.0f} MB",
    )


if __name__ == "__main__":
    main()
