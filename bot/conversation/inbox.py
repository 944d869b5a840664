"""Nothing lost: what comes is committed before its platform hears that it was received, and is
done with only when its replies are sent and logged."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter

from bot.conversation.backlog import Backlog
from bot.querylog import QueryLog, QueryLogError
from bot.querylog.records import Event
from bot.querylog.writes import Arrival, Progress

_SEEN = 5_000
"""Events that are known when they come again: a platform repeats what it was not told is received,
the last hundred or so."""
_AGAIN = 5.0


class Inbox:
    """The inbox of one platform.

    A database that cannot be written keeps nobody from an answer: `accept` then says that what
    came is held in memory alone.
    """

    def __init__(self, log: QueryLog, backlog: Backlog, platform: str) -> None:
        self._log = log
        self._platform = platform
        self.backlog = backlog
        self._seen: OrderedDict[str, None] = OrderedDict()

    def seen(self, event: str) -> bool:
        """Whether an event came before."""
        return event in self._seen

    def accept(
        self, arrived: Sequence[Arrival], *, soon: bool
    ) -> asyncio.Future[frozenset[Event] | None]:
        """Commit what arrived, all of it unseen. The future is None when it could not be kept."""
        for one in arrived:
            self._remember(one.event)
        return self.backlog.arrived(arrived, soon=soon)

    async def waiting(self) -> list[Arrival]:
        """What an earlier run left undone, oldest first. Raises QueryLogError."""
        left, done = await self._log.waiting_in_inbox(self._platform)
        left = [one for one in left if not self.seen(one.event)]
        for event in (*done, *(one.event for one in left)):
            self._remember(event)
        return left

    async def content_of(self, arrival: Arrival, heard: float) -> str:
        """What was left in the inbox to spare memory, as soon as that can be read; empty where it
        is gone, for its sender had everything deleted since it was `heard`."""
        while not arrival.content or self.backlog.forgotten.get(arrival.person, 0.0) > heard:
            try:
                return await self._log.content_of(arrival.id)
            except QueryLogError:
                await asyncio.sleep(_AGAIN)
        return arrival.content

    def _remember(self, event: str) -> None:
        self._seen[event] = None
        if len(self._seen) > _SEEN:
            self._seen.popitem(last=False)


@dataclass(eq=False, slots=True)
class Send:
    """One message in reply to an event."""

    tries: int = 0
    """Sendings that were begun and not seen to fail."""
    number: str | None = None
    """Of the message, once it was sent for certain."""


@dataclass(eq=False, slots=True)
class Handling:
    """The event that is being handled, and how far that has come.

    Every message in reply is noted before it is sent, and when it was, and so is the id of the
    question: an event that is handled again after a kill says again only what nobody knows to
    have arrived, and is logged once.
    """

    arrival: Arrival
    member: str
    """Who did it: members of a group are served in turn."""
    inbox: Inbox
    leave: Callable[[], None]
    """To be called before anything that waits for a chat: gives its place to another event."""
    heard: float = field(default_factory=perf_counter)
    put_off: bool = False
    """The bot stopped before all was sent: the next start does it."""
    beside: list[asyncio.Task[None]] = field(default_factory=list)
    """What need not be waited for to go on, but to be done."""
    _sends: list[Send] = field(init=False)
    said: int = 0
    """How many messages were begun, this time."""

    _asked: str = ""
    _again: str = ""

    def __post_init__(self) -> None:
        self._asked, *sends = json.loads(self.arrival.sends or '[""]')
        self._again = self._asked
        self._sends = [Send(*one) for one in sends]
        self.note()

    def question(self) -> str:
        """An id for a question that this event asks: that of an earlier start, if there was one."""
        again, self._again = self._again, ""
        self._asked = again or secrets.token_urlsafe(9)
        return self._asked

    def message(self) -> Send:
        """The next message of this handling: what became of it when it was sent before."""
        if self.said == len(self._sends):
            self._sends.append(Send())
        self.said += 1
        return self._sends[self.said - 1]

    async def begin(self, send: Send) -> None:
        """It is about to be sent: should the bot end now, that is in doubt. Returns when that is
        written, and all that was logged before."""
        send.tries += 1
        self.note()
        if not self.inbox.backlog.failing:
            await self.inbox.backlog.noted()

    def ended(self, send: Send, number: str | None) -> None:
        """It was sent, as the message of that number, or for certain not sent."""
        send.number = number
        send.tries -= number is None
        self.note(soon=True)

    def note(self, *, soon: bool = False) -> None:
        """Remember how far it has come, behind the answer."""
        sends = json.dumps([self._asked, *([one.tries, one.number] for one in self._sends)])
        progress = Progress(self.arrival.starts + 1, sends)
        self.inbox.backlog.progress(self.arrival.id, progress, soon=soon)


HANDLING: ContextVar[Handling | None] = ContextVar("handling", default=None)
"""Of the event that the running task belongs to."""


def new_question() -> str:
    """An id for a question, the same when it is answered again after the bot was ended."""
    handling = HANDLING.get()
    return handling.question() if handling is not None else secrets.token_urlsafe(9)


def this_event() -> Event | None:
    """The id of what is handled now."""
    handling = HANDLING.get()
    return handling.arrival.id if handling is not None else None


def begun_before() -> bool:
    """Whether an earlier start of the bot began to handle what is handled now."""
    handling = HANDLING.get()
    return handling is not None and handling.arrival.starts > 0
