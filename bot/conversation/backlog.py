"""All that is written to the query log behind the answers: in order, many rows at a commit, and
waiting where it cannot be written yet."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field

from bot.querylog import QueryLog, QueryLogError
from bot.querylog.records import Event
from bot.querylog.writes import Arrival, Batch, Progress

Write = Callable[[], Awaitable[object]]

LIMIT = 1000
"""Writes that wait at most: with questions of a thousand characters, about 4 MB."""
_DONE = 10_000
_AGAIN = 5.0
"""Seconds until a database that refused is tried again."""
_LINGER = 0.02
"""Seconds that what nobody's message waits for may wait for company: one commit then serves what
came, that it was begun, its row and the sending of its answer, about as long as an answer takes."""


@dataclass(eq=False, slots=True)
class _Item:
    write: Write | Batch
    owner: str
    unwanted: bool = False
    tried: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def settle(self) -> None:
        if not self.tried.done():
            self.tried.set_result(None)


class Backlog:
    """Writes in the order in which they were added, each until it succeeds.

    Rows of the log come with `add`. What the inbox notes (`arrived`, `progress`, `done`) is
    committed with all that was added before it, or after."""

    def __init__(
        self,
        log: QueryLog,
        failed: Callable[[QueryLogError], None],
        wrote: Callable[[], Awaitable[object]],
        again: float = _AGAIN,
    ) -> None:
        """`failed` hears of every failure, `wrote` of every success."""
        self.lost = 0
        self.failing = False
        """Whether the last write failed; nobody should wait for the next."""
        self.forgotten: OrderedDict[str, float] = OrderedDict()
        """When who had everything deleted, by `perf_counter`; what was said before is unwanted."""
        self._log = log
        self._items: deque[_Item] = deque()
        self._writing: list[_Item] = []
        self._busy = False
        self._notes = Batch()
        self._noted: asyncio.Future[frozenset[Event] | None] | None = None
        self._failed = failed
        self._wrote = wrote
        self._again = again
        self._worker: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False

    def add(self, write: Write | Batch, owner: str = "") -> asyncio.Future[None]:
        """Write behind what goes on; the future is done when it was tried for the first time.
        `owner` is the pseudonym of whose row it is. Batches that follow each other become one."""
        item = _Item(write, owner)
        self._items.append(item)
        if len(self._items) > LIMIT + len(self._writing):
            oldest = self._items[len(self._writing)]
            self._items.remove(oldest)
            oldest.settle()
            self.lost += 1
        self._linger()
        return item.tried

    def __len__(self) -> int:
        return len(self._items)

    # What the inbox notes

    def arrived(
        self, arrivals: Iterable[Arrival], *, soon: bool = False
    ) -> asyncio.Future[frozenset[Event] | None]:
        """Keep these, `soon` where more wait behind them; the future tells what of them was new,
        or None when they could not be kept: then they are held by whoever has them, and nobody
        waits for the next try."""
        if self.failing:
            refused: asyncio.Future[frozenset[Event] | None]
            refused = asyncio.get_running_loop().create_future()
            refused.set_result(None)
            self._wake()
            return refused
        self._notes.arrived += arrivals
        (self._wake if soon else self._linger)()
        return self._when_noted()

    def progress(self, event: Event, progress: Progress, *, soon: bool = False) -> None:
        """Remember how far an event's handling has come; `soon` where a kill would cost somebody
        a second answer."""
        self._notes.progress[event] = progress
        (self._wake if soon else self._linger)()

    def done(self, event: Event) -> None:
        """An event is done with: its content goes."""
        self._notes.progress.pop(event, None)
        self._notes.done.append(event)
        self._wake()

    def noted(self) -> asyncio.Future[frozenset[Event] | None]:
        """Done when all that was noted or added until now is written (what of it was new), or
        could not be (None)."""
        self._wake()
        return self._when_noted()

    def _when_noted(self) -> asyncio.Future[frozenset[Event] | None]:
        if self._noted is None:
            self._noted = asyncio.get_running_loop().create_future()
        return asyncio.shield(self._noted)  # for it is not one alone who waits

    def drop(self, owners: Collection[str]) -> int:
        """Forget what waits for these owners; how many writes. What is just being written is
        seen through, but not tried again."""
        unwanted = [item for item in self._items if item.owner in owners]
        for item in unwanted:
            item.unwanted = True
            if item not in self._writing:
                item.settle()
                self._items.remove(item)
        return len(unwanted)

    async def settled(self) -> None:
        """Wait until everything that is here now is written, or could not be for now."""
        waiting = {item.tried for item in self._items if not item.tried.done()}
        if (self._notes or self._busy) and not self.failing:
            await self.noted()
        if waiting:
            self._wake()
            await asyncio.wait(waiting)

    async def close(self) -> None:
        """Try everything once more, and end. What is left then is in `lost`."""
        await self.settled()
        self._closing = True
        if self._worker is not None:
            worker, self._worker = self._worker, None
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
        await self._work()
        self.lost += len(self._items)
        self._items.clear()

    def _linger(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LINGER, self._wake)

    def _wake(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while self._items or self._notes or self._noted is not None:
            notes, self._notes = self._notes, Batch()
            noted, self._noted = self._noted, None
            try:
                self._busy = True
                try:
                    new = await self._write(notes)
                finally:
                    self._busy, self._writing = False, []
            except QueryLogError as error:
                self.failing = True
                self._failed(error)
                self._keep(notes)
                if noted is not None:
                    noted.set_result(None)
                for item in self._items:
                    item.settle()
                if self._closing:
                    return
                await asyncio.sleep(self._again)
            else:
                self.failing = False
                if noted is not None:
                    noted.set_result(new)
                await self._wrote()

    async def _write(self, notes: Batch) -> frozenset[Event]:
        """Everything that is here now; the notes with the last of it."""
        items = self._writing = list(self._items)
        batches = [item.write for item in items if isinstance(item.write, Batch)]
        if len(batches) == len(items):
            whole = Batch()
            for batch in (*batches, notes):
                whole.extend(batch)
            try:
                new = await self._log.write(whole)
            except QueryLogError as error:
                if not _refused(error):
                    raise
            else:
                self._written(len(items))
                return new
        # Among them is what is no row, or a row that the database refuses: one by one.
        for item in items:
            await self._write_one(item)
            self._written(1)
        return await self._log.write(notes)

    async def _write_one(self, item: _Item) -> None:
        if item.unwanted:
            return
        try:
            if isinstance(item.write, Batch):
                await self._log.write(item.write)
            else:
                await item.write()
        except QueryLogError as error:
            if not item.unwanted and not _refused(error):
                raise
            self._failed(error)

    def _written(self, count: int) -> None:
        for _ in range(count):
            self._items.popleft().settle()
        del self._writing[:count]

    def _keep(self, notes: Batch) -> None:
        """For the next time; what arrived is held by whoever waits for it to be kept."""
        notes.arrived = []
        notes.extend(self._notes)
        notes.done = notes.done[-_DONE:]
        self._notes = notes


def _refused(error: QueryLogError) -> bool:
    """Whether the row itself is at fault."""
    return error.code.startswith("SQLITE_CONSTRAINT")
