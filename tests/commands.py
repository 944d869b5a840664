"""The command `yinju` as its users run it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.corpora import SEEDS
from tests.querylogs import KEY

ROOT = Path(__file__).parent.parent
_MAIN = "from bot.cli.main import main; main()"


def yinju(
    folder: Path,
    *arguments: str | bytes,
    typed: str | bytes = "",
    corpus: Path = SEEDS,
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """Run it in `folder`, with `typed` piped in; its output as text. Variables beginning with
    ``YINJU_`` come from the arguments alone."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("YINJU_", "LC_"))}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "YINJU_CORPUS__PATH": str(corpus),
        "YINJU_LOG__PATH": str(folder / "log.db"),
        "YINJU_LOG__KEY": KEY.hex(),
        "COLUMNS": "200",
    }
    done = subprocess.run(
        [sys.executable, "-c", _MAIN, *arguments],
        cwd=folder,
        env=environment | variables,
        input=typed.encode() if isinstance(typed, str) else typed,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


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
