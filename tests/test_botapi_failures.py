"""Refusals told beforehand, and limits on how often the bot may speak."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Bot
from telegram.error import ChatMigrated, Forbidden, NetworkError, RetryAfter

from tests.botapi import BotApi, Chat
from tests.botapi.client import bot_of, with_bot

SECONDS_AS_TIMEDELTA = ("PTB_TIMEDELTA", "true")
"""Without it the library warns whenever a RetryAfter is made, and warnings are errors here."""


def test_scripted_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*SECONDS_AS_TIMEDELTA)

    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        api.private(api.user(id=8))
        api.fail("sendMessage", 403, "Forbidden: bot was blocked by the user", chat=chat)
        assert await bot.send_message(8, "x")
        with pytest.raises(Forbidden, match="blocked by the user"):
            await bot.send_message(7, "x")
        assert await bot.send_message(7, "x")
        api.fail("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3, times=2)
        for _ in range(2):
            with pytest.raises(RetryAfter):
                await bot.send_message(7, "x")
        api.fail("sendMessage", 400, "Bad Request: upgraded", migrate_to=-100500)
        with pytest.raises(ChatMigrated) as caught:
            await bot.send_message(7, "x")
        assert caught.value.new_chat_id == -100500
        api.fail("getUpdates", 502, "Bad Gateway")
        with pytest.raises(NetworkError):
            await bot.get_updates()
        assert [call.refusal is None for call in api.made("sendMessage", chat)] == [
            False, True, False, False, False,
        ]  # fmt: skip

    with_bot(dialogue)


def test_group_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*SECONDS_AS_TIMEDELTA)

    async def run() -> None:
        async with BotApi(group_limit=2) as api, bot_of(api) as bot:
            group = api.supergroup()
            for _ in range(2):
                await bot.send_message(group.id, "x")
            with pytest.raises(RetryAfter):
                await bot.send_message(group.id, "x")
            api.private(api.user(id=7))
            assert await bot.send_message(7, "x")
            assert len(api.violations) == 1
            assert len(group.sent) == 2

    asyncio.run(run())
