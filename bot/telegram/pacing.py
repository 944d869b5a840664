"""Telegram's limits on sending, kept by waiting: at most 20 messages a minute in a group.

The library's own `AIORateLimiter` lets twice as many through in the first minute (its bucket
starts full and leaks meanwhile), and one `RetryAfter` stops it for every chat. Here each group
waits for itself, in order, and everyone else goes on.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import timedelta
from time import monotonic
from typing import Any

from telegram._utils.types import JSONDict
from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

logger = logging.getLogger(__name__)

_PER_MINUTE = 20
_RETRIES = 2
_PAUSE_LIMIT = 120.0


class StoppingError(TelegramError):
    """The bot stops, and what still waits for its turn is not sent."""

    def __init__(self) -> None:
        super().__init__("The bot is stopping")


class GroupPacing(BaseRateLimiter[int]):
    """Spaces out what is sent to each group. `window` is in seconds: a little over Telegram's
    minute, for not every message takes equally long to arrive."""

    def __init__(self, per_minute: int = _PER_MINUTE, window: float = 61.0) -> None:
        self._per_minute = per_minute
        self._window = window
        self._sent: dict[int, deque[float]] = {}
        self._turns: dict[int, asyncio.Lock] = {}
        self._resume: dict[int, float] = {}
        """When a chat that Telegram asked to leave alone may be written to again."""
        self._stopping = asyncio.Event()

    def give_up(self) -> None:
        """Wait for nothing any more: what has no turn now is refused with `StoppingError`."""
        self._stopping.set()

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """Nothing to tear down."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | JSONDict | list[JSONDict]]],
        args: Any,  # noqa: ANN401 (the library's signature)
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> bool | JSONDict | list[JSONDict]:
        """Make the request when it is this chat's turn; twice more if Telegram asks to wait."""
        for attempt in range(_RETRIES + 1):
            if (group := _group(endpoint, data)) is not None:
                await self._wait(group)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                asked = error.retry_after
                pause = asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
                if attempt == _RETRIES or pause > _PAUSE_LIMIT:
                    raise
                logger.warning("Telegram asks to wait %.0f s before %s.", pause, endpoint)
                if group is not None:
                    # Everyone in the queue waits, or each of them would be refused in turn.
                    self._resume[group] = monotonic() + pause
                else:
                    await self._pause(pause)
        raise AssertionError("unreachable")

    async def _wait(self, group: int) -> None:
        self._sweep()
        turn = self._turns.setdefault(group, asyncio.Lock())
        async with turn:
            sent = self._sent.setdefault(group, deque())
            while (wait := self._resume.get(group, 0.0) - monotonic()) > 0:
                await self._pause(wait)
            self._resume.pop(group, None)
            while len(sent) >= self._per_minute:
                if (wait := sent[0] + self._window - monotonic()) <= 0:
                    sent.popleft()
                else:
                    await self._pause(wait)
            sent.append(monotonic())

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise StoppingError

    def _sweep(self) -> None:
        """Forget groups that have been quiet for a minute."""
        if len(self._sent) < 1000:
            return
        quiet = monotonic() - self._window
        for group in [g for g, sent in self._sent.items() if not sent or sent[-1] < quiet]:
            if not self._turns[group].locked():
                del self._sent[group], self._turns[group]


def _group(endpoint: str, data: dict[str, Any]) -> int | None:
    """The group that a message goes to; None for private chats and for what sends nothing."""
    chat = data.get("chat_id")
    if not endpoint.startswith(("send", "editMessage")) or endpoint == "sendChatAction":
        return None
    return chat if isinstance(chat, int) and chat < 0 else None
