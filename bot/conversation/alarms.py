"""What admins are told unasked: that something they alone can mend keeps people from answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import monotonic

from bot.conversation.replies import Notice
from retrieval.errors import EngineError

logger = logging.getLogger(__name__)

AGAIN = 900.0
"""Seconds in which the same alarm is not given twice."""


def engine_alarm(error: EngineError) -> Notice:
    """That nobody gets an answer."""
    return Notice("engine-alarm", {"where": error.where, "why": error.reason})


class Alarms:
    """One for the whole bot; each platform says how its admins are reached."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._ways: list[Callable[[Notice], Awaitable[None]]] = []
        self._given: dict[str, float] = {}
        self._telling: set[asyncio.Task[None]] = set()

    def reach(self, way: Callable[[Notice], Awaitable[None]]) -> None:
        """From now on, alarms go this way too."""
        self._ways.append(way)

    def raised(self, notice: Notice) -> None:
        """Tell every admin, behind what is under way; the operator finds it in the program's log.
        Not again for `AGAIN` seconds."""
        if self._clock() - self._given.get(notice.key, -AGAIN) < AGAIN:
            return
        self._given[notice.key] = self._clock()
        logger.error("%s: %s", notice.key, dict(notice.params))
        for way in self._ways:
            task = asyncio.ensure_future(self._tell(way, notice))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _tell(self, way: Callable[[Notice], Awaitable[None]], notice: Notice) -> None:
        try:
            await way(notice)
        except Exception:
            logger.exception("An admin could not be told.")
