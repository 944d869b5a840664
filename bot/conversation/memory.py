"""What a person was shown last, so that a short word can mean something of it.

It lives in memory alone, under pseudonyms, for `conversation.memory_minutes`, and goes with
/forget: a restart forgets it too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from bot.conversation.replies import Reply

_REMEMBERED = 10_000
"""Conversations; the one longest silent is forgotten first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The last reply that offered something, and the question it answers."""

    reply: Reply
    question: str = ""
    """As it was looked up; empty where the reply answers none."""
    said: str = ""
    """The words alone that it was made of."""


def question_of(shown: Shown | None) -> str:
    """The question that the conversation is about."""
    return shown.question if shown is not None else ""


class Memory:
    """The last reply of each conversation: one person in one chat."""

    def __init__(self, minutes: int, now: Callable[[], float] = monotonic) -> None:
        self._seconds = 60 * minutes
        self._now = now
        self._shown: OrderedDict[tuple[str, str], tuple[float, Shown]] = OrderedDict()

    def remember(self, person: str, chat: str, shown: Shown) -> None:
        """Take the place of what was shown before."""
        self._shown[person, chat] = (self._now(), shown)
        self._shown.move_to_end((person, chat))
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)

    def last(self, person: str, chat: str) -> Shown | None:
        """What was shown last, unless that is too long ago."""
        at, shown = self._shown.get((person, chat), (0.0, None))
        if shown is None or self._now() - at < self._seconds:
            return shown
        del self._shown[person, chat]
        return None

    def forget(self, person: str) -> None:
        """Everything a person was shown, in every chat."""
        for key in [key for key in self._shown if key[0] == person]:
            del self._shown[key]
