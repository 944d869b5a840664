"""The conversation in a terminal, in a process of its own, by a pipe and by a real terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from tests.commands import ROOT, small, yinju

_PATIENCE = 90.0


def test_questions_piped_in_are_answered_in_turn(tmp_path: Path) -> None:
    done = yinju(
        tmp_path,
        "run",
        typed="外长会议在哪里举行？\n\n熊猫吃什么？",
        corpus=small(tmp_path),
        LANG="zh_CN.UTF-8",
    )
    assert done.returncode == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert "telegram.token" in lines[0]
    first, second = (lines.index(f"❯ {q}") for q in ("外长会议在哪里举行？", "熊猫吃什么？"))
    assert any("│ 各国外长在东京举行会议" in line for line in lines[first:second])
    assert any("https://example.org/tokyo#:~:text=" in line for line in lines[first:second])
    assert any("甲社 · 2021-03-16" in line for line in lines[first:second])
    assert any("吃竹子" in line for line in lines[second:])


def test_commands_are_obeyed(tmp_path: Path) -> None:
    commands = "/start /help /about /documents /random /privacy /language /nonsense /reload".split()
    commands += ["/documents 999", "/documents " + "9" * 5000, "/ask 熊猫吃什么", "/ask"]
    done = yinju(tmp_path, "chat", typed="\n".join(commands), corpus=small(tmp_path))
    assert done.returncode == 0
    assert done.stderr == ""
    for said in ("2 documents", "One without a named publisher", "90 days", "2 繁體中文"):
        assert said in done.stdout
    assert "Nothing changed: 2 documents" in done.stdout
    assert "吃竹子" in done.stdout
    assert "Write your question after the command" in done.stdout


def test_the_language_can_be_chosen_and_is_kept(tmp_path: Path) -> None:
    corpus = small(tmp_path)
    chosen = yinju(tmp_path, "chat", typed="/language zh-Hant\n/ask\n", corpus=corpus)
    assert "我會說繁體中文。" in chosen.stdout
    assert "請在命令後面寫上問題" in chosen.stdout
    assert "這裡面沒有" in yinju(tmp_path, "chat", typed="？", corpus=corpus).stdout
    forgot = yinju(tmp_path, "chat", typed="/forget\n1\n？\n", corpus=corpus)
    assert "no word in that" in forgot.stdout


def test_a_terminal_without_unicode_gets_escapes_and_bytes_that_are_no_text_get_an_answer(
    tmp_path: Path,
) -> None:
    corpus = small(tmp_path)
    for variables in ({"LANG": "C"}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii:strict"}):
        done = yinju(tmp_path, "chat", typed="熊猫吃什么？\n", corpus=corpus, **variables)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout
    done = yinju(tmp_path, "chat", typed=b"\xff\xfe\n\xb4\xf3\n", corpus=corpus)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("no word in that to look up") == 2


@contextmanager
def _terminal(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`yinju chat` at a real terminal, whose other end is the file descriptor."""
    ours, theirs = pty.openpty()
    variables = {
        "PYTHONPATH": str(ROOT),
        "LANG": "en_US.UTF-8",
        "PYTHONUTF8": "1",
        "TERM": "xterm",
        "YINJU_CORPUS__PATH": str(small(folder)),
        "YINJU_LOG__PATH": str(folder / "log.db"),
    }
    default = f"import signal; signal.signal({signal.SIGINT:d}, signal.default_int_handler); "
    process = subprocess.Popen(  # in the background of a shell, interrupts would be ignored
        [sys.executable, "-c", f"{default}from bot.cli.main import main; main()", "chat"],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith(("YINJU_", "LC_"))}
        | variables,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _until(descriptor: int, wanted: str) -> str:
    seen = b""
    deadline = monotonic() + _PATIENCE
    while wanted.encode() not in seen and monotonic() < deadline:
        if select.select([descriptor], [], [], 1)[0]:
            seen += os.read(descriptor, 65536)
    text = seen.decode(errors="replace")
    assert wanted in text, text
    return text


def test_at_a_terminal_one_is_greeted_answered_and_let_go_by_an_empty_line(tmp_path: Path) -> None:
    with _terminal(tmp_path) as (process, typing):
        _until(typing, "❯")
        os.write(typing, "熊猫吃什么？\n".encode())
        if "❯" not in _until(typing, "竹子").rpartition("竹子")[2]:
            _until(typing, "❯")
        os.write(typing, b"\n")
        assert process.wait(_PATIENCE) == 0


def test_an_interrupt_ends_the_conversation_without_another_line(tmp_path: Path) -> None:
    with _terminal(tmp_path) as (process, typing):
        _until(typing, "❯")
        process.send_signal(signal.SIGINT)
        assert process.wait(_PATIENCE) == 0
