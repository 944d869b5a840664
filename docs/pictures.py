"""Makes the README's pictures: real answers of the real bot, drawn as chats.

    python docs/pictures.py

The bot serves the seeds against the tests' Bot API server; what it says there is drawn as a page
and photographed by a headless Chromium. See docs/README.md.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # for `tests` and `docs`, which are not installed

from bot.app import open_app
from bot.config import load
from bot.telegram.run import serve
from docs.browser import Browser, BrowserError, chromium
from docs.drawing import Scene, Side, draw
from tests.botapi import BotApi, Chat, Message, Person

BOT = "your_yinju_bot"
READER = "小满"
FRIEND = "阿文"
PRIVATE_QUESTION = "人权理事会的决定是否有法律约束力？"
GROUP_QUESTION = "北约第五项条款历史上援引过几次？"
INLINE_QUERY = "巴黎协定"


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
        **await private(api, reader),
        "group.png": await group(api, reader, friend),
        "inline.png": await inline(api, reader, friend),
    }


async def private(api: BotApi, reader: Person) -> dict[str, Scene]:
    """A question and its answer; then the same message with the reader open in it."""
    asked = await reader.says(PRIVATE_QUESTION)
    answered = await answer(api, asked)
    await reader.presses(answered, "📖 1")
    opened = await api.edited(answered)

    def scene(said: Message) -> Scene:
        return Scene("引据", "机器人", Side(reader.id, api.bot_id), [asked, said], start="20:14")

    return {"private.png": scene(answered), "reader.png": scene(opened)}


async def group(api: BotApi, reader: Person, friend: Person) -> Scene:
    """Two people talk; one of them asks the bot."""
    chat = api.supergroup("周三读书会")
    said = [
        await friend.says("布鲁塞尔那篇演讲里说，第五项条款只用过一次？", chat),
        await reader.says("好像是，记不清原话了。我问一下", chat),
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


async def main() -> None:
    """Writes the four pictures next to this file."""
    program = chromium()
    async with served() as api:
        drawn = await scenes(api)
    with tempfile.TemporaryDirectory() as scratch:
        async with Browser.started(program, Path(scratch)) as browser:
            for name, scene in drawn.items():
                page = Path(scratch, name).with_suffix(".html")
                page.write_text(draw(scene), encoding="utf-8")
                picture = await browser.photograph(page)
                (HERE / name).write_bytes(picture)
                print(f"docs/{name}: {len(picture) // 1024} KB")


if __name__ == "__main__":
    logging.disable(logging.INFO)
    try:
        asyncio.run(main())
    except BrowserError as error:
        sys.exit(str(error))
