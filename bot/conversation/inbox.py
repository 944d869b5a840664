"""Nothing lost: what comes is committed before its platform hears that it was received, and is
done with only when its reply is sent and logged."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from time import monotonic

from bot.querylog import QueryLog, QueryLogError
from bot.querylog.arrivals import Arrival

_SEEN = 10_000
_BLIND = 10.0
"""Seconds without trying after the database could not be written: nobody waits for it meanwhile."""


class Inbox:
    """The inbox of one platform.

    Writes that come together are committed together. A database that cannot be written keeps
    nobody from an answer: `accept` then says that what came is held in memory alone.
    """

    def __init__(
        self, log: QueryLog, platform: str, report: Callable[[QueryLogError], None]
    ) -> None:
        self._log = log
        self._platform = platform
        self._report = report
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._arrived: list[Arrival] = []
        self._sends: dict[str, int] = {}
        self._done: list[str] = []
        self._next: asyncio.Future[frozenset[str]] | None = None
        self._writing: asyncio.Task[None] | None = None
        self._blind_until = 0.0

    @property
    def writable(self) -> bool:
        """Whether the last write went well."""
        return monotonic() >= self._blind_until

    def seen(self, event: str) -> bool:
        """Whether an event came before, in this run."""
        return event in self._seen

    async def accept(self, arrived: Sequence[Arrival]) -> tuple[list[Arrival], bool]:
        """Commit what arrived; what of it is new, and whether it is kept."""
        fresh = [one for one in arrived if one.event not in self._seen]
        for one in fresh:
            self._remember(one.event)
        if not fresh:
            return [], True
        if not self.writable:
            return fresh, False
        self._arrived += fresh
        try:
            new = await self._commit()
        except QueryLogError:
            return fresh, False
        return [one for one in fresh if one.event in new], True

    async def waiting(self) -> list[Arrival]:
        """What an earlier run left undone, oldest first."""
        try:
            left = await self._log.waiting_in_inbox(self._platform)
        except QueryLogError as error:
            self._failed(error)
            return []
        for one in left:
            self._remember(one.event)
        return left

    async def sending(self, event: str) -> None:
        """A message in reply is about to be sent: should the bot end now, that is in doubt."""
        self._sends[event] = self._sends.get(event, 0) + 1
        if self.writable:
            try:
                await self._commit()
            except QueryLogError:
                return

    def unsent(self, event: str) -> None:
        """It was certainly not sent."""
        self._sends[event] = self._sends.get(event, 0) - 1
        self._later()

    def done(self, event: str) -> None:
        """The event is done with: its content goes."""
        self._done.append(event)
        self._later()

    async def settled(self) -> None:
        """Wait until everything is written."""
        if self._arrived or self._sends or self._done:
            self._later()
        if self._writing is not None:
            await asyncio.wait({self._writing})

    def _remember(self, event: str) -> None:
        self._seen[event] = None
        if len(self._seen) > _SEEN:
            self._seen.popitem(last=False)

    def _commit(self) -> asyncio.Future[frozenset[str]]:
        """The commit that everything noted so far will be in."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        following = self._next
        self._later()
        return asyncio.shield(following)

    def _later(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._arrived or self._sends or self._done:
            arrived, self._arrived = self._arrived, []
            sends, self._sends = self._sends, {}
            done, self._done = self._done, []
            promise, self._next = self._next, None
            try:
                new = await self._log.change_inbox(self._platform, arrived, sends, done)
            except QueryLogError as error:
                self._failed(error)
                later, self._next = self._next, None
                for one in (promise, later):
                    if one is not None and not one.done():
                        one.set_exception(error)
                        one.exception()  # nobody may be waiting any more
                self._arrived = []  # held in memory alone, as `accept` tells
                self._undone(sends, done)
                return
            if promise is not None and not promise.done():
                promise.set_result(new)

    def _undone(self, sends: dict[str, int], done: list[str]) -> None:
        """Keep for the next write what the last could not write."""
        self._done = (done + self._done)[-_SEEN:]
        for event, count in sends.items():
            self._sends[event] = self._sends.get(event, 0) + count

    def _failed(self, error: QueryLogError) -> None:
        self._blind_until = monotonic() + _BLIND
        self._report(error)
