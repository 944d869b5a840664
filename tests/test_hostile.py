"""A hostile corpus: every reload ends, every good document is served, the rest is named."""

from __future__ import annotations

import io
import json
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from threading import Event, Thread, Timer

import pytest

from retrieval.corpus import pool
from retrieval.errors import Stage, StoppedError
from retrieval.library import Library
from retrieval.model import BlockKind
from retrieval.processes import Limits, side_by_side
from tests import hostile
from tests.commands import ROOT


def test_a_hostile_corpus_costs_what_is_hostile_in_it(tmp_path: Path) -> None:
    assert len(hostile.HOSTILE) >= 40
    command = [sys.executable, "-m", "tests.hostile", str(tmp_path / "corpus")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    became = json.loads(done.stdout)
    lost = became["lost"]
    for question, document in hostile.QUESTIONS.items():
        assert document in became["found"][question], question
    assert "failed" not in lost.values(), lost
    assert lost["regex.txt"] == "too-slow"
    assert lost["passwd.txt"] == lost["etc"] == lost["proc"] == lost["up"] == "link-outside"
    assert lost["zero.txt"] == "link-outside"
    assert lost["pipe.txt"] == "not-regular"
    assert not any("root:" in text for text in became["texts"])
    quiet, most = became["memory"]
    assert most < 1.5 * quiet


def test_memory_is_limited_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 熊猫\n\n成都熊猫基地。\n", encoding="utf-8")
    (tmp_path / "big.html").write_text("<p>文。</p>" * 1_500_000, encoding="utf-8")
    library = Library(tmp_path, limits=Limits(seconds=600, megabytes=64))
    assert [d.id for d in library.current.documents] == ["a.md"]
    (lost,) = library.current.skipped
    assert lost.cause.key in ("memory", "broke-off")


def test_a_reload_can_be_stopped_and_made_again(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 熊猫\n\n成都熊猫基地。\n", encoding="utf-8")
    library = Library(tmp_path, limits=Limits(seconds=600))
    before = library.current
    (tmp_path / "regex.txt").write_text("a" * 60 + "b。", encoding="utf-8")
    (tmp_path / "sources.toml").write_text(hostile.MANIFEST, encoding="utf-8")
    stopping = Timer(0.5, library.stop)
    stopping.start()
    with pytest.raises(StoppedError):
        library.reload()
    assert library.current is before
    (tmp_path / "sources.toml").unlink()
    assert [d.id for d in library.reload().added] == ["regex.txt"]


def test_a_start_can_be_stopped(tmp_path: Path) -> None:
    (tmp_path / "regex.txt").write_text("a" * 60 + "b。", encoding="utf-8")
    (tmp_path / "sources.toml").write_text(hostile.MANIFEST, encoding="utf-8")
    stop, raised = Event(), list[BaseException]()

    def start() -> None:
        try:
            Library(tmp_path, limits=Limits(seconds=600), stop=stop)
        except StoppedError as error:
            raised.append(error)

    starting = Thread(target=start)
    starting.start()
    stop.set()
    starting.join(60)
    assert len(raised) == 1


def test_what_begins_in_the_instant_of_a_stop_is_ended_too() -> None:
    begun: list[subprocess.Popen[bytes]] = []
    waiting, asked = Event(), Event()

    def work(numbers: Iterator[int]) -> None:
        for _ in numbers:
            waiting.set()
            asked.wait(60)  # until all that there was has been ended
            begun.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]))
            begun[-1].wait()

    def look() -> None:
        waiting.wait(60)
        raise StoppedError

    def end() -> None:
        for process in tuple(begun):
            process.kill()
        asked.set()

    with pytest.raises(StoppedError):
        side_by_side(3, 1, work, look=look, done=lambda _: None, end=end)
    assert begun
    assert [process.poll() for process in begun] == [-signal.SIGKILL] * len(begun)


def test_what_is_read_reaches_the_parent_from_any_release_of_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def as_before_3_11_4(one: Enum, protocol: int) -> object:
        return getattr, (type(one), one.name)

    for kind in (BlockKind, Stage):
        monkeypatch.setattr(kind, "__reduce_ex__", as_before_3_11_4)
        sent = pickle.dumps(list(kind))
        assert pool._PlainUnpickler(io.BytesIO(sent)).load() == list(kind)
