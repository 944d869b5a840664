"""The command `yinju` as its users run it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import out
from bot.cli.main import app
from tests.corpora import SEEDS
from tests.querylogs import KEY
from tests.starts import run

ROOT = Path(__file__).parent.parent
_WIDTH = 200
out.width = _WIDTH
_MAIN = "from bot.cli.main import main; main()"


def yinju(
    folder: Path,
    *arguments: str | bytes,
    typed: str | bytes = "",
    corpus: Path = SEEDS,
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """Run it in `folder`; its output as text. Variables beginning with ``YINJU_`` come from the
    arguments alone. What is typed to has a process of its own, split off; the rest runs in this
    one, for a start costs more than most of what is asked of it."""
    words = [one for one in arguments if isinstance(one, str)]
    if typed or len(words) < len(arguments):
        text = typed.encode() if isinstance(typed, str) else typed
        return run(folder, _environment(folder, corpus) | variables, arguments, text)
    environment = dict.fromkeys(_unwanted()) | _given(folder, corpus) | variables
    with chdir(folder), _logging_as_it_was():
        done = CliRunner().invoke(app, words, env=environment, catch_exceptions=False)
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


def process(folder: Path, *arguments: str, corpus: Path) -> subprocess.CompletedProcess[str]:
    """The same as people start it."""
    return subprocess.run(
        [sys.executable, "-c", _MAIN, *arguments],
        cwd=folder,
        env=_environment(folder, corpus),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def _environment(folder: Path, corpus: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _unwanted()}
    return kept | _given(folder, corpus)


def _unwanted() -> list[str]:
    return [name for name in os.environ if name.startswith(("YINJU_", "LC_"))]


def _given(folder: Path, corpus: Path) -> dict[str, str]:
    return {
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "YINJU_CORPUS__PATH": str(corpus),
        "YINJU_LOG__PATH": str(folder / "log.db"),
        "YINJU_LOG__KEY": KEY.hex(),
        "COLUMNS": str(_WIDTH),
    }


@contextmanager
def _logging_as_it_was() -> Iterator[None]:
    root, hook = logging.getLogger(), sys.excepthook
    loggers = [root, *map(logging.getLogger, ("bot", "retrieval"))]
    levels, handlers = [one.level for one in loggers], root.handlers[:]
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.handlers, sys.excepthook = handlers, hook
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)


def small(folder: Path) -> Path:
    """A corpus of two documents that is read at once."""
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text(
        "---\ntitle: 东京会议\nurl: https://example.org/tokyo\npublisher: 甲社\ndate: 2021-03-16\n"
        "---\n各国外长在东京举行会议，讨论气候变化。\n\n会后发表了一份联合声明。\n",
        encoding="utf-8",
    )
    (corpus / "b.md").write_text("# 熊猫\n\n大熊猫住在成都的山里，吃竹子。\n", encoding="utf-8")
    return corpus
