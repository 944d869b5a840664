"""Scripted refusals and troubles: the next calls of a method fail as told."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum

from tests.botapi.params import Params
from tests.botapi.refusal import Refusal


class Trouble(StrEnum):
    """What can happen to a call on its way."""

    RESET = "reset"
    """The connection ends before Telegram did anything."""
    HANG = "hang"
    """No answer, and nothing done."""
    DROPPED = "dropped response"
    """Telegram did it, and the connection ends before it can say so."""
    PAGE = "HTML"
    """A proxy answers with a page of its own: 404."""


@dataclass(slots=True)
class _Scripted:
    refusal: Refusal
    left: int
    chat_id: int | None


class Failures:
    """What was scripted and has not happened yet."""

    def __init__(self) -> None:
        self._scripts: dict[str, list[_Scripted]] = defaultdict(list)
        self._troubles: dict[str, list[Trouble | Refusal]] = defaultdict(list)
        self.outage: Trouble | None = None
        """What becomes of every call while it is set."""
        self.spared = ""
        self.suffered: Counter[str] = Counter()

    def trouble(self, method: str, trouble: Trouble | Refusal, times: int) -> None:
        """The next `times` calls of `method` meet it, and whoever waits goes on waiting."""
        self._troubles[method.lower()] += [trouble] * times

    def met(self, method: str) -> Trouble | Refusal | None:
        """What the next call must meet on its way; uses it up."""
        met: Trouble | Refusal | None = None
        if self.outage is not None and method != self.spared:
            met = self.outage
        elif waiting := self._troubles.get(method):
            met = waiting.pop(0)
        self.suffered[method] += met is not None
        return met

    def add(self, method: str, refusal: Refusal, times: int, chat_id: int | None) -> None:
        """The next `times` calls of `method` (in one chat, where given) meet `refusal`."""
        self._scripts[method.lower()].append(_Scripted(refusal, times, chat_id))

    def next(self, method: str, params: Params) -> Refusal | None:
        """The refusal this call must meet; uses it up."""
        scripts = self._scripts.get(method)
        if not scripts:
            return None
        for script in scripts:
            if script.chat_id is None or script.chat_id == params.get("chat_id"):
                script.left -= 1
                if script.left == 0:
                    scripts.remove(script)
                return script.refusal
        return None
