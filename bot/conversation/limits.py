"""How much one person or one chat may ask of the bot in a minute, before any work is done, and
whose turn it is when many do."""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from time import monotonic
from typing import Generic, TypeVar

from bot.config.model import LimitsConfig
from bot.metrics import REFUSALS

_MINUTE = 60.0
_KEYS = 10_000
"""People, or chats, remembered at once by each limit; beyond them, who was quiet longest is
forgotten. At 90 events a minute each, that is less than 12 MB."""


T = TypeVar("T")
Whose = tuple[str, str]
"""A chat and who in it: each has a queue of their own."""
_PLACES = 64
"""What is being worked on, in all: what waits for its chat holds no place."""
_EACH = 2
"""And of each one's own queue, waiting for the chat or not: as many as are searched for at once."""


class Kind(StrEnum):
    """What somebody wants."""

    QUESTION = "question"
    COMMAND = "command"
    PRESS = "press"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class Refusal:
    """It was too much. `seconds` until the next is taken; `tell` is True once, then silence."""

    seconds: int
    tell: bool


class MinuteLimit:
    """At most `per_minute` events for a key in any 60 seconds; 0 is no limit.

    Held in memory on purpose: it forgets within a minute, and a restart forgives.
    """

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = monotonic, keys: int = _KEYS
    ) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._keys = keys
        self._events: OrderedDict[str, array[float]] = OrderedDict()
        self._told: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._events)

    def ask(self, key: str) -> Refusal | None:
        """Count one event, unless the limit is reached: then refuse, and tell so once a minute, or
        who keeps asking would be told at every gap."""
        if not self._per_minute:
            return None
        now = self._clock()
        self._forget(now)
        events = self._events.setdefault(key, array("d"))
        while events and events[0] <= now - _MINUTE:
            events.pop(0)
        if len(events) < self._per_minute:
            events.append(now)
            self._events.move_to_end(key)
            return None
        tell = self._told.get(key, now - _MINUTE) <= now - _MINUTE
        if tell:
            self._told[key] = now
        return Refusal(max(ceil(events[0] + _MINUTE - now), 1), tell)

    def _forget(self, now: float) -> None:
        """Let go of who has been quiet for a minute, and of more than there is room for."""
        while self._events:
            key, events = next(iter(self._events.items()))
            if len(self._events) <= self._keys and events[-1] > now - _MINUTE:
                return
            del self._events[key]
            if self._told.get(key, now) <= now - _MINUTE:
                del self._told[key]


class Admission:
    """The allowance of every kind of thing that people do."""

    def __init__(self, limits: LimitsConfig, clock: Callable[[], float] = monotonic) -> None:
        per_minute = {
            Kind.QUESTION: limits.user_per_minute,
            Kind.COMMAND: limits.commands_per_minute,
            Kind.PRESS: limits.presses_per_minute,
            Kind.INLINE: limits.inline_per_minute,
        }
        self._of_person = {kind: MinuteLimit(n, clock) for kind, n in per_minute.items()}
        # A group may do as much of everything as the same number of people, not more.
        people = limits.chat_per_minute / (limits.user_per_minute or limits.chat_per_minute or 1)
        self._of_chat = {
            kind: MinuteLimit(
                limits.chat_per_minute if kind is Kind.QUESTION else ceil(n * people), clock
            )
            for kind, n in per_minute.items()
        }

    def ask(self, kind: Kind, person: str, chat: str | None) -> Refusal | None:
        """Whether somebody may, now; `chat` only where others share it."""
        refusal = self._of_person[kind].ask(person)
        if refusal is None and chat is not None:
            refusal = self._of_chat[kind].ask(chat)
        if refusal is not None:
            REFUSALS.labels(kind.value).inc()
        return refusal


class Turns(Generic[T]):
    """Who is next: everybody in turn, however much one of them wants. Starts what is added as
    soon as there is room for it."""

    def __init__(
        self, start: Callable[[Whose, T], None], places: int = _PLACES, each: int = _EACH
    ) -> None:
        self._start = start
        self._free = places
        self._each = each
        self._queues: dict[Whose, deque[T]] = {}
        self._ready: deque[Whose] = deque()
        self._under_way: Counter[Whose] = Counter()
        self._open = True
        self.waiting = 0

    def add(self, whose: Whose, one: T) -> None:
        """Let it wait for its turn."""
        self.waiting += 1
        queue = self._queues.setdefault(whose, deque())
        queue.append(one)
        if len(queue) == 1 and self._under_way[whose] < self._each:
            self._ready.append(whose)
        self._go()

    def left(self) -> None:
        """Somebody gave a place back."""
        self._free += 1
        self._go()

    def ended(self, whose: Whose) -> None:
        """One of theirs is over."""
        self._under_way[whose] -= 1
        if whose in self._queues and self._under_way[whose] == self._each - 1:
            self._ready.append(whose)
        if not self._under_way[whose]:
            del self._under_way[whose]
        self._go()

    def close(self) -> None:
        """Start nothing any more."""
        self._open = False

    def _go(self) -> None:
        while self._open and self._free and self._ready:
            whose = self._ready.popleft()
            queue = self._queues[whose]
            one = queue.popleft()
            if not queue:
                del self._queues[whose]
            self._free -= 1
            self._under_way[whose] += 1
            if queue and self._under_way[whose] < self._each:
                self._ready.append(whose)  # behind all others
            self.waiting -= 1
            self._start(whose, one)
