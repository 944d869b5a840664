"""Generations on disk: a start that reads nothing, the same answers, damage and other versions."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from retrieval import indexing as build_module
from retrieval.corpus import manifest
from retrieval.corpus.documents import Found
from retrieval.corpus.pool import Readers
from retrieval.corpus.sources import Source
from retrieval.errors import CorpusError
from retrieval.indexing import WORKSHOP, Progress, cutters
from retrieval.indexing import building as building_module
from retrieval.indexing import store as store_module
from retrieval.indexing.parts import Parts
from retrieval.library import Library
from retrieval.model import Corpus
from retrieval.ranking import Index
from tests.commands import ROOT, process, yinju
from tests.corpora import SEEDS, questions

_TEXTS = {
    "tokyo.txt": "东京会议\n\n东京会议于三月十六日举行，双方发表了联合声明。",
    "panda.txt": "成都熊猫\n\n成都熊猫基地位于成都北郊，住着一百多只熊猫。",
    "tea.txt": "福建茶叶\n\n福建茶叶以乌龙茶和白茶最为有名，产量很大。",
}


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in _TEXTS.items():
        _write(folder / name, text)
    return folder


@pytest.fixture(name="started")
def _started() -> Iterator[Callable[..., Library]]:
    """Starts a library as a new process would: the one before has ended."""
    running: list[Library] = []

    def start(folder: Path, progress: Progress | None = None, *, store: Path) -> Library:
        while running:
            running.pop().close()
        running.append(Library(folder, progress, store=store))
        return running[-1]

    yield start
    for library in running:
        library.close()


def _write(path: Path, text: str, age: float = 60.0) -> None:
    path.write_text(text + "\n", encoding="utf-8")
    os.utime(path, (time.time() - age, time.time() - age))


def _generations(store: Path) -> list[Path]:
    return sorted(path for path in store.iterdir() if path.is_dir() and path.name[0] != ".")


def _reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def reading(*_: object, **__: object) -> Corpus:
        raise AssertionError("the corpus was read")

    monkeypatch.setattr(building_module, "load", reading)


def test_a_start_with_an_untouched_corpus_reads_no_document(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: Callable[..., Library]
) -> None:
    first = started(folder, store=tmp_path / "index")
    _reads_nothing(monkeypatch)
    again = started(folder, store=tmp_path / "index")
    assert again.current.generation == first.current.generation
    assert again.current.thresholds == first.current.thresholds
    for question in ("成都熊猫基地", "东京会议的声明", "福建茶叶", "没有的事"):
        assert again.current.search(question) == first.current.search(question)
    assert again.reload().unchanged


@cache
def _seeds() -> Index:
    """The seeds, in memory."""
    return Library(SEEDS).current


def test_what_is_on_disk_answers_the_seeds_as_memory_does(
    tmp_path: Path, started: Callable[..., Library]
) -> None:
    started(SEEDS, store=tmp_path)
    memory = _seeds()
    opened = store_module.Store(tmp_path, SEEDS).last()
    assert opened is not None
    for row in questions()[::2]:
        question = str(row["text"])
        assert opened.index.search(question) == memory.search(question)


def test_a_changed_document_renews_only_itself(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: Callable[..., Library]
) -> None:
    started(folder, store=tmp_path / "index")
    _write(folder / "panda.txt", "成都熊猫\n\n成都熊猫都搬到雅安去了。", age=30)
    fresh: list[int] = []
    real = build_module.segmented

    def counting(*given: object) -> Parts:
        made: Parts = real(*given)  # type: ignore[arg-type]
        fresh.append(made.fresh)
        return made

    monkeypatch.setattr(building_module, "segmented", counting)
    again = started(folder, store=tmp_path / "index")
    assert fresh == [1]
    whole = Library(folder)
    for question in ("熊猫搬到雅安", "东京会议的声明", "福建茶叶"):
        assert again.current.search(question) == whole.current.search(question)
    (folder / "tea.txt").unlink()
    assert [d.id for d in again.reload().removed] == ["tea.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="a process sees its open files in /proc")
def test_a_generation_that_is_gone_holds_no_file_open(
    folder: Path, tmp_path: Path, started: Callable[..., Library]
) -> None:
    """Without the collector, too: what serves lets it look at little, and rarely."""
    library = started(folder, store=tmp_path / "store")
    gc.collect()
    gc.disable()
    try:
        for name in ("moon", "sun", "star"):
            _write(folder / f"{name}.txt", f"{name}\n\n月亮绕着地球转。")
            assert library.reload().added
            assert library.current.search("月亮").hits
        opened = [str(number.resolve()) for number in Path("/proc/self/fd").iterdir()]
    finally:
        gc.enable()
    own = str(tmp_path / "store")
    assert not [path for path in opened if path.endswith("(deleted)") and path.startswith(own)]


def test_at_most_two_generations_stay(
    folder: Path, tmp_path: Path, started: Callable[..., Library]
) -> None:
    library = started(folder, store=tmp_path / "index")
    for number in range(4):
        _write(
            folder / "moon.txt", f"月球探测\n\n第{number}个月球探测器已经着陆。", age=30 - number
        )
        library.reload()
    assert len(_generations(tmp_path / "index")) == 2
    assert library.rollback() is not None
    assert library.current.search("月球探测器着陆").hits


@pytest.mark.parametrize("name", ["documents.bin", "manifest.json", "learned.bin", "owner.npy"])
def test_what_is_damaged_is_built_anew(
    folder: Path, tmp_path: Path, name: str, started: Callable[..., Library]
) -> None:
    started(folder, store=tmp_path / "index")
    (generation,) = _generations(tmp_path / "index")
    data = (generation / name).read_bytes()
    (generation / name).write_bytes(data[: len(data) // 2])
    again = started(folder, store=tmp_path / "index")
    assert again.current.search("成都熊猫基地").hits
    assert _generations(tmp_path / "index") != [generation]


def test_another_version_builds_anew(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: Callable[..., Library]
) -> None:
    started(folder, store=tmp_path / "index")
    (generation,) = _generations(tmp_path / "index")
    monkeypatch.setattr(store_module, "recipe", lambda: "newer")
    assert started(folder, store=tmp_path / "index").current.search("成都熊猫基地").hits
    assert not generation.exists()


def test_a_file_that_was_just_written_is_never_taken_for_untouched(folder: Path) -> None:
    assert store_module.fingerprint(folder)
    _write(folder / "panda.txt", _TEXTS["panda.txt"], age=0)
    assert store_module.fingerprint(folder) == ""


def test_a_build_that_fails_leaves_nothing_behind(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: Callable[..., Library]
) -> None:
    def failing(*_: object) -> Parts:
        raise MemoryError

    monkeypatch.setattr(building_module, "segmented", failing)
    with pytest.raises(MemoryError):
        started(folder, store=tmp_path / "index")
    assert [path.name for path in (tmp_path / "index").iterdir()] == [".lock"]


@pytest.mark.parametrize("trouble", ["gone", "empty", "manifest", "a file"])
def test_a_start_whose_corpus_cannot_be_read_serves_what_served_last(
    folder: Path, tmp_path: Path, trouble: str, started: Callable[..., Library]
) -> None:
    first = started(folder, store=tmp_path / "index")
    assert first.stale is None
    kept = tmp_path / "kept"
    if trouble == "manifest":
        _write(folder / manifest.NAME, "not [ toml")
    else:
        folder.rename(kept)
    if trouble == "empty":
        folder.mkdir()
    elif trouble == "a file":
        folder.write_text("no folder")
    again = started(folder, store=tmp_path / "index")
    assert again.stale is not None
    assert again.current.search("成都熊猫基地") == first.current.search("成都熊猫基地")
    with pytest.raises(CorpusError):
        again.reload()
    assert again.stale is not None
    if trouble == "manifest":
        (folder / manifest.NAME).unlink()
    elif trouble == "empty":
        folder.rmdir()
    elif trouble == "a file":
        folder.unlink()
    if kept.exists():
        kept.rename(folder)
    assert again.reload().unchanged
    assert again.stale is None


def test_a_start_tells_what_was_lost_since_the_last_one_and_a_rollback_brings_it_back(
    folder: Path, tmp_path: Path, started: Callable[..., Library]
) -> None:
    first = started(folder, store=tmp_path / "index")
    assert first.doubts == ()
    count = len(first.current.documents)
    (folder / "tea.txt").unlink()
    again = started(folder, store=tmp_path / "index")
    assert [(c.key, dict(c.params)) for c in again.doubts] == [
        ("loses-documents", {"gone": 1, "total": count})
    ]
    assert again.rollback() is not None
    assert len(again.current.documents) == count


def test_another_corpus_that_cannot_be_read_is_not_answered_from_the_first(
    folder: Path, tmp_path: Path, started: Callable[..., Library]
) -> None:
    started(folder, store=tmp_path / "index")
    with pytest.raises(CorpusError):
        started(tmp_path / "elsewhere", store=tmp_path / "index")
    (tmp_path / "empty").mkdir()
    other = started(tmp_path / "empty", store=tmp_path / "index")
    assert not other.current.documents
    assert other.rollback() is None


def test_a_rollback_outlives_a_restart_until_the_corpus_changes(
    folder: Path, tmp_path: Path, started: Callable[..., Library]
) -> None:
    first = started(folder, store=tmp_path / "index")
    good = first.current.generation
    _write(folder / "coffee.txt", "云南咖啡\n\n云南咖啡产自保山。", age=30)
    assert not first.reload().doubts
    assert first.current.generation != good
    # Restarted in between, it still knows what served before.
    second = started(folder, store=tmp_path / "index")
    assert second.current.generation == first.current.generation
    assert second.rollback() is not None
    assert second.current.generation == good
    third = started(folder, store=tmp_path / "index")
    assert third.current.generation == good
    assert third.reload().added
    assert third.current.generation == first.current.generation
    assert third.rollback() is not None
    _write(folder / "panda.txt", "成都熊猫\n\n熊猫睡着了。", age=20)
    fourth = started(folder, store=tmp_path / "index")
    assert fourth.current.search("熊猫睡着").hits
    assert len(_generations(tmp_path / "index")) == 2


def test_a_corpus_cut_up_in_processes_answers_as_one_cut_up_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: Callable[..., Library]
) -> None:
    here = _seeds()
    monkeypatch.setattr(cutters, "ALONE", 0)
    monkeypatch.setattr(cutters, "RUN", 60_000)
    there = started(SEEDS, store=tmp_path).current
    assert there.generation == here.generation
    assert [one.id for one in there.documents] == [one.id for one in here.documents]
    for row in questions()[::7]:
        question = str(row["text"])
        assert there.search(question) == here.search(question)


def test_a_build_that_was_broken_off_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: Callable[..., Library]
) -> None:
    monkeypatch.setattr(cutters, "ALONE", 0)
    monkeypatch.setattr(cutters, "RUN", 60_000)
    workshop = tmp_path / WORKSHOP

    def cut_off(done: int, total: int) -> None:
        if workshop.is_dir() and any(path.suffix == "" for path in workshop.iterdir()):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        started(SEEDS, cut_off, store=tmp_path)
    left = {path.name: path.stat().st_ino for path in workshop.iterdir() if path.suffix == ""}
    assert left
    assert _generations(tmp_path) == []
    kept: dict[str, int] = {}

    def looking(done: int, total: int) -> None:
        if workshop.is_dir():
            kept.update((path.name, path.stat().st_ino) for path in workshop.iterdir())

    again = started(SEEDS, looking, store=tmp_path).current
    assert left.items() <= kept.items()
    assert not workshop.exists()
    assert again.search("国会及行政当局中国委员会").hits


def _reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are read from now on."""
    read: list[str] = []
    real = Readers.__call__

    def noting(
        self: Readers,
        folder: Path,
        sources: Sequence[tuple[Source, bool]],
        done: Callable[[], None],
    ) -> Iterable[Found]:
        read.extend(source.path for source, _ in sources)
        return real(self, folder, sources, done)

    monkeypatch.setattr(Readers, "__call__", noting)
    return read


def test_only_files_that_were_touched_are_read_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: Callable[..., Library]
) -> None:
    library = started(folder, store=tmp_path / "index")
    read = _reading(monkeypatch)
    _write(folder / "panda.txt", "成都熊猫\n\n成都熊猫都搬到雅安去了。", age=30)
    _write(folder / "moon.txt", "月球探测\n\n月球探测器已经着陆。", age=30)
    (folder / "tea.txt").unlink()
    found = library.reload()
    assert read == ["moon.txt", "panda.txt"]
    assert [one.id for one in found.changed] == ["panda.txt"]
    assert [one.id for one in found.removed] == ["tea.txt"]
    assert found.doubts  # a third of the corpus is gone
    library.serve()
    whole = Library(folder).current
    assert library.current.generation == whole.generation
    for question in ("熊猫搬到雅安", "东京会议的声明", "月球探测器"):
        assert library.current.search(question) == whole.search(question)
    read.clear()
    # Of what the manifest says of a file, its documents are made too.
    told = '[[file]]\npath = "tokyo.txt"\ntitle = "东京的会议"\n'
    _write(folder / manifest.NAME, told, age=30)
    assert [one.title for one in library.reload().changed] == ["东京的会议"]
    assert read == ["tokyo.txt"]


def test_documents_that_would_be_taken_for_one_are_read_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: Callable[..., Library]
) -> None:
    library = started(folder, store=tmp_path / "index")
    read = _reading(monkeypatch)
    _write(folder / "green.txt", "福建茶叶\n\n福建茶叶的第二部分讲的是红茶。", age=30)
    library.reload()
    assert set(read) == {"green.txt", "panda.txt", "tea.txt", "tokyo.txt"}
    assert library.current.generation == Library(folder).current.generation


def test_the_operators_new_word_cuts_documents_again_that_are_not_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: Callable[..., Library]
) -> None:
    library = started(folder, store=tmp_path / "index")
    read = _reading(monkeypatch)
    _write(folder / "words.txt", "多只熊猫", age=30)
    library.reload()
    assert read == []
    whole = Library(folder).current
    assert library.current.generation == whole.generation
    assert library.current.search("多只熊猫") == whole.search("多只熊猫")
    assert [d.text for d in library.current.documents] == [d.text for d in whole.documents]


def test_a_store_that_takes_nothing_costs_no_start(
    folder: Path, tmp_path: Path, started: Callable[..., Library]
) -> None:
    (tmp_path / "index").write_text("a file, no folder")
    library = started(folder, store=tmp_path / "index")
    assert library.current.search("成都熊猫基地").hits
    _write(folder / "moon.txt", "月球探测\n\n月球探测器已经着陆。", age=30)
    assert [one.id for one in library.reload().added] == ["moon.txt"]


def test_a_process_that_only_looks_changes_nothing_of_what_another_keeps(
    folder: Path, tmp_path: Path, started: Callable[..., Library]
) -> None:
    bot = started(folder, store=tmp_path / "log.index")
    _write(folder / "moon.txt", "月球探测\n\n月球探测器已经着陆。", age=30)
    assert bot.reload().added
    kept = _generations(tmp_path / "log.index")
    _write(folder / "coffee.txt", "云南咖啡\n\n云南咖啡产自保山。", age=30)
    asked = process(tmp_path, "ask", "云南咖啡产自哪里", corpus=folder)
    assert "保山" in asked.stdout, asked
    assert "another process writes to" in asked.stderr
    assert _generations(tmp_path / "log.index") == kept
    assert bot.rollback() is not None
    # The bot has ended: now this one keeps what it makes.
    bot.close()
    _write(folder / "tea.txt", _TEXTS["tea.txt"] + "还有红茶。", age=30)
    asked = yinju(tmp_path, "ask", "云南咖啡产自哪里", corpus=folder)
    assert ("保山" in asked.stdout, asked.stderr) == (True, "")
    assert _generations(tmp_path / "log.index") != kept


def test_without_a_store_nothing_is_kept(folder: Path, tmp_path: Path) -> None:
    asked = yinju(tmp_path, "ask", "成都熊猫", corpus=folder, YINJU_RETRIEVAL__STORE="memory")
    assert "熊猫" in asked.stdout, asked
    assert not list(tmp_path.glob("*.index"))


@pytest.mark.skipif(sys.platform == "win32", reason="no limits there")
@pytest.mark.parametrize("size", [400, 1_500])
def test_a_full_disk_costs_no_answer(folder: Path, tmp_path: Path, size: int) -> None:
    limited = (
        "import resource; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.RLIM_INFINITY)); "
        "import sys, pathlib; from retrieval.library import Library; "
        "one = Library(pathlib.Path(sys.argv[1]), store=pathlib.Path(sys.argv[2])); "
        "print(len(one.current.search('熊猫').hits))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, folder, tmp_path / "index"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "1\n", done
    assert not _generations(tmp_path / "index")
    assert Library(folder, store=tmp_path / "index").current.search("熊猫").hits


_FIRST = """
import sys
from functools import cache
from pathlib import Path
from time import process_time
from retrieval.library import Library
begun = process_time()
library = Library(Path(sys.argv[1]))
built = process_time() - begun
begun = process_time()
for question in ("What did Blinken say about Syria?", "xuliya", "2021年3月", "敘利亞"):
    library.current.search(question)
print((process_time() - begun) / built)
"""


def test_the_first_questions_load_nothing_that_others_would_wait_for() -> None:
    command = [sys.executable, "-c", _FIRST, str(SEEDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 0.3, "beside building the index: 1.1 where one loaded a dictionary"
