"""Events → requests of the conversation, and what comes of them → messages in the room."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Sequence
from typing import Any

import nio

from bot.app import App
from bot.conversation import Asker, ChatKind, Say
from bot.conversation.actions import Action, GiveReason
from bot.conversation.inbox import HANDLING, Send
from bot.conversation.limits import Admission, Kind
from bot.conversation.replies import File, Notice, Reply
from bot.conversation.requests import Manner, Outcome, Request
from bot.conversation.understanding import command
from bot.matrix import MatrixConfig
from bot.matrix.events import Receiving, answered, content, in_place_of, in_reply, text_of
from bot.wording import message as composed
from bot.wording.citation import Links
from bot.wording.locale import locale
from bot.wording.replies import file_name, file_text, render
from retrieval.analysis.folding import is_han

logger = logging.getLogger(__name__)

_REMEMBERED = 10_000
_UNREADABLE = "unreadable"


class Talking:
    """Answers what is said in the rooms the account is in."""

    def __init__(self, app: App, client: nio.AsyncClient) -> None:
        self._app = app
        self._client = client
        self._settings = app.config.of(MatrixConfig)
        self._languages: dict[str, str] = {}
        self._admission = Admission(app.config.limits)
        self._told_stale: set[str] = set()
        self.receiving = Receiving(app, client, self._guarded)

    def accept(self) -> None:
        """Follow invitations, those that waited too."""
        self._client.add_event_callback(self._invited, nio.InviteMemberEvent)

    def listen(self) -> None:
        """Answer what comes from now on."""
        self._client.add_event_callback(self.receiving.heard, nio.RoomMessageText)
        self._client.add_event_callback(self._unreadable, nio.MegolmEvent)
        self._client.add_response_callback(self.receiving.keep, nio.SyncResponse)

    async def _guarded(self, room: nio.MatrixRoom, event: nio.RoomMessageText) -> None:
        """One message can fail and costs itself: the operator learns of it, and the asker."""
        try:
            await self._answer(room, event)
        except Exception as error:
            logger.error("A message on Matrix could not be answered: %s", type(error).__name__)
            asker = self._asker(room, event.sender, event.body)
            await self._tell(room, event, Notice("failed"), asker)

    async def _answer(self, room: nio.MatrixRoom, event: nio.RoomMessageText) -> None:
        text, number, edited = text_of(event.source)
        about = await self._about(room, event)
        asker = self._asker(room, event.sender, text)
        if asker.chat_kind.shared and not await self._addressed(room, event, text):
            return
        if not edited and await self._app.ledger.reply_to(asker, number):
            return  # answered before a restart
        if time.time() - event.server_timestamp / 1000 > self._settings.stale_after:
            await self._too_late(room, event, asker)
            return
        words = self._without_name(room, text)
        action: Action = command(words) or Say(words, about=about)
        kind = Kind.QUESTION if isinstance(action, Say) else Kind.COMMAND
        shared = room.room_id if asker.chat_kind.shared else None
        if (refusal := self._admission.ask(kind, event.sender, shared)) is not None:
            if refusal.tell:
                notice = Notice("too-many", {"seconds": refusal.seconds})
                await self._tell(room, event, notice, asker)
            return
        request = Request(asker, action, number, edited=edited)

        async def announce(notice: Notice) -> None:
            await self._tell(room, event, notice, asker)

        conversation = self._app.conversation
        async with conversation.turn(asker, number):
            outcome = await conversation.handle(request, announce)
            sent = await self._deliver(room, event.source, asker, outcome)
            if sent:
                conversation.sent(request, outcome, sent)

    async def _too_late(
        self, room: nio.MatrixRoom, event: nio.RoomMessageText, asker: Asker
    ) -> None:
        """One short notice a room, for all that was said too long ago."""
        if room.room_id not in self._told_stale:
            self._told_stale.add(room.room_id)
            await self._tell(room, event, Notice("stale"), asker)

    async def _deliver(
        self, room: nio.MatrixRoom, source: dict[str, Any], asker: Asker, outcome: Outcome
    ) -> str:
        """The id of what was sent, or empty."""
        if outcome.reply is None:
            return ""
        if isinstance(outcome.reply, File):
            return await self._attach(room, source, outcome.reply)
        said = await self._say(outcome.reply, asker, outcome.language, outcome.reasons or ())
        if outcome.manner is Manner.EDIT:
            return await self._send(room, in_place_of(outcome.number, said))
        return await self._send(room, in_reply(source, said))

    async def _tell(
        self, room: nio.MatrixRoom, event: nio.Event, notice: Notice, asker: Asker
    ) -> None:
        """A word of the bot's own in reply to a message."""
        await self._send(room, in_reply(event.source, await self._say(notice, asker)))

    async def _say(
        self,
        reply: Reply,
        asker: Asker,
        language: str | None = None,
        reasons: Sequence[GiveReason] = (),
    ) -> dict[str, Any]:
        words = locale(language or await self._app.conversation.language(asker))
        links = Links(site=self._app.config.corpus.site_url)
        return content(render(reply, words, links, buttons=False, reasons=reasons))

    async def _attach(self, room: nio.MatrixRoom, source: dict[str, Any], file: File) -> str:
        """A document as a file, encrypted where the room is."""
        data = file_text(file).encode()
        name = file_name(file)
        uploaded, keys = await self._client.upload(
            io.BytesIO(data), "text/plain", name, encrypt=room.encrypted, filesize=len(data)
        )
        if not isinstance(uploaded, nio.UploadResponse):
            raise OSError("the homeserver did not take the file")
        said: dict[str, Any] = {"msgtype": "m.file", "body": name, "info": {"size": len(data)}}
        if keys:
            said["file"] = {**keys, "url": uploaded.content_uri}
        else:
            said["url"] = uploaded.content_uri
        return await self._send(room, in_reply(source, said))

    async def _send(self, room: nio.MatrixRoom, said: dict[str, Any]) -> str:
        if room.encrypted and self._settings.trust == "verified":
            self._shut_out_unverified(room)
        handling, send = HANDLING.get(), Send()
        once = None
        if handling is not None:
            send = handling.message()
            # The homeserver takes a name only once: said again after a kill, it is not said twice.
            once = f"{handling.arrival.event}.{handling.said}"
        if send.number is None:
            sent = await self._client.room_send(
                room.room_id, "m.room.message", said, tx_id=once, ignore_unverified_devices=True
            )
            if not isinstance(sent, nio.RoomSendResponse):
                logger.warning("Matrix did not take a message: %s", sent.status_code)
                return ""
            send.number = str(sent.event_id)
            if handling is not None:
                handling.note()
        return send.number

    def _shut_out_unverified(self, room: nio.MatrixRoom) -> None:
        for user in room.users:
            for device in self._client.device_store.active_user_devices(user):
                if not device.verified:
                    self._client.blacklist_device(device)

    async def _unreadable(self, room: nio.MatrixRoom, event: nio.MegolmEvent) -> None:
        """Say aloud, once a room, that a message could not be read."""
        if event.sender == self._client.user_id:
            return
        if not await self.receiving.serves(room, event.sender):
            return
        asker = self._asker(room, event.sender, "")
        chat = self._app.ledger.chat_key(asker)
        if await self._app.ledger.first_time_in(chat, _UNREADABLE):
            await self._tell(room, event, Notice("matrix-unreadable"), asker)

    async def _invited(self, room: nio.MatrixRoom, event: nio.InviteMemberEvent) -> None:
        """Join where the bot may serve; say one line to a group."""
        if event.state_key != self._client.user_id or event.membership != "invite":
            return
        if not self._settings.serves(room.room_id) and event.sender not in self._settings.admins:
            await self._client.room_leave(room.room_id)
            return
        await self._client.join(room.room_id)
        if room.member_count > 2:
            words = locale(await self._app.conversation.language(self._asker(room, "", "")))
            said = content(composed(words.text("talk-joined")))
            await self._client.room_send(
                room.room_id, "m.room.message", said, ignore_unverified_devices=True
            )

    def _asker(self, room: nio.MatrixRoom, sender: str, text: str) -> Asker:
        """Matrix does not say what language people speak: what they write in tells."""
        if any(map(is_han, text)):
            self._languages[sender] = "zh"
        elif any(character.isalpha() for character in text):
            self._languages.setdefault(sender, "en")
        if len(self._languages) > _REMEMBERED:
            self._languages.clear()
        private = room.member_count <= 2
        kind = ChatKind.PRIVATE if private else ChatKind.GROUP
        admin = sender in self._settings.admins
        language = self._languages.get(sender)
        return Asker("matrix", sender, room.room_id, kind, language, admin=admin)

    async def _addressed(self, room: nio.MatrixRoom, event: nio.RoomMessageText, text: str) -> bool:
        """Whether a message in a room is meant for the bot: a command, a mention, a reply to it."""
        if command(text) is not None:
            return True
        user = self._client.user_id
        mentions = event.source["content"].get("m.mentions") or {}
        if user in (mentions.get("user_ids") or ()) or user in text or self._name(room) in text:
            return True
        replied = await self.receiving.event(room, answered(event.source))
        return replied is not None and replied["sender"] == user

    async def _about(self, room: nio.MatrixRoom, event: nio.RoomMessageText) -> str:
        """Somebody else's text that a message replies to."""
        replied = await self.receiving.event(room, answered(event.source))
        if replied is None or replied["sender"] in (self._client.user_id, ""):
            return ""
        return text_of(replied)[0]

    def _name(self, room: nio.MatrixRoom) -> str:
        return f"@{room.user_name(self._client.user_id) or self._client.user_id}"

    def _without_name(self, room: nio.MatrixRoom, text: str) -> str:
        """The text without the bot's name, as mentions put it before or into it."""
        text = text.replace(self._client.user_id, " ").replace(self._name(room), " ")
        return text.strip().removeprefix(f"{self._name(room)[1:]}:").strip(" :：")
