"""Formats beside text: what is in them is read, and what is bad of them is refused in time."""

# ruff: noqa: E501 - files stand as they are written

from __future__ import annotations

import json
import re
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.parser import parse_xml
from pypdf import PdfReader, PdfWriter

from bot.wording.citation import byline
from retrieval.corpus import load
from retrieval.corpus.readers import binary_reader, pdf, reader
from retrieval.corpus.readers.raw import Problem, RawDocument
from retrieval.errors import UnreadableError
from retrieval.indexing import build
from retrieval.model import BlockKind
from tests.files import EPUB, PACKAGE, pdf_of, zipped


def _one(found: list[RawDocument | Problem]) -> RawDocument:
    (document,) = found
    assert isinstance(document, RawDocument)
    return document


def _refused(format_name: str, data: bytes) -> str:
    with pytest.raises(UnreadableError) as caught:
        binary_reader(format_name)(data)
    return caught.value.cause.key


_BOOK = [
    [
        "The Panda Book", "Pandas eat bamboo all day long and they are very ex-",
        "traordinary at it. They climb the trees of the mountain",
        "forest when snow falls. A second sentence stands here,", "which the end of the page breaks in",
    ],
    [
        "The Panda Book", "the middle of it. It ends now.", "Bears of other kinds sleep through the winter, and eat",
        "honey.", "2",
    ],
    ["The Panda Book", "The last page speaks of rivers and of fish in them too.", "3"],
]  # fmt: skip


def test_a_pdf_is_paragraphs_again_with_their_pages() -> None:
    found = _one(binary_reader("pdf")(pdf_of(_BOOK)))
    assert [(block.text, block.locator) for block in found.blocks] == [
        (
            "Pandas eat bamboo all day long and they are very extraordinary at it. They climb the "
            "trees of the mountain forest when snow falls. A second sentence stands here, which "
            "the end of the page breaks in the middle of it. It ends now.",
            "1",
        ),
        ("Bears of other kinds sleep through the winter, and eat honey.", "2"),
        ("The last page speaks of rivers and of fish in them too.", "3"),
    ]


def test_chinese_spread_over_a_line_of_a_pdf_is_words_again() -> None:
    page = [
        "在 这 个 系 统 里， 硬 件 模 块 由 modprobe 加 载， 不 必 再 做 什 么。",
        "参见 第 一 章。",
    ]
    found = _one(binary_reader("pdf")(pdf_of([page])))
    assert [block.text for block in found.blocks] == [
        "在这个系统里，硬件模块由 modprobe 加载，不必再做什么。参见 第 一 章。"
    ]


def test_rows_of_a_table_in_a_chinese_pdf_are_lines_of_their_own() -> None:
    page = ["软件包里有这些程序，它们各有各的用处，合起来就是一个可以用的系统，缺一", "个都不行。",
            "软件包 大小 说明", "mc 1482 文本模式的文件管理器", "sudo 5990 给用户授予权限",
            "vim 3370 文本编辑器", "要装上它们，先更新软件包的列表，再一个一个地安装，中间可能会问到密码，那是"
            , "root 的密码。"]  # fmt: skip
    found = _one(binary_reader("pdf")(pdf_of([page])))
    assert [block.text for block in found.blocks] == [
        "".join(page[:2]), *page[2:6], "".join(page[6:]),
    ]  # fmt: skip


def test_pdfs_that_cannot_be_read_say_why() -> None:
    whole = pdf_of(_BOOK)
    assert _refused("pdf", pdf_of([[], []])) == "pdf-scanned"
    assert _refused("pdf", whole[: len(whole) // 3]) == "pdf-damaged"
    assert _refused("pdf", b"%PDF-1.7 nothing") == "pdf-damaged"
    writer = PdfWriter(PdfReader(BytesIO(whole)))
    writer.encrypt("secret", algorithm="AES-256")
    locked = BytesIO()
    writer.write(locked)
    assert _refused("pdf", locked.getvalue()) == "encrypted"
    assert _refused("pdf", pdf_of([["x"]] * (pdf.MOST_PAGES + 1))) == "too-many-pages"


def test_a_word_document_keeps_its_structure() -> None:
    document = docx.Document()
    document.core_properties.title = "熊猫手册"
    document.add_heading("来历", 1)
    document.add_paragraph("熊猫住在山上。")
    document.add_paragraph("竹子", style="List Bullet")
    document.add_paragraph("熊猫是国宝。", style="Quote")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["名", "值", "甲", "乙"], strict=True):
        cell.text = text
    buffer = BytesIO()
    document.save(buffer)
    found = _one(binary_reader("docx")(buffer.getvalue()))
    assert found.title == "熊猫手册"
    assert [(block.kind.value, block.text) for block in found.blocks] == [
        ("heading", "来历"), ("paragraph", "熊猫住在山上。"), ("item", "竹子"),
        ("quotation", "熊猫是国宝。"), ("table", "名 | 值\n甲 | 乙"),
    ]  # fmt: skip
    whole = buffer.getvalue()
    locked = b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")
    assert _refused("docx", locked) == "encrypted"
    assert _refused("docx", whole[: len(whole) // 2]) == "archive-damaged"
    assert _refused("docx", b"\xd0\xcf\x11\xe0 an old one") == "archive-damaged"
    assert _refused("docx", zipped({"a.txt": "no document"})) == "archive-damaged"


_WORD = """<w:sdt><w:sdtContent><w:p><w:r><w:t>目录里的话。</w:t></w:r></w:p></w:sdtContent></w:sdt>
<w:p><w:r><w:t>甲</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:ins><w:r><w:t>乙</w:t>
</w:r></w:ins><w:smartTag><w:r><w:t>丙</w:t></w:r></w:smartTag><w:r><w:ruby><w:rt><w:r><w:t>yin</w:t></w:r>
</w:rt><w:rubyBase><w:r><w:t>音</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:pict><w:txbxContent><w:p><w:r>
<w:t>框中的话。</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>
<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>一</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>二</w:t>
</w:r></w:p></w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>"""


def test_nothing_that_a_word_document_says_is_lost() -> None:
    """What python-docx itself passes over, as found in real files."""
    document = docx.Document()
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    for element in parse_xml(f"<w:body {space}>{_WORD}</w:body>"):
        document.element.body.append(element)
    buffer = BytesIO()
    document.save(buffer)
    found = _one(binary_reader("docx")(buffer.getvalue()))
    assert [(block.kind.value, block.text) for block in found.blocks] == [
        ("paragraph", "目录里的话。"), ("paragraph", "甲乙丙音"), ("paragraph", "框中的话。"),
        ("table", "一 | 二"),
    ]  # fmt: skip


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    found = _one(binary_reader("epub")(zipped(EPUB)))
    assert (found.title, found.author) == ("熊猫传", "熊大")
    assert (found.published, found.language) == ("2021-03", "zh")
    assert [(block.kind.value, block.text) for block in found.blocks] == [
        ("heading", "第一回 出山"), ("paragraph", "且说熊猫。"),
        ("heading", "第二回 下山"), ("paragraph", "话说竹子。"),
    ]  # fmt: skip
    prefixed = re.sub(r"(</?)(?=item|spine|manifest|metadata|package)", r"\1opf:", PACKAGE)
    again = _one(binary_reader("epub")(zipped({**EPUB, "OEBPS/a.opf": prefixed})))
    assert again == found
    within = {f"book/{name}": content for name, content in EPUB.items()}
    assert _one(binary_reader("epub")(zipped(within))) == found
    whole = zipped(EPUB)
    assert _refused("epub", whole[: len(whole) // 2]) == "archive-damaged"
    assert _refused("epub", zipped({"META-INF/container.xml": "<a/>"})) == "archive-damaged"


@pytest.mark.parametrize("format_name", ["docx", "epub"])
def test_what_unpacks_to_far_more_is_not_opened(format_name: str) -> None:
    assert _refused(format_name, zipped({"word/document.xml": b"0" * 10_000_000})) == "archive-bomb"
    assert _refused(format_name, zipped({f"{n}": "" for n in range(10_001)})) == "archive-bomb"


def test_an_entity_that_explodes_is_never_expanded() -> None:
    lol = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{lol}]>'
    book = {**EPUB, "OEBPS/a.opf": bomb + PACKAGE}
    assert len("".join(b.text for b in _one(binary_reader("epub")(zipped(book))).blocks)) < 1000
    buffer = BytesIO()
    document = docx.Document()
    document.add_paragraph("熊猫")
    document.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    text = members["word/document.xml"].decode().replace("熊猫", "&a11;")
    exploding = (bomb + text[text.index("<w:document") :]).encode()
    assert (
        _refused("docx", zipped({**members, "word/document.xml": exploding})) == "archive-damaged"
    )


def _json(value: object) -> list[RawDocument | Problem]:
    return reader("json")(json.dumps(value, ensure_ascii=False))


def test_a_list_of_records_is_documents_and_settings_are_none() -> None:
    poem = {
        "title": "登鹳雀楼",
        "author": "王之涣",
        "paragraphs": ["白日依山尽，黄河入海流。", "欲穷千里目，更上一层楼。"],
    }
    first, second = _json({"poems": [poem, {"title": "无"}]})
    assert isinstance(first, RawDocument)
    assert first.title == "登鹳雀楼"
    assert [block.kind for block in first.blocks] == [BlockKind.VERSE]
    assert isinstance(second, Problem)
    assert _one(_json({"question": "熊猫吃什么？", "answer": "竹子。"})).title == "熊猫吃什么？"
    for value in ({"name": "x", "version": 1}, [], 5, [1, 2]):
        with pytest.raises(UnreadableError) as caught:
            _json(value)
        assert caught.value.cause.key == "json-no-documents"
    with pytest.raises(UnreadableError) as caught:
        reader("json")("[" * 200_000)
    assert caught.value.cause.key == "json-too-deep"


def test_a_channel_exported_from_telegram_is_its_messages(tmp_path: Path) -> None:
    linked = ["全文见 ", {"type": "text_link", "text": "这里", "href": "https://example.org/a"}]
    messages = [
        {"id": 1, "type": "service", "date": "2021-03-01T12:00:00", "text": ""},
        {"id": 2, "from": "老张", "date": "2021-03-02T09:30:00", "text": "石桥昨天修好了。"},
        {
            "id": 3,
            "text": [*linked, "，有", {"type": "bold", "text": "十五"}, "国。\n\n马上放人。"],
        },
    ]
    export = {"name": "白云频道", "type": "public_channel", "messages": messages}
    (tmp_path / "result.json").write_text(json.dumps(export), encoding="utf-8")
    (tmp_path / "sources.toml").write_text(
        '[[files]]\nmatch = "*.json"\nurl = "https://t.me/baiyun/{key}"\n', encoding="utf-8"
    )
    corpus = load(tmp_path)
    second, third = corpus.documents
    assert (second.title, second.published) == ("白云频道", "2021-03-02")
    assert byline(second) == "老张 · 2021-03-02"
    assert (third.text, third.url) == (
        "全文见 这里，有十五国。\n\n马上放人。",
        "https://t.me/baiyun/3",
    )
    (link,) = third.links
    assert (third.text[link.start : link.end], link.url) == ("这里", "https://example.org/a")
    assert [(lost.path, lost.wanted) for lost in corpus.skipped] == [("result.json:1", False)]


def test_a_law_of_records_is_its_articles(tmp_path: Path) -> None:
    parts = [{"章": "第 一 章 總則"}, {"條號": "第 1 條", "內容": "熊貓受保護。"},
             {"條號": "第 1-1 條", "內容": "竹林亦同。"},
             {"章": "第 二 章 罰則"}, {"條號": "第 2 條", "內容": "違者罰之。"}]  # fmt: skip
    law = {"法名": "熊貓法", "日": "20210120", "條文": parts}
    (tmp_path / "a.json").write_text(json.dumps(law), encoding="utf-8")
    (tmp_path / "sources.toml").write_text(
        '[[files]]\nmatch = "*"\nfields = {title = "法名", text = "條文", published = "日"}\n',
        encoding="utf-8",
    )
    index = build(load(tmp_path))
    assert [(d.title, d.published) for d in index.documents] == [("熊貓法", "2021-01-20")]
    assert [passage.headings for passage in index.passages] == [
        ("第 一 章 總則",), ("第 一 章 總則",), ("第 二 章 罰則",),
    ]  # fmt: skip
    assert index.search("熊猫法第1条之1").hits[0].quote == "第 1-1 條 竹林亦同。"


def test_a_table_of_texts_is_documents_and_another_a_table() -> None:
    rows = '问题,答案\n"熊猫,吃什么？","竹子。\n\n也吃苹果。"\n住哪里？,山上。\n'
    found = reader("csv")(rows)
    assert [d.title for d in found if isinstance(d, RawDocument)] == ["熊猫,吃什么？", "住哪里？"]
    (block,) = _one(reader("csv")("name\tlang\n甲\tzh\n乙\ten\n")).blocks
    assert (block.kind, block.label) == (BlockKind.TABLE, "name | lang")
    assert block.text == "name | lang\n甲 | zh\n乙 | en"


def test_a_notebook_is_prose_and_code() -> None:
    code = "def f():\n    return 1"
    notebook: dict[str, Any] = {
        "metadata": {"kernelspec": {"language": "python"}},
        "cells": [
            {"cell_type": "markdown", "source": ["# 题\n", "文。"]},
            {"cell_type": "code", "source": code, "outputs": [{"text": "1"}]},
            {"cell_type": "raw", "source": "x"},
        ],
    }
    found = _one(reader("notebook")(json.dumps(notebook)))
    assert [(b.kind.value, b.text, b.label) for b in found.blocks] == [
        ("heading", "题", ""),
        ("paragraph", "文。", ""),
        ("code", code, "python"),
    ]
    with pytest.raises(UnreadableError):
        reader("notebook")("[1]")


_SRT = """1
00:00:01,000 --> 00:00:03,000
<i>熊猫住在</i>

2
00:00:03,000 --> 00:00:05,000
{\\an8}山上。

3
01:02:03,500 --> 01:02:05,000
它吃竹子
"""


def test_subtitles_are_sentences_with_their_times() -> None:
    found = _one(reader("subtitles")(_SRT))
    assert [(block.text, block.locator) for block in found.blocks] == [
        ("熊猫住在山上。", "00:00:01"),
        ("它吃竹子", "01:02:03"),
    ]
    vtt = "WEBVTT\n\nNOTE no\n\n00:07.000 --> 00:09.000 align:start\n<v 甲>你好<00:08.000>。\n"
    assert [(b.text, b.locator) for b in _one(reader("subtitles")(vtt)).blocks] == [
        ("你好。", "00:00:07")
    ]
    with pytest.raises(UnreadableError):
        reader("subtitles")("nothing is said")


def test_formats_are_read_from_a_folder_and_bad_files_cost_themselves(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of(_BOOK))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "c.epub").write_bytes(zipped(EPUB))
    (tmp_path / "d.json").write_text('{"name": "settings"}', encoding="utf-8")
    (tmp_path / "e.srt").write_text(_SRT, encoding="utf-8")
    corpus = load(tmp_path)
    assert [d.id for d in corpus.documents] == ["a.pdf", "c.epub", "e.srt"]
    assert {d.blocks[0].locator for d in corpus.documents} == {"1", "", "00:00:01"}
    assert [(s.path, s.cause.key, s.wanted) for s in corpus.skipped] == [
        ("b.pdf", "pdf-damaged", True),
        ("d.json", "json-no-documents", False),
    ]


def test_a_missing_library_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = ("docx", "pypdf", "docutils")
    for name in {*libraries, *(n for n in sys.modules if n.split(".")[0] in libraries)}:
        monkeypatch.setitem(sys.modules, name, None)
    for name in ("pdf", "docx", "rst"):
        monkeypatch.delitem(sys.modules, f"retrieval.corpus.readers.{name}", raising=False)
        (tmp_path / f"a.{name}").write_bytes(b"x")
    (tmp_path / "b.txt").write_text("熊猫吃竹子。", encoding="utf-8")
    corpus = load(tmp_path)
    assert [(s.path, s.cause.key) for s in corpus.skipped] == [
        (f"a.{name}", "needs-documents") for name in ("docx", "pdf", "rst")
    ]
    assert len(corpus.documents) == 1


def test_a_book_with_a_stray_byte_is_read_and_the_loss_is_told(tmp_path: Path) -> None:
    text = "中国政府应当尊重人权，释放所有被任意拘留的律师和记者。\n" * 200
    for name, encoding in (("a.txt", "gb18030"), ("b.txt", "utf-8")):
        data = text.encode(encoding)
        at = data.index(b"\n") + 1
        (tmp_path / name).write_bytes(data[:at] + b"\xff" + data[at:])
    corpus = load(tmp_path)
    assert [d.text.count("\ufffd") for d in corpus.documents] == [1, 1]
    assert [(s.path, s.cause.params, s.wanted) for s in corpus.skipped] == [
        ("a.txt", {"count": 1}, False),
        ("b.txt", {"count": 1}, False),
    ]


_RST = """:title: 指南
:date: 2020-03-04

.. _install:

====
安装
====

先看 :func:`~os.path.join` 与 :ref:`说明 <x>`，见 `官网 <https://e.test/>`_ [#f]_。

.. toctree::

   a

.. code-block:: python
   :linenos:

   def f():
       return 1

.. note::

   小心。

.. nowhere:: 某处
   :option: 1

   框里。

.. include:: /etc/passwd
.. raw:: html

   <b>粗</b>

3. 三
4. 四

== ==
甲 乙
== ==
1  2
== ==

.. [#f] 脚注。
"""


def test_restructured_text_is_read_whatever_extends_it() -> None:
    found = _one(reader("rst")(_RST))
    assert (found.title, found.published) == ("指南", "2020-03-04")
    assert [(block.kind, block.text) for block in found.blocks] == [
        (BlockKind.HEADING, "安装"),
        (BlockKind.PARAGRAPH, "先看 join 与 说明，见 官网 。"),
        (BlockKind.CODE, "def f():\n    return 1"),
        (BlockKind.PARAGRAPH, "小心。"),
        (BlockKind.PARAGRAPH, "某处"),
        (BlockKind.PARAGRAPH, "框里。"),
        (BlockKind.ITEM, "3. 三"),
        (BlockKind.ITEM, "4. 四"),
        (BlockKind.TABLE, "甲 | 乙\n1 | 2"),
        (BlockKind.PARAGRAPH, "脚注。"),
    ]
    assert [link.url for block in found.blocks for link in block.links] == ["https://e.test/"]
    assert found.blocks[2].label == "python"
