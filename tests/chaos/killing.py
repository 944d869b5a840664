"""A Telegram full of people who ask, and a bot that is killed under them.

After every kill the inbox is read as the bot left it: a message that was begun to be sent and not
seen to arrive is *in doubt*, and may come once more for each kill that found it so.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.querylog.retention import NOBODY
from tests.botapi import BotApi, Chat, Message
from tests.querylogs import KEY, raw
from tests.test_telegram_start import environment

_VILLAGES = ("青石", "白云", "红枫", "黄梅", "紫竹", "绿柳", "金沙", "银杏", "玉泉")
_RATE = 40.0
"""Questions a second while the bot lives."""
_PEOPLE = 30
_COMMAND = (sys.executable, "-c", "from bot.cli.main import main; main()", "run")

Place = tuple[int, int]
"""Of a message: its chat and its number."""


@dataclass
class Chaos:
    """What became of everything."""

    kills: int = 0
    asked: int = 0
    lost: int = 0
    twice: int = 0
    """Questions with two answers, in doubt at a kill."""
    thrice: int = 0
    """With three: in doubt at two kills."""
    wrongly: list[str] = field(default_factory=list)
    """What must never happen."""
    doubtful: int = 0
    """Messages that were in doubt at a kill."""
    replayed: int = 0
    """Updates that waited at a kill."""
    logged: int = 0
    status: int | None = None
    """Of the last process, which was told to stop."""
    integrity: str = ""


async def wreak(folder: Path, kills: int, seed: int) -> Chaos:
    """Kill the bot so many times while people ask, then let it answer what is left, and stop it."""
    chance = random.Random(seed)
    found = Chaos(kills=kills)
    log = folder / "log" / "yinju.db"
    async with BotApi(conflicts=False) as api:
        group = api.supergroup()
        people = [api.user(1000 + n, f"P{n}", "zh-hans") for n in range(_PEOPLE)]
        asked: list[Message] = []
        doubts: Counter[Place] = Counter()
        for cycle in range(kills + 1):
            polls = asyncio.create_task(api._server.polled.wait())
            bot = await _start(folder, api, log)
            await asyncio.wait_for(polls, 120)
            last = cycle == kills
            until = asyncio.get_running_loop().time() + chance.uniform(0.02, 0.6)
            while not last and asyncio.get_running_loop().time() < until:
                person = chance.choice(people)
                text = f"{chance.choice(_VILLAGES)}村的石桥"
                shared = chance.random() < 0.3
                asked.append(
                    await person.says(f"/ask {text}" if shared else text, group if shared else None)
                )
                await asyncio.sleep(1 / _RATE)
            if last:
                break
            bot.kill()
            await bot.wait()
            waiting = _left(log)
            found.replayed += len(waiting)
            doubts.update(place for place, in_doubt in waiting if in_doubt)
            # While it is away, people go on asking.
            asked += [await chance.choice(people).says("紫竹村的石桥") for _ in range(3)]
        with suppress(TimeoutError):  # it is counted as lost
            for question in asked:
                await api.replies(question, timeout=120)
        bot.send_signal(signal.SIGTERM)
        found.status = await asyncio.wait_for(bot.wait(), 30)
        found.asked, found.doubtful = len(asked), doubts.total()
        _count(found, api.chats, asked, doubts)
    with closing(raw(log)) as db:
        found.integrity = str(db.execute("PRAGMA integrity_check").fetchone()[0])
        # What was overwritten stands there until the file is rewritten.
        rows = db.execute("SELECT count(*) FROM question WHERE asker <> ?", (NOBODY,))
        found.logged = int(rows.fetchone()[0])
        left = db.execute("SELECT count(*) FROM inbox WHERE content IS NOT NULL").fetchone()[0]
    if left:
        found.wrongly.append(f"{left} updates are still in the inbox")
    if found.logged != found.asked:
        found.wrongly.append(f"{found.logged} rows in the log")
    return found


async def _start(folder: Path, api: BotApi, log: Path) -> asyncio.subprocess.Process:
    given = environment(
        folder,
        api,
        YINJU_LOG__PATH=str(log),
        YINJU_LOG__KEY=KEY.hex(),
        YINJU_RETRIEVAL__STORE=str(folder / "store"),
        YINJU_LIMITS__USER_PER_MINUTE="0",
        YINJU_LIMITS__CHAT_PER_MINUTE="0",
        YINJU_TELEGRAM__MESSAGES_PER_SECOND="0",
    )
    with (folder / "said.txt").open("ab") as said:
        return await asyncio.create_subprocess_exec(
            *_COMMAND,
            cwd=folder,
            env=given,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )


def _left(log: Path) -> list[tuple[Place, bool]]:
    """What a killed bot left in its inbox: the message, and whether a reply to it is in doubt."""
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("", "-wal"):
            if (file := log.with_name(log.name + ending)).exists():
                shutil.copy(file, folder)
        with closing(raw(Path(folder, log.name))) as db:
            rows = db.execute("SELECT content, sends FROM inbox WHERE content IS NOT NULL")
            found = []
            for content, sends in rows.fetchall():
                message = json.loads(content)["message"]
                place = (message["chat"]["id"], message["message_id"])
                doubt = any(t and number is None for t, number in json.loads(sends or "[0]")[1:])
                found.append((place, doubt))
            return found


def _count(
    found: Chaos, chats: dict[int, Chat], asked: list[Message], doubts: Counter[Place]
) -> None:
    for question in asked:
        place = (question["chat"]["id"], question["message_id"])
        chat = chats[place[0]]
        answers = [chat.messages[n] for n in chat.answers.get(place[1], ())]
        found.lost += not answers
        found.twice += len(answers) == 2
        found.thrice += len(answers) > 2
        if len(answers) > 1 + doubts[place]:
            found.wrongly.append(f"{len(answers)} answers to {place}, in doubt {doubts[place]} ×")
        village = next(v for v in _VILLAGES if v in question["text"])
        if any(village not in answer["text"] for answer in answers):
            found.wrongly.append(f"another question's answer to {place}")


def table(found: Chaos) -> str:
    """The figures, a line each."""
    figures = {
        "kills": found.kills,
        "questions": found.asked,
        "lost": found.lost,
        "updates that waited at a kill": found.replayed,
        "messages in doubt at a kill": found.doubtful,
        "answered twice, in doubt": found.twice,
        "answered three times": found.thrice,
        "rows logged": found.logged,
    }
    lines = [f"{name:32}{number:>8,}" for name, number in figures.items()]
    return "\n".join([*lines, f"{'integrity_check':32}{found.integrity:>8}", *found.wrongly])
