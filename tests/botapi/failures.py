"""Scripted refusals: the next calls of a method fail as told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from tests.botapi.params import Params
from tests.botapi.refusal import Refusal


@dataclass(slots=True)
class _Scripted:
    refusal: Refusal
    left: int
    chat_id: int | None


class Failures:
    """What was scripted and has not happened yet."""

    def __init__(self) -> None:
        self._scripts: dict[str, list[_Scripted]] = defaultdict(list)

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
