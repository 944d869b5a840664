"""`yinju wipe`: nothing that was kept can be read any more, by anyone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from bot.cli.console import EX_TEMPFAIL, fail, out
from bot.config import Config
from bot.querylog.instance import InstanceError, only_instance
from bot.querylog.keys import default_key_file, shred


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
