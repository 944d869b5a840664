"""`yinju log` and `yinju wipe`: the latest questions, and an end to all that was kept."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from rich.table import Table

from bot.app import query_log
from bot.cli.console import EX_TEMPFAIL, fail, out
from bot.config import Config
from bot.querylog import QueryLogError
from bot.querylog.file import InstanceError, only_instance
from bot.querylog.keys import default_key_file, shred
from bot.terminal import literal


async def print_log(config: Config, count: int) -> None:
    """Print the latest `count` questions, the newest first."""
    path = config.log.path
    if not path.exists():
        out.print(f"Nothing was asked yet: there is no query log at {path}.", markup=False)
        return
    try:
        async with query_log(config.log) as log:
            entries = await log.latest(count)
    except QueryLogError as error:
        raise fail(f"The query log cannot be read. {error}") from None
    table = Table("asked (UTC)", "where", "asker", "question", "verdict", "sure", "quoted", "ms")
    for question, quotes in entries:
        table.add_row(
            f"{question.asked_at:%Y-%m-%d %H:%M:%S}",
            f"{question.platform} {question.chat_kind}",
            question.asker[:8],
            literal(question.text),
            question.verdict,
            f"{question.confidence:.2f}",
            "\n".join(quote.passage for quote in quotes),
            f"{question.elapsed_ms:.1f}",
        )
    out.print(table)


def wipe_log(config: Config) -> None:
    """Destroy the key first, which takes no time and is enough, then every file of the log."""
    log = config.log
    try:
        with only_instance(log.path):
            with suppress(RuntimeError):  # there is no home folder, and so no key in it
                shred(log.key_file or default_key_file(log.path))
            for file in _files(log.path):
                shred(file)
    except InstanceError as error:
        who = f"process {error.pid}" if error.pid else "another process"
        raise fail(f"{who} serves from {error.path}; stop it first", EX_TEMPFAIL) from None
    except OSError as error:
        raise fail(f"Not everything could be destroyed: {error}") from None
    out.print(f"The query log {log.path} and its key are destroyed.", markup=False)
    if log.key.get_secret_value():
        out.print("Its key also stands in YINJU_LOG__KEY or a credential: remove it there.")


def _files(database: Path) -> list[Path]:
    """The database, what stands beside it under its name, and what was put aside; not the lock,
    which is held."""
    beside = database.parent.glob(database.name + "*") if database.parent.is_dir() else []
    lock = database.with_name(database.name + ".lock")
    return [file for file in beside if file != lock and file.is_file()]
