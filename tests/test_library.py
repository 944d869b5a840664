"""The corpus in service: reloads that change what they should, and never take it down."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PosixPath
from threading import Event

import pytest

from retrieval.errors import CorpusError, ReloadRunningError
from retrieval.library import Library
from retrieval.model import Result
from retrieval.ranking import Index
from tests.dialogue import write

_TEXTS = {
    "tokyo.txt": "东京会议\n\n东京会议于三月十六日举行，双方发表了联合声明。",
    "panda.txt": "成都熊猫\n\n成都熊猫基地位于成都北郊，住着一百多只熊猫。",
    "river.txt": "长江水文\n\n长江水文站记录了长江各处的水位与流量。",
    "tea.txt": "福建茶叶\n\n福建茶叶以乌龙茶和白茶最为有名，产量很大。",
    "train.txt": "京沪铁路\n\n京沪铁路全长一千多公里，连接北京与上海。",
}


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    write(tmp_path / "corpus", _TEXTS)
    return tmp_path / "corpus"


def _quotes(result: Result) -> list[str]:
    return [hit.quote for hit in result.hits]


def test_reloading_what_did_not_change_says_so(folder: Path) -> None:
    library = Library(folder)
    before = library.current
    changes = library.reload()
    assert changes.unchanged
    assert (changes.added, changes.changed, changes.removed) == ((), (), ())
    assert (changes.passages_added, changes.passages_removed) == (0, 0)
    assert library.current is changes.index
    assert library.current.generation == before.generation
    assert changes.seconds > 0
    assert _quotes(library.current.search("熊猫")) == _quotes(before.search("熊猫")) != []


def test_added_changed_and_removed_documents_are_counted(folder: Path) -> None:
    library = Library(folder)
    (folder / "tea.txt").unlink()
    (folder / "moon.txt").write_text("月球探测\n\n月球探测器已经着陆。\n", encoding="utf-8")
    (folder / "panda.txt").write_text("成都熊猫\n\n成都熊猫都搬走了。\n", encoding="utf-8")
    changes = library.reload()
    assert not changes.unchanged
    assert [d.id for d in changes.added] == ["moon.txt"]
    assert [d.id for d in changes.changed] == ["panda.txt"]
    assert [d.id for d in changes.removed] == ["tea.txt"]
    assert (changes.passages_added, changes.passages_removed) == (2, 2)
    assert "搬走" in "".join(_quotes(library.current.search("成都熊猫")))
    assert _quotes(library.current.search("福建茶叶乌龙茶")) == []


def test_a_reload_is_as_good_as_a_fresh_start(folder: Path) -> None:
    library = Library(folder)
    (folder / "moon.txt").write_text("月球探测\n\n月球探测器已经着陆。\n", encoding="utf-8")
    (folder / "river.txt").unlink()
    library.reload()
    fresh = Library(folder).current
    for question in ("月球探测器着陆", "东京会议的声明", "成都熊猫基地", "长江水位", "京沪铁路"):
        assert library.current.search(question) == fresh.search(question)


def test_only_metadata_changed_is_a_change(folder: Path) -> None:
    library = Library(folder)
    manifest = '[[file]]\npath = "tea.txt"\npublisher = "茶社"\n'
    (folder / "sources.toml").write_text(manifest, encoding="utf-8")
    changes = library.reload()
    assert [d.publisher for d in changes.changed] == ["茶社"]
    assert (changes.passages_added, changes.passages_removed) == (0, 0)
    (hit, *_) = library.current.search("福建茶叶乌龙茶").hits
    assert hit.passage.document.publisher == "茶社"


def _break_manifest(folder: Path) -> None:
    (folder / "sources.toml").write_text("[[source]\n", encoding="utf-8")


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def _vanish(folder: Path) -> None:
    shutil.rmtree(folder)


def _become_unreadable(folder: Path) -> None:
    _empty(folder)
    (folder / "photo.png").write_bytes(b"\x89PNG")


@pytest.mark.parametrize("harm", [_break_manifest, _empty, _vanish, _become_unreadable])
def test_a_corpus_that_cannot_be_served_leaves_the_old_one(folder: Path, harm: object) -> None:
    library = Library(folder)
    before, quotes = library.current, _quotes(library.current.search("成都熊猫"))
    assert callable(harm)
    harm(folder)
    for _ in range(2):
        with pytest.raises(CorpusError):
            library.reload()
        assert library.current is before
        assert _quotes(library.current.search("成都熊猫")) == quotes != []


def test_after_a_failed_reload_the_next_one_works(folder: Path) -> None:
    library = Library(folder)
    _break_manifest(folder)
    with pytest.raises(CorpusError):
        library.reload()
    (folder / "sources.toml").unlink()
    (folder / "tea.txt").unlink()
    assert [d.id for d in library.reload().removed] == ["tea.txt"]


def test_a_folder_that_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as raised:
        Library(tmp_path / "nowhere")
    assert raised.value.path == str(tmp_path / "nowhere")


class _SlowFolder(PosixPath):
    """A folder on a disk that answers only once the gate is open."""

    gate = Event()
    reached = Event()

    def __fspath__(self) -> str:
        self.reached.set()
        assert self.gate.wait(30)
        return super().__fspath__()


def test_a_second_reload_is_told_that_one_is_running(folder: Path) -> None:
    _SlowFolder.gate.set()
    library = Library(_SlowFolder(folder))
    _SlowFolder.gate.clear()
    _SlowFolder.reached.clear()
    before = library.current
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(library.reload)
        try:
            assert _SlowFolder.reached.wait(30)
            with pytest.raises(ReloadRunningError):
                library.reload()
            assert library.current is before
        finally:
            _SlowFolder.gate.set()
        assert first.result(30).unchanged
    assert library.reload().unchanged


def test_a_question_in_flight_keeps_its_generation(folder: Path) -> None:
    library = Library(folder)
    taken = library.current
    before = taken.search("成都熊猫基地")
    (folder / "panda.txt").unlink()
    library.reload()
    assert taken.search("成都熊猫基地") == before
    assert before.hits
    assert not any("熊猫" in quote for quote in _quotes(library.current.search("成都熊猫基地")))


def test_searches_during_reloads_see_one_generation_each(folder: Path) -> None:
    library = Library(folder)
    questions = ["东京会议的声明", "成都熊猫基地", "福建茶叶", "京沪铁路全长"]
    expected: dict[str, list[Result]] = {}

    def remember(built: Index) -> None:
        expected[built.generation] = [built.search(question) for question in questions]

    remember(library.current)
    panda = folder / "panda.txt"
    versions = [_TEXTS["panda.txt"], "成都熊猫\n\n成都熊猫基地在新址开放了。\n"]
    panda.write_text(versions[1], encoding="utf-8")
    remember(Library(folder).current)
    done = Event()

    def ask() -> list[tuple[str, list[Result]]]:
        seen = []
        while True:
            last = done.is_set()  # so that everyone asks at least once
            built = library.current
            seen.append((built.generation, [built.search(question) for question in questions]))
            if last:
                return seen

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            for turn in range(4):
                panda.write_text(versions[(turn + 1) % 2], encoding="utf-8")
                library.reload()
        finally:
            done.set()
        answers = [answer for asked in asking for answer in asked.result(60)]
    assert {generation for generation, _ in answers} <= set(expected)
    assert all(results == expected[generation] for generation, results in answers)


def _named(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    text = "# 月球探测\n\n月球探测器已经着陆，传回了照片。\n"
    (folder / name).write_text(text, encoding="utf-8")


def test_a_file_that_was_renamed_is_served_under_its_new_name(folder: Path) -> None:
    _named(folder, "old.md")
    library = Library(folder)
    (folder / "old.md").rename(folder / "new.md")
    changes = library.reload()
    assert [d.id for d in changes.added] == ["new.md"]
    assert [d.id for d in changes.removed] == ["old.md"]
    assert library.current.search("月球探测器着陆").hits[0].passage.document.id == "new.md"


def test_a_corpus_whose_texts_do_not_repeat_their_titles_reloads(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 通知\n\n下周一放假一天，周二照常上课。\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("# 日程\n\n九点出发，十二点到达车站。\n", encoding="utf-8")
    library = Library(tmp_path)
    assert library.reload().unchanged


def test_passages_that_look_like_operators_do_not_stop_a_reload(tmp_path: Path) -> None:
    for number in range(8):
        text = f'来源：新华社 -北京 "第{number}篇" 正文讲的是黄河。\n'
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    assert Library(tmp_path).reload().unchanged


def test_other_partners_of_the_same_names_are_a_change(folder: Path) -> None:
    aliases = folder / "aliases.toml"
    aliases.write_text('same = [["甲国", "Alphaland"], ["乙国", "Betaland"]]\n', encoding="utf-8")
    library = Library(folder)
    aliases.write_text('same = [["甲国", "Betaland"], ["乙国", "Alphaland"]]\n', encoding="utf-8")
    assert not library.reload().unchanged
