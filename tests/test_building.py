"""Generations built by a process of their own: what ends it costs a reload, and nothing else."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from retrieval.errors import BrokenOffError, CorpusError, StoppedError
from retrieval.indexing import building
from retrieval.library import Library
from retrieval.processes import Limits, Process
from tests import hostile
from tests.tales import TALES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is built here there")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in TALES.items():
        _write(folder / name, text)
    return folder


@pytest.fixture(name="process")
def _process() -> Iterator[Process]:
    process = building.process()
    assert process is not None
    yield process
    process.end()


@pytest.fixture(name="library")
def _library(folder: Path, tmp_path: Path, process: Process) -> Iterator[Library]:
    library = Library(folder, store=tmp_path / "index", building=process)
    yield library
    library.close()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - 60,) * 2)  # or it would be too new to be known again


def _builds(process: Process) -> list[int]:
    """The processes that build just now."""
    children = Path(f"/proc/{process.number}/task/{process.number}/children")
    return [int(number) for number in children.read_text(encoding="ascii").split()]


def _at_the_first(process: Process, do: Callable[[int], object]) -> None:
    """Do something to the next build, once it runs."""

    def wait() -> None:
        while not (found := _builds(process)):
            time.sleep(0.005)
        do(found[0])

    Thread(target=wait, daemon=True).start()


def _nothing_left(tmp_path: Path) -> bool:
    return not list((tmp_path / "index").glob(".building-*"))


def test_what_the_process_builds_is_what_this_one_builds(
    folder: Path, library: Library, process: Process
) -> None:
    here = Library(folder)
    assert library.current.generation == here.current.generation
    _write(folder / "new.md", "# 新桥\n\n新桥有七十七个桥洞。\n")
    there, found = library.reload(), here.reload()
    assert [one.id for one in there.added] == [one.id for one in found.added] == ["new.md"]
    assert (there.passages_added, there.passages_removed) == (1, 0)
    for question in ("新桥有几个桥洞", *TALES):
        assert library.current.search(question) == here.current.search(question)
    assert _builds(process) == []


def test_a_killed_build_costs_one_reload(
    folder: Path, library: Library, process: Process, tmp_path: Path
) -> None:
    before = library.current
    _write(folder / "new.md", "# 新桥\n\n新桥有七十七个桥洞。\n")
    _at_the_first(process, lambda number: os.kill(number, signal.SIGKILL))
    with pytest.raises(BrokenOffError, match="signal 9"):
        library.reload()
    assert library.current is before
    assert _nothing_left(tmp_path)
    assert [one.id for one in library.reload().added] == ["new.md"]


def test_a_build_stops_within_a_moment(
    folder: Path, library: Library, process: Process, tmp_path: Path
) -> None:
    before = library.current
    _write(folder / "new.md", "# 新桥\n\n新桥有七十七个桥洞。\n")
    _at_the_first(process, lambda _: library.stop())
    with pytest.raises(StoppedError):
        library.reload()
    assert library.current is before
    assert _nothing_left(tmp_path)
    assert _builds(process) == []
    library.expect()
    assert [one.id for one in library.reload().added] == ["new.md"]


def _reading(seconds: int) -> list[Path]:
    """The processes that read files, each for so long at most."""
    told = f"corpus.child import main; main()\0{seconds}\0".encode()
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended since
            found += [one] * (told in one.read_bytes())
    return found


def _spent(cmdline: Path) -> float:
    """Seconds of a processor that a process has taken."""
    with suppress(OSError):
        fields = cmdline.with_name("stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def test_what_reads_for_a_build_ends_with_it(
    folder: Path, tmp_path: Path, process: Process
) -> None:
    library = Library(
        folder, store=tmp_path / "index", building=process, limits=Limits(seconds=611)
    )
    _write(folder / "regex.txt", "a" * 60 + "b。")
    _write(folder / "sources.toml", hostile.MANIFEST)

    def stop() -> None:
        while not any(_spent(one) > 1.5 for one in _reading(611)):  # its start takes half of that
            time.sleep(0.01)
        library.stop()

    Thread(target=stop, daemon=True).start()
    with pytest.raises(StoppedError):
        library.reload()
    limit = time.monotonic() + 60
    while _reading(611) and time.monotonic() < limit:
        time.sleep(0.01)
    assert _reading(611) == []
    library.close()


def test_what_is_held_back_waits_in_the_store(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    before = library.current
    for path in sorted(folder.iterdir())[1:]:
        path.unlink()
    held = library.reload()
    assert [one.key for one in held.doubts] == ["loses-documents"]
    assert library.current is before
    assert library.keep()
    assert len(list((tmp_path / "index").glob("0*"))) == 1
    assert library.reload().doubts
    assert library.serve() is library.current is not before
    assert library.rollback() is not None
    assert library.current.generation == before.generation


def test_without_the_process_it_is_built_here(
    folder: Path, library: Library, process: Process, caplog: pytest.LogCaptureFixture
) -> None:
    os.kill(process.number, signal.SIGKILL)
    _write(folder / "new.md", "# 新桥\n\n新桥有七十七个桥洞。\n")
    assert [one.id for one in library.reload().added] == ["new.md"]
    assert "builds in its place" in caplog.text


def test_what_cannot_be_read_is_told_as_here(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(CorpusError, match="no document in it can be read"):
        library.reload()
    assert _nothing_left(tmp_path)


def test_reloads_leave_nothing_in_the_memory_of_who_serves(folder: Path, library: Library) -> None:
    """Built here, these leave 3 MB and what a build loads."""
    text = "".join(f"第{n}座桥有{n * 7}个桥洞，长{n * 13}米。\n\n" for n in range(600))
    before = _anonymous()
    for number in range(4):
        _write(folder / "bridges.md", f"# 桥\n\n第{number}次修订。\n\n{text}")
        assert not library.reload().unchanged
    assert _anonymous() - before < 1_500


def _anonymous() -> int:
    """Kilobytes of this process's own memory."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous"))
