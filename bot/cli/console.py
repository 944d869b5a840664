"""What the commands print on, and how they end when something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
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
