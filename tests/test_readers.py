"""What readers make of files: markup gone, characters kept, every encoding told apart."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.model import BlockKind
from retrieval.readers import FORMATS, SUFFIXES, dates, reader
from retrieval.readers.decoding import UndecodableError, decode
from retrieval.readers.raw import Problem, RawDocument, clean, columns, join, tidy

SIMPLIFIED = "中国政府应当尊重人权，释放所有被任意拘留的律师和记者。"
TRADITIONAL = "中國政府應當尊重人權，釋放所有被任意拘留的律師和記者。"


def _read(format_name: str, text: str) -> RawDocument:
    (found,) = reader(format_name)(text)
    assert isinstance(found, RawDocument)
    return found


def _texts(format_name: str, text: str) -> list[str]:
    return [block.text for block in _read(format_name, text).blocks]


def test_every_suffix_has_a_reader_that_can_be_imported() -> None:
    assert set(SUFFIXES.values()) <= set(FORMATS)
    for name in FORMATS:
        assert callable(reader(name))


# --- decoding


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, SIMPLIFIED[:8], TRADITIONAL[:8]])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"],
)
def test_chinese_is_told_apart_in_every_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", [TRADITIONAL, TRADITIONAL[:8], "他們說：「人權」是普世價值。"])
@pytest.mark.parametrize("encoding", ["big5", "cp950", "big5hkscs"])
def test_big5_is_not_taken_for_gb18030(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_mixed_and_other_scripts_are_decoded() -> None:
    mixed = "人权组织 Human Rights in China 发表声明，要求 释放 记者。\nhttps://example.org/\n"
    assert decode(mixed.encode("gb18030")) == mixed
    french = "Déjà vu : la façade d’un café, « liberté » en français."
    assert decode(french.encode("cp1252")) == french
    plain = "plain English, no mark\r\nnext line"
    assert decode(plain.encode("utf-16-le")) == plain.replace("\r\n", "\n")


def test_what_a_page_declares_is_believed_when_it_is_not_utf8() -> None:
    page = f'<html><head><meta charset="gb2312"></head><body><p>{SIMPLIFIED}</p></body></html>'
    assert decode(page.encode("gb18030")) == page
    japanese = "<meta charset=Shift_JIS><p>人権について説明します。</p>"
    assert decode(japanese.encode("shift_jis")) == japanese


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"%PDF-1.4\n\xff\xfe\xfa"],
)
def test_a_binary_file_is_called_one(data: bytes) -> None:
    with pytest.raises(UndecodableError) as caught:
        decode(data)
    assert "binary" in caught.value.reason


def test_a_file_that_breaks_its_own_promise_says_where() -> None:
    with pytest.raises(UndecodableError) as caught:
        decode(b"\xef\xbb\xbfabc\xff")
    assert "byte" in caught.value.reason


def test_what_cannot_be_seen_is_gone() -> None:
    unseen = "人\u200b权\ufeff\u202e\u2066\x00\x07\x9f\xad\ud800声\ufffe明"
    assert clean(unseen) == "人权声明"
    assert decode("a\r\nb\rc\u2028d".encode()) == "a\nb\nc\nd"


@given(st.text())
def test_tidy_leaves_nothing_that_breaks_a_message(text: str) -> None:
    shown = tidy(text)
    assert shown == shown.strip()
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f\xa0\u200b-\u200f\u202a-\u202e\ud800-\udfff]", shown
    )
    assert "  " not in shown
    assert "\n\n" not in shown
    shown.encode("utf-8")
    assert tidy(shown) == shown


def test_lines_are_joined_as_their_script_wants() -> None:
    assert join(["此届奥", "运会。"]) == "此届奥运会。"
    assert join(["Human Rights", "Watch"]) == "Human Rights Watch"
    assert join(["抹黑", "NGO"]) == "抹黑NGO"
    assert columns("人权 ab") == 7


# --- Markdown


def test_markdown_loses_its_markup_and_keeps_its_words() -> None:
    text = (
        "# 标题 *强*\n\n见[报告](https://x.test/a)与![图](i.png)`代码`。<!-- 秘密 -->\n\n"
        "**谨慎选择用词。**请确保。\n\n> 引文\n\n<!-- 注释\n两行 -->\n\n"
        "<script>alert(1)</script>\n\n行内<script>x()</script>文字\n"
    )
    found = _read("markdown", text)
    assert [(block.text, block.kind) for block in found.blocks] == [
        ("标题 强", BlockKind.HEADING),
        ("见报告与代码。", BlockKind.PARAGRAPH),
        ("谨慎选择用词。请确保。", BlockKind.PARAGRAPH),
        ("引文", BlockKind.PARAGRAPH),
        ("行内文字", BlockKind.PARAGRAPH),
    ]


def test_markdown_lists_keep_numbers_as_written_and_drop_bullets() -> None:
    text = "- 一\n- 二\n  - 三\n\n7. Seven\n9. Nine  \nmore\n"
    found = _read("markdown", text)
    assert [block.text for block in found.blocks] == ["一", "二", "三", "7. Seven", "9. Nine more"]
    assert {block.kind for block in found.blocks} == {BlockKind.ITEM}


def test_markdown_tables_and_addresses_keep_their_lines() -> None:
    table = "| 国家 | 年 |\n|---|---|\n| 中国 | 2021 |\n"
    text = f"{table}\n拜登先生\n美国总统府\n白宫\n宾夕法尼亚西北大道\n"
    assert _texts("markdown", text) == [
        "国家 年",
        "中国 2021",
        "拜登先生\n美国总统府\n白宫\n宾夕法尼亚西北大道",
    ]


def test_embedded_html_cannot_swallow_what_follows() -> None:
    text = "前文\n\n<div><textarea>\n\n中文\n\n<b>后\n\n提到 <title> 标签的句子。\n"
    assert _texts("markdown", text) == ["前文", "中文", "后", "提到 标签的句子。"]


def test_escaped_asterisks_stay() -> None:
    assert _texts("markdown", r"\*连署团体共计 321 个。T\*\*Revers\*\*") == [
        "*连署团体共计 321 个。T**Revers**"
    ]


def test_front_matter_is_metadata() -> None:
    text = (
        "---\ntitle: 声明\ndate: 2021-03-31\nurl: https://x.test/a\nauthor: [甲, 乙]\n"
        "lang: zh-Hans\n---\n正文。\n"
    )
    found = _read("markdown", text)
    assert (found.title, found.published, found.url) == ("声明", "2021-03-31", "https://x.test/a")
    assert (found.publisher, found.language) == ("甲, 乙", "zh-Hans")
    assert [block.text for block in found.blocks] == ["正文。"]


def test_front_matter_that_is_no_yaml_is_read_as_it_was_meant() -> None:
    found = _read(
        "markdown", "---\ntitle: 报告: 第一部分: 序\nurl: javascript:alert(1)\n---\n正文。\n"
    )
    assert found.title == "报告: 第一部分: 序"
    assert found.url is None
    assert [block.text for block in found.blocks] == ["正文。"]


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert _texts("markdown", "---\n\n正文。\n\n---\n\n后文。\n") == ["正文。", "后文。"]


# --- HTML

PAGE = """<!doctype html><html lang="zh-Hans"><head><title>题目 - 某网</title>
<link rel="canonical" href="https://x.test/a"><meta property="og:site_name" content="某网">
<meta property="article:published_time" content="2024-01-22T14:06:00+01:00">
<style>p{}</style></head><body class="has-comments"><nav>首页 新闻</nav>
<div class="breadcrumb">首页 &gt; 人权</div>
<article><h1>题目</h1><p>第一段
中文，<b>粗体</b>。<br>新行</p><ul><li>甲</li><li><p>乙</p></li></ul>
<div><div>分享 :</div><div><a href="https://www.facebook.com/dialog/share?u=1"><span></span></a>
<a href="whatsapp://send?text=1"></a></div></div>
<div class="related-articles"><a href="/b">另一篇</a></div><form>订阅</form>
<p>末段&nbsp;&#8203;有 &lt;尖括号&gt;。</p></article><footer>版权</footer>
<script>track()</script></body></html>"""


def test_html_keeps_the_article_and_nothing_around_it() -> None:
    found = _read("html", PAGE)
    assert [(block.kind.value, block.text) for block in found.blocks] == [
        ("heading", "题目"),
        ("paragraph", "第一段中文，粗体。\n新行"),
        ("item", "甲"),
        ("item", "乙"),
        ("paragraph", "末段 有 <尖括号>。"),
    ]
    assert (found.url, found.publisher) == ("https://x.test/a", "某网")
    assert (found.published, found.language) == ("2024-01-22", "zh-Hans")


def test_html_without_headings_takes_its_title_element() -> None:
    found = _read("html", "<title>题目</title><p>正文。</p>")
    assert found.title == "题目"
    assert [block.text for block in found.blocks] == ["正文。"]


def test_named_clutter_stays_where_it_is_the_page() -> None:
    assert _texts("html", '<div class="comments"><p>整篇文章都在这里。</p></div>') == [
        "整篇文章都在这里。"
    ]


def test_nested_clutter_is_removed_once() -> None:
    page = "<nav><nav><aside><form>x</form></aside></nav></nav><p>正文。</p>" * 50
    assert _texts("html", page) == ["正文。"] * 50


def test_a_page_nested_deeper_than_python_may_recurse() -> None:
    assert _texts("html", "<div>" * 5000 + "深处。" + "</div>" * 5000) == ["深处。"]


@given(st.text(alphabet="<>/ab中文。p div script!-\"'=&;\n#*[]()`", max_size=200))
def test_no_markup_makes_a_reader_fail(text: str) -> None:
    for name in ("text", "plain", "markdown", "html"):
        for block in _read(name, text).blocks:
            assert block.text == tidy(block.text) != ""


# --- plain text


def test_plain_lines_that_are_paragraphs_stay_paragraphs() -> None:
    long = "中国政府应当尊重人权。" * 12
    assert _texts("plain", f"2019年7月15日\n致各位:\n{long}\n{long}") == [
        "2019年7月15日",
        "致各位:",
        long,
        long,
    ]


def test_plain_hard_wrapped_text_is_joined() -> None:
    chinese = (
        "人权组织呼吁各国政府采取行动以制止\n该国对新疆和西藏各民族的大规模侵犯，\n并释放被拘留者。"
    )
    assert _texts("plain", chinese) == [chinese.replace("\n", "")]
    latin = (
        "The organisations call on all governments to\nact against them, and to make\nthem known."
    )
    assert _texts("plain", latin) == [latin.replace("\n", " ")]


def test_plain_lists_become_items() -> None:
    found = _read("plain", "请求如下:\n- 甲;\n- 乙。\n\n1. 一\n2. 二\n\n1.5亿人民\n========\n")
    assert [(block.kind.value, block.text) for block in found.blocks] == [
        ("paragraph", "请求如下:"),
        ("item", "甲;"),
        ("item", "乙。"),
        ("item", "1. 一"),
        ("item", "2. 二"),
        ("paragraph", "1.5亿人民"),
    ]


def test_a_txt_file_is_read_as_what_it_is() -> None:
    assert _texts("text", "<!-- x -->\n<p>一。</p><p>二。</p>") == ["一。", "二。"]
    assert _texts("text", "见[这里](https://x.test)。") == ["见这里。"]
    assert _texts("text", "a < b，而 c > d。5 * 3 * 2") == ["a < b，而 c > d。5 * 3 * 2"]


# --- JSON Lines


def test_jsonl_lines_stand_alone() -> None:
    good = {"_id": 7, "title": "题", "text": "<p>正文\u200b。</p>", "published": "2021/3/5"}
    lines = [json.dumps(good), "{broken", "", "[1]", '{"title": "x"}', '{"text": 5}', "[" * 100_000]
    found = reader("jsonl")("\n".join(lines))
    first, *problems = found
    assert isinstance(first, RawDocument)
    assert (first.key, first.title, first.published) == ("7", "题", "2021-03-05")
    assert [block.text for block in first.blocks] == ["正文。"]
    assert [problem.line for problem in problems if isinstance(problem, Problem)] == [2, 4, 5, 6, 7]
    assert len(problems) == 5


# --- dates


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
    assert dates.iso(written) == expected


def test_the_first_full_date_is_found() -> None:
    assert dates.find("1月20日…2021年2月19日 上午07:49 … 2020年1月1日") == "2021-02-19"
    assert dates.find("03/11/2021 07:03 PM EST", "month-first") == "2021-03-11"
    assert dates.find("03/11/2021", "day-first") == "2021-11-03"
    assert dates.find("没有日期 13818号 2017年") is None


def test_odd_dates_take_no_time() -> None:
    began = time.process_time()
    dates.find("2021 年 " * 20_000)
    assert time.process_time() - began < 5
