"""Prints how long others wait while one person floods: ``python benchmarks/flood.py``.

One person does one kind of thing as fast as asked, 1,000 times a second for 10 s, while twenty
others ask questions; every limit is as it ships. A latency is that of `benchmarks/load.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import random
import sys
from collections.abc import Callable, Coroutine, Sequence
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

# So that it runs as a file of a clone, wherever it is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bots import ROOT, yinju
from benchmarks.load import ask, percentiles, questions
from benchmarks.tables import table
from tests.botapi import BotApi, Message, Person

LIMITS = {"limits__user_per_minute": "20", "limits__commands_per_minute": "20"}
OTHERS, RATE = 20, 5
"""People beside the flood, and questions a second of all of them."""
Act = Callable[[], Coroutine[Any, Any, object]]


def main(argv: Sequence[str] | None = None) -> None:
    """Flood with each kind and print what others met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=1000, help="updates a second")
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args(argv)
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f}\n")
    rows = asyncio.run(measure(options.rate, options.seconds))
    print(table(("flood of", "sent", "others asked", "lost", "p50", "p99", "slowest"), rows))


async def measure(rate: float, seconds: float) -> list[tuple[str, ...]]:
    """A row for each kind of update."""
    rows = []
    async with BotApi(max_calls=1000) as api, yinju(api, ROOT / "seeds", **LIMITS) as bot:
        others = [api.user(1000 + n, language_code="zh-hans") for n in range(OTHERS)]
        for number, kind in enumerate(("nothing", *KINDS)):
            flooder = api.user(5000 + number, language_code="zh-hans")
            said = await flooder.says("挑战")
            answer = (await api.replies(said, timeout=60))[0]
            act = KINDS.get(kind, lambda *_: None)(flooder, said, answer)
            flooding = asyncio.create_task(_flood(act, rate, seconds))
            latencies = await _others(api, others, seconds, number)
            rows.append(_row(kind, await flooding, latencies))
            await api.until(lambda: not api.world.updates.waiting, 120, "the flood being read")
    assert bot
    return rows


def _words(number: int) -> str:
    return f"第{number}个问题：挑战是什么？"


def _questions(person: Person, said: Message, answer: Message) -> Act:
    numbers = count()
    return lambda: person.says(_words(next(numbers)))


def _commands(person: Person, said: Message, answer: Message) -> Act:
    return lambda: person.says("/help")


def _presses(person: Person, said: Message, answer: Message) -> Act:
    return lambda: person.presses(answer, "👍", timeout=60)


def _inline(person: Person, said: Message, answer: Message) -> Act:
    numbers = count()
    return lambda: person.queries(_words(next(numbers)), timeout=60)


def _edits(person: Person, said: Message, answer: Message) -> Act:
    numbers = count()
    return lambda: person.edits(said, _words(next(numbers)))


KINDS = {
    "questions": _questions,
    "commands": _commands,
    "presses": _presses,
    "inline queries": _inline,
    "edits": _edits,
}


async def _flood(act: Act | None, rate: float, seconds: float) -> int:
    """Act without waiting for answers; how often."""
    begun, sent = perf_counter(), 0
    acting: set[asyncio.Task[object]] = set()
    while act is not None and (now := perf_counter()) < begun + seconds:
        while sent < rate * (now - begun):
            task = asyncio.create_task(act())
            acting.add(task)
            task.add_done_callback(acting.discard)
            sent += 1
        await asyncio.sleep(0.002)
    for task in acting:
        task.cancel()
    await asyncio.gather(*acting, return_exceptions=True)
    return sent


async def _others(
    api: BotApi, others: Sequence[Person], seconds: float, seed: int
) -> list[float | None]:
    chance, texts, begun = random.Random(seed), questions(), perf_counter()
    asking = []
    for number in range(round(RATE * seconds)):
        await asyncio.sleep(max(begun + number / RATE - perf_counter(), 0))
        person = others[number % len(others)]
        asking.append(asyncio.create_task(ask(api, person, chance.choice(texts))))
    return list(await asyncio.gather(*asking))


def _row(kind: str, sent: int, latencies: Sequence[float | None]) -> tuple[str, ...]:
    answered = [one for one in latencies if one is not None]
    slowest = max(answered, default=math.nan)
    figures = (f"{1000 * one:.0f} ms" for one in (*percentiles(answered), slowest))
    lost = len(latencies) - len(answered)
    return kind, f"{sent:,}", str(len(latencies)), str(lost), *figures


if __name__ == "__main__":
    main()
