"""What is said in rooms: events as Matrix carries them, read and written, and kept from the sync
that brings them until they are handled."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

import nio

from bot.app import App
from bot.conversation.inbox import Handling, Inbox
from bot.conversation.limits import Whose
from bot.conversation.reception import Reception, UnreadableError
from bot.matrix import MatrixConfig
from bot.querylog.writes import Arrival
from bot.wording import Message, Style

LIMIT = 40_000
"""Bytes of body and HTML together: an event has at most 65,536 when it is encrypted, which makes
it a third longer."""

_OPEN = {Style.BOLD: "<strong>", Style.QUOTE: "<blockquote>", Style.CODE: "<pre><code>"}
_CLOSE = {
    Style.BOLD: "</strong>",
    Style.QUOTE: "</blockquote>",
    Style.CODE: "</code></pre>",
    Style.LINK: "</a>",
}
_FALLBACK = re.compile(r"\A(?:> [^\n]*\n?)+\n?")
"""What older clients quote of the message they reply to, before the reply itself."""


def content(message: Message) -> dict[str, Any]:
    """The content of an ``m.room.message``. Where both forms do not fit, the plain one stands
    alone; where it does not fit either, it is cut."""
    body = _plain(message)
    html = _html(message)
    plain = {"msgtype": "m.notice", "body": body}
    if len(body.encode()) + len(html.encode()) <= LIMIT:
        return {**plain, "format": "org.matrix.custom.html", "formatted_body": html}
    kept = body.encode()[: LIMIT - 3].decode(errors="ignore")
    return {**plain, "body": body if kept == body else f"{kept}…"}


def text_of(source: dict[str, Any]) -> tuple[str, str, bool]:
    """What an event says, the id of the message it says it in, and whether it edits that."""
    found = source["content"]
    relation = found.get("m.relates_to") or {}
    if relation.get("rel_type") == "m.replace" and "m.new_content" in found:
        body = str(found["m.new_content"].get("body", ""))
        return body.strip(), str(relation.get("event_id", "")), True
    body = str(found.get("body", ""))
    if "m.in_reply_to" in relation:
        body = _FALLBACK.sub("", body)
    return body.strip(), str(source["event_id"]), False


def answered(source: dict[str, Any]) -> str:
    """The id of the message that an event replies to, or empty."""
    relation = source["content"].get("m.relates_to") or {}
    if relation.get("is_falling_back"):
        return ""  # that is how threads look to clients without them
    return str((relation.get("m.in_reply_to") or {}).get("event_id", ""))


def in_reply(to: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """`said` as a reply to the event `to`, in its thread if it has one."""
    relation = to["content"].get("m.relates_to") or {}
    reply = {"m.in_reply_to": {"event_id": to["event_id"]}}
    if relation.get("rel_type") == "m.thread":
        thread = {"rel_type": "m.thread", "event_id": relation["event_id"]}
        return {**said, "m.relates_to": {**thread, **reply, "is_falling_back": True}}
    return {**said, "m.relates_to": reply}


def in_place_of(number: str, said: dict[str, Any]) -> dict[str, Any]:
    """`said` as an edit of our message of that id."""
    return {
        **said,
        "body": f"* {said['body']}",
        "m.new_content": said,
        "m.relates_to": {"rel_type": "m.replace", "event_id": number},
    }


def _plain(message: Message) -> str:
    """The text with its addresses written out: not every client shows HTML."""
    text, at, parts = message.text.text, 0, []
    for span in message.text.spans:
        if span.url is not None:
            parts += [text[at : span.end], f" {span.url} "]
            at = span.end
    return "".join([*parts, text[at:]]).strip()


def _html(message: Message) -> str:
    text, spans = message.text.text, message.text.spans
    opens: dict[int, list[str]] = {}
    closes: dict[int, list[str]] = {}
    for span in spans:  # outer before inner
        tag = f'<a href="{escape(span.url or "")}">' if span.style is Style.LINK else None
        opens.setdefault(span.start, []).append(tag or _OPEN[span.style])
        closes.setdefault(span.end, []).insert(0, _CLOSE[span.style])
    cuts = sorted({0, len(text), *opens, *closes})
    parts: list[str] = []
    inside = 0
    for place, after in zip(cuts, [*cuts[1:], len(text)], strict=True):
        parts += closes.get(place, [])
        parts += opens.get(place, [])
        inside += sum(tag.startswith("<pre") for tag in opens.get(place, []))
        inside -= sum(tag.endswith("</pre>") for tag in closes.get(place, []))
        piece = escape(text[place:after], quote=False)
        parts.append(piece if inside else piece.replace("\n", "<br>"))
    return "".join(parts)


_NAME = "matrix"


class Receiving:
    """The inbox of Matrix. `answer` does what a message asks for."""

    def __init__(
        self,
        app: App,
        client: nio.AsyncClient,
        answer: Callable[[nio.MatrixRoom, nio.RoomMessageText], Awaitable[None]],
    ) -> None:
        self._app = app
        self._client = client
        self._answer = answer
        self._came: list[Arrival] = []
        inbox = Inbox(app.ledger.log, app.ledger.backlog, _NAME)
        self.reception = Reception(inbox, self._handle, self._whose)

    async def catch_up(self, synced: nio.SyncResponse) -> None:
        """Answer what was said while the bot was away."""
        for room_id, joined in synced.rooms.join.items():
            room = self._client.rooms.get(room_id)
            for event in joined.timeline.events if room is not None else ():
                if isinstance(event, nio.RoomMessageText):
                    await self.heard(room, event)

    async def keep(self, synced: nio.SyncResponse) -> None:
        """Everything that was heard is in the inbox before the homeserver's place to go on from
        is remembered."""
        came, self._came = self._came, []
        await self.reception.take(came)
        if self._client.store is not None:
            self._client.store.save_sync_token(synced.next_batch)

    async def heard(self, room: nio.MatrixRoom, event: nio.RoomMessageText) -> None:
        """A message in a room; to be kept with the rest of what was synced."""
        if event.sender == self._client.user_id or not await self.serves(room, event.sender):
            return
        said = json.dumps({"room": room.room_id, "source": event.source})
        person = self._app.ledger.lasting_key_of(_NAME, event.sender)
        self._came.append(
            Arrival(_NAME, event.event_id, "m.room.message", said, time.time(), person)
        )

    async def serves(self, room: nio.MatrixRoom, sender: str) -> bool:
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

    async def event(self, room: nio.MatrixRoom, event_id: str) -> dict[str, Any] | None:
        """The message of that id in a room, readable; None where there is none."""
        if not event_id:
            return None
        found = await self._client.room_get_event(room.room_id, event_id)
        if not isinstance(found, nio.RoomGetEventResponse):
            return None
        event = found.event
        if isinstance(event, nio.MegolmEvent):
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
        event = nio.Event.parse_event(said["source"])
        if not isinstance(event, nio.RoomMessageText):
            raise UnreadableError
        room = self._client.rooms.get(said["room"])
        if room is not None:
            await self._answer(room, event)
