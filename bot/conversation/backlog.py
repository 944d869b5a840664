"""Writes to the query log that happen behind the answers, and wait where they cannot happen yet."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

from bot.querylog import QueryLogError

Write = Callable[[], Awaitable[object]]

LIMIT = 1000
"""Writes that wait at most: with questions of a thousand characters, about 4 MB."""
_AGAIN = 5.0
"""Seconds until a database that refused is tried again."""


@dataclass(eq=False, slots=True)
class _Item:
    write: Write
    owner: str
    unwanted: bool = False
    tried: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def settle(self) -> None:
        if not self.tried.done():
            self.tried.set_result(None)


class Backlog:
    """Writes in the order in which they were added, each until it succeeds."""

    def __init__(
        self,
        failed: Callable[[QueryLogError], None],
        wrote: Callable[[], Awaitable[object]],
        again: float = _AGAIN,
    ) -> None:
        """`failed` hears of every failure, `wrote` of every success."""
        self.lost = 0
        self._items: deque[_Item] = deque()
        self._failed = failed
        self._wrote = wrote
        self._again = again
        self._worker: asyncio.Task[None] | None = None
        self._closing = False
        self._writing: _Item | None = None

    def add(self, write: Write, owner: str = "") -> asyncio.Future[None]:
        """Write behind what goes on; the future is done when it was tried for the first time.
        `owner` is the pseudonym of whose row it is."""
        item = _Item(write, owner)
        self._items.append(item)
        if len(self._items) > LIMIT:
            # The first may be under way.
            oldest = self._items[1]
            self._items.remove(oldest)
            oldest.settle()
            self.lost += 1
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return item.tried

    def __len__(self) -> int:
        return len(self._items)

    def drop(self, owners: Collection[str]) -> int:
        """Forget what waits for these owners; how many writes. What is just being written is
        seen through, but not tried again."""
        unwanted = [item for item in self._items if item.owner in owners]
        for item in unwanted:
            item.unwanted = True
            if item is not self._writing:
                item.settle()
                self._items.remove(item)
        return len(unwanted)

    async def settled(self) -> None:
        """Wait until everything that is here now is written, or could not be for now."""
        if waiting := [item.tried for item in self._items if not item.tried.done()]:
            await asyncio.wait(waiting)

    async def close(self) -> None:
        """Try everything once more, and end. What is left then is in `lost`."""
        await self.settled()
        self._closing = True
        if self._worker is not None:
            worker, self._worker = self._worker, None
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
        if self._items:
            await self._work()
        self.lost += len(self._items)
        self._items.clear()

    async def _work(self) -> None:
        while self._items:
            item = self._writing = self._items[0]
            try:
                await item.write()
            except QueryLogError as error:
                self._failed(error)
                if not item.unwanted and not error.code.startswith("SQLITE_CONSTRAINT"):
                    for waiting in self._items:
                        waiting.settle()
                    if self._closing:
                        return
                    self._writing = None
                    await asyncio.sleep(self._again)
                    continue
            else:
                await self._wrote()
            item.settle()
            self._items.popleft()
            self._writing = None
