"""From what comes on a platform to its end: kept, handled once, people in turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter, time

from bot.conversation.inbox import HANDLING, Handling, Inbox
from bot.conversation.limits import Turns, Whose
from bot.metrics import ANSWER
from bot.querylog import QueryLogError
from bot.querylog.writes import Arrival

logger = logging.getLogger(__name__)

_HELD = 2000
"""Events whose content is held in memory while they wait; more stay in the inbox alone."""
_ROOM = 20_000
"""Events that wait at the most: some 1 KB each; more wait where they come from."""
_STARTS = 50
"""An event that was being handled at so many ends may be what ends the bot: it is set aside."""
_UNKEPT_SECONDS = 10.0
_QUICK_SECONDS = 5.0
"""At a stop, for what is under way; the rest is left in the inbox."""
_AGAIN = 5.0


class UnreadableError(Exception):
    """An event of a shape that nobody knows."""


@dataclass(eq=False, slots=True)
class _Waiting:
    arrival: Arrival
    whose: Whose
    heard: float = field(default_factory=perf_counter)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Reception:
    """Sees to it that everything that comes on one platform is handled once."""

    def __init__(
        self,
        inbox: Inbox,
        handle: Callable[[Handling], Awaitable[None]],
        whose: Callable[[Arrival], Whose],
    ) -> None:
        """`handle` does what an event asks for, and raises UnreadableError for one that cannot be
        read; `whose` tells who did it."""
        self._inbox = inbox
        self._do = handle
        self._whose = whose
        self._turns: Turns[_Waiting] = Turns(self._start)
        self._tasks: set[asyncio.Task[None]] = set()
        self._loading: asyncio.Task[None] | None = None
        self._loaded = False

    @property
    def room(self) -> bool:
        """Whether `take` would not have to wait."""
        return self._turns.waiting < _ROOM

    @property
    def held(self) -> int:
        """Events that are not done with: they wait for their turn, or until their chat may be
        written to, or are being handled."""
        return self._turns.waiting + len(self._tasks)

    async def replay(self, report: Callable[[QueryLogError], None]) -> None:
        """Go on with what an earlier run left undone, oldest first; with a database that cannot
        be read, as soon as it can."""
        if not await self._load(report):
            self._loading = asyncio.create_task(self._load_later(report))

    async def take(self, came: Sequence[Arrival], *, soon: bool = False) -> None:
        """Take what came; when this returns, it is kept, and the platform may forget it. `soon`
        where it has more, for which others may be waiting."""
        while not self.room:  # noqa: ASYNC110 - a rare state, that nobody is told the end of
            await asyncio.sleep(0.5)
        fresh = {one.event: one for one in came if not self._inbox.seen(one.event)}
        if not fresh:
            return
        keeping = self._inbox.accept(tuple(fresh.values()), soon=soon)
        if not self._loaded and (kept := await keeping) is not None:
            # What was done with in an earlier run was not known yet, but to the database.
            fresh = {name: one for name, one in fresh.items() if one.id in kept}
        waiting = [_Waiting(one, self._whose(one)) for one in fresh.values()]
        for one in waiting:
            self._turns.add(one.whose, one)
        if await keeping is not None:
            for one in waiting:
                self._put_aside(one)
        elif waiting:
            # Until it is handled, the platform is the only one who could bring it again.
            tasks = [asyncio.create_task(one.ended.wait()) for one in waiting]
            _, pending = await asyncio.wait(tasks, timeout=_UNKEPT_SECONDS)
            for task in pending:
                task.cancel()

    async def stop(self) -> None:
        """Finish what is quick; what is left is done at the next start."""
        self._turns.close()
        if self._loading is not None:
            self._loading.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=_QUICK_SECONDS)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=_QUICK_SECONDS / 2)
        await self._inbox.backlog.settled()

    def _put_aside(self, one: _Waiting) -> None:
        if self._turns.waiting > _HELD:
            one.arrival = replace(one.arrival, content="", said=None)

    async def _load(self, report: Callable[[QueryLogError], None]) -> bool:
        try:
            left = await self._inbox.waiting()
        except QueryLogError as error:
            report(error)
            return False
        if left:
            logger.info("%d messages were waiting since the last run.", len(left))
        for arrival in left:
            one = _Waiting(arrival, self._whose(arrival))
            self._turns.add(one.whose, one)
            self._put_aside(one)
        self._loaded = True
        return True

    async def _load_later(self, report: Callable[[QueryLogError], None]) -> None:
        await asyncio.sleep(_AGAIN)
        await self.replay(report)

    def _start(self, whose: Whose, one: _Waiting) -> None:
        task = asyncio.create_task(self._handle(one))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, one: _Waiting) -> None:
        left = False

        def leave() -> None:
            nonlocal left
            if not left:
                left = True
                self._turns.left()

        try:
            content = await self._inbox.content_of(one.arrival, one.heard)
            arrival = one.arrival
            if content != arrival.content:
                arrival = replace(arrival, content=content)
            if not content:
                return  # it was deleted at its sender's wish
            if arrival.starts >= _STARTS:
                self._set_aside(arrival)
                return
            handling = Handling(arrival, one.whose[1], self._inbox, leave, one.heard)
            HANDLING.set(handling)
            await self._do(handling)
            if handling.beside:
                await asyncio.wait(handling.beside)
            if not handling.put_off:
                self._inbox.backlog.done(arrival.id)
                ANSWER.observe(max(time() - arrival.received_at, 0.0))
        except UnreadableError:
            self._set_aside(one.arrival)
        except Exception:
            logger.exception("A message could not be handled.")
            self._inbox.backlog.done(one.arrival.id)
        finally:
            leave()
            self._turns.ended(one.whose)
            one.ended.set()

    def _set_aside(self, arrival: Arrival) -> None:
        logger.warning("Update %s (%s) cannot be handled: set aside.", arrival.event, arrival.kind)
        self._inbox.backlog.done(arrival.id)
