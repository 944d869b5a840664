"""Who may send when: in order within a chat, fair between chats and between members of a group.

What a platform allows is kept by waiting. Waiting for one chat holds up no other, and what
answers somebody goes before what the bot says of its own accord.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

_SWEEP = 100
"""Chats remembered before those that have been quiet are forgotten."""


class StoppingError(Exception):
    """The bot stops, and what would still have to wait is left for the next start."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a platform takes. The defaults are Telegram's (core.telegram.org/bots/faq)."""

    per_second: float = 30.0
    """In all; 0: no limit of any kind."""
    chat_burst: int = 5
    """To one chat at once; after them one a second. Telegram allows short bursts, uncounted."""
    group_messages: int = 20
    group_window: float = 61.0
    """Seconds: a little over Telegram's minute, for messages take unequally long to arrive."""
    at_once: int = 32
    """Requests under way: more than that makes each slower (benchmarks/README.md)."""


@dataclass(slots=True)
class Lane:
    """One chat: at most one message to it is under way."""

    shared: bool
    busy: bool = False
    queues: dict[tuple[bool, str], deque[asyncio.Future[None]]] = field(default_factory=dict)
    """Who waits, by whether it is a notice and by member; the first queue is served first."""
    sent: deque[float] = field(default_factory=deque)
    due: float = 0.0
    """When the chat will have had all its messages at one a second."""
    held_until: float = 0.0

    def following(self) -> asyncio.Future[None] | None:
        """The next to have its turn: members in turn, answers before notices."""
        for key in sorted(self.queues, key=lambda key: key[0]):
            queue = self.queues.pop(key)
            while queue:
                waiting = queue.popleft()
                if not waiting.done():
                    if queue:
                        self.queues[key] = queue  # behind the other members
                    return waiting
        return None


class Outbox:
    """Gives turns. One for a platform."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._lanes: dict[str, Lane] = {}
        self._sweep_at = _SWEEP
        self._stopping = asyncio.Event()
        self._free = pace.at_once
        self._due = 0.0
        self._gate: tuple[deque[asyncio.Future[None]], ...] = (deque(), deque())
        self._timer: asyncio.TimerHandle | None = None

    def stop(self) -> None:
        """Wait for nothing any more: what has no turn now meets StoppingError."""
        self._stopping.set()

    @property
    def waiting(self) -> int:
        """How many messages wait for a turn."""
        queued = sum(len(q) for lane in self._lanes.values() for q in lane.queues.values())
        return queued + sum(map(len, self._gate)) + sum(lane.busy for lane in self._lanes.values())

    async def pause(self, seconds: float) -> None:
        """Sleep. Raises StoppingError as soon as the bot stops."""
        try:
            await asyncio.wait_for(self._stopping.wait(), max(seconds, 0))
        except TimeoutError:
            return
        raise StoppingError

    @asynccontextmanager
    async def lane(
        self,
        chat: str,
        member: str,
        *,
        shared: bool,
        notice: bool = False,
        wait: Callable[[], None] = lambda: None,
    ) -> AsyncIterator[Lane]:
        """A chat for oneself, until everything that has to be tried was tried. `wait` is called
        before waiting for it."""
        if len(self._lanes) >= self._sweep_at:
            self._sweep()
        lane = self._lanes.setdefault(chat, Lane(shared))
        if lane.busy:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            lane.queues.setdefault((notice, member), deque()).append(turn)
            wait()
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._pass_on(lane)  # it was given in the same moment
                raise
        lane.busy = True
        try:
            if self._stopping.is_set():
                raise StoppingError
            yield lane
        finally:
            self._pass_on(lane)

    def _pass_on(self, lane: Lane) -> None:
        following = lane.following()
        lane.busy = following is not None
        if following is not None:
            following.set_result(None)

    @asynccontextmanager
    async def slot(
        self,
        lane: Lane | None = None,
        *,
        notice: bool = False,
        wait: Callable[[], None] = lambda: None,
    ) -> AsyncIterator[None]:
        """The moment to make one request; with a lane, one that writes to that chat. `wait` is
        called before waiting for the chat."""
        if lane is None:
            yield
            return
        while (seconds := self._wait_for(lane)) > 0:
            wait()
            await self.pause(seconds)
        await self._enter(notice)
        try:
            now = monotonic()
            lane.due = max(lane.due, now) + 1.0
            lane.sent.append(now)
            yield
        finally:
            self._free += 1
            self._open()

    def hold(self, lane: Lane, seconds: float) -> None:
        """The platform asks to leave this chat alone for so long."""
        lane.held_until = monotonic() + seconds

    def _wait_for(self, lane: Lane) -> float:
        now, pace = monotonic(), self._pace
        wait = lane.held_until - now
        if not pace.per_second:
            return wait
        wait = max(wait, lane.due - now - pace.chat_burst + 1)
        while lane.sent and lane.sent[0] <= now - pace.group_window:
            lane.sent.popleft()
        if lane.shared and len(lane.sent) >= pace.group_messages:
            wait = max(wait, lane.sent[-pace.group_messages] + pace.group_window - now)
        return wait

    async def _enter(self, notice: bool) -> None:
        # Each chat has at most one message here: first come, first served is fair.
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._gate[notice].append(turn)
        self._open()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._free += 1
                self._open()
            raise

    def _open(self) -> None:
        """Let in whoever there is room for."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        per_second = self._pace.per_second
        for queue in self._gate:
            while queue and self._free:
                now = monotonic()
                if per_second and (wait := self._due - now) > 0:
                    self._timer = asyncio.get_running_loop().call_later(wait, self._open)
                    return
                turn = queue.popleft()
                if turn.done():
                    continue
                self._free -= 1
                if per_second:
                    self._due = max(self._due, now) + 1.0 / per_second
                turn.set_result(None)

    def _sweep(self) -> None:
        """Drop the chats that nothing is known of any more; again when there are twice as many."""
        now = monotonic()
        for chat, lane in list(self._lanes.items()):
            last = lane.sent[-1] if lane.sent else 0.0
            quiet = max(last + self._pace.group_window, lane.due, lane.held_until) < now
            if quiet and not lane.busy and not lane.queues:
                del self._lanes[chat]
        self._sweep_at = max(_SWEEP, 2 * len(self._lanes))
