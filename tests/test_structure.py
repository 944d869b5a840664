"""What structure a file has reaches whoever asks: code as code, links as links."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.conversation.reading import opened
from bot.conversation.replies import Answer, Page
from bot.site import page_name, write_site
from bot.telegram.replies import links, outgoing
from bot.terminal import plain
from bot.wording.citation import byline, locator, source_url
from bot.wording.locale import locale
from bot.wording.replies import render
from retrieval.corpus import load
from retrieval.indexing import build
from retrieval.model import Block, Corpus, Document, Verdict
from retrieval.passages.outline import WHOLE_QUOTE
from retrieval.places import Place
from retrieval.ranking import Index
from retrieval.ranking.selection import JOINED
from tests.botapi.entities import covered
from tests.messages import accepted

BOT = "yinju_test_bot"
CODE = "def feed(panda):\n    if panda.hungry:\n\n        panda.eat(bamboo)"
GUIDE = f"""# 饲养手册

熊猫的喂食函数见[官方文档](https://pandas.test/feed)，用法如下：

```python
{CODE}
```
"""


def _index(folder: Path, name: str, text: str) -> Index:
    (folder / name).write_text(text, encoding="utf-8")
    return build(load(folder))


def _sent(reply: Answer | Page) -> dict[str, Any]:
    return accepted(outgoing(render(reply, locale("zh-Hans"), links(BOT))))


def _said(reply: Answer | Page) -> str:
    console = Console(width=200, file=StringIO())
    with console.capture() as capture:
        console.print(plain(reply, locale("zh-Hans")))
    return capture.get()


def test_code_is_shown_as_code_and_links_lead_where_they_led(tmp_path: Path) -> None:
    answer = Answer("AAAAAAAAAAAA", _index(tmp_path, "a.md", GUIDE).search("熊猫 喂食函数 feed"))
    (hit, *_) = answer.result.hits
    assert CODE in hit.passage.text
    page = Page(hit.passage, None, None, 1)
    for reply in (answer, page):
        message = _sent(reply)
        leads = [e for e in message["entities"] if e["type"] == "text_link"]
        assert ("官方文档", "https://pandas.test/feed") in [
            (covered(message["text"], e), e["url"]) for e in leads
        ]
        assert "官方文档 (https://pandas.test/feed)" in _said(reply)
    message = _sent(page)
    (block,) = [e for e in message["entities"] if e["type"] == "pre"]
    assert (covered(message["text"], block), block["language"]) == (CODE, "python")
    lines = [line.removeprefix("│").removeprefix(" ") for line in _said(page).split("\n")]
    assert CODE in "\n".join(lines)


def test_how_to_do_something_is_answered_with_code(tmp_path: Path) -> None:
    text = (
        "# 手册\n\n## 用处\n\n取得数组的长度不难，取得长度也不慢。\n\n"
        + "这样的事很多。" * 60
        + "\n\n## 别的\n\n这样取得数组的长度：\n\n```js\nlet n = list.length\n```\n"
    )
    index = _index(tmp_path, "a.md", text)
    assert "list.length" in index.search("怎么取得数组的长度").hits[0].quote
    assert "list.length" not in index.search("取得数组的长度").hits[0].quote


def test_a_section_of_text_and_code_is_one_quote_in_its_own_order(tmp_path: Path) -> None:
    feed = "\n".join(f"const panda{n} = feed(bamboo{n})" for n in range(8))
    note = feed.replace("feed", "note")
    first, second = "先用竹子喂熊猫，早上一次，晚上一次：", "喂完熊猫要记账。喂得多少都要写下来："
    text = f"{first}\n\n```js\n{feed}\n```\n\n{second}\n\n```js\n{note}\n```"
    index = _index(tmp_path, "a.md", f"# 熊猫\n\n## 喂熊猫\n\n{text}\n\n## 别的\n\n石桥在河上。\n")
    (hit,) = index.search("怎么喂熊猫？").hits
    assert hit.quote == f"{first}\n\n{feed}\n\n{second}\n\n{note}"
    assert JOINED >= len(hit.quote) > WHOLE_QUOTE
    panda = _index(tmp_path, "a.md", f"# 熊猫\n\n## 喂熊猫\n\n{text}".replace("feed", "🐼" * 30))
    assert len(panda.search("怎么喂熊猫？").hits) == 2  # what platforms count is longer


def test_a_page_or_a_time_is_cited_and_the_address_leads_there(tmp_path: Path) -> None:
    block = Block(0, 9, locator="12")
    held = Document("1", "题", "熊猫每天吃竹子。。", (block,), "a.pdf", "1", "https://x.test/a.pdf")
    (hit,) = build(Corpus((held,))).search("熊猫吃竹子").hits
    assert locator(held, 3) == "p. 12"
    assert byline(held, 3) == "p. 12"
    assert source_url(hit) == "https://x.test/a.pdf#page=12"
    answer = Answer("AAAAAAAAAAAA", build(Corpus((held,))).search("熊猫吃竹子"))
    assert "p. 12" in _sent(answer)["text"]
    timed = replace(held, blocks=(replace(block, locator="00:12:05"),), url=None)
    assert byline(timed, 0) == "00:12:05"


def test_an_address_opens_at_the_heading_above_the_quote(tmp_path: Path) -> None:
    text = "---\nurl: https://x.test/a\n---\n# 甲\n\n## 食物 {#food}\n\n熊猫每天吃竹子。\n"
    (hit, *_) = _index(tmp_path, "a.md", text).search("熊猫吃竹子").hits
    url = source_url(hit)
    assert url is not None
    assert url.startswith("https://x.test/a#food:~:text=")


POEMS = """{"title": "春江", "author": "王维", "text": ["江水流春去欲尽，", "江潭落月复西斜。"]}
{"title": "春江", "author": "杜甫", "text": ["山光悦鸟性，", "潭影空人心。"]}
{"title": "杂诗 远行", "author": "杜甫", "text": ["白马饰金羁，", "连翩西北驰。"]}
{"title": "江南春天和秋天", "author": "无名", "text": ["草长莺飞，", "枫叶满山。"]}
{"title": "和张仆射塞下曲 一", "author": "卢纶", "text": ["独立扬新令，", "千营共一呼。"]}
{"title": "秋夜寄丘二十二员外", "author": "韦应物", "text": ["空山松子落，", "幽人应未眠。"]}
{"title": "如意娘", "author": "则天皇后", "text": ["看朱成碧，", "憔悴支离。"]}
{"title": "论诗", "author": "元好问", "text": ["春江与杜甫都说到了远行，", "王维也写春江的夜。"]}
"""


def test_a_title_and_an_author_go_to_the_text_itself(tmp_path: Path) -> None:
    index = _index(tmp_path, "poems.jsonl", POEMS)
    for question, begins in {
        "王维的春江": "江水",
        "杜甫《春江》": "山光",
        "春江 杜甫": "山光",
        "《远行》里的白马": "白马",
        "《送江南春天和秋天》": "草长",
        "杜甫写的远行": "白马",
        "元好问写的诗": "春江与",
        "作者:杜甫 春江": "山光",
    }.items():
        result = index.search(question)
        assert result.verdict is Verdict.FOUND
        assert result.hits[0].quote.startswith(begins), question
    for question, begins in {
        "卢纶的塞下曲": "独立",
        "韦应物 秋夜寄丘员外": "空山",
        "武则天 如意娘": "看朱",
    }.items():
        result = index.search(question)
        assert result.verdict is Verdict.POSSIBLE
        assert result.hits[0].quote.startswith(begins), question
    assert index.search("韦应物 春天的早晨").hits == ()
    assert index.search("author:王维 山光").hits == ()
    assert {h.passage.document.author for h in index.search("杜甫写的诗").hits[:2]} == {"杜甫"}


def test_one_text_is_quoted_once_and_says_where_else_it_stands(tmp_path: Path) -> None:
    text = "熊猫每天吃三十公斤竹子，一半时间用来进食。它们也吃少量水果和蜂蜜。"
    for name, day in {"a": "2020-01-01", "b": "2022-05-05", "c": "2021-03-03"}.items():
        changed = text.replace("，一半", "。 一半") if name == "c" else text
        (tmp_path / f"{name}.md").write_text(
            f"---\ndate: {day}\n---\n# 报告 {name}\n\n{changed}\n", encoding="utf-8"
        )
    (tmp_path / "d.md").write_text("# 别的\n\n熊猫每天睡很久，也吃竹子的笋。\n", encoding="utf-8")
    result = build(load(tmp_path)).search("熊猫每天吃多少竹子？")
    shown = [(hit.passage.document.title, hit.also) for hit in result.hits]
    assert shown == [("报告 b", 2), ("别的", 0)]
    assert result.total == 2
    message = _sent(Answer("AAAAAAAAAAAA", result))
    assert "另有 2 篇文献也有这段话" in message["text"]


def test_of_versions_the_newest_is_first_and_an_older_one_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "laws"
    folder.mkdir()
    for day, days in {"2001-05-01": "五天，另加一天路程", "2019-05-01": "七天"}.items():
        (folder / f"年休假条例({day}).md").write_text(
            f"# 年休假条例\n\n## 第一章 总则\n\n第一条 职工年休假为{days}，由单位安排。\n\n"
            "第二条 本条例自公布之日起施行。\n",
            encoding="utf-8",
        )
    (folder / "sources.toml").write_text(
        '[[files]]\nmatch = "*.md"\nversion_of = "{title}"\n', encoding="utf-8"
    )
    index = build(load(folder))
    for question in ("年休假条例第一条", "职工年休假有几天"):
        result = index.search(question)
        first, *others = result.hits
        assert (first.passage.document.published, first.newest) == ("2019-05-01", None)
        assert any(hit.newest == first.passage.document for hit in others)
        said = _sent(Answer("AAAAAAAAAAAA", result))["text"]
        assert said.count("旧版；最新版本见此 (2019-05-01)") == 1
        assert "2019-05-01 · 第一章 总则" in said
    older = next(hit for hit in result.hits if hit.newest)
    page = opened(index, Place.of(older.passage, older.excerpt))
    assert isinstance(page, Page)
    assert "旧版；最新版本见此 (2019-05-01)" in _sent(page)["text"]
    write_site(index, tmp_path / "site")
    pages = {
        document.published: (tmp_path / "site" / page_name(document)).read_text("utf-8")
        for document in index.documents
    }
    assert f'href="{page_name(first.passage.document)}"' in pages["2001-05-01"]
    assert "旧版" in pages["2001-05-01"]
    assert "旧版" not in pages["2019-05-01"]


def test_a_reply_says_below_which_heading_a_quote_stands(tmp_path: Path) -> None:
    text = "# 分页\n\n## 参考\n\n### 游标分页\n\n游标分页从一个时间戳开始，不会漏掉新加的记录。\n"
    index = _index(tmp_path, "a.md", text)
    said = _sent(Answer("AAAAAAAAAAAA", index.search("游标分页从哪里开始")))["text"]
    assert "1. 分页\n参考 › 游标分页\n" in said


def test_what_only_a_heading_has_is_found_below_it_and_never_called_missing(tmp_path: Path) -> None:
    text = (
        "# 使用手册\n\n## 安装\n\n先下载软件包，再双击图标。\n\n## 安装包校验\n\n比对两串字符。\n\n"
        "## Configuration\n\nPut the file next to the program.\n"
    )
    (tmp_path / "b.md").write_text("# 杂记\n\n今天天气很好。\n", encoding="utf-8")
    index = _index(tmp_path, "a.md", text)
    below = {"先下载软件包，再双击图标。", "比对两串字符。"}
    for asked in ("安装", '"安装"', "安裝"):
        answer = index.search(asked)
        assert (answer.verdict, answer.total, answer.missing) == (Verdict.FOUND, 2, ())
        assert {hit.quote for hit in answer.hits} == below
    said = _sent(Answer("AAAAAAAAAAAA", index.search("安装")))["text"]
    assert "使用手册\n安装\n" in said
    for asked in ("怎么安装？", "使用手册的安装"):
        answer = index.search(asked)
        assert (answer.verdict, answer.missing) == (Verdict.POSSIBLE, ())
        assert "先下载软件包，再双击图标。" in {hit.quote for hit in answer.hits}
    assert [hit.quote for hit in index.search("configuration").hits] == [
        "Put the file next to the program."
    ]
    assert index.search("安装数据库").missing == ("数据库",)
    assert index.search('"安装" "数据库"').unmatched_filters == ('"数据库"',)


def test_a_question_that_is_a_heading_is_found_and_quoted_with_its_answer(tmp_path: Path) -> None:
    text = (
        "# 工作坊\n\n## 常见问题\n\n### 可以退票吗\n\n开始前三天可以。\n\n"
        "### Can I bring my dog?\n\nOnly if it sleeps all day.\n\n### 其他\n\n没有别的了。\n"
    )
    index = _index(tmp_path, "a.md", text)
    for asked in ("退票", "可以退票吗", "怎么退票"):
        answer = index.search(asked)
        assert answer.verdict is Verdict.FOUND
        assert answer.hits[0].quote == "可以退票吗\n\n开始前三天可以。"
    dog = index.search("can I bring a dog")
    assert [hit.quote for hit in dog.hits] == ["Can I bring my dog?\n\nOnly if it sleeps all day."]
    said = _sent(Answer("AAAAAAAAAAAA", dog))["text"]
    assert "1. 工作坊\n常见问题\n" in said
    assert said.count("Can I bring my dog?") == 1
    page = opened(index, Place.of(index.passages[1]))
    assert isinstance(page, Page)
    assert _sent(page)["text"].count("Can I bring my dog?") == 1


def test_a_question_that_is_a_heading_is_no_quote_by_itself(tmp_path: Path) -> None:
    text = (
        "# 定制\n\n## 含有其他软件包的配置文件的软件包怎么办？\n\n"
        "有些人先装软件包，再装一个含有配置文件的软件包，这不是好主意，因为如果配置文件在另一个软件包里，"
        f"dpkg就不知道这些配置文件的存在，会写入有冲突的配置文件，{'要小心，' * 24}不可大意。\n\n"
        "这样 dpkg 就会认为配置文件已经改过。\n"
    )
    quotes = [hit.quote for hit in _index(tmp_path, "a.md", text).search("dpkg 的配置文件").hits]
    assert len(quotes) == 2
    assert not any(quote.startswith("含有其他") for quote in quotes)


def test_lines_of_a_table_of_contents_are_no_quotes(tmp_path: Path) -> None:
    lines = [f"1.{n} “ls -l”输出的第{n}个字符{' .' * 40} {n}" for n in range(1, 9)]
    text = "\n\n".join(["手册", *lines, "用 ls -l 看：第一个字符是文件的类型，输出的其余是权限。"])
    found = _index(tmp_path, "a.txt", text).search("ls -l 输出的第一个字符是什么")
    assert [hit.quote for hit in found.hits] == [
        "用 ls -l 看：第一个字符是文件的类型，输出的其余是权限。"
    ]


def test_a_table_is_not_quoted_for_its_header_alone(tmp_path: Path) -> None:
    text = (
        "为了前向兼容，超时错误码默认关闭，需要主动开启。开启前后区别如下："
        + "这里还有别的事。" * 14
    )
    rows = "".join(f"| {'场景' * 30}{n} | 甲乙 | 丙丁 |\n" for n in range(9))
    table = f"| 场景 | 关闭超时 | 开启超时 |\n|---|---|---|\n{rows}"
    page = f"# 超时\n\n{text}\n\n开启超时前后：\n\n{table}"
    quotes = [hit.quote for hit in _index(tmp_path, "a.md", page).search("怎么开启超时错误码").hits]
    assert quotes
    assert not any(quote.endswith("场景 | 关闭超时 | 开启超时") for quote in quotes)


def test_a_text_in_pages_has_its_numbered_headings_and_no_furniture(tmp_path: Path) -> None:
    titles = ("4.1 熊猫", "4.1.1 404 号", "4.2 竹林", "4.2.1 竹子")
    pages = "\n\n".join(
        f"   {title}\n\n   这是第{number}件事。\n\n某甲      [Page {number}]\n\f\n规范 7    2021"
        for number, title in enumerate(titles, start=1)
    )
    index = _index(tmp_path, "a.txt", f"规范七\n\n4.1 熊猫 ........ 1\n\n{pages}\n")
    assert [passage.headings for passage in index.passages][1:] == [
        ("4.1 熊猫",), ("4.1 熊猫", "4.1.1 404 号"), ("4.2 竹林",), ("4.2 竹林", "4.2.1 竹子"),
    ]  # fmt: skip
    assert not any(sign in index.documents[0].text for sign in ("Page", "2021"))
