"""How many questions one person or one chat may ask in a minute."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum
from time import monotonic


class Allowance(Enum):
    """What to do with a question: answer it, say once that it was too many, or stay silent."""

    YES = "yes"
    REFUSE = "refuse"
    SILENT = "silent"


class MinuteLimit:
    """At most `per_minute` events for a key in any 60 seconds; 0 is no limit.

    Held in memory on purpose: it forgets within a minute, and a restart forgives.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._events: dict[str, deque[float]] = {}
        self._told: dict[str, float] = {}
        self._swept = clock()

    def ask(self, key: str) -> Allowance:
        """Count one event, unless the limit is reached: then refuse once, and go silent for a
        minute, or who keeps asking would be told at every gap."""
        if not self._per_minute:
            return Allowance.YES
        now = self._clock()
        self._sweep(now)
        events = self._events.setdefault(key, deque())
        while events and events[0] <= now - 60:
            events.popleft()
        if len(events) < self._per_minute:
            events.append(now)
            return Allowance.YES
        if self._told.get(key, now - 60) > now - 60:
            return Allowance.SILENT
        self._told[key] = now
        return Allowance.REFUSE

    def _sweep(self, now: float) -> None:
        """Forget those who have been quiet, once a minute."""
        if now - self._swept < 60:
            return
        self._swept = now
        quiet = [
            key for key, events in self._events.items() if not events or events[-1] <= now - 60
        ]
        for key in quiet:
            del self._events[key]
        self._told = {key: at for key, at in self._told.items() if at > now - 60}
