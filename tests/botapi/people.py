"""The people: what someone with a Telegram client does, as updates for the bot."""

# ruff: noqa: ASYNC109 (each wait says itself how long it may take)
from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from tests.botapi.answering import CallbackAnswer, InlineAnswer
from tests.botapi.checks import MAX_TEXT
from tests.botapi.entities import blank, clean, covered, find_entities, units
from tests.botapi.refusal import Refusal
from tests.botapi.sending import file_json, thread_fields, without_reply
from tests.botapi.state import Chat, Message, Query, World

MAX_INLINE_QUERY = 256


@dataclass(frozen=True, eq=False)
class Person:
    """Someone with a client. What no client can send (empty or overlong text) is a ValueError.

    `sender_chat` is set for those who post in a chat's name: anonymous admins, channels.
    """

    world: World
    json: dict[str, Any]
    sender_chat: Chat | None = None

    @property
    def id(self) -> int:
        return int(self.json["id"])

    def chat(self) -> Chat:
        """Their private chat with the bot, started if it was not."""
        known = self.world.chats.get(self.id)
        return known or self.world.new_chat(
            self.id,
            "private",
            first_name=self.json["first_name"],
            username=self.json.get("username"),
        )

    async def says(
        self,
        text: str,
        chat: Chat | None = None,
        *,
        reply_to: int | Message | None = None,
        thread: int | None = None,
        is_topic: bool | None = None,
        edit_of: Message | None = None,
        **extra: Any,
    ) -> Message:
        """Sends a text (to the private chat by default); the message as everyone sees it.

        The text is cleaned and marked like Telegram's. `thread` is a topic of a forum; `is_topic`
        overrides what Telegram would say of it. `edit_of` edits that message instead. `extra`
        goes into the message. The bot gets no update where its privacy mode hides it.
        """
        if edit_of is not None:
            return await self.edits(edit_of, text)
        content = _typed(text) | extra
        return self._post(content, chat or self.chat(), reply_to, thread, is_topic)

    async def edits(self, message: Message, text: str) -> Message:
        """Edits one of their messages."""
        chat = self.world.chats[message["chat"]["id"]]
        edited = chat.replace(message["message_id"], **{"entities": None, **_typed(text)})
        self._deliver(chat, edited, "edited_")
        return edited

    async def whispers(self, text: str, chat: Chat) -> Message:
        """Sends an ephemeral command, which only the bot sees."""
        chat.members.setdefault(self.id, "member")
        number = self.world.serial()
        self.world.actions[f"e{number}"] = (self.id, time.monotonic())
        message = {
            "message_id": 0,
            "ephemeral_message_id": number,
            "date": int(time.time()),
            "chat": chat.as_json(),
            "from": self.json,
            **_typed(text),
        }
        self.world.updates.put("message", message)
        return message

    async def starts(self, payload: str = "") -> Message:
        """Opens the private chat, through a deep link where there is a payload."""
        return await self.says(f"/start {payload}".strip())

    async def sends(
        self, name: str, data: bytes, chat: Chat | None = None, *, caption: str = ""
    ) -> Message:
        """Sends a document."""
        file_id = self.world.keep_file(name, data)
        content: Message = {"document": file_json(file_id, name, data)}
        if caption:
            content |= {"caption": caption, "caption_entities": find_entities(caption)}
        return self._post(content, chat or self.chat())

    def posts(self, content: Message, chat: Chat | None = None) -> Message:
        """Sends what is no text, as it stands: ``{"location": {…}}``."""
        return self._post(content, chat or self.chat())

    def _post(
        self,
        content: Message,
        chat: Chat,
        reply_to: int | Message | None = None,
        thread: int | None = None,
        is_topic: bool | None = None,
    ) -> Message:
        message: Message = {} if chat.type == "channel" else {"from": self.json}
        sender = chat if chat.type == "channel" else self.sender_chat
        if sender is not None:
            message["sender_chat"] = sender.as_json()
        replied = None
        if reply_to is not None:
            number = reply_to if isinstance(reply_to, int) else reply_to["message_id"]
            replied = chat.messages[number]
            message["reply_to_message"] = without_reply(replied)
        try:
            message |= thread_fields(chat, thread, replied)
        except Refusal as refusal:
            raise ValueError(f"{refusal.description} ({thread} in {chat.id})") from None
        if thread is not None and replied is None:
            # Telegram shows whatever is said in a topic as a reply to the topic's first message.
            message["reply_to_message"] = without_reply(chat.messages[thread])
        if is_topic is not None:
            message.pop("is_topic_message", None)
            message |= {"is_topic_message": True} if is_topic else {}
        if chat.type == "private":
            chat.refusal = None
        elif chat.type != "channel":
            chat.members.setdefault(self.id, "member")
        kept = chat.add({**message, **content})
        self._deliver(chat, kept)
        return kept

    def _deliver(self, chat: Chat, message: Message, prefix: str = "") -> None:
        kind = "channel_post" if chat.type == "channel" else "message"
        if self.world.chats.get(chat.id) is chat and reaches_bot(self.world, chat, message):
            self.world.updates.put(prefix + kind, message)

    async def presses(
        self,
        message: Message,
        button: str,
        *,
        forged: bool = False,
        expired: bool = False,
        timeout: float = 40.0,
    ) -> CallbackAnswer | None:
        """Presses a button by its text or its data; what they are shown.

        LookupError when the message has no such button now; `forged` sends `button` as data all
        the same. None when the answer came too late: `expired` makes it so.
        """
        chat, current = self._find(message)
        data = button if forged else _data_of(current or message, button)
        name, query = self.world.open_query(expired=expired)
        self.world.actions[name] = (self.id, time.monotonic())
        content: dict[str, Any] = {"id": name, "from": self.json, "chat_instance": str(chat.id)}
        if inline := message.get("inline_message_id"):
            content["inline_message_id"] = inline
        else:
            gone = {"chat": chat.as_json(), "message_id": message["message_id"], "date": 0}
            content["message"] = current or gone
        self.world.updates.put("callback_query", content | {"data": data})
        answer: CallbackAnswer | None = await _answered(query, timeout, f"button {data!r}")
        return answer

    def _find(self, message: Message) -> tuple[Chat, Message | None]:
        if inline := message.get("inline_message_id"):
            chat, number = self.world.inline_messages[inline]
            return chat, chat.messages.get(number)
        chat = self.world.chats[message["chat"]["id"]]
        if whisper := message.get("ephemeral_message_id"):
            return chat, chat.whispers.get(whisper)
        return chat, chat.messages.get(message["message_id"])

    async def queries(
        self, text: str, offset: str = "", *, chat_type: str = "sender", timeout: float = 40.0
    ) -> InlineAnswer | None:
        """Types ``@bot text`` in some chat; what the bot answered (None: too late)."""
        if not self.world.bot["supports_inline_queries"]:
            raise ValueError("this bot has inline mode off, so no client would ask it")
        if units(text) > MAX_INLINE_QUERY:
            raise ValueError(f"no client sends an inline query over {MAX_INLINE_QUERY} units")
        name, query = self.world.open_query()
        content = {"id": name, "from": self.json, "query": text, "offset": offset}
        self.world.updates.put("inline_query", content | {"chat_type": chat_type})
        answer: InlineAnswer | None = await _answered(query, timeout, f"inline query {text!r}")
        return answer

    async def picks(self, result: dict[str, Any], chat: Chat | None = None) -> Message:
        """Sends an inline result to a chat; without one, to a chat the bot is not in.

        The message has an `inline_message_id` where the result has a keyboard.
        """
        chat = chat or Chat(-self.world.serial(), "private")
        content = result["input_message_content"]
        text, entities = clean(content["message_text"], content.get("entities") or [])
        message: Message = {"text": text, "entities": entities, "via_bot": self.world.bot_user()}
        if markup := result.get("reply_markup"):
            message |= {
                "reply_markup": markup,
                "inline_message_id": f"inline{self.world.serial()}",
            }
        sent = self._post(message, chat)
        if inline := sent.get("inline_message_id"):
            self.world.inline_messages[inline] = (chat, sent["message_id"])
        return sent

    async def summons(self, text: str, *, timeout: float = 40.0) -> dict[str, Any] | None:
        """Calls the bot as a guest into a chat it is not in; the InlineQueryResult it answers."""
        elsewhere = Chat(-self.world.serial(), "supergroup", title="Elsewhere")
        name, query = self.world.open_query()
        message = elsewhere.add({"from": self.json, **_typed(text), "guest_query_id": name})
        self.world.updates.put("guest_message", message)
        answer: dict[str, Any] | None = await _answered(query, timeout, f"guest query {text!r}")
        return answer


def _typed(text: str) -> Message:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("no client sends lone surrogates") from None
    text, _ = clean(text, [])
    if blank(text) or units(text) > MAX_TEXT:
        raise ValueError(f"no client sends a text of {units(text)} units: 1 to {MAX_TEXT}")
    entities = find_entities(text)
    return {"text": text, "entities": entities} if entities else {"text": text}


def reaches_bot(world: World, chat: Chat, message: Message) -> bool:
    """Whether a message gets past privacy mode: commands, replies to the bot, its inline posts."""
    if not chat.is_group or world.bot["can_read_all_group_messages"] or world.is_admin(chat):
        return True
    replied = message.get("reply_to_message", {}).get("from", {}).get("id")
    via = message.get("via_bot", {}).get("id")
    if world.bot["id"] in {replied, via}:
        return True
    name = f"@{world.bot['username']}".lower()
    for entity in message.get("entities", []):
        if entity["type"] == "bot_command":
            command = covered(message["text"], entity).lower()
            if "@" not in command or command.endswith(name):
                return True
    return False


def _data_of(message: Message, wanted: str) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    for key in ("callback_data", "text"):
        for button in buttons:
            if button.get(key) == wanted and "callback_data" in button:
                return str(button["callback_data"])
    raise LookupError(f"no button {wanted!r} among {[button['text'] for button in buttons]}")


async def _answered(query: Query, timeout: float, what: str) -> Any:
    try:
        async with asyncio.timeout(timeout):
            return await asyncio.shield(query.answer)
    except TimeoutError:
        raise TimeoutError(f"{what}: not answered within {timeout} s") from None
