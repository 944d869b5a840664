"""The face of the server for tests: people and chats in, the bot's replies and calls out."""

from __future__ import annotations

import time
from collections import Counter
from types import TracebackType
from typing import Any, Self

from tests.botapi.failures import Trouble
from tests.botapi.people import Person
from tests.botapi.profile import member_json
from tests.botapi.refusal import Refusal
from tests.botapi.server import Server
from tests.botapi.state import Chat, World
from tests.botapi.updates import Signal, UpdateQueue
from tests.botapi.watching import Watch

ANONYMOUS_ADMIN = 1087968824


class BotApi(Watch):
    """A Telegram with one bot. Everything is in memory and ends with the `async with`.

    `can_read_all_group_messages` False turns privacy mode on, as BotFather does by default;
    here it is off by default, so that a bot's silence in a group is its own doing.
    `group_limit` refuses messages past that many in `window` seconds per group, `overall_limit`
    past that many a sixtieth of it in all; `violations` tells of each. With `conflicts` False two
    pollers share the queue instead of ending each other.
    """

    def __init__(
        self,
        token: str = "7000000001:AAtest-token_of_no_value",
        *,
        username: str = "yinju_test_bot",
        first_name: str = "Yinju",
        can_read_all_group_messages: bool = True,
        supports_inline_queries: bool = True,
        supports_guest_queries: bool = True,
        ephemeral: bool = True,
        can_join_groups: bool = True,
        group_limit: int | None = None,
        overall_limit: int | None = None,
        window: float = 60.0,
        conflicts: bool = True,
        max_calls: int = 100_000,
    ) -> None:
        user = {
            "id": int(token.split(":")[0]),
            "is_bot": True,
            "first_name": first_name,
            "username": username,
        }
        me: dict[str, Any] = user | {
            "can_join_groups": can_join_groups,
            "can_read_all_group_messages": can_read_all_group_messages,
            "supports_inline_queries": supports_inline_queries,
            "supports_guest_queries": supports_guest_queries,
        }
        changed = Signal()
        queue = UpdateQueue(conflicts=conflicts)
        queue.changed = changed
        world = World(token, me, queue, group_limit, overall_limit, window)
        world.ephemeral = ephemeral
        world.users[world.bot["id"]] = user
        super().__init__(world, Server(world, changed, max_calls), changed)

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._server.stop()
        if error is None and self._server.errors:
            raise BaseExceptionGroup("the Bot API server itself failed", self._server.errors)

    @property
    def token(self) -> str:
        return self.world.token

    @property
    def url(self) -> str:
        """The root: ``{url}/bot{token}/{method}``, files at ``{url}/file/bot{token}/{path}``."""
        return self._server.url

    @property
    def chats(self) -> dict[int, Chat]:
        """Every chat the bot could know, by id."""
        return self.world.chats

    @property
    def bot_id(self) -> int:
        return int(self.world.bot["id"])

    # Who and where

    def user(
        self,
        id: int,
        first_name: str = "Someone",
        language_code: str | None = None,
        username: str | None = None,
    ) -> Person:
        """Someone; their private chat starts at their first word."""
        given = {
            "id": id,
            "is_bot": False,
            "first_name": first_name,
            "username": username,
            "language_code": language_code,
        }
        json = {key: value for key, value in given.items() if value is not None}
        self.world.users[id] = json
        return Person(self.world, json)

    def anonymous(self, chat: Chat) -> Person:
        """An administrator of a group who posts in its name."""
        json = {
            "id": ANONYMOUS_ADMIN,
            "is_bot": True,
            "first_name": "Group",
            "username": "GroupAnonymousBot",
        }
        self.world.users[ANONYMOUS_ADMIN] = json
        return Person(self.world, json, chat)

    def private(self, person: Person) -> Chat:
        """Someone's private chat with the bot."""
        return person.chat()

    def _shared(self, id: int, type: str, title: str, **fields: Any) -> Chat:
        return self.world.new_chat(id, type, title=title, members={self.bot_id: "member"}, **fields)

    def group(self, title: str = "Group", id: int = -100) -> Chat:
        """A basic group with the bot in it."""
        return self._shared(id, "group", title)

    def supergroup(
        self,
        title: str = "Supergroup",
        id: int = -1001000000001,
        *,
        username: str | None = None,
        forum: bool = False,
    ) -> Chat:
        """A supergroup with the bot in it, with topics where `forum`."""
        return self._shared(id, "supergroup", title, username=username, is_forum=forum)

    def channel(self, title: str = "Channel", id: int = -1001000000002) -> Chat:
        """A channel the bot can post to."""
        chat = self._shared(id, "channel", title)
        chat.members[self.bot_id] = "administrator"
        return chat

    def topic(self, chat: Chat, name: str) -> int:
        """A new topic of a forum; its message_thread_id."""
        if not chat.is_forum:
            raise ValueError(f"{chat.title} has no topics")
        created = {"name": name, "icon_color": 7322096}
        message = chat.add({"forum_topic_created": created, "is_topic_message": True})
        number = int(message["message_id"])
        message["message_thread_id"] = number
        chat.topics[number] = name
        return number

    # What happens

    def updates(self, *updates: dict[str, Any]) -> None:
        """Enqueues raw updates, each ``{kind: object}``; update_id is given here."""
        for update in updates:
            ((kind, content),) = update.items()
            self.world.updates.put(kind, content)

    def membership(self, chat: Chat, status: str, by: Person) -> None:
        """Makes the bot a member, administrator, restricted, left or kicked, and tells it.

        In a private chat, "kicked" is the person blocking it and "member" unblocking.
        """
        before = member_json(self.world, chat, self.bot_id) if self._in(chat) else None
        chat.members[self.bot_id] = status
        after = member_json(self.world, chat, self.bot_id)
        chat.refusal = None
        if status in {"left", "kicked"}:
            reason = f"bot was kicked from the {chat.type} chat"
            if chat.type == "private":
                reason = "bot was blocked by the user"
            elif status == "left":
                reason = f"bot is not a member of the {chat.type} chat"
            chat.refusal = Refusal(403, f"Forbidden: {reason}")
        content = {
            "chat": chat.as_json(),
            "from": by.json,
            "date": int(time.time()),
            "old_chat_member": before or {"status": "member", "user": self.world.bot_user()},
            "new_chat_member": after,
        }
        self.world.updates.put("my_chat_member", content)

    def _in(self, chat: Chat) -> bool:
        return self.bot_id in chat.members

    def migrate(self, group: Chat, id: int = -1001000000003) -> Chat:
        """Turns a group into a supergroup: both service messages, and the old id is refused."""
        after = self._shared(id, "supergroup", group.title)
        after.members |= group.members
        by = {"from": self.world.bot_user()}
        self.updates({"message": group.add({"migrate_to_chat_id": id, **by})})
        self.updates({"message": after.add({"migrate_from_chat_id": group.id, **by})})
        reason = "Bad Request: group chat was upgraded to a supergroup chat"
        group.refusal = Refusal(400, reason, migrate_to=id)
        return after

    def fail(
        self,
        method: str,
        error_code: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to: int | None = None,
        times: int = 1,
        chat: Chat | None = None,
    ) -> None:
        """The next `times` calls of a method (in `chat`) are refused so; getUpdates too."""
        refusal = Refusal(error_code, description, retry_after, migrate_to)
        self._server.failures.add(method, refusal, times, chat.id if chat else None)

    def trouble(self, method: str, trouble: Trouble | Refusal, times: int = 1) -> None:
        """The next `times` calls of a method meet it; whoever waits goes on waiting."""
        self._server.failures.trouble(method, trouble, times)

    def outage(self, trouble: Trouble | None, but: str = "") -> None:
        """What every call meets from now on, but those of one method; None: nothing."""
        self._server.failures.outage = trouble
        self._server.failures.spared = but.lower()

    @property
    def suffered(self) -> Counter[str]:
        """How many calls of each method, in lower case, met a trouble."""
        return self._server.failures.suffered
