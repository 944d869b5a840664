"""Folders described by patterns; titles, dates and authors from where they are said."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from retrieval.corpus import load
from retrieval.corpus.readers import metadata
from retrieval.model import Document


def _load(folder: Path, files: dict[str, str]) -> dict[str, Document]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {document.id: document for document in load(folder).documents}


@pytest.mark.parametrize(
    ("name", "text", "title", "origin"),
    [
        ("三国演义.txt", "第1章 宴桃园豪杰三结义\n\n话说天下大势。\n", "三国演义", "name"),
        ("红楼梦.txt", "作者：曹雪芹\n\n此开卷第一回也。\n", "红楼梦", "name"),
        ("西游记.txt", "西游记全本\n\n诗曰：混沌未分。\n", "西游记全本", "text"),
        ("007.txt", "东京会议\n\n东京会议于三月举行。\n", "东京会议", "text"),
        ("2021-03-18-清明.md", "雨下了一天，没有人来。\n", "清明", "name"),
        ("a.md", "# 条件渲染\n\n正文。\n", "条件渲染", "heading"),
        ("kernel.zh-cn.md", "# 第 10 章 内核\n\n正文。\n", "第 10 章 内核", "heading"),
        ("背包 DP.md", "# 背包\n\n## 定义\n\n文。\n", "背包", "heading"),
        ("背包 DP.md", "## 引入\n\n文。\n\n## 实现\n\n文。\n", "背包 DP", "name"),
        ("背包 DP.md", "先说。\n\n## 例题\n\n文。\n", "背包 DP", "name"),
        ("ch01.md", "## 安装\n\n文。\n\n### 卸载\n\n文。\n\n## 总结\n\n文。\n", "安装", "heading"),
        ("旅行/index.md", "文。\n", "旅行", "name"),
        (
            "p.html",
            "<title>甲</title><h2>用法</h2><p>子。<h2>乙</h2><p>丑。<h2>丙</h2><p>寅。",
            "甲",
            "metadata",
        ),
        ("b.md", "---\ntitle: 甲\n---\n# 乙\n\n正文。\n", "甲", "metadata"),
    ],
)
def test_titles(tmp_path: Path, name: str, text: str, title: str, origin: str) -> None:
    (found,) = _load(tmp_path, {name: text}).values()
    assert (found.title, found.origins["title"]) == (title, origin)


@pytest.mark.parametrize(
    ("name", "text", "date", "origin"),
    [
        ("2021-03-18-题.md", "---\ndate: 2020-01-01\n---\n正文。\n", "2021-03-18", "name"),
        ("x.md", "---\ndate: 2020-01-01\n---\n正文。\n", "2020-01-01", "metadata"),
        ("x.txt", "题目\n\n发布日期：2019年7月15日\n\n正文。\n", "2019-07-15", "text"),
        ("2019/07/15/x.txt", "正文。\n", "2019-07-15", "name"),
        ("x.txt", "题目\n\n他在2019年7月15日到过那里，后来又走了。\n", None, ""),
        ("b4eb2a20210318a.txt", "正文。\n", None, ""),
    ],
)
def test_dates(tmp_path: Path, name: str, text: str, date: str | None, origin: str) -> None:
    (found,) = _load(tmp_path, {name: text}).values()
    assert (found.published, found.origins["published"]) == (date, origin)


def test_parts_of_one_law_tell_themselves_apart(tmp_path: Path) -> None:
    names = ("总则", "物权编", "合同编")
    law = "# 中华人民共和国民法典\n\n# {}\n\n正文。\n"
    found = _load(tmp_path, {f"民法典/{n}.md": law.format(n) for n in names})
    assert {d.title for d in found.values()} == {f"中华人民共和国民法典 {n}" for n in names}


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    found = _load(tmp_path, {f"书/{n}/讲稿.md": f"讲的是{n}。\n" for n in ("微积分", "概率")})
    assert {d.title for d in found.values()} == {"讲稿 微积分", "讲稿 概率"}


def test_a_folder_is_described_by_patterns(tmp_path: Path) -> None:
    manifest = r"""
        [defaults]
        publisher = "总社"
        exclude = ["drafts/"]
        [[files]]
        match = "laws/**/*.md"
        publisher = "人大"
        author = "法工委"
        date = '\((\d{4})(\d{2})(\d{2})\)'
        url = "https://site/{page}.html#{anchor}"
        [[files]]
        match = "poems/*.jsonl"
        fields = { text = "paragraphs2", title = "rhythm" }
        [[files]]
        match = "nothing/*"
        publisher = "无"
        [[files]]
        match = "*.book.md"
        split = { heading = 1 }
    """
    files = {
        "sources.toml": manifest,
        ".yinjuignore": "*.tmp.md\n",
        "laws/a/刑法(20201226).md": "# 刑法\n\n正文。\n",
        "laws/x.tmp.md": "草稿。\n",
        "drafts/x.md": "草稿。\n",
        "poems/p.jsonl": '{"rhythm": "静夜思", "author": "李白", "paragraphs2": "床前明月光。"}\n',
        "z.book.md": "# 甲\n\n甲文。\n\n# 乙\n\n乙文。\n",
    }
    found = _load(tmp_path, files)
    law = found.pop("laws/a/刑法(20201226).md")
    assert (law.publisher, law.author, law.published) == ("人大", "法工委", "2020-12-26")
    assert law.url == "https://site/laws/a/%E5%88%91%E6%B3%95%2820201226%29.html#%E5%88%91%E6%B3%95"
    assert sorted(d.title for d in found.values()) == ["乙", "甲", "静夜思"]
    (poem,) = (d for d in found.values() if d.title == "静夜思")
    assert (poem.text, poem.author) == ("床前明月光。", "李白")
    (unused,) = load(tmp_path).skipped
    assert (unused.path, unused.cause.key, unused.wanted) == ("nothing/*", "unused", False)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021", "2021"),
        (2021, "2021"),
        ("2021-03", "2021-03"),
        ("2021年3月", "2021-03"),
        ("2021 年 2 月 17 日", "2021-02-17"),
        ("2021/03/22", "2021-03-22"),
        ("2024-01-22T14:06:00Z", "2024-01-22"),
        ("22/01/2024", "2024-01-22"),
        ("03/11/2021", None),
        ("March 31, 2021", "2021-03-31"),
        ("Mon, 22 Jan 2024 14:06:00 +0100", "2024-01-22"),
        ("2021-02-30", None),
        ("yesterday", None),
        (None, None),
        (True, None),
    ],
)
def test_dates_become_iso(written: object, expected: str | None) -> None:
    assert metadata.iso(written) == expected


def test_the_first_full_date_is_found() -> None:
    assert metadata.date_in("1月20日…2021年2月19日 上午07:49 … 2020年1月1日") == "2021-02-19"
    assert metadata.date_in("03/11/2021 07:03 PM EST", "month-first") == "2021-03-11"
    assert metadata.date_in("03/11/2021", "day-first") == "2021-11-03"
    assert metadata.date_in("没有日期 13818号 2017年") is None


def test_odd_dates_take_no_time() -> None:
    began = time.process_time()
    metadata.date_in("2021 年 " * 20_000)
    assert time.process_time() - began < 5
