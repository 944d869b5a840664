"""Runs the bot for long and fails where it grows or loses: ``python benchmarks/soak.py``.

People ask 30 questions a second for 30 minutes, and every minute an admin reloads the corpus with
one document changed. Held are: no question without an answer, however late, resident memory after
the fifth minute growing under 5 %, and no more open files and connections at the end than there
were then. An answer is late after half a minute: then the machine had other things to do.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

# So that it runs as a file of a clone, wherever it is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bots import ADMIN, ROOT, Bot, yinju
from benchmarks.load import PATIENCE, ask, questions
from benchmarks.tables import table
from tests.botapi import BotApi

GROWTH = 0.05
UNANSWERED = 300.0
"""Seconds after which a question counts as lost."""
SPARE = 8
"""Files and connections more than before that are no leak: a pool opens them as it needs them."""


@dataclass(frozen=True, slots=True)
class Minute:
    """What stood at the end of a minute."""

    asked: int
    late: int
    lost: int
    slowest: float
    resident: int
    descriptors: int
    documents: int


def main(argv: Sequence[str] | None = None) -> None:
    """Run, print a line a minute, exit with 1 where something was not held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=30, help="questions a second")
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--after", type=int, default=5, help="growth counts from this minute on")
    options = parser.parse_args(argv)
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f}\n")
    minutes = asyncio.run(run(options.rate, options.minutes))
    rows = [
        (
            str(number),
            f"{one.asked:,}",
            str(one.late),
            str(one.lost),
            f"{1000 * one.slowest:.0f} ms",
            f"{one.resident / 2**20:.1f} MB",
            str(one.descriptors),
        )
        for number, one in enumerate(minutes, start=1)
    ]
    print(table(("minute", "asked", "late", "lost", "slowest", "resident", "descriptors"), rows))
    before, after = minutes[min(options.after, len(minutes)) - 1], minutes[-1]
    growth = after.resident / before.resident - 1
    lost = sum(one.lost for one in minutes)
    leaked = after.descriptors - before.descriptors
    minute, mb = min(options.after, len(minutes)), 2**20
    print(
        f"\nAsked {sum(one.asked for one in minutes):,}, late {sum(one.late for one in minutes)},"
        f" lost {lost}; memory {before.resident / mb:.1f} MB after minute {minute}, "
        f"{after.resident / mb:.1f} MB at the end ({growth:+.1%}); descriptors "
        f"{before.descriptors} and {after.descriptors} ({leaked:+d})"
    )
    if lost or growth >= GROWTH or leaked > SPARE:
        raise SystemExit(1)


async def run(rate: float, minutes: int) -> list[Minute]:
    """What stood at the end of every minute."""
    found = []
    async with BotApi(max_calls=1000) as api, yinju(api, ROOT / "seeds") as bot:
        for number in range(minutes):
            reloading = asyncio.create_task(_reload(api, bot, number))
            found.append(await _minute(api, bot, rate, number))
            await reloading
            print(f"minute {number + 1}: {found[-1]}", file=sys.stderr, flush=True)
    return found


async def _minute(api: BotApi, bot: Bot, rate: float, number: int) -> Minute:
    chance, texts, begun = random.Random(number), questions(), perf_counter()
    # Others every minute: what is kept of people must not add up either.
    people = [api.user(10_000 + 100 * number + n, language_code="zh-hans") for n in range(100)]
    asking = []
    for turn in range(round(60 * rate)):
        await asyncio.sleep(max(begun + turn / rate - perf_counter(), 0))
        person = people[turn % len(people)]
        asking.append(asyncio.create_task(ask(api, person, chance.choice(texts), UNANSWERED)))
    latencies = await asyncio.gather(*asking)
    answered = [one for one in latencies if one is not None]
    metrics = await bot.metrics()
    for person in people:
        del api.chats[person.id]  # the world around the bot is not what is measured
    return Minute(
        len(latencies),
        sum(one > PATIENCE for one in answered),
        len(latencies) - len(answered),
        max(answered, default=0.0),
        bot.resident(),
        bot.descriptors(),
        round(metrics["yinju_documents"]),
    )


async def _reload(api: BotApi, bot: Bot, number: int) -> None:
    paths = sorted(bot.corpus.glob("*.txt"))
    path = paths[number % len(paths)]
    text = await asyncio.to_thread(path.read_text, encoding="utf-8")
    revised = f"{text}\n第{number}次修订。\n"
    await asyncio.to_thread(path.write_text, revised, encoding="utf-8")
    admin = api.user(ADMIN, language_code="en")
    await api.replies(await admin.says("/reload"), 2, timeout=60)


if __name__ == "__main__":
    main()
