"""The corpus folder: the five seeds as they must come out, any folder, every bad input."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from retrieval import sources
from retrieval.errors import CorpusError
from retrieval.model import BlockKind, Corpus, Document
from retrieval.sources import load

SEEDS = Path(__file__).parent.parent / "seeds"

STATEMENTS = [
    ("2021-03-31", "香港政策法报告"),
    ("2021-03-31", "跨性别现身日"),
    (
        "2021-03-29",
        "国务卿安东尼·布林肯在联合国安理会就叙利亚人道主义局势举行的简报与磋商会上发表讲话",
    ),
    ("2021-03-24", "重申和重振美国的联盟"),
    ("2021-03-22", "国务卿布林肯要求加强对践踏人权的行为实行问责"),
    (
        "2021-03-18",
        "国务卿安东尼·J·布林肯、国防部长劳埃德·奥斯汀与大韩民国外交部长郑义溶和大韩民国国防部长"
        "徐旭于联合新闻吹风会上的发言(摘译)",
    ),
    ("2021-03-18", "2021年美国-大韩民国外交和国防部长级会议(“2+2”会议)联合声明(摘译)"),
    ("2021-03-17", "布林肯国务卿与大韩民国外交部长郑义溶会晤"),
    ("2021-03-16", "美日联合新闻声明"),
    ("2021-03-16", "布林肯国务卿与日本外务大臣茂木敏充会晤"),
    ("2021-03-16", "国务卿布林肯和国防部长奥斯汀与日本首相菅义伟会谈"),
    ("2021-03-16", "美国和日本扩大印度-太平洋经济合作"),
    ("2021-03-11", "对香港民主的攻击"),
    ("2021-03-10", "美国国务卿布林肯和国家安全顾问沙利文与中华人民共和国对口官员的会晤"),
    ("2021-03-03", "国务卿布林肯关于为美国人民制定的对外政策发表讲话摘译"),
    ("2021-02-24", "布林肯关于将人权置于美国外交政策核心的声明"),
    ("2021-02-19", "美国正式重新加入《巴黎协定》"),
    ("2021-02-18", "美利坚合众国国务卿、法国外长、德国外长、英国外交大臣联合声明"),
    ("2021-02-18", "布林肯国务卿的“四方会谈”外长通话"),
    (
        "2021-02-17",
        "国务卿安东尼·布林肯在联合国安理会COVID-19冠状病毒疾病和获取疫苗问题简报会上的发言",
    ),
    ("2021-02-15", "发起由加拿大起草的《反对在国家关系中使用任意拘留手段的宣言》"),
    ("2021-02-08", "美国决定重新与联合国人权理事会接触"),
    ("2021-02-04", "拜登总统关于美国世界地位的讲话"),
    ("2021-02-04", "增进全世界男女同性恋、双性恋、跨性别者、酷儿及间性人群体的人权的新闻声明"),
]  # fmt: skip


@cache
def _seeds() -> Corpus:
    return load(SEEDS)


def _seed(number: int) -> Document:
    (found,) = [d for d in _seeds().documents if d.source.startswith(f"00{number}_")]
    return found


def _reasons(corpus: Corpus) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in corpus.skipped}


# --- the seeds


def test_the_seeds_are_28_documents_and_nothing_is_skipped() -> None:
    assert len(_seeds().documents) == 28
    assert _seeds().skipped == ()


def test_the_digest_is_24_statements_in_order() -> None:
    digest = [d for d in _seeds().documents if d.source.startswith("004_")]
    assert [(d.published, d.title) for d in digest] == STATEMENTS
    assert {d.publisher for d in digest} == {"美国国务院"}
    assert {d.language for d in digest} == {"zh-Hans"}
    assert {d.url for d in digest} == {None}
    assert not any(d.text.startswith(d.title) for d in digest)
    assert digest[0].text.endswith("点击 此处 ,阅读《2021年香港政策法报告》(英文)。")


def test_the_two_addresses_that_documents_give_themselves() -> None:
    assert _seed(0).url == "https://www.hrichina.org/chs/node/27648"
    assert (_seed(3).url or "").startswith("https://www.rfi.fr/cn/%E4%BA%BA%E6%9D%83/20240122-")
    assert (_seed(3).url or "") in (SEEDS / _seed(3).source).read_text(encoding="utf-8")
    assert sum(1 for d in _seeds().documents if d.url) == 2


def test_what_the_other_seeds_say_of_themselves() -> None:
    about = [(d.title, d.publisher, d.published) for d in map(_seed, range(4))]
    assert about == [
        ("致拜登政府的联署信：将人权作为对华政策的中心", "中国人权", "2021-02-17"),
        ("成立对中国的国际人权监察机制：全球呼吁", None, None),
        ("致各位与中国有业务往来的公司CEO", "促进中国宗教自由联盟", "2019-07-15"),
        ("中国据报在联合国审议前广泛游说非西方国家赞扬其人权记录", "RFI", "2024-01-22"),
    ]


@pytest.mark.parametrize(
    "mark",
    [
        "阅读更多",
        "展示更多",
        "分享 :",
        "facebook",
        "whatsapp",
        "<",
        "](",
        "**",
        "»",
        "1705929302000",
    ],
)
def test_no_markup_or_furniture_reaches_a_text(mark: str) -> None:
    assert [d.id for d in _seeds().documents if mark in d.text] == []


def test_sentences_broken_by_pages_are_whole_and_lists_are_not_glued() -> None:
    letter, call = _seed(0).text, _seed(1).text
    assert "前往此届奥运会。美国政府还应开始" in letter
    assert "进入联合国设施，抹黑NGO 场边会议的讲者" in call
    assert (
        "\n\n谨启\n\n茱莉·米尔萨普 (Julie Millsap) | 维吾尔运动 (Campaign For Uyghurs)\n\n滕彪 |"
        in letter
    )
    assert "\n\n抄送:\n\n杰克·沙利文 (Jake Sullivan): 国家安全顾问\n\n" in letter
    assert "约瑟夫·R·拜登\n美利坚合众国总统\n白宫\n" in letter


def test_the_281_signatories_are_items_with_their_numbers() -> None:
    call = _seed(1)
    items = [call.text[b.start : b.end] for b in call.blocks if b.kind is BlockKind.ITEM]
    assert [int(item.split(".")[0]) for item in items] == list(range(1, 282))
    assert "19. Amnesty International" in items
    assert "193. Programa Venezolano de Educación-Acción en Derechos Humanos (Provea)" in items
    assert items[-1] == "281. 香港黎明, Dawn of Hong Kong, 香港の夜明け"
    assert "*连署团体共计 321 个。" in call.text


def test_every_word_of_the_seeds_is_in_their_documents() -> None:
    """Chinese runs of ten characters and more, but for titles, stand in some document."""
    whole = "".join(d.title + "\n" + d.text for d in _seeds().documents)
    for path in sorted(SEEDS.glob("*.txt")):
        source = re.sub(r"https?://\S+|whatsapp:\S+", "", path.read_text(encoding="utf-8"))
        runs = re.findall("[\u4e00-\u9fff，。；：、]{10,}", source)
        assert [run for run in runs if run not in whole] == []


def test_blocks_cover_the_text_and_ids_are_stable_and_unique() -> None:
    again = load(SEEDS)
    assert again == _seeds()
    assert len({d.id for d in again.documents}) == 28
    assert _seed(0).id == _seed(0).source
    for d in again.documents:
        outside = list(d.text)
        for block in d.blocks:
            outside[block.start : block.end] = [" "] * (block.end - block.start)
        assert not "".join(outside).strip()
        assert re.fullmatch("[0-9a-f]{64}", d.fingerprint)


# --- any folder


def test_a_folder_without_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.md").write_text("# 标题\n\n正文。\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("短标题\n\n正文在此。\n", encoding="utf-8")
    (tmp_path / "c.txt").write_text("正文以句号开始。\n\n第二段。\n", encoding="utf-8")
    (tmp_path / "d.html").write_text("<title>网页</title><p>正文。</p>", encoding="utf-8")
    (tmp_path / "e.jsonl").write_text('{"id":"x","title":"条","text":"正文。"}\n', encoding="utf-8")
    (tmp_path / ".hidden.txt").write_text("秘密。", encoding="utf-8")
    (tmp_path / "words.txt").write_text("词 3 n\n", encoding="utf-8")
    (tmp_path / "aliases.toml").write_text("", encoding="utf-8")
    corpus = load(tmp_path)
    assert [(d.id, d.title, d.text) for d in corpus.documents] == [
        ("a.txt", "短标题", "正文在此。"),
        ("c.txt", "c", "正文以句号开始。\n\n第二段。"),
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


def test_a_file_that_grows_beyond_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 10)
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
    corpus = load(tmp_path)
    assert [d.id for d in corpus.documents] == ["sub/a.txt"]
    assert sorted(_reasons(corpus)) == ["again", "gone.txt", "self.txt", "sub/up"]


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
    assert "Permission denied" in _reasons(corpus)["b.txt"]


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_text(
            "正文。", encoding="utf-8"
        )
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    corpus = load(tmp_path)
    assert [skipped.path for skipped in corpus.skipped] == ["\\xff.txt"]


# --- the manifest


def _with_manifest(tmp_path: Path, text: str) -> Callable[[], Corpus]:
    (tmp_path / "a.txt").write_text(
        "甲\n\n正文一。另有 重要的话。\n\n小题\n\n末段。\n", encoding="utf-8"
    )
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    return lambda: load(tmp_path)


def test_a_manifest_describes_files(tmp_path: Path) -> None:
    corpus = _with_manifest(
        tmp_path,
        """
        [[file]]
        path = "a.txt"
        title = "甲"
        publisher = "某社"
        published = 2021-03
        headings = ["小题"]
        drop = ['重要的话。']
        [[file]]
        path = "gone.txt"
        """.replace("2021-03", '"2021-03"'),
    )()
    (found,) = corpus.documents
    assert (found.title, found.publisher, found.published) == ("甲", "某社", "2021-03")
    assert found.text == "正文一。另有\n\n小题\n\n末段。"
    assert [block.kind.value for block in found.blocks] == ["paragraph", "heading", "paragraph"]
    assert "no such file" in _reasons(corpus)["gone.txt"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[file]\npath = "a.txt"', "line 1"),
        ('[[file]]\npath = "a.txt"\ntitel = "x"', 'did you mean "title"?'),
        ('[[files]]\npath = "a.txt"', 'did you mean "file"?'),
        ('[[file]]\npath = "a.txt"\n[file.split]\nafter = "x"\ndate_ordr = "x"', '"date_order"?'),
        ('[[file]]\npath = "a.txt"\n[file.split]\nafter = "("', "not a regular expression"),
        ('[[file]]\npath = "a.txt"\npublished = "gestern"', "not a date"),
        ('[[file]]\npath = "a.txt"\nurl = "javascript:alert(1)"', "http"),
        ('[[file]]\npath = "../a.txt"', "inside"),
        ('[[file]]\npath = "a.txt"\n[[file]]\npath = "a.txt"', "twice"),
        ("[[file]]\ntitle = 'x'", "path: missing"),
        ('[[file]]\npath = "a.txt"\npages = "yes"', "pages"),
    ],
)
def test_mistakes_in_a_manifest_are_named(tmp_path: Path, text: str, said: str) -> None:
    read = _with_manifest(tmp_path, text)
    with pytest.raises(CorpusError) as caught:
        read()
    assert caught.value.path.endswith("sources.toml")
    assert said in caught.value.reason


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    read = _with_manifest(tmp_path, '[[file]]\npath = "a.txt"\nurl = "x"\n[[file]]\npagse = true\n')
    with pytest.raises(CorpusError) as caught:
        read()
    assert "file 1, url" in caught.value.reason
    assert "file 2, path: missing" in caught.value.reason
    assert 'file 2, pagse: unknown key; did you mean "pages"?' in caught.value.reason
