"""The queue of updates: offsets confirm, polls are long, two pollers collide."""

# ruff: noqa: ASYNC109 (each wait says itself how long it may take)
from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.botapi.refusal import TERMINATED, WEBHOOK_ACTIVE, Refusal

Update = dict[str, Any]

ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds of update that come only when `allowed_updates` names them."""


class Signal:
    """Wakes everyone who waits, once; cheap when no one does."""

    def __init__(self) -> None:
        self._future: asyncio.Future[None] | None = None

    def fire(self) -> None:
        """Wakes all current waiters."""
        if self._future is not None and not self._future.done():
            self._future.set_result(None)
        self._future = None

    async def wait(self) -> None:
        """Returns at the next `fire`."""
        if self._future is None or self._future.done():
            self._future = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._future)

    async def until(self, reached: Callable[[], bool], timeout: float, waiting_for: str) -> None:
        """Returns once `reached()`; asks again at every `fire`.

        Raises `TimeoutError` that names what was waited for, after `timeout` seconds.
        """
        try:
            async with asyncio.timeout(timeout):
                while not reached():
                    await self.wait()
        except TimeoutError:
            raise TimeoutError(f"{waiting_for}: not within {timeout} s") from None


@dataclass(frozen=True, slots=True, eq=False)
class Webhook:
    """What setWebhook said."""

    url: str = ""
    secret: str = ""
    connections: int = 40
    certificate: bytes = b""


class UpdateQueue:
    """Updates between the world and the bot.

    An update stays until a later offset is asked for, so a bot that dies before that gets it
    again. `allowed` is what getUpdates named last; it works on updates that come after.
    """

    def __init__(self, *, conflicts: bool = True) -> None:
        self.waiting: deque[Update] = deque()
        self.allowed: frozenset[str] = frozenset()
        self.dropped: deque[Update] = deque(maxlen=1000)
        """Updates no one asked for; the newest thousand."""
        self.webhook = Webhook()
        self.undelivered: tuple[str, int] | None = None
        """Why a webhook was not reached last, and when."""
        self.conflicts = conflicts
        self.changed = Signal()
        self._next_id = 700_000_001
        self.arrived = Signal()
        self._poll = 0
        self._closing = False

    def put(self, kind: str, content: dict[str, Any]) -> int | None:
        """Enqueues one update; its id, or None when the bot did not ask for such updates."""
        update: Update = {"update_id": self._next_id, kind: content}
        wanted = kind in self.allowed if self.allowed else kind not in ON_REQUEST
        if not wanted:
            self.dropped.append(update)
            return None
        self._next_id += 1
        self.waiting.append(update)
        self.arrived.fire()
        return int(update["update_id"])

    def confirm(self, offset: int) -> None:
        """Forgets every update before the offset; a negative one keeps that many of the last."""
        before = len(self.waiting)
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        while self.waiting and self.waiting[0]["update_id"] < offset:
            self.waiting.popleft()
        if len(self.waiting) < before:
            self.changed.fire()

    def taken(self, update: Update) -> None:
        """Forgets an update that a webhook took."""
        if update in self.waiting:
            self.waiting.remove(update)
            self.changed.fire()

    def clear(self) -> None:
        """Forgets everything (drop_pending_updates)."""
        self.waiting.clear()
        self.changed.fire()

    def interrupt(self) -> None:
        """Ends a poll under way, which returns what there is, and every later one (shutdown)."""
        self._closing = True
        self.arrived.fire()

    async def get(
        self, offset: int, limit: int, timeout: float, allowed: list[str] | None
    ) -> list[Update]:
        """One getUpdates. Raises `Refusal` 409 when another poll takes over or a webhook is set."""
        if self.webhook.url:
            raise Refusal(409, WEBHOOK_ACTIVE)
        if allowed is not None:
            self.allowed = frozenset(allowed)
        self._poll += 1
        mine = self._poll
        if self.conflicts:
            self.arrived.fire()  # the one before wakes and finds itself replaced
        self.confirm(offset)
        deadline = asyncio.get_running_loop().time() + timeout
        while not self.waiting and not self._closing:
            try:
                async with asyncio.timeout_at(deadline):
                    await self.arrived.wait()
            except TimeoutError:
                break
            if self.conflicts and mine != self._poll:
                raise Refusal(409, TERMINATED)
        return [self.waiting[index] for index in range(min(limit, len(self.waiting)))]
