"""What the bot did: its calls, its messages, its silence."""

# ruff: noqa: ASYNC109 (each wait says itself how long it may take, and what it waited for)
from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from tests.botapi.menus import visible_menu
from tests.botapi.people import Person
from tests.botapi.server import Call, Server
from tests.botapi.state import Chat, Message, World
from tests.botapi.updates import Signal


class Watch:
    """The observing half of `BotApi`."""

    def __init__(self, world: World, server: Server, changed: Signal) -> None:
        self.world = world
        self._server = server
        self._changed = changed

    @property
    def calls(self) -> deque[Call]:
        """Every call but getUpdates, oldest first; at most `max_calls`."""
        return self._server.calls

    @property
    def polls(self) -> deque[Any]:
        """The parameters of the latest thousand getUpdates."""
        return self._server.polls

    @property
    def pushed(self) -> list[int]:
        """The statuses that a webhook answered with, oldest first."""
        return self._server.pusher.statuses

    @property
    def violations(self) -> list[str]:
        return self.world.violations

    def made(self, method: str, chat: Chat | None = None) -> list[Call]:
        """The recorded calls of one method, in one chat where given."""
        return [
            call
            for call in self.calls
            if call.method == method and (chat is None or call.chat_id == chat.id)
        ]

    def current(self, message: Message) -> Message | None:
        """A message as it is now; None once deleted."""
        return self.world.chats[message["chat"]["id"]].messages.get(message["message_id"])

    async def whispered(self, chat: Chat, count: int = 1, timeout: float = 40.0) -> list[Message]:
        """Waits until `count` messages stand in a chat that one member alone sees; all of them."""
        reached = f"{count} ephemeral messages in {chat.title}"
        await chat.changed.until(lambda: len(chat.whispers) >= count, timeout, reached)
        return list(chat.whispers.values())

    async def replies(
        self, to: Message | Chat, count: int = 1, timeout: float = 40.0
    ) -> list[Message]:
        """Waits until the bot sent `count` messages; all there are by then.

        For a message: the replies to it, and in a private chat what was sent after it without
        replying to anything. For a chat: those that no such call for the chat returned before.
        """
        if isinstance(to, Chat):
            await to.changed.until(
                lambda: len(to.sent) - to.seen >= count, timeout, f"{count} messages in {to.title}"
            )
            new = to.sent[to.seen :]
            to.seen = len(to.sent)
            return [to.messages[number] for number in new if number in to.messages]
        chat, number = self.world.chats[to["chat"]["id"]], int(to["message_id"])
        await chat.changed.until(
            lambda: len(_answers(chat, number)) >= count, timeout, f"{count} replies to {number}"
        )
        return [chat.messages[one] for one in _answers(chat, number)]

    async def edited(self, message: Message, timeout: float = 40.0) -> Message:
        """Waits until a message is no longer as given; what it is now.

        Raises `LookupError` when it was deleted instead.
        """
        chat = self.world.chats[message["chat"]["id"]]
        await chat.changed.until(
            lambda: self.current(message) is not message, timeout, "an edited message"
        )
        now = self.current(message)
        if now is None:
            raise LookupError(f"message {message['message_id']} was deleted")
        return now

    async def until(
        self, reached: Callable[[], bool], timeout: float = 40.0, waiting_for: str = "condition"
    ) -> None:
        """Waits for anything, asking again after each call and each confirmed update."""
        await self._changed.until(reached, timeout, waiting_for)

    async def polled(self, timeout: float = 40.0) -> None:
        """Waits until someone has asked for updates at least once."""
        await self._server.polled.until(lambda: bool(self.polls), timeout, "a getUpdates")

    async def idle(self, quiet: float = 0.25, timeout: float = 40.0) -> None:
        """Waits until all updates are confirmed and no call came for `quiet` seconds.

        A bot may still be thinking after that: before asserting silence, say something that it
        must answer and wait for that answer.
        """
        async with asyncio.timeout(timeout):
            while True:
                await self.until(lambda: not self.world.updates.waiting, timeout)
                try:
                    async with asyncio.timeout(quiet):
                        await self._changed.wait()
                except TimeoutError:
                    if not self.world.updates.waiting:
                        return

    def menu(self, person: Person, chat: Chat | None = None) -> list[dict[str, str]]:
        """The commands someone sees in a chat (their private one by default)."""
        return visible_menu(self.world, person.json, chat or person.chat())


def _answers(chat: Chat, number: int) -> list[int]:
    """Ids of what the bot said to a message, in order, without what it deleted since."""
    found = list(chat.answers.get(number, ()))
    if chat.type == "private":
        for sent in reversed(chat.sent):
            if sent <= number:
                break
            message = chat.messages.get(sent)
            if message is not None and "reply_to_message" not in message:
                found.append(sent)
    return sorted(one for one in found if one in chat.messages)
