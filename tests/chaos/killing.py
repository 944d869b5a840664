"""A Telegram full of people who ask, press and edit, and a bot that is killed under them, by turns
polling and behind a webhook.

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
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.querylog.retention import NOBODY
from tests.botapi import BotApi, Chat, Message
from tests.ports import free_port
from tests.querylogs import KEY, raw
from tests.starts import Bot

_VILLAGES = ("青石", "白云", "红枫", "黄梅", "紫竹", "绿柳", "金沙", "银杏", "玉泉")
_RATE = 40.0
"""Questions a second while the bot lives."""
_PEOPLE = 30

Place = tuple[int, int]
"""Of a message: its chat and its number."""


@dataclass
class Chaos:
    """What became of everything."""

    kills: int = 0
    asked: int = 0
    edited: int = 0
    pressed: int = 0
    """Answers that somebody voted for, once each."""
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


def asked(kills: int) -> tuple[int, int]:
    """How many kills, and the seed, as the command line says; `kills` where it does not."""
    given = dict(enumerate(map(int, sys.argv[1:])))
    return given.get(0, kills), given.get(1, 1)


async def wreak(
    folder: Path,
    kills: int,
    seed: int,
    logs: Path | None = None,
    end: Callable[[Bot], Awaitable[None]] = Bot.kill,
) -> Chaos:
    """Kill the bot so many times while people are at it, then let it finish what is left, and stop
    it. Every third time it runs behind a webhook. Its query log lies in `logs`."""
    chance = random.Random(seed)
    found = Chaos(kills=kills)
    log = (logs or folder / "log") / "yinju.db"
    async with BotApi(conflicts=False) as api:
        people = _People(api, chance)
        doubts: Counter[Place] = Counter()
        for cycle in range(kills + 1):
            bot = await _start(folder, api, log, hooked=cycle % 3 == 1)
            last = cycle == kills
            until = asyncio.get_running_loop().time() + chance.uniform(0.02, 0.6)
            while not last and asyncio.get_running_loop().time() < until:
                await people.act()
                await asyncio.sleep(1 / _RATE)
            if last:
                break
            await end(bot)
            waiting = _left(log)
            found.replayed += len(waiting)
            doubts.update(place for place, in_doubt in waiting if in_doubt)
            # While it is away, people go on asking.
            people.asked += [await chance.choice(people.all).says("紫竹村的石桥") for _ in range(3)]
        with suppress(TimeoutError):  # it is counted as lost
            for question in people.asked:
                await api.replies(question, timeout=120)
            await api.until(lambda: not api.world.updates.waiting, 120)
            await people.settled()
        bot.send(signal.SIGTERM)
        found.status, _ = await bot.ended()
        found.asked, found.doubtful = len(people.asked), doubts.total()
        found.edited, found.pressed = len(people.edited), len(people.pressed)
        _count(found, api.chats, people, doubts)
    with closing(raw(log)) as db:
        found.integrity = str(db.execute("PRAGMA integrity_check").fetchone()[0])
        # What was overwritten stands there until the file is rewritten.
        rows = db.execute("SELECT count(*) FROM question WHERE asker <> ?", (NOBODY,))
        found.logged = int(rows.fetchone()[0])
        votes = int(db.execute("SELECT count(*) FROM feedback WHERE value = 1").fetchone()[0])
        left = db.execute("SELECT count(*) FROM inbox WHERE content IS NOT NULL").fetchone()[0]
    if left:
        found.wrongly.append(f"{left} updates are still in the inbox")
    if found.logged != found.asked:
        found.wrongly.append(f"{found.logged} rows in the log")
    if votes != found.pressed:
        found.wrongly.append(f"{votes} votes")
    return found


class _People:
    """Those who ask, vote for what they were answered, and edit what they asked."""

    def __init__(self, api: BotApi, chance: random.Random) -> None:
        self.all = [api.user(1000 + n, f"P{n}", "zh-hans") for n in range(_PEOPLE)]
        self.asked: list[Message] = []
        self.edited: dict[Place, str] = {}
        """The village asked for instead."""
        self.pressed: set[Place] = set()
        self._api, self._chance, self._group = api, chance, api.supergroup()
        self._pressing: set[asyncio.Task[object]] = set()

    async def act(self) -> None:
        """Somebody does something: mostly, they ask."""
        chance = self._chance
        kind, village = chance.random(), chance.choice(_VILLAGES)
        some = chance.sample(self.asked, min(len(self.asked), 50)) if kind < 0.4 else []
        earlier = next(filter(self._free, some), None)
        person = chance.choice(self.all)
        if earlier is None:
            group = self._group if chance.random() < 0.3 else None
            text = f"{'/ask ' if group else ''}{village}村的石桥"
            self.asked.append(await person.says(text, group))
            return
        person = next(one for one in self.all if one.id == earlier["from"]["id"])
        answer = self._free(earlier)[0]
        if kind < 0.2:
            self.pressed.add(place_of(earlier))
            press = asyncio.create_task(person.presses(answer, "👍", timeout=300))
            self._pressing.add(press)
        else:
            self.edited[place_of(earlier)] = village
            await person.edits(earlier, f"{village}村的石桥")

    def _free(self, asked: Message) -> list[Message]:
        """The answers to a question asked in private, if nothing was done about them yet."""
        if asked["chat"]["type"] != "private":
            return []
        place = place_of(asked)
        if place in self.pressed or place in self.edited:
            return []
        chat = self._api.chats[place[0]]
        return [chat.messages[n] for n in chat.answers.get(place[1], ())]

    async def settled(self) -> None:
        """Wait until every press was answered, or was too old to be, and every edit was shown."""
        await asyncio.gather(*self._pressing, return_exceptions=True)
        for place, village in self.edited.items():
            chat = self._api.chats[place[0]]
            await chat.changed.until(
                lambda chat=chat, place=place, village=village: any(  # type: ignore[misc]
                    village in chat.messages[n]["text"] for n in chat.answers.get(place[1], ())
                ),
                120,
                f"{village} in place of another",
            )


def place_of(message: Message) -> Place:
    return int(message["chat"]["id"]), int(message["message_id"])


async def _start(folder: Path, api: BotApi, log: Path, *, hooked: bool) -> Bot:
    port = free_port()
    hook = {
        "YINJU_TELEGRAM__TRANSPORT": "webhook",
        "YINJU_TELEGRAM__WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
        "YINJU_TELEGRAM__WEBHOOK_PORT": str(port),
    }
    hooks = len(api.made("setWebhook"))
    polled = asyncio.create_task(api._server.polled.wait())
    bot = Bot(
        folder,
        api,
        YINJU_LOG__PATH=str(log),
        YINJU_LOG__KEY=KEY.hex(),
        YINJU_RETRIEVAL__STORE=str(folder / "store"),
        YINJU_LIMITS__USER_PER_MINUTE="0",
        YINJU_LIMITS__CHAT_PER_MINUTE="0",
        YINJU_LIMITS__PRESSES_PER_MINUTE="0",
        YINJU_TELEGRAM__MESSAGES_PER_SECOND="0",
        **(hook if hooked else {}),
    )
    async with asyncio.timeout(120):
        while len(api.made("setWebhook")) == hooks if hooked else not polled.done():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        polled.cancel()
    return bot


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
                update = json.loads(content)
                message = update.get("message") or update.get("edited_message")
                if message is None:
                    continue  # a press has no message of its own
                place = place_of(message)
                doubt = any(t and number is None for t, number in json.loads(sends or "[0]")[1:])
                found.append((place, doubt))
            return found


def _count(found: Chaos, chats: dict[int, Chat], people: _People, doubts: Counter[Place]) -> None:
    for question in people.asked:
        place = place_of(question)
        chat = chats[place[0]]
        answers = [chat.messages[n] for n in chat.answers.get(place[1], ())]
        found.lost += not answers
        found.twice += len(answers) == 2
        found.thrice += len(answers) > 2
        if not answers:
            found.wrongly.append(f"no answer to {place}, in doubt {doubts[place]} ×")
        if len(answers) > 1 + doubts[place]:
            found.wrongly.append(f"{len(answers)} answers to {place}, in doubt {doubts[place]} ×")
        asked = next(v for v in _VILLAGES if v in question["text"])
        village = people.edited.get(place, asked)
        texts = [answer["text"] for answer in answers]
        if any(village not in text and asked not in text for text in texts):
            found.wrongly.append(f"another question's answer to {place}")
        if texts and not any(village in text for text in texts):
            found.wrongly.append(f"the answer to {place} was not edited")


def table(found: Chaos) -> str:
    """The figures, a line each."""
    figures = {
        "kills": found.kills,
        "questions": found.asked,
        "of them edited": found.edited,
        "votes": found.pressed,
        "lost": found.lost,
        "updates that waited at a kill": found.replayed,
        "messages in doubt at a kill": found.doubtful,
        "answered twice, in doubt": found.twice,
        "answered three times": found.thrice,
        "rows logged": found.logged,
    }
    lines = [f"{name:32}{number:>8,}" for name, number in figures.items()]
    return "\n".join([*lines, f"{'integrity_check':32}{found.integrity:>8}", *found.wrongly])
