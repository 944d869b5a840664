"""Makes the README's pictures: real answers of the real bot, drawn as chats.

    python docs/pictures.py

The bot serves the seeds against the tests' Bot API server; what it says there is drawn as a page
and photographed by a headless Chromium. See docs/README.md.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # `tests`, `docs`: not installed

from bot.app import open_app
from bot.config import load
from bot.telegram.run import serve
from docs.browser import Browser, BrowserError, chromium
from docs.drawing import Scene, Side, draw
from tests.botapi import BotApi, Chat, Message, Person
from tests.synapse import INSTALLED, homeserver, register

HERE = Path(__file__).resolve().parent
BOT = "your_yinju_bot"
READER = "小满"
FRIEND = "阿文"
PRIVATE_QUESTION = "四方会谈，澳大利亚和印度的外长是谁？"
READER_QUESTION = "戴维怎么形容普遍定期审议？"
GROUP_QUESTION = "布林肯跟杨洁池、王毅在哪里会晤？"  # misspells 杨洁篪
INLINE_QUERY = "巴黎协定"
MATRIX_QUESTION = "巴切莱特是谁？"


@asynccontextmanager
async def served() -> AsyncIterator[BotApi]:
    """A Telegram in which the bot answers over the seeds; its query log goes with it."""
    with tempfile.TemporaryDirectory() as scratch:
        async with BotApi(username=BOT, first_name="引据") as api:
            settings = {
                "YINJU_CORPUS__PATH": str(HERE.parent / "seeds"),
                "YINJU_LOG__PATH": str(Path(scratch, "yinju.db")),
                "YINJU_TELEGRAM__TOKEN": api.token,
                "YINJU_TELEGRAM__API_URL": api.url,
            }
            async with open_app(load(environ=settings)) as app:
                stopped = asyncio.Event()
                serving = asyncio.create_task(serve(app, stopped))
                try:
                    await api.polled()
                    yield api
                finally:
                    stopped.set()
                    await serving


async def answer(api: BotApi, to: Message) -> Message:
    """What stands at last where the bot answered one message."""
    await api.replies(to)
    await api.idle()
    return (await api.replies(to))[0]


async def scenes(api: BotApi) -> dict[str, Scene]:
    """File name → what to draw."""
    reader = api.user(1, READER, "zh-hans")
    friend = api.user(2, FRIEND, "zh-hans")
    return {
        "private.png": await private(api, reader),
        "group.png": await group(api, reader, friend),
        "inline.png": await inline(api, reader, friend),
        "reader.png": await opened(api, reader),
    }


async def private(api: BotApi, reader: Person) -> Scene:
    """A question and its answer."""
    asked = await reader.says(PRIVATE_QUESTION)
    said = [asked, await answer(api, asked)]
    return Scene("引据", "机器人", Side(reader.id, api.bot_id), said, start="20:14")


async def opened(api: BotApi, reader: Person) -> Scene:
    """An answer in which the first quote was opened in its document."""
    asked = await reader.says(READER_QUESTION)
    answered = await answer(api, asked)
    first = answered["reply_markup"]["inline_keyboard"][0][0]["text"]
    await reader.presses(answered, first)
    said = [asked, await api.edited(answered)]
    return Scene("引据", "机器人", Side(reader.id, api.bot_id), said, start="20:31")


async def group(api: BotApi, reader: Person, friend: Person) -> Scene:
    """Two people talk; one of them asks the bot."""
    chat = api.supergroup("周三读书会")
    said = [
        await friend.says("三月那次中美会晤是在哪儿？", chat),
        await reader.says("好像是阿拉斯加？我查一下原文", chat),
        await reader.says(f"/ask {GROUP_QUESTION}", chat),
    ]
    said.append(await answer(api, said[-1]))
    return Scene("周三读书会", "12 位成员", Side(reader.id, api.bot_id), said, start="21:02")


async def inline(api: BotApi, reader: Person, friend: Person) -> Scene:
    """What is offered while someone types in a chat that the bot is not in."""
    found = await reader.queries(INLINE_QUERY)
    if found is None:
        raise TimeoutError("the inline query was answered too late")
    elsewhere = Chat(-5, "private", first_name=FRIEND)
    said: list[dict[str, Any]] = [
        elsewhere.add({"from": friend.json, "text": "美国重新加入巴黎协定，官方是怎么说的？"}),
        elsewhere.add({"from": reader.json, "text": "等等，我引一段原文给你"}),
    ]
    return Scene(
        FRIEND,
        "在线",
        Side(reader.id, api.bot_id),
        said,
        start="19:30",
        typed=f"@{BOT} {INLINE_QUERY}",
        offered=found.results[:4],
    )


async def matrix(folder: Path) -> Scene:
    """The same in an encrypted room of Matrix: events of a real Synapse, decrypted by the
    asker's client; the bot's own HTML, with what can be typed below."""
    from tests.test_matrix import talking

    shutil.copytree(HERE.parent / "seeds", folder / "corpus")
    (folder / "synapse").mkdir()
    with homeserver(folder / "synapse") as address:
        await register(address, "yinju")
        async with talking(address, folder, "xiaoman", encrypted=True) as person:
            said: list[dict[str, Any]] = []
            for question in (MATRIX_QUESTION, "为什么"):
                await person.says(question)
                (heard,) = await person.hears()
                html = heard["content"]["formatted_body"]
                for mark in ("<blockquote>", "</blockquote>"):  # blocks by themselves
                    html = html.replace(f"<br>{mark}", mark).replace(f"{mark}<br>", mark)
                chat = {"type": "private"}
                said += [
                    {"from": {"id": 1, "first_name": READER}, "chat": chat, "text": question},
                    {"from": {"id": 2, "first_name": "引据"}, "chat": chat, "html": html},
                ]
    return Scene("引据", "端到端加密", Side(1, 2), said, start="20:47")


async def take() -> list[Path]:
    """Writes the pictures next to this file; that of Matrix where Synapse is installed."""
    program = chromium()
    async with served() as api:
        drawn = await scenes(api)
    if INSTALLED:
        with tempfile.TemporaryDirectory() as scratch:
            drawn["matrix.png"] = await matrix(Path(scratch))
    with tempfile.TemporaryDirectory() as scratch:
        async with Browser.started(program, Path(scratch)) as browser:
            for name, scene in drawn.items():
                picture = await browser.photograph(draw(scene))
                (HERE / name).write_bytes(picture)
    return [HERE / name for name in drawn]


def main() -> None:
    """Takes the pictures, packs them where optipng is there, and says how large they are."""
    try:
        pictures = asyncio.run(take())
    except BrowserError as error:
        sys.exit(str(error))
    packer = shutil.which("optipng")
    for picture in pictures:
        if packer:  # the same pixels in two thirds of the bytes
            subprocess.run([packer, "-quiet", "-clobber", "-o2", picture], check=True)
        print(f"docs/{picture.name}: {picture.stat().st_size // 1024} KB")


if __name__ == "__main__":
    logging.disable(logging.INFO)
    main()
