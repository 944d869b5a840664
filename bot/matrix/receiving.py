"""What is said in rooms, from the sync that brings it to its handling: kept first, then done."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable

from nio import AsyncClient, Event, MatrixRoom, RoomMessageText, SyncResponse

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
        served = self._app.config.of(MatrixConfig).serves(room.room_id)
        if event.sender == self._client.user_id or not served:
            return
        said = json.dumps({"room": room.room_id, "source": event.source})
        person = self._app.ledger.lasting_key_of(_NAME, event.sender)
        self._came.append(
            Arrival(_NAME, event.event_id, "m.room.message", said, time.time(), person)
        )

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
