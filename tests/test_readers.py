"""What readers make of files: markup gone, characters kept, every encoding told apart."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.corpus.readers import BINARY_FORMATS, SUFFIXES, TEXT_FORMATS, binary_reader, reader
from retrieval.corpus.readers.raw import Problem, RawDocument, clean, columns, join, tidy, verbatim
from retrieval.model import BlockKind
from tests.files import read, texts


def test_every_suffix_has_a_reader_that_can_be_imported() -> None:
    assert set(SUFFIXES.values()) <= set(TEXT_FORMATS) | set(BINARY_FORMATS)
    assert all(callable(reader(name)) for name in TEXT_FORMATS)
    assert all(callable(binary_reader(name)) for name in BINARY_FORMATS)


@given(st.text())
def test_tidy_leaves_nothing_that_breaks_a_message(text: str) -> None:
    shown = tidy(text)
    assert shown == shown.strip()
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f\xa0\u200b\u200e\u200f\u202a-\u202e\ud800-\udfff]", shown
    )
    assert "  " not in shown
    assert "\n\n" not in shown
    shown.encode("utf-8")
    assert tidy(shown) == shown


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("👩🏽\u200d⚕\ufe0f 👩\u200d👩\u200d👧", "👩🏽\u200d⚕\ufe0f 👩\u200d👩\u200d👧"),
        ("熊\u200c猫\u200d吃\u200c", "熊猫吃"),
        ("pass\u200dword", "password"),
        ("م\u200c \u200cم", "م م"),
        ("👩\u200c👩\u200d吃", "👩👩吃"),
    ],
)
def test_joiners_stay_where_they_join(written: str, kept: str) -> None:
    assert clean(written) == kept
    assert f"一段话。{kept}。" in texts("markdown", f"# 题\n\n一段话。{written}。")


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
    found = read("markdown", text)
    assert [(block.text, block.kind) for block in found.blocks] == [
        ("标题 强", BlockKind.HEADING),
        ("见报告与代码。", BlockKind.PARAGRAPH),
        ("谨慎选择用词。请确保。", BlockKind.PARAGRAPH),
        ("引文", BlockKind.QUOTATION),
        ("行内文字", BlockKind.PARAGRAPH),
    ]


def test_markdown_lists_keep_numbers_as_written_and_drop_bullets() -> None:
    text = "- 一\n- 二\n  - 三\n\n7. Seven\n9. Nine  \nmore\n"
    found = read("markdown", text)
    assert [block.text for block in found.blocks] == ["一", "二", "三", "7. Seven", "9. Nine more"]
    assert {block.kind for block in found.blocks} == {BlockKind.ITEM}


def test_markdown_tables_and_addresses_keep_their_lines() -> None:
    table = "| 国家 | 年 |\n|---|---|\n| 中国 | 2021 |\n"
    text = f"{table}\n拜登先生\n美国总统府\n白宫\n宾夕法尼亚西北大道\n"
    assert texts("markdown", text) == [
        "国家 | 年\n中国 | 2021",
        "拜登先生\n美国总统府\n白宫\n宾夕法尼亚西北大道",
    ]


FENCED = """\
def f(x):
\tif x:
        return  x   # 两个空格

    return None"""


def test_code_is_the_files_own_characters() -> None:
    found = read("markdown", f"用法：\n\n```py {{3}}\n{FENCED}\n```\n\n    indented\n      more\n")
    assert [(block.kind.value, block.text, block.label) for block in found.blocks] == [
        ("paragraph", "用法：", ""),
        ("code", FENCED, "py"),
        ("code", "indented\n  more", ""),
    ]
    page = f'<div class="highlight-python3"><pre><span>{FENCED}</span></pre></div>'
    (block,) = read("html", page).blocks
    assert (block.kind, block.text, block.label) == (BlockKind.CODE, FENCED, "python3")


def test_a_table_keeps_its_rows_and_one_that_lays_out_a_page_is_none() -> None:
    rows = "<tr><th>名<br>称</th><th>值</th></tr><tr><td><p>甲</p></td><td></td></tr><tr><td></td>"
    (block,) = read("html", f"<table>{rows}</table>").blocks
    assert (block.kind, block.text) == (BlockKind.TABLE, "名 称 | 值\n甲 |")
    page = (
        "<table><tr><td>目录</td><td><h1>题</h1><p>正文。</p></td></tr><tr><td>x</td></tr></table>"
    )
    assert [block.kind.value for block in read("html", page).blocks][:2] == [
        "paragraph",
        "heading",
    ]


def test_verse_keeps_its_lines() -> None:
    found = read("html", "<p>床前明月光，<br>疑是地上霜。<br>举头望明月，<br>低头思故乡。</p>")
    assert [(block.kind, block.text.count("\n")) for block in found.blocks] == [
        (BlockKind.VERSE, 3)
    ]
    found = read("plain", "白日依山尽，黄河入海流。\n欲穷千里目，更上一层楼。\n")
    assert [(block.kind, block.text.count("\n")) for block in found.blocks] == [
        (BlockKind.VERSE, 1)
    ]


def test_links_stay_beside_their_text() -> None:
    text = "- 见 [一份\n报告](https://x.test/a)与[此](b.html)\n\n7. [甲](https://x.test/7)。\n"
    found = read("markdown", text)
    links = [[(b.text[k.start : k.end], k.url) for k in b.links] for b in found.blocks]
    assert links == [[("一份报告", "https://x.test/a")], [("甲", "https://x.test/7")]]
    page = '<link rel=canonical href="https://x.test/d/a"><p>见<a href="b">此 <b>处</b></a>。</p>'
    (block,) = read("html", page).blocks
    assert [(block.text[k.start : k.end], k.url) for k in block.links] == [
        ("此 处", "https://x.test/d/b")
    ]


def test_embedded_html_cannot_swallow_what_follows() -> None:
    text = "前文\n\n<div><textarea>\n\n中文\n\n<b>后\n\n提到 <title> 标签的句子。\n"
    assert texts("markdown", text) == ["前文", "中文", "后", "提到 标签的句子。"]


def test_escaped_asterisks_stay() -> None:
    assert texts("markdown", r"\*连署团体共计 321 个。T\*\*Revers\*\*") == [
        "*连署团体共计 321 个。T**Revers**"
    ]


def test_front_matter_is_metadata() -> None:
    text = (
        "---\ntitle: 声明\ndate: 2021-03-31\nurl: https://x.test/a\nauthor: [甲, 乙]\n"
        "lang: zh-Hans\n---\n正文。\n"
    )
    found = read("markdown", text)
    assert (found.title, found.published, found.url) == ("声明", "2021-03-31", "https://x.test/a")
    assert (found.publisher, found.language) == ("甲, 乙", "zh-Hans")
    assert [block.text for block in found.blocks] == ["正文。"]


def test_front_matter_that_is_no_yaml_is_read_as_it_was_meant() -> None:
    found = read(
        "markdown", "---\ntitle: 报告: 第一部分: 序\nurl: javascript:alert(1)\n---\n正文。\n"
    )
    assert found.title == "报告: 第一部分: 序"
    assert found.url is None
    assert [block.text for block in found.blocks] == ["正文。"]


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert texts("markdown", "---\n\n正文。\n\n---\n\n后文。\n") == ["正文。", "后文。"]


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
    found = read("html", PAGE)
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
    found = read("html", "<title>题目</title><p>正文。</p>")
    assert found.title == "题目"
    assert [block.text for block in found.blocks] == ["正文。"]


def test_named_clutter_stays_where_it_is_the_page() -> None:
    assert texts("html", '<div class="comments"><p>整篇文章都在这里。</p></div>') == [
        "整篇文章都在这里。"
    ]


def test_nested_clutter_is_removed_once() -> None:
    page = "<nav><nav><aside><form>x</form></aside></nav></nav><p>正文。</p>" * 50
    assert texts("html", page) == ["正文。"] * 50


def test_a_page_nested_deeper_than_python_may_recurse() -> None:
    assert texts("html", "<div>" * 5000 + "深处。" + "</div>" * 5000) == ["深处。"]


@given(st.text(alphabet="<>/ab中文。p div script!-\"'=&;\n#*[]()`", max_size=200))
def test_no_markup_makes_a_reader_fail(text: str) -> None:
    for name in ("text", "plain", "markdown", "html"):
        for block in read(name, text).blocks:
            neat = verbatim if block.kind is BlockKind.CODE else tidy
            assert block.text == neat(block.text) != ""


# --- plain text


def test_plain_lines_that_are_paragraphs_stay_paragraphs() -> None:
    long = "中国政府应当尊重人权。" * 12
    assert texts("plain", f"2019年7月15日\n致各位:\n{long}\n{long}") == [
        "2019年7月15日",
        "致各位:",
        long,
        long,
    ]


def test_plain_hard_wrapped_text_is_joined() -> None:
    chinese = (
        "人权组织呼吁各国政府采取行动以制止\n该国对新疆和西藏各民族的大规模侵犯，\n并释放被拘留者。"
    )
    assert texts("plain", chinese) == [chinese.replace("\n", "")]
    latin = (
        "The organisations call on all governments to\nact against them, and to make\nthem known."
    )
    assert texts("plain", latin) == [latin.replace("\n", " ")]


def test_plain_lists_become_items() -> None:
    found = read("plain", "请求如下:\n- 甲;\n- 乙。\n\n1. 一\n2. 二\n\n1.5亿人民\n========\n")
    assert [(block.kind.value, block.text) for block in found.blocks] == [
        ("paragraph", "请求如下:"),
        ("item", "甲;"),
        ("item", "乙。"),
        ("item", "1. 一"),
        ("item", "2. 二"),
        ("paragraph", "1.5亿人民"),
    ]


def test_a_txt_file_is_read_as_what_it_is() -> None:
    assert texts("text", "<!-- x -->\n<p>一。</p><p>二。</p>") == ["一。", "二。"]
    assert texts("text", "见[这里](https://x.test)。") == ["见这里。"]
    assert texts("text", "a < b，而 c > d。5 * 3 * 2") == ["a < b，而 c > d。5 * 3 * 2"]


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
