"""Turns: never too many in any window, in order within a chat, fair, and nobody else waits."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest

from bot.conversation.outbox import Outbox, Pace, StoppingError

GROUP = "-100"
FAST = Pace(per_second=1000, chat_burst=1000, group_messages=3, group_window=0.5)


class Sent:
    """What was sent: when, and which."""

    def __init__(self, pace: Pace) -> None:
        self.outbox = Outbox(pace)
        self.at: list[tuple[float, str]] = []

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.at]

    async def send(self, name: str, chat: str, member: str = "", *, notice: bool = False) -> None:
        shared = chat.startswith("-")
        async with (
            self.outbox.lane(chat, member, shared=shared, notice=notice) as lane,
            self.outbox.slot(lane, notice=notice),
        ):
            self.at.append((monotonic(), name))


def test_no_window_of_a_group_holds_more_than_it_may_and_the_order_is_kept() -> None:
    async def run() -> None:
        sent = Sent(FAST)
        names = [f"{number:02}" for number in range(10)]
        async with asyncio.TaskGroup() as tasks:
            for name in names:
                tasks.create_task(sent.send(name, GROUP))
        assert sent.names == names
        times = [at for at, _ in sent.at]
        for first, fourth in zip(times, times[3:], strict=False):
            assert fourth - first > FAST.group_window * 0.6  # each is noted a little late

    asyncio.run(run())


def test_other_chats_are_not_delayed_and_a_stop_ends_all_waiting() -> None:
    async def run() -> None:
        sent = Sent(Pace(per_second=1000, group_messages=1, group_window=3600))
        await sent.send("first", GROUP)
        waiting = asyncio.create_task(sent.send("second", GROUP))
        await asyncio.sleep(0)
        async with asyncio.timeout(30):
            await sent.send("elsewhere", "-200")
            await sent.send("private", "7")
        assert sent.names == ["first", "elsewhere", "private"]
        sent.outbox.stop()
        with pytest.raises(StoppingError):
            await waiting

    asyncio.run(run())


def test_members_of_a_group_take_turns_and_answers_go_before_notices() -> None:
    async def run() -> None:
        sent = Sent(FAST)
        async with sent.outbox.lane(GROUP, "z", shared=True):
            tasks = [
                asyncio.create_task(sent.send("notice", GROUP, "a", notice=True)),
                *(asyncio.create_task(sent.send(f"a{n}", GROUP, "a")) for n in range(3)),
                asyncio.create_task(sent.send("b0", GROUP, "b")),
            ]
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)
        assert sent.names == ["a0", "b0", "a1", "a2", "notice"]

    asyncio.run(run())


def test_all_chats_together_stay_under_the_limit_and_take_turns() -> None:
    async def run() -> None:
        sent = Sent(Pace(per_second=50, chat_burst=100))
        async with asyncio.TaskGroup() as tasks:
            for _ in range(8):
                tasks.create_task(sent.send("many", "1"))
            tasks.create_task(sent.send("one", "2"))
        assert sent.names.index("one") <= 2
        assert sent.at[-1][0] - sent.at[0][0] > 8 / 50 * 0.9

    asyncio.run(run())


def test_a_chat_that_is_held_delays_no_other_and_a_cancelled_turn_is_passed_on() -> None:
    async def run() -> None:
        sent = Sent(Pace(per_second=0))
        async with sent.outbox.lane("1", "", shared=False) as lane:
            began = monotonic()
            sent.outbox.hold(lane, 0.5)
            cancelled = asyncio.create_task(sent.send("never", "1"))
            last = asyncio.create_task(sent.send("last", "1"))
            await asyncio.sleep(0)
            cancelled.cancel()
            await sent.send("elsewhere", "2")
        await last
        assert sent.names == ["elsewhere", "last"]
        assert sent.at[1][0] - began >= 0.5

    asyncio.run(run())
