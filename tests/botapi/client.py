"""The real python-telegram-bot against the server: a bare bot, or a whole application."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest
from telegram.ext import Application

from tests.botapi.api import BotApi
from tests.botapi.state import Chat


@asynccontextmanager
async def bot_of(api: BotApi, token: str | None = None) -> AsyncIterator[Bot]:
    bot = Bot(token or api.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot")
    async with bot:
        yield bot


@asynccontextmanager
async def running(api: BotApi, *handlers: Any, **polling: Any) -> AsyncIterator[None]:
    builder = Application.builder().token(api.token).base_url(f"{api.url}/bot")
    app = builder.concurrent_updates(True).build()
    app.add_handlers(handlers)
    async with app:
        assert app.updater is not None
        await app.start()
        await app.updater.start_polling(**polling)
        try:
            yield
        finally:
            await app.updater.stop()
            await app.stop()


def with_bot(dialogue: Callable[[BotApi, Bot, Chat], Coroutine[Any, Any, None]]) -> None:
    """Runs a dialogue with a bare bot and the private chat of person 7."""

    async def run() -> None:
        async with BotApi() as api, bot_of(api) as bot:
            await dialogue(api, bot, api.private(api.user(id=7, first_name="A")))

    asyncio.run(run())


def refused(reason: str) -> pytest.RaisesExc[BadRequest]:
    """Expects a 400 with this in its text (the library changes the case of some letters)."""
    return pytest.RaisesExc(BadRequest, match=f"(?i){re.escape(reason)}")


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    """One row of buttons; the data of each is ``do:`` and its label."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(one, callback_data=f"do:{one}") for one in labels]]
    )
