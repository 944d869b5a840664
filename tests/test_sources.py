"""The corpus folder: any folder is read, every bad input is named and costs nothing else."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.wording.corpus import caused
from bot.wording.locale import locale
from retrieval.corpus import load, parts
from retrieval.corpus.pool import Readers
from retrieval.errors import CorpusError
from retrieval.model import Corpus
from retrieval.processes import Limits


def _reasons(corpus: Corpus) -> dict[str, str]:
    return {skipped.path: caused(skipped, locale("en")) for skipped in corpus.skipped}


# --- any folder


def test_a_folder_without_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.md").write_text("# 标题\n\n正文。\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("短标题\n\n正文在此。\n", encoding="utf-8")
    (tmp_path / "c.txt").write_text("正文以句号开始。\n\n第二段。\n", encoding="utf-8")
    (tmp_path / "cc.txt").write_text("2019年7月15日\n致各位:\n", encoding="utf-8")
    (tmp_path / "d.html").write_text("<title>网页</title><p>正文。</p>", encoding="utf-8")
    (tmp_path / "e.jsonl").write_text('{"id":"x","title":"条","text":"正文。"}\n', encoding="utf-8")
    (tmp_path / ".hidden.txt").write_text("秘密。", encoding="utf-8")
    (tmp_path / "words.txt").write_text("词 3 n\n", encoding="utf-8")
    (tmp_path / "aliases.toml").write_text("", encoding="utf-8")
    corpus = load(tmp_path)
    assert [(d.id, d.title, d.text) for d in corpus.documents] == [
        ("a.txt", "短标题", "正文在此。"),
        ("c.txt", "c", "正文以句号开始。\n\n第二段。"),
        ("cc.txt", "cc", "2019年7月15日\n\n致各位:"),
        ("d.html", "网页", "正文。"),
        ("e.jsonl#x", "条", "正文。"),
        ("sub/b.md", "标题", "正文。"),
    ]
    assert corpus.skipped == ()


def test_an_empty_folder_is_an_empty_corpus(tmp_path: Path) -> None:
    assert load(tmp_path) == Corpus((), ())


def test_progress_tells_how_far_it_is(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text("正文。", encoding="utf-8")
    told: list[tuple[int, int]] = []
    load(tmp_path, progress=lambda done, of: told.append((done, of)))
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_ids_do_not_depend_on_the_place_in_the_file(tmp_path: Path) -> None:
    lines = [f'{{"title":"题{n}","text":"正文{n}。","published":"2021"}}' for n in range(3)]
    same = '{"title":"题0","text":"另一篇。","published":"2021"}'
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    before = {d.text: d.id for d in load(tmp_path).documents}
    file.write_text("\n".join([*reversed(lines), same]), encoding="utf-8")
    after = {d.text: d.id for d in load(tmp_path).documents}
    assert {text: after[text] for text in before} == before
    assert after["另一篇。"] == before["正文0。"] + "-2"


def test_a_fingerprint_changes_with_text_and_metadata_and_an_id_does_not(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    found = []
    for text in (
        "# 题\n\n甲。",
        "# 题\n\n乙。",
        "# 题\n\n- 乙。",
        "---\ndate: 2021\n---\n# 题\n\n乙。",
    ):
        file.write_text(text, encoding="utf-8")
        found.append(load(tmp_path).documents[0])
    assert len({d.fingerprint for d in found}) == 4
    assert {d.id for d in found} == {"a.md"}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-8-sig"])
def test_encodings_of_files(tmp_path: Path, encoding: str) -> None:
    text = "中国政府应当尊重人权，释放所有被任意拘留的律师和记者。"
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    (tmp_path / "b.txt").write_bytes("中國政府應當尊重人權，釋放所有律師和記者。".encode("big5"))
    first, second = load(tmp_path).documents
    assert first.text == text
    assert second.text == "中國政府應當尊重人權，釋放所有律師和記者。"


# --- bad input


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for folder, said in ((tmp_path / "no", "no such folder"), (tmp_path / "file", "not a folder")):
        with pytest.raises(CorpusError) as caught:
            load(folder)
        assert caught.value.path == str(folder)
        assert said in caught.value.reason


def test_files_that_cannot_be_read_are_skipped_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("正文。", encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "broken.txt").write_bytes("中文".encode() + b"\xff" + "人权".encode())
    (tmp_path / "empty.txt").write_bytes(b" \n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "LICENSE").write_text("MIT", encoding="utf-8")
    (tmp_path / "lines.jsonl").write_text('{"text":"好。"}\n{oops\n', encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.txt")
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    corpus = load(tmp_path)
    assert [d.source for d in corpus.documents] == ["good.txt", "lines.jsonl"]
    reasons = _reasons(corpus)
    expected = {
        "LICENSE": "no reader",
        "binary.txt": "binary",
        "broken.txt": "damaged at byte 6",
        "empty.txt": "no text",
        "huge.txt": "larger than 50 MB",
        "lines.jsonl:2": "not JSON",
        "picture.png": 'no reader for ".png"',
        "pipe.txt": "not a regular file",
    }
    assert list(reasons) == sorted(expected)
    for path, said in expected.items():
        assert said in reasons[path]


def test_a_file_deleted_while_the_corpus_is_read(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text("正文。", encoding="utf-8")

    def delete(done: int, of: int) -> None:
        if done == 1:
            (tmp_path / "b.txt").unlink()

    corpus = load(tmp_path, progress=delete)
    assert [d.id for d in corpus.documents] == ["a.txt", "c.txt"]
    assert "removed" in _reasons(corpus)["b.txt"]


def test_a_file_over_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MAX_FILE_BYTES", 10)
    (tmp_path / "a.txt").write_bytes(b"0123456789")
    (tmp_path / "b.txt").write_bytes(b"01234567890")
    corpus = load(tmp_path)
    assert [d.id for d in corpus.documents] == ["a.txt"]
    assert list(_reasons(corpus)) == ["b.txt"]


def test_links_that_loop_or_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("正文。", encoding="utf-8")
    (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "again").symlink_to(tmp_path / "sub", target_is_directory=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "passwd.txt").symlink_to("/etc/passwd")
    (tmp_path / "etc").symlink_to("/etc", target_is_directory=True)
    corpus = load(tmp_path)
    assert [d.id for d in corpus.documents] == ["sub/a.txt"]
    assert sorted(_reasons(corpus)) == [
        "again", "etc", "gone.txt", "passwd.txt", "self.txt", "sub/up",
    ]  # fmt: skip
    assert "out of the corpus folder" in _reasons(corpus)["passwd.txt"]


@contextmanager
def _without_privileges() -> Iterator[None]:
    """Permissions do not bind root: be someone else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_files_and_folders_without_permission() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "a.txt").write_text("正文。", encoding="utf-8")
        (folder / "b.txt").write_text("秘密。", encoding="utf-8")
        (folder / "shut").mkdir()
        (folder / "b.txt").chmod(0)
        (folder / "shut").chmod(0)
        with _without_privileges():
            corpus = load(folder)
        (folder / "shut").chmod(0o700)
    assert [d.id for d in corpus.documents] == ["a.txt"]
    assert sorted(_reasons(corpus)) == ["b.txt", "shut"]
    assert "no permission" in _reasons(corpus)["b.txt"]


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_text(
            "正文。", encoding="utf-8"
        )
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    corpus = load(tmp_path)
    assert [skipped.path for skipped in corpus.skipped] == ["\\xff.txt"]


@pytest.mark.parametrize(
    "front", ["draft: !!bool maybe", "date: !!timestamp x", 'n: !!int ""', "title: 0x" + "f" * 5000]
)
def test_front_matter_that_yaml_chokes_on_costs_at_most_its_own_file(
    tmp_path: Path, front: str
) -> None:
    (tmp_path / "a.md").write_text(f"---\n{front}\n---\n正文。\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("# 乙\n\n另一篇。\n", encoding="utf-8")
    corpus = load(tmp_path)
    assert "b.md" in {document.id for document in corpus.documents}
    assert len(corpus.documents) + len(corpus.skipped) == 2


def test_line_separators_inside_json_strings_lose_no_document(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "甲\u2028乙\u0085丙"}\n', encoding="utf-8")
    corpus = load(tmp_path)
    assert not corpus.skipped
    (document,) = corpus.documents
    assert all(part in f"{document.title} {document.text}" for part in "甲乙丙")


def test_records_one_a_line_take_no_more_memory_than_some_of_them(tmp_path: Path) -> None:
    record = json.dumps({"text": "人权报告说明了这个问题。" * 20_000}, ensure_ascii=False)
    with (tmp_path / "a.jsonl").open("w", encoding="utf-8") as file:
        for number in range(50):  # 36 MB
            file.write(record.replace("人", str(number), 1) + "\n")
            if number % 40 == 20:
                file.write('{"text": \n')
    corpus = load(tmp_path, reading=Readers(Limits(megabytes=32)))
    assert len(corpus.documents) == 50
    assert list(_reasons(corpus)) == ["a.jsonl:22"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-32-be"])
def test_records_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    text = "".join(f'{{"text": "人权报告说明了这个问题。第{n}号。"}}\n' for n in range(5))
    mark = "\ufeff" if encoding == "utf-32-be" else ""
    (tmp_path / "a.jsonl").write_bytes((mark + text).encode(encoding))
    assert len(load(tmp_path).documents) == 5
