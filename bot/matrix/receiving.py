"""What is said in rooms, from the sync that brings it to its handling: kept first, then done."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from nio import (
    AsyncClient,
    Event,
    MatrixRoom,
    MegolmEvent,
    RoomGetEventResponse,
    RoomMessageText,
    SyncResponse,
)

from bot.app import App
from bot.conversation.inbox import Handling, Inbox
from bot.conversation.limits import Whose
from bot.conversation.reception import Reception, UnreadableError
from bot.matrix.settings import MatrixConfig
from bot.querylog.writes import Arrival

_NAME = "matrix"


class Receiving:
    """The inbox of Matrix. `answer` does what a message asks for."""

    def __init__(
        self,
        app: App,
        client: AsyncClient,
        answer: Callable[[MatrixRoom, RoomMessageText], Awaitable[None]],
    ) -> None:
        self._app = app
        self._client = client
        self._answer = answer
        self._came: list[Arrival] = []
        inbox = Inbox(app.ledger.log, app.ledger.backlog, _NAME)
        self.reception = Reception(inbox, self._handle, self._whose)

    async def catch_up(self, synced: SyncResponse) -> None:
        """Answer what was said while the bot was away."""
        for room_id, joined in synced.rooms.join.items():
            room = self._client.rooms.get(room_id)
            for event in joined.timeline.events if room is not None else ():
                if isinstance(event, RoomMessageText):
                    await self.heard(room, event)

    async def keep(self, synced: SyncResponse) -> None:
        """Everything that was heard is in the inbox before the homeserver's place to go on from
        is remembered."""
        came, self._came = self._came, []
        await self.reception.take(came)
        if self._client.store is not None:
            self._client.store.save_sync_token(synced.next_batch)

    async def heard(self, room: MatrixRoom, event: RoomMessageText) -> None:
        """A message in a room; to be kept with the rest of what was synced."""
        if event.sender == self._client.user_id or not await self.serves(room, event.sender):
            return
        said = json.dumps({"room": room.room_id, "source": event.source})
        person = self._app.ledger.lasting_key_of(_NAME, event.sender)
        self._came.append(
            Arrival(_NAME, event.event_id, "m.room.message", said, time.time(), person)
        )

    async def serves(self, room: MatrixRoom, sender: str) -> bool:
        """Whether the bot answers here: where the configuration allows it, and an admin in a room
        of two. It leaves other rooms where that is wanted."""
        settings = self._app.config.of(MatrixConfig)
        if settings.serves(room.room_id):
            return True
        if sender in settings.admins and room.member_count <= 2:
            return True
        if settings.leave_other_chats:
            await self._client.room_leave(room.room_id)
        return False

    async def event(self, room: MatrixRoom, event_id: str) -> dict[str, Any] | None:
        """The message of that id in a room, readable; None where there is none."""
        if not event_id:
            return None
        found = await self._client.room_get_event(room.room_id, event_id)
        if not isinstance(found, RoomGetEventResponse):
            return None
        event = found.event
        if isinstance(event, MegolmEvent):
            try:
                event = self._client.decrypt_event(event)
            except Exception:
                return None
        source: dict[str, Any] = event.source
        return source if "body" in source.get("content", {}) else None

    def _whose(self, arrival: Arrival) -> Whose:
        said = json.loads(arrival.content)
        return said["room"], said["source"]["sender"]

    async def _handle(self, handling: Handling) -> None:
        said = json.loads(handling.arrival.content)
        event = Event.parse_event(said["source"])
        if not isinstance(event, RoomMessageText):
            raise UnreadableError
        room = self._client.rooms.get(said["room"])
        if room is not None:
            await self._answer(room, event)
