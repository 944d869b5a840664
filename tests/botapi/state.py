"""Everything the server knows: chats with their messages, menus, files, open queries."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.params import Params
from tests.botapi.refusal import Refusal, bad
from tests.botapi.updates import Signal, UpdateQueue

Message = dict[str, Any]
GENERAL_TOPIC = 1


@dataclass(eq=False)
class Chat:
    """One chat as Telegram keeps it.

    `messages` holds the current state of each message: an edit puts a new dict in the place of
    the old one (so a message once returned is a snapshot), a deletion removes it.
    """

    id: int
    type: str
    title: str = ""
    username: str | None = None
    first_name: str | None = None
    is_forum: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    topics: dict[int, str] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    """Message id → the emoji the bot put there."""
    actions: deque[str] = field(default_factory=lambda: deque(maxlen=1000))
    refusal: Refusal | None = None
    """What every call about this chat gets: blocked, kicked, migrated."""
    whispers: dict[int, Message] = field(default_factory=dict)
    """What one member alone sees, by ephemeral_message_id, in order."""
    sent: list[int] = field(default_factory=list)
    """Ids of the bot's messages, in order."""
    answers: dict[int, list[int]] = field(default_factory=dict)
    """Message id → ids of the bot's replies to it."""
    seen: int = 0
    """How many of `sent` were already returned by `replies(to=chat)`."""
    next_message: int = 1
    times: deque[float] = field(default_factory=deque)
    """When the bot sent here, for the rate limit."""
    changed: Signal = field(default_factory=Signal)

    @property
    def is_group(self) -> bool:
        return self.type in {"group", "supergroup"}

    def as_json(self) -> dict[str, Any]:
        """The Chat object inside messages."""
        found = {
            "id": self.id,
            "type": self.type,
            "title": self.title or None,
            "username": self.username,
            "first_name": self.first_name,
            "is_forum": self.is_forum or None,
        }
        return {key: value for key, value in found.items() if value is not None}

    def add(self, message: Message) -> Message:
        """Gives a message its id, date and chat, and keeps it."""
        number = self.next_message
        self.next_message += 1
        kept = {"message_id": number, "date": int(time.time()), "chat": self.as_json(), **message}
        self.messages[number] = kept
        return kept

    def replace(self, message_id: int, **changes: Any) -> Message:
        """An edited message; a change of None removes the field."""
        kept = {**self.messages[message_id], "edit_date": int(time.time()), **changes}
        kept = {key: value for key, value in kept.items() if value is not None}
        self.messages[message_id] = kept
        self.changed.fire()
        return kept

    def remove(self, message_id: int) -> None:
        """Deletes a message."""
        del self.messages[message_id]
        self.deleted.add(message_id)
        self.changed.fire()


@dataclass(eq=False)
class Query:
    """A callback, inline or guest query waiting for the bot; answered at most once.

    `answer` resolves to what the bot said, or to None once it was refused as too old.
    """

    answer: asyncio.Future[Any]
    expired: bool = False


@dataclass(eq=False)
class World:
    """The server's state, shared by the methods and the people."""

    token: str
    bot: dict[str, Any]
    updates: UpdateQueue
    group_limit: int | None = None
    overall_limit: int | None = None
    window: float = 60.0
    """Seconds over which `group_limit` counts; `overall_limit` counts over a sixtieth of it."""
    chats: dict[int, Chat] = field(default_factory=dict)
    users: dict[int, dict[str, Any]] = field(default_factory=dict)
    """User id → User object; the bot is among them."""
    queries: dict[str, Query] = field(default_factory=dict)
    inline_messages: dict[str, tuple[Chat, int]] = field(default_factory=dict)
    menus: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    """(scope as `scope_key` gives it, language) → commands."""
    profile: dict[tuple[str, str], str] = field(default_factory=dict)
    """(name | description | short_description, language) → text."""
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """File id → name and content."""
    violations: list[str] = field(default_factory=list)
    """Every rate limit that was overstepped, in words."""
    times: deque[float] = field(default_factory=deque)
    logged_out: bool = False
    ephemeral: bool = True
    """Whether the server knows messages that one member alone sees."""
    eligible: float = 15.0
    """Seconds in which an action may be answered by one."""
    actions: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Presses and ephemeral commands: by whom, and when."""
    _serial: int = 0

    def serial(self) -> int:
        """A number not given out before."""
        self._serial += 1
        return self._serial

    def bot_user(self) -> dict[str, Any]:
        """The bot as it stands in messages."""
        return self.users[self.bot["id"]]

    def is_admin(self, chat: Chat) -> bool:
        """Whether the bot is an administrator of a chat."""
        return chat.members.get(self.bot["id"]) == "administrator"

    def keep_file(self, name: str, data: bytes) -> str:
        """Keeps a file; its id."""
        file_id = f"file{self.serial()}"
        self.files[file_id] = (name, data)
        return file_id

    def new_chat(self, id: int, type: str, **fields: Any) -> Chat:
        """A chat whose message ids start elsewhere than the others', so mix-ups are noticed."""
        # Message 1 of a supergroup is its creation, and its number stands for the General topic.
        first = len(self.chats) * 100_000 + (2 if type == "supergroup" else 1)
        chat = Chat(id, type, next_message=first, **fields)
        self.chats[id] = chat
        return chat

    def chat(self, params: Params, name: str = "chat_id") -> Chat:
        """The chat a call names; raises `Refusal` when unknown, blocked, left or migrated."""
        wanted = params.get(name)
        if wanted is None or wanted == "":
            raise bad(f"{name} is empty")
        if isinstance(wanted, str) and wanted.startswith("@"):
            found = next(
                (chat for chat in self.chats.values() if chat.username == wanted[1:]), None
            )
        else:
            found = self.chats.get(wanted) if isinstance(wanted, int) else None
        if found is None:
            raise bad("chat not found")
        if found.refusal is not None:
            raise found.refusal
        return found

    def open_query(self, *, expired: bool = False) -> tuple[str, Query]:
        """A new query and its id."""
        query = Query(asyncio.get_running_loop().create_future(), expired)
        name = str(4_000_000_000_000_000_000 + self.serial())
        self.queries[name] = query
        return name, query

    def count_send(self, chat: Chat) -> None:
        """Counts a message against the limits; raises `Refusal` 429 and records the violation."""
        now = time.monotonic()
        limits = [(self.times, self.overall_limit, self.window / 60, "in all")]
        if chat.is_group:
            limits.append((chat.times, self.group_limit, self.window, f"to group {chat.id}"))
        for times, limit, window, whom in limits:
            if limit is None:
                continue
            while times and times[0] <= now - window:
                times.popleft()
            if len(times) >= limit:
                wait = max(1, int(times[0] + window - now) + 1)
                self.violations.append(f"message {len(times) + 1} {whom} within {window:g} s")
                raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        for times, limit, _, _ in limits:
            if limit is not None:
                times.append(now)
