"""Updates from their arrival to their end: admitted, kept, read one by one, handled, done with."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from telegram import InlineQueryResultsButton, Update
from telegram.error import TelegramError
from telegram.ext import Application

from bot.conversation.inbox import Inbox
from bot.conversation.limits import Admission, Refusal
from bot.conversation.outbox import Outbox
from bot.conversation.replies import Notice
from bot.metrics import ANSWER, INBOX, OUTBOX
from bot.querylog.arrivals import Arrival
from bot.telegram.desk import Desk
from bot.telegram.people import Sighting, asker_of, packed, served, sight
from bot.telegram.replies import pop_up, quietly, reply
from bot.telegram.sending import HANDLING, NOTICE, Handling
from bot.telegram.settings import TelegramConfig

logger = logging.getLogger(__name__)

_ROOM = 2000
"""Updates held in memory; more wait in the platform's own queue, or in the inbox."""
_STARTS = 20
"""An update that was under way at so many starts may be what ends the bot: it is set aside."""
_UNKEPT_SECONDS = 10.0
_QUICK_SECONDS = 5.0
"""At a stop, for what is under way; the rest is left in the inbox."""


class Processing:
    """Handles every update once; many at a time, none in another's way."""

    def __init__(
        self, application: Application[Any, Any, Any, Any, Any, Any], desk: Desk, outbox: Outbox
    ) -> None:
        self._application = application
        self._desk = desk
        self._outbox = outbox
        self._inbox = Inbox(desk.app.ledger.log, "telegram", desk.app.ledger.report)
        self._admission = Admission(desk.app.config.limits)
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(32)
        self._room = asyncio.Event()
        self._room.set()
        self._told_stale: set[str] = set()
        INBOX.set_function(lambda: len(self._tasks))
        OUTBOX.set_function(lambda: outbox.waiting)

    @property
    def room(self) -> bool:
        """Whether `deliver` would not have to wait."""
        return self._room.is_set()

    @property
    def ready(self) -> bool:
        """Whether what comes can be kept and there is room for it."""
        return self._inbox.writable and self.room

    async def replay(self) -> None:
        """Go on with what an earlier run left undone, oldest first."""
        left = await self._inbox.waiting()
        if left:
            logger.info("%d messages were waiting since the last run.", len(left))
        for one in left:
            await self._room.wait()
            if one.starts >= _STARTS:
                self._set_aside(one)
            else:
                self._start(one, one.received_at)

    async def deliver(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Take what came; when this returns, it is kept, and the platform may forget it."""
        await self._room.wait()
        arrived: list[Arrival] = []
        dates: dict[str, float] = {}
        now = time.time()
        for raw in updates:
            seen = sight(raw, self._desk.bot_id)
            if seen is None or self._inbox.seen(str(seen.update_id)):
                continue
            if seen.chatter and self._served(seen):
                continue
            refusal = None if seen.chatter else self._ask(seen)
            if refusal is not None:
                if refusal.tell:
                    self._spawn(self._tell(dict(raw), refusal))
                continue
            event = str(seen.update_id)
            dates[event] = seen.date or now
            arrived.append(Arrival(event, seen.update_type, packed(raw), now))
        new, kept = await self._inbox.accept(arrived)
        tasks = [self._start(one, dates[one.event], kept=kept) for one in new]
        if tasks and not kept:
            # Until it is handled, the platform is the only one who could bring it again.
            await asyncio.wait(tasks, timeout=_UNKEPT_SECONDS)

    async def stop(self) -> None:
        """Finish what is quick; what is left is done at the next start."""
        self._outbox.stop()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=_QUICK_SECONDS)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=_QUICK_SECONDS / 2)
        await self._inbox.settled()

    def _ask(self, seen: Sighting) -> Refusal | None:
        if seen.kind is None:
            return None
        return self._admission.ask(seen.kind, seen.person, seen.chat if seen.shared else None)

    def _served(self, seen: Sighting) -> bool:
        return self._desk.app.config.of(TelegramConfig).serves(seen.chat)

    def _start(self, arrival: Arrival, said_at: float, *, kept: bool = True) -> asyncio.Task[None]:
        return self._spawn(self._handle(arrival, said_at, kept))

    def _spawn(self, work: Any) -> asyncio.Task[None]:  # noqa: ANN401 (a coroutine)
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        if len(self._tasks) >= _ROOM:
            self._room.clear()
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if len(self._tasks) < _ROOM:
            self._room.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("An update could not be handled.", exc_info=error)

    async def _handle(self, arrival: Arrival, said_at: float, kept: bool) -> None:
        async with _Place(self._places) as place:
            update = self._read(arrival)
            if update is None:
                return
            person = update.effective_user
            handling = Handling(
                arrival.event,
                str(person.id) if person is not None else "",
                self._inbox,
                place.leave,
                arrival.sends,
            )
            HANDLING.set(handling)
            if time.time() - said_at > self._desk.app.config.of(TelegramConfig).stale_after:
                await self._too_late(update)
            else:
                await self._application.process_update(update)
        if handling.beside:
            await asyncio.wait(handling.beside)
        if handling.put_off:
            return
        try:
            if kept and self._inbox.writable:  # else the log keeps its rows itself
                await self._desk.app.ledger.settled()
        finally:
            self._inbox.done(arrival.event)  # it was answered, whatever ends this
            ANSWER.observe(max(time.time() - arrival.received_at, 0.0))

    def _read(self, arrival: Arrival) -> Update | None:
        """The library's form of an update; one that it cannot read is set aside alone."""
        try:
            return Update.de_json(json.loads(arrival.content), self._application.bot)
        except Exception:  # whatever the library meets in a shape that it does not know
            self._set_aside(arrival)
            return None

    def _set_aside(self, arrival: Arrival) -> None:
        logger.warning("Update %s (%s) cannot be handled: set aside.", arrival.event, arrival.kind)
        self._inbox.done(arrival.event)

    async def _too_late(self, update: Update) -> None:
        """One short notice a chat, for all that was said too long ago."""
        message = update.effective_message
        asker = asker_of(update, self._desk.app.config)
        if message is None or asker is None or asker.chat in self._told_stale:
            return
        if update.callback_query or update.guest_message or not self._serves(update):
            return
        self._told_stale.add(asker.chat)
        await reply(message, await self._desk.render(Notice("stale"), asker), NOTICE)

    def _serves(self, update: Update) -> bool:
        return served(update.effective_chat, update.effective_user, self._desk.app.config)

    async def _tell(self, raw: dict[str, Any], refusal: Refusal) -> None:
        """Say that it was too much, and when to try again."""
        with suppress(TelegramError):
            try:
                update = Update.de_json(raw, self._application.bot)
            except Exception:  # it would have been set aside
                return
            asker = asker_of(update, self._desk.app.config)
            if asker is None or not self._serves(update):
                return
            notice = Notice("too-many", {"seconds": refusal.seconds})
            words = await self._desk.locale(asker)
            text = words.text(notice.key, **notice.params)
            if update.callback_query is not None:
                await pop_up(update.callback_query, text, alert=True)
            elif update.inline_query is not None:
                button = InlineQueryResultsButton(text[:64], start_parameter="ask")
                with quietly():
                    await update.inline_query.answer([], cache_time=5, button=button)
            elif update.effective_message is not None:
                out = self._desk.message(notice, words)
                await reply(update.effective_message, out, NOTICE)


class _Place:
    """One of the places of what is handled at once, given back early or at the end."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._held = False

    async def __aenter__(self) -> _Place:
        await self._places.acquire()
        self._held = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        """Give the place back."""
        if self._held:
            self._held = False
            self._places.release()
