"""What is wrong with a configuration: every problem at once, each with its place and way out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{8,}")
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. Never holds the bot token."""

    where: str
    """``telegram.tokn (line 3)``, ``line 3, column 5``, an environment variable, or a file."""
    what: str
    way_out: str


class ConfigError(Exception):
    """The configuration cannot be used. `path` is its file, None where there is none."""

    def __init__(self, path: Path | None, problems: Iterable[Problem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        source = str(path) if path else "the configuration"
        lines = (f"{p.where}: {p.what}; {p.way_out}" for p in self.problems)
        super().__init__("\n".join((f"{source} cannot be used", *lines)))


def shown(value: object) -> str:
    """A value as an error message may show it: short, printable, without a token in it."""
    text = _TOKEN.sub("…", json.dumps(value, ensure_ascii=False, default=str))
    if len(text) > _LONGEST_SHOWN:
        text = text[:_LONGEST_SHOWN] + "…"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
