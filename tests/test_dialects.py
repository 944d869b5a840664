"""Dialects of Markdown and HTML: the author's words stay, the site's machinery goes."""

# ruff: noqa: E501 - pages stand as sites write them

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.corpus import load
from retrieval.indexing import build
from retrieval.model import BlockKind
from retrieval.passages import above
from tests.files import read, texts


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("# 条件渲染 {#conditional-rendering}", ["条件渲染"]),
        ("## Title {: #id .class }", ["Title"]),
        ("段落 {: .lead }\n\n{: .note}\n", ["段落"]),
        ("::: tip 提示 {#x}\n内容\n:::\n后文", ["提示", "内容", "后文"]),
        ("::: warning\n内容\n:::", ["内容"]),
        ("Against :material-target-account: Attacks :simple-signal:{ .x }", ["Against Attacks"]),
        (
            "So ==a threat model== is `a ==b== c`, x == y == z",
            ["So a threat model is a ==b== c, x == y == z"],
        ),
        (":::note[标题]\n内容\n:::", ["标题", "内容"]),
        ('!!! note "标题"\n    里面\n\n外面', ["标题", "里面", "外面"]),
        ("!!! warning\n    里面", ["里面"]),
        ("??? question\n    里面", ["里面"]),
        ("公式 $x^2$，价格 $5 和 $10。", ["公式 x^2，价格 $5 和 $10。"]),
        ("$$\nE=mc^2\n$$", ["E=mc^2"]),
        ("正文[^1]与[^缺]。\n\n[^1]: 脚注。", ["正文与。", "脚注。"]),
        ("- [x] 做完\n- [ ] 没做", ["做完", "没做"]),
        ("~~删~~去", ["删去"]),
        ("> [!NOTE]\n> 注意。", ["注意。"]),
        ("> [!faq]- 能退吗？\n> 能，见[[退款政策|政策]]。", ["能退吗？\n能，见政策。"]),
        ("见 [[设置]]与[[#标签]]，`[[x]]`。 ^ref-1\n\n![[图.png|100]]", ["见 设置与标签，[[x]]。"]),
        ("%%不发表%%文", ["文"]),
        ("```{note} 标题\n:class: x\n见{ref}`安装 <a>`。\n```\n文", ["标题", "见安装。", "文"]),
        ("```{code-block} python\n:linenos:\nx = 1\n```", ["x = 1"]),
        ("```{toctree}\na\n```\n\n:::{tip}\n:class: x\n好。\n:::", ["好。"]),
        ("图：\n\n```mermaid\ngraph TD; A-->B\n```\n", ["图："]),
        ("[[toc]]\n\n[TOC]\n\n文", ["文"]),
        ('=== "Linux"\n\n    装。\n\n=== "Mac"\n\n    买。\n', ["Linux", "装。", "Mac", "买。"]),
        ("{% include a.html %}文{{< fig src=1 >}}", ["文"]),
        (
            '[甲]({% page "/a/" %})与[乙]({{ site.base }}/b)，`[丙]({% x %})`',
            ["甲与乙，[丙]({% x %})"],
        ),
        ('[甲][A]与[乙][b]。\n\n[a]: {% page "/a/" %}\n[b]: https://b.test/', ["甲与乙。"]),
        ("[链](https://a.test/b){target=_blank}", ["链"]),
        ("## 用法 {/*usage*/}\n文{/* 注 */}字", ["用法", "文字"]),
        ("/// note | 题\n\n内\n\n///\n\n/// tip\n内\n///\n\n后", ["题", "内", "内", "后"]),
        ("文\n\n{* ../a.py hl[2] *}\n\n```rust\n{{#include ../a.rs}}\n```", ["文"]),
        ("模板 `{{ x }}` 与 {{ y }}，`a[^1]` 与 `$x$`", ["模板 {{ x }} 与 {{ y }}，a[^1] 与 $x$"]),
    ],
)
def test_no_syntax_of_a_dialect_stands_in_the_text(text: str, left: list[str]) -> None:
    assert texts("markdown", text) == left


def test_syntax_that_is_shown_as_code_stays() -> None:
    code = "::: tip\n# 题 {#id}\n!!! note\n[^1] $x$\n:::"
    (block,) = read("markdown", f"```md\n{code}\n```").blocks
    assert (block.kind, block.text) == (BlockKind.CODE, code)


_BODY = "<p>熊猫吃竹子，也吃苹果。</p><h2>来历{sign}</h2><p>熊猫住在山上。</p><p>春天下山。</p>"
_LEFT = ["熊猫", "熊猫吃竹子，也吃苹果。", "来历", "熊猫住在山上。", "春天下山。"]
_SPHINX = """<div class="related" role="navigation"><ul><li>next</li></ul></div><div class="document">
<div class="body" role="main"><section><h1>熊猫<a class="headerlink" href="#a">¶</a></h1>{}</section>
</div></div><div class="sphinxsidebar"><h3>Table of Contents</h3><ul><li>来历</li></ul></div>"""
_MKDOCS = """<header class="md-header">竹林</header><div class="md-sidebar">目录</div><article
class="md-content__inner"><a class="md-content__button" title="编辑">改</a><h1>熊猫<a class="headerlink"
href="#a" title="Permanent link">&para;</a></h1>{}</article><footer class="md-footer">下一页</footer>"""
_DOCUSAURUS = """<nav class="navbar">竹林</nav><main><article><nav class="theme-doc-breadcrumbs">首页</nav>
<span class="theme-doc-version-badge">版本 2.0</span><div class="markdown"><header><h1>熊猫</h1></header>{}
</div></article><nav class="pagination-nav">上一页</nav></main><footer class="footer">©</footer>"""
_DOCBOOK = """<div class="navheader"><table><tr><td>Prev</td><td>Next</td></tr></table></div>
<div class="chapter"><div class="titlepage"><h1 class="title"><a name="x"></a>熊猫</h1></div>
<div class="toc"><p>Table of Contents</p></div>{}</div><div class="navfooter">Up</div>"""
_WORDPRESS = """<header id="masthead">竹林</header><article class="post"><h1 class="entry-title">熊猫</h1>
<div class="entry-meta">作者 阿宝</div><div class="entry-content">{}<div class="sharedaddy">分享</div></div>
<footer class="entry-footer">分类 教程</footer></article><div id="comments"><p>沙发</p></div>
<aside class="widget-area">近期文章</aside><footer id="colophon">WordPress</footer>"""


@pytest.mark.parametrize(
    ("page", "sign"),
    [
        (_SPHINX, '<a class="headerlink" href="#b" title="Link to this heading">¶</a>'),
        (_MKDOCS, '<a class="headerlink" href="#b">&para;</a>'),
        (_DOCUSAURUS, '<a class="hash-link" href="#b" aria-label="Direct link">#</a>'),
        (_DOCBOOK, ""),
        (_WORDPRESS, ""),
    ],
    ids=["Sphinx", "MkDocs", "Docusaurus", "DocBook", "WordPress"],
)
def test_of_a_page_the_article_is_left(page: str, sign: str) -> None:
    html = f"<html><body>{page.format(_BODY.format(sign=sign))}</body></html>"
    assert texts("html", html) == _LEFT


def test_a_news_page_that_names_nothing_is_read_by_where_its_paragraphs_are() -> None:
    body = _BODY.format(sign="")
    page = f"""<div class="a"><a>登录</a></div><div><div class="l"><div>首页 &gt; 社会</div><h1>熊猫</h1>
    <div>2024-03-05 来源：竹报</div><div class="t">{body}</div><h3>热门</h3><ul><li>野象北上</li></ul></div></div>
    <div>京ICP备1号</div>"""
    found = read("html", f"<title>熊猫 - 竹报</title>{page}")
    assert found.title == "熊猫"
    assert [block.text for block in found.blocks] == _LEFT[1:]
    long = "这一段站在别处，却不是零碎的东西，而是正文的一部分，一个字也不可以丢掉。" * 3
    assert long in texts("html", f"{page}<div>{long}</div>")


def test_a_heading_inside_its_own_anchor_stays() -> None:
    page = '<h2><a class="header-anchor" href="#a"><span>来历</span></a></h2><p>山上。</p>'
    assert texts("html", page) == ["来历", "山上。"]


def test_the_name_of_a_site_above_every_page_is_no_title(tmp_path: Path) -> None:
    body = "<h1>{}</h1><div><h1>字段参考</h1><p>字段有许多选项。</p></div>"
    site = '<a href="../index.html">某框架 3.2 文档</a>'
    (tmp_path / "a.html").write_text(body.format(site), encoding="utf-8")
    (tmp_path / "b.html").write_text(body.format("某框架"), encoding="utf-8")
    found = {one.source: one.title for one in load(tmp_path).documents}
    assert found == {"a.html": "字段参考", "b.html": "某框架"}


def test_the_kind_of_an_admonition_goes_and_its_title_stays() -> None:
    page = '<div class="admonition {}"><p class="admonition-title">{}</p><p>文。</p></div>'
    assert texts("html", page.format("note", "Note")) == ["文。"]
    assert texts("html", page.format("note", "别喂苹果")) == ["别喂苹果", "文。"]


def test_a_heading_keeps_the_name_that_leads_to_it_and_is_found_by_it(tmp_path: Path) -> None:
    text = (
        "# 甲\n\n## 计算属性缓存 {#computed-caching}\n\n熊猫吃竹子。\n\n## 其他\n\n狐狸吃兔子。\n"
    )
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    index = build(load(tmp_path))
    passage = index.passages[0]
    assert (passage.headings, passage.anchor) == (("计算属性缓存",), "computed-caching")
    assert above(passage) == ("计算属性缓存", "computed caching")
    assert index.documents_for("caching", 1) == ["a.md"]
    page = '<section id="s"><h2>题</h2><p>文。</p><h3><a name="t"></a>目</h3></section>'
    anchors = [block.anchor for block in read("html", page).blocks]
    assert anchors == ["s", "", "t"]


def test_words_that_a_site_shows_in_turn_stand_apart() -> None:
    assert texts("markdown", '像 <span class="a">mounted</span><span>onMounted</span><br>后') == [
        "像 mounted onMounted\n后"
    ]


def test_a_definition_of_a_reference_is_a_unit_of_its_own(tmp_path: Path) -> None:
    page = (
        "<html><body><h1>随机数</h1><dl>"
        "<dt class='sig' id='random.seed'><span class='sig-name'>seed</span>(a)</dt>"
        "<dd><p>初始化随机数生成器。</p></dd>"
        "<dt class='sig' id='random.randint'><span class='sig-name'>randint</span>(a, b)</dt>"
        "<dd><p>返回一个随机整数。</p><p>两端都包括在内。</p></dd>"
        "<dt class='sig' id='random.other'><span class='sig-name'>other</span>(a, b)</dt>"
        "<dd><p>若参数相同，返回的可能是随机的浮点数，也可能是整数或者随机字节。</p></dd></dl></body></html>"
    )
    (tmp_path / "random.html").write_text(page, encoding="utf-8")
    index = build(load(tmp_path))
    assert [p.label for p in index.passages] == ["random.seed", "random.randint", "random.other"]
    (hit, *_) = index.search("返回随机整数的是什么").hits
    assert hit.quote.startswith("randint(a, b)")
    assert "返回一个随机整数" in hit.quote


def test_what_is_nothing_but_links_answers_last(tmp_path: Path) -> None:
    listed = "# 安装指南\n\n- [怎么安装 Linux 版](a.md)\n- [怎么安装 Windows 版](b.md)\n- [[怎么安装手机版]]\n"
    (tmp_path / "links.md").write_text(listed, encoding="utf-8")
    alone = build(load(tmp_path)).search("怎么安装手机版").hits
    assert any("怎么安装手机版" in hit.quote for hit in alone)
    text = "# 下载\n\n安装手机版之前先下载，然后按提示走完。\n"
    (tmp_path / "prose.md").write_text(text, encoding="utf-8")
    hits = build(load(tmp_path)).search("怎么安装手机版").hits
    assert [hit.passage.document.title for hit in hits][:1] == ["下载"]
