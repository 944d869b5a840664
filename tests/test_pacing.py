"""Each group waits for itself: never too many in any window, in order, and nobody else waits."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from itertools import pairwise
from time import monotonic
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.telegram.pacing import GroupPacing

WINDOW = 0.3
GROUP = -100


class Sent:
    """What reached Telegram: when, and which."""

    def __init__(self) -> None:
        self.at: list[tuple[float, str]] = []
        self.refusals: list[float] = []
        """Seconds to ask for before the next messages are taken."""

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.at]

    async def take(self, name: str) -> bool:
        if self.refusals:
            raise RetryAfter(self.refusals.pop(0))  # type: ignore[arg-type]  # a float for speed
        self.at.append((monotonic(), name))
        return True

    def send(
        self, pacing: GroupPacing, name: str, chat: int | str, endpoint: str = "sendMessage"
    ) -> Coroutine[Any, Any, object]:
        return pacing.process_request(self.take, (name,), {}, endpoint, {"chat_id": chat}, None)


def test_no_window_holds_more_than_it_may_and_the_order_is_kept() -> None:
    async def run() -> None:
        pacing, sent = GroupPacing(3, WINDOW), Sent()
        names = [f"{number:02}" for number in range(10)]
        async with asyncio.TaskGroup() as tasks:
            for name in names:
                tasks.create_task(sent.send(pacing, name, GROUP))
        assert sent.names == names
        times = [at for at, _ in sent.at]
        # A message is taken a moment after its turn was counted, never before: so the distance
        # can only seem shorter by how long that moment was.
        for first, fourth in zip(times, times[3:], strict=False):
            assert fourth - first > WINDOW * 0.9
        assert times[-1] - times[0] >= 3 * WINDOW * 0.9

    asyncio.run(run())


def test_other_chats_are_not_delayed() -> None:
    async def run() -> None:
        pacing, sent = GroupPacing(1, 3600.0), Sent()
        await sent.send(pacing, "first", GROUP)
        waiting = asyncio.create_task(sent.send(pacing, "second", GROUP))
        await asyncio.sleep(0)
        async with asyncio.timeout(30):
            await sent.send(pacing, "elsewhere", GROUP - 1)
            for number in range(5):
                await sent.send(pacing, f"private {number}", 7)
                await sent.send(pacing, f"typing {number}", GROUP, "sendChatAction")
                await sent.send(pacing, f"menu {number}", GROUP, "setMyCommands")
        assert not waiting.done()
        assert "second" not in sent.names
        waiting.cancel()

    asyncio.run(run())


@pytest.mark.parametrize("endpoint", ["editMessageText", "editMessageReplyMarkup", "sendPhoto"])
def test_edits_and_media_count_as_messages(endpoint: str) -> None:
    async def run() -> None:
        pacing, sent = GroupPacing(1, 3600.0), Sent()
        await sent.send(pacing, "first", GROUP)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await sent.send(pacing, "second", GROUP, endpoint)

    asyncio.run(run())


@pytest.mark.parametrize("chat", [GROUP, 7])
def test_who_is_asked_to_wait_waits_and_is_sent_once(chat: int) -> None:
    async def run() -> None:
        pacing, sent = GroupPacing(20, WINDOW), Sent()
        sent.refusals = [0.1, 0.1]
        started = monotonic()
        await sent.send(pacing, "patient", chat)
        assert sent.names == ["patient"]
        assert sent.at[0][0] - started > 0.19

    asyncio.run(run())


def test_a_wait_asked_of_one_chat_delays_no_other() -> None:
    async def run() -> None:
        pacing, sent = GroupPacing(20, WINDOW), Sent()
        sent.refusals = [100.0]
        waiting = asyncio.create_task(sent.send(pacing, "patient", GROUP))
        await asyncio.sleep(0)
        async with asyncio.timeout(30):
            await sent.send(pacing, "elsewhere", GROUP - 1)
            await sent.send(pacing, "private", 7)
        assert sent.names == ["elsewhere", "private"]
        waiting.cancel()

    asyncio.run(run())


@pytest.mark.parametrize("refusals", [[0.01, 0.01, 0.01], [121.0]])
def test_who_is_put_off_too_often_or_too_long_hears_of_it(refusals: list[float]) -> None:
    async def run() -> None:
        pacing, sent = GroupPacing(20, WINDOW), Sent()
        sent.refusals = refusals
        with pytest.raises(RetryAfter):
            await sent.send(pacing, "refused", 7)
        assert sent.at == []

    asyncio.run(run())


def test_a_cancelled_message_takes_nobodys_turn() -> None:
    async def run() -> None:
        pacing, sent = GroupPacing(1, WINDOW), Sent()
        await sent.send(pacing, "first", GROUP)
        cancelled = asyncio.create_task(sent.send(pacing, "never", GROUP))
        await asyncio.sleep(0)
        last = asyncio.create_task(sent.send(pacing, "last", GROUP))
        await asyncio.sleep(0)
        cancelled.cancel()
        async with asyncio.timeout(30):
            await last
        assert sent.names == ["first", "last"]

    asyncio.run(run())


def test_quiet_groups_are_forgotten_and_still_paced_afterwards() -> None:
    async def run() -> None:
        pacing, sent = GroupPacing(2, 0.05), Sent()
        for number in range(1100):
            await sent.send(pacing, "x", GROUP - number)
        await asyncio.sleep(0.06)
        for number in range(5):
            await sent.send(pacing, f"{number}", GROUP)
        times = [at for at, name in sent.at if name != "x"]
        assert all(third - first > 0.045 for first, third in zip(times, times[2:], strict=False))
        assert all(first <= second for first, second in pairwise(times))

    asyncio.run(run())
