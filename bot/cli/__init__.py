"""What the commands print on, how they end when something is wrong, and the program's own log: a
line an event, and nothing in it that people said or are.

A message of ours is logged as it is: it is made of files, settings and errors of the system. Of
any other library only the constant part of its message is, without what was filled in; and of an
exception only its type and where it came from, for its text may quote what people sent.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.progress import Progress

from bot.config import Config, ConfigError, load

EX_CONFIG = 1
"""Something has to be changed first: configuration, token, corpus."""
EX_TEMPFAIL = 75
"""Trying again later may help: no network, another instance."""

# Lines stay as they are: a link broken at column 80 cannot be opened, and Rich wraps Chinese as
# if a sentence were one word.
out = Console(soft_wrap=True)
err = Console(stderr=True)


def fail(message: str, status: int = EX_CONFIG) -> typer.Exit:
    """Say what is wrong on the error stream; raise what this returns."""
    err.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(status)


def configured(path: Path | None) -> Config:
    """The configuration, or the end of the program with every problem in it."""
    try:
        return load(path)
    except ConfigError as error:
        raise fail(str(error)) from None


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on the error stream, gone when it is done; silent without a terminal."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task(title, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


_OURS = ("bot", "retrieval")
_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{8,}")
_FILLED_IN = re.compile(r"""'[^']*'|"[^"]*"|<[^>]*>|\d{4,}|[^\x20-\x7e]+""")
"""In a message that was put together before it was logged: what is quoted, represented, a long
number or not ASCII."""
_FRAMES = 6


def log_to_stderr(level: int, *, as_json: bool = False) -> None:
    """The program's own messages from `level` on, the libraries' from WARNING on; in colour for
    people at a terminal, else plain, or as one JSON object a line."""
    handler: logging.Handler
    if err.is_terminal and not as_json:
        handler = RichHandler(console=err, show_path=False, log_time_format="%X")
        handler.setFormatter(Line(timed=False))
    else:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLine() if as_json else Line())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    sys.excepthook = _unexpected


def _unexpected(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("bot").critical("The program ended.", exc_info=(kind, error, trace))


class Line(logging.Formatter):
    """One event as one line."""

    def __init__(self, *, timed: bool = True) -> None:
        super().__init__()
        self._timed = timed

    def format(self, record: logging.LogRecord) -> str:
        line = _said(record)
        if cause := _cause(record):
            line += f" [{cause}]"
        if self._timed:
            line = f"{_time(record)} {record.levelname} {record.name}: {line}"
        return " ".join(line.split())


class JsonLine(logging.Formatter):
    """One event as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": " ".join(_said(record).split()),
        }
        if cause := _cause(record):
            event["cause"] = cause
        return json.dumps(event, ensure_ascii=False)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _said(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in _OURS:
        return _TOKEN.sub("…", record.getMessage())
    template = str(record.msg)
    if record.name == "py.warnings" and isinstance(record.args, tuple) and record.args:
        template = str(record.args[0])
    # What is filled in later stands in the arguments; what was filled in before is cut out.
    first = template.partition("\n")[0]
    return _FILLED_IN.sub("…", first if not isinstance(record.args, Mapping) else template)


def _cause(record: logging.LogRecord) -> str:
    info: Any = record.exc_info
    if not info or info[1] is None:
        return ""
    said: list[str] = []
    error: BaseException | None = info[1]
    while error is not None and len(said) < _FRAMES:
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        places = " < ".join(
            f"{'/'.join(frame.filename.replace(chr(92), '/').rsplit('/', 2)[-2:])}:"
            f"{frame.lineno} {frame.name}"
            for frame in reversed(frames)
        )
        said.append(f"{type(error).__qualname__} at {places or 'an unknown place'}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return ", caused by ".join(said)
