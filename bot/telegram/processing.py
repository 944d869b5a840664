"""Updates from their arrival to their handlers: admitted, kept, read one by one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from telegram import InlineQueryResultsButton, Update
from telegram.error import TelegramError
from telegram.ext import Application

from bot.conversation.inbox import Handling, Inbox
from bot.conversation.limits import Admission, Refusal, Whose
from bot.conversation.outbox import Outbox
from bot.conversation.reception import Reception, UnreadableError
from bot.conversation.replies import Notice
from bot.metrics import INBOX, OUTBOX
from bot.querylog.writes import Arrival
from bot.telegram.people import PLATFORM, Desk, Sighting, packed, sight
from bot.telegram.replies import pop_up, quietly, reply
from bot.telegram.sending import NOTICE
from bot.telegram.transport import read

_TOLD = 10_000


class Processing:
    """Handles every update once; many at a time, none in another's way. Whatever brings updates
    calls `deliver`."""

    def __init__(
        self, application: Application[Any, Any, Any, Any, Any, Any], desk: Desk, outbox: Outbox
    ) -> None:
        self._application = application
        self._desk = desk
        self._outbox = outbox
        ledger = desk.app.ledger
        self._inbox = Inbox(ledger.log, ledger.backlog, PLATFORM)
        self.reception = Reception(self._inbox, self._handle, self._whose)
        self._admission = Admission(desk.app.config.limits)
        self._told_stale: set[str] = set()
        self._telling: set[asyncio.Task[None]] = set()
        INBOX.set_function(lambda: self.reception.held)
        OUTBOX.set_function(lambda: outbox.waiting)

    @property
    def room(self) -> bool:
        """Whether `deliver` would not have to wait."""
        return self.reception.room

    @property
    def ready(self) -> bool:
        """Whether what comes can be kept and there is room for it."""
        return not self._inbox.backlog.failing and self.room

    async def deliver(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Take updates as Telegram gave them; when this returns, they are kept, and Telegram may
        forget them."""
        arrived: list[Arrival] = []
        for raw in updates:
            seen = sight(raw, self._desk.bot_id)
            if seen is None or self._inbox.seen(str(seen.update_id)):
                continue
            if seen.chatter and self._desk.settings.serves(seen.chat):
                continue
            refusal = None if seen.chatter else self._ask(seen)
            if refusal is None:
                arrived.append(self._arrival(raw, seen))
            elif refusal.tell:
                task = asyncio.create_task(self._tell(dict(raw), refusal))
                self._telling.add(task)
                task.add_done_callback(self._telling.discard)
        await self.reception.take(arrived, soon=len(updates) > 1)

    async def stop(self) -> None:
        """Finish what is quick; what is left is done at the next start."""
        self._outbox.stop()
        await self.reception.stop()
        for task in self._telling:
            task.cancel()

    def _arrival(self, raw: Mapping[str, Any], seen: Sighting) -> Arrival:
        person = self._desk.app.ledger.lasting_key_of(PLATFORM, seen.person)
        event, now = str(seen.update_id), time.time()
        return Arrival(PLATFORM, event, seen.update_type, packed(raw), now, person, said=raw)

    def _whose(self, arrival: Arrival) -> Whose:
        seen = sight(arrival.said or read(arrival.content), self._desk.bot_id)
        return (seen.chat, seen.person) if seen else ("", "")

    def _ask(self, seen: Sighting) -> Refusal | None:
        if seen.kind is None:
            return None
        return self._admission.ask(seen.kind, seen.person, seen.chat if seen.shared else None)

    async def _handle(self, handling: Handling) -> None:
        raw = handling.arrival.said or read(handling.arrival.content)
        try:
            update = Update.de_json(raw, self._application.bot)
        except Exception as error:  # whatever the library meets in a shape that it does not know
            raise UnreadableError from error
        said = update.effective_message if update.callback_query is None else None
        at = (said.edit_date or said.date).timestamp() if said else handling.arrival.received_at
        if time.time() - at > self._desk.settings.stale_after:
            await self._too_late(update)
        else:
            await self._application.process_update(update)

    async def _too_late(self, update: Update) -> None:
        """One short notice a chat, for all that was said too long ago."""
        message = update.effective_message
        asker = self._desk.asker(update)
        if message is None or asker is None or asker.chat in self._told_stale:
            return
        if update.callback_query or update.guest_message or not self._serves(update):
            return
        if len(self._told_stale) >= _TOLD:
            self._told_stale.clear()
        self._told_stale.add(asker.chat)
        await reply(message, await self._desk.render(Notice("stale"), asker), NOTICE)

    def _serves(self, update: Update) -> bool:
        return self._desk.serves(update.effective_chat, update.effective_user)

    async def _tell(self, raw: dict[str, Any], refusal: Refusal) -> None:
        """Say that it was too much, and when to try again."""
        with suppress(TelegramError):
            try:
                update = Update.de_json(raw, self._application.bot)
            except Exception:  # it would have been set aside
                return
            asker = self._desk.asker(update)
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
