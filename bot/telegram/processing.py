"""How many updates are handled at once, and that a busy group holds up nobody but itself."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

logger = logging.getLogger(__name__)

_AT_ONCE = 128
_WAITING = 200
"""Updates of one group under way: more than a minute's questions at the default limit."""


class Fair(BaseUpdateProcessor):
    """Handles many updates at once. Those of a group go on beside the others, for they may wait
    for the group's turn to be written to (`GroupPacing`), minutes even, and would fill every
    place meanwhile."""

    __slots__ = ("_groups", "_tasks")

    def __init__(self) -> None:
        super().__init__(_AT_ONCE)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._groups: Counter[int] = Counter()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await the handling of an update, or see to it that it happens."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None or chat.id > 0:
            await coroutine
            return
        task = asyncio.ensure_future(coroutine)
        if self._groups[chat.id] >= _WAITING and _is_talk(update):
            task.cancel()
            logger.warning("A group says more than can be answered; some of it is passed over.")
            return
        self._groups[chat.id] += 1
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._done(done, chat.id))

    def _done(self, task: asyncio.Task[Any], group: int) -> None:
        self._tasks.discard(task)
        self._groups[group] -= 1
        if not self._groups[group]:
            del self._groups[group]

    async def settled(self) -> None:
        """Wait for what is under way in groups."""
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """Nothing to tear down: see `settled`."""


def _is_talk(update: object) -> bool:
    """Whether an update is somebody's message: what may be passed over when there are too many."""
    message = update.message or update.edited_message if isinstance(update, Update) else None
    return message is not None and not (message.migrate_to_chat_id or message.migrate_from_chat_id)
