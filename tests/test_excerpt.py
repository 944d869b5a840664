"""Excerpts: slices of their document, short, marked, never over a heading."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.folding import fold
from retrieval.analysis.numbers import quantities
from retrieval.analysis.segment import Segmenter
from retrieval.analysis.sentences import sentences
from retrieval.engines import importance
from retrieval.excerpts.reading import Part, Reading
from retrieval.excerpts.windows import Window, beginning, cut, runs, windows
from retrieval.indexing.records import prepare, segment
from retrieval.model import Block, BlockKind, Document, Excerpt, Passage, Query
from retrieval.passages import split
from retrieval.passages.outline import LETTERS, LIMIT, Kept
from retrieval.passages.packing import scale
from retrieval.passages.zones import speakers, zones
from retrieval.queries import analyse
from tests.corpora import document, query, questions, seeds_index, standing
from tests.corpora import index as seeds_of

_CHARACTERS = "中国人权法律香港报告。，；！？：“”（）ab1e\u0301 \n㎏ＡİＣ𠮷發裡"
_PARAGRAPH = st.text(alphabet=_CHARACTERS, min_size=1, max_size=500).filter(
    lambda text: bool(text.strip()) and not text.startswith("# ")
)
_BLANKS = st.integers(1, 400).map(lambda count: f"人权。{' ' * count}报告")
_PARTS = st.lists(
    st.one_of(_PARAGRAPH, _BLANKS, st.sampled_from(["# 香港", "# 人权 报告"])),
    min_size=1,
    max_size=6,
)
_QUESTION = st.text(alphabet=_CHARACTERS, max_size=30)


def _kept(source: Document) -> list[Kept]:
    return segment(source, prepare(source), Segmenter())[1]


def _parts(source: Document) -> list[Part]:
    return [Part(number, one.passage(source), one) for number, one in enumerate(_kept(source))]


def _excerpt(
    source: Document, number: int, asked: Query, taken: Sequence[tuple[int, int]] = ()
) -> Excerpt:
    importance = {**dict.fromkeys(asked.char, 0.5), **dict.fromkeys(asked.word, 1.0)}
    scope = _parts(source)[max(number - 1, 0) : number + 2]
    return _best(scope, Reading(asked, importance, _kept(source)), taken)


def _best(scope: list[Part], reading: Reading, taken: Sequence[tuple[int, int]] = ()) -> Excerpt:
    read = [*runs(scope, reading)]
    found = windows(scope, read, reading, taken) or windows(scope, read, reading)
    if not found:
        return beginning(scope, reading)
    best = max(found, key=lambda window: window.value)
    excerpt = cut(scope, reading, best.start, best.end)
    assert excerpt.marks
    return excerpt


def _assert_sound(found: Excerpt, source: Document, asked: Query) -> None:
    quote = source.text[found.start : found.end]
    assert 0 <= found.start < found.end <= len(source.text)
    assert len(quote) <= (LIMIT if scale(source.text) == 1 else LETTERS)
    assert quote == quote.strip()
    assert all(found.start <= start < end <= found.end for start, end in found.marks)
    assert all(a[1] <= b[0] for a, b in pairwise(found.marks))
    characters = set("".join((*asked.word, *asked.char)))
    for start, end in found.marks:
        marked = fold(source.text[start:end]).text
        numbers = {term for quantity in quantities(marked) for term in quantity.terms}
        assert characters & set(marked) or numbers & set(asked.word)
    for block in source.blocks:
        if block.kind is BlockKind.HEADING:
            # One that asks something begins the quote that answers it.
            assert (
                block.end <= found.start or found.end <= block.start or block.start == found.start
            )


@given(_PARTS, _QUESTION, st.data())
def test_any_document_and_any_question_give_a_sound_excerpt(
    parts: list[str], question: str, data: st.DataObject
) -> None:
    source = document("a.txt", *parts)
    passages = split(source)
    if not passages:
        return
    asked = query(question)
    number = data.draw(st.integers(0, len(passages) - 1))
    first = _excerpt(source, number, asked)
    _assert_sound(first, source, asked)
    second = _excerpt(source, number, asked, [(first.start, first.end)])
    _assert_sound(second, source, asked)


def test_every_passage_of_the_seeds_quotes_its_own_sentences_verbatim() -> None:
    passages = seeds_index().passages
    for number, passage in enumerate(passages):
        texts = seeds_index().texts
        near = [
            Part(n, passages[n], texts[n])
            for n in range(max(number - 1, 0), min(number + 2, len(passages)))
            if passages[n].document is passage.document
        ]
        for start, end in sentences(passage.text):
            asked = analyse(passage.text[start:end], seeds_index().lexicon)
            says = importance(seeds_index().engine, asked)
            _assert_sound(_best(near, Reading(asked, says, texts)), passage.document, asked)


def test_hits_of_the_seeds_are_sound() -> None:
    for row in questions():
        result = seeds_index().search(str(row["text"]))
        for hit in result.hits:
            _assert_sound(hit.excerpt, hit.passage.document, result.query)
            assert hit.quote == hit.passage.document.text[hit.excerpt.start : hit.excerpt.end]


def _text(*parts: str) -> tuple[Document, tuple[Passage, ...]]:
    source = document("a.txt", *parts)
    return source, split(source)


def test_it_quotes_the_sentence_that_speaks_of_the_question() -> None:
    filler = "这里说的是别的事情，与问题没有什么关系。" * 8
    answer = "会议于三月十六日在东京举行。"
    source, _ = _text(filler + answer + filler)
    asked = query("会议在东京举行")
    found = _excerpt(source, 0, asked)
    assert answer in source.text[found.start : found.end]
    assert "东京举行" in "|".join(source.text[s:e] for s, e in found.marks)
    assert found.cut_before or found.cut_after


def test_a_short_text_is_quoted_whole_and_nothing_is_cut() -> None:
    source, _ = _text("会议在东京举行。会后发表了声明。")
    found = _excerpt(source, 0, query("东京"))
    assert (found.start, found.end) == (0, len(source.text))
    assert not found.cut_before
    assert not found.cut_after


def test_a_paragraph_that_has_nothing_of_the_question_is_not_quoted_with_it() -> None:
    source, _ = _text("会议在东京举行。", "会后发表了声明。")
    found = _excerpt(source, 0, query("东京"))
    assert source.text[found.start : found.end] == "会议在东京举行。"
    assert found.cut_after


def test_the_answer_may_stand_in_a_neighbouring_passage() -> None:
    filler = "这里说的是别的事情，与问题没有什么关系。" * 24
    source, _ = _text(filler + "会议在东京举行。")
    assert len(split(source)) == 2
    found = _excerpt(source, 0, query("东京"))
    assert "东京" in source.text[found.start : found.end]


def test_a_free_sentence_is_found_between_taken_ones() -> None:
    """Though every window as long as can be overlaps what is taken."""
    one, two, three = ("会议第一天谈" + c * 60 + "。" for c in "甲乙丙")
    source, _ = _text(one + two + three)
    asked = query("会议")
    found = _excerpt(source, 0, asked, [(0, len(one + two))])
    assert source.text[found.start : found.end] == three
    everything = [(0, len(source.text))]
    _assert_sound(_excerpt(source, 0, asked, everything), source, asked)


def test_a_sentence_without_an_end_is_sliced() -> None:
    source, _ = _text("人权" * 200)
    found = _excerpt(source, 0, query("人权"))
    assert found.end - found.start == LIMIT
    assert found.marks == ((found.start, found.end),)
    assert source.text[found.start : found.end] == "人权" * 90


def test_a_sentence_need_not_name_what_its_document_is_about() -> None:
    """The title names it: the sentence with the rest of the question answers, not one more that
    repeats the name."""
    filler = "这里说的是别的事情，与问题没有什么关系。" * 9
    source = document(
        "a.txt", f"青石桥很有名。{filler}", f"{filler}雨季时桥面呈蓝色。{filler}", title="青石桥"
    )
    first = seeds_of(source, document("b.txt", filler)).search("青石桥雨季时桥面呈什么颜色").hits[0]
    assert "桥面呈蓝色" in first.quote


def test_a_sentence_with_a_date_answers_when() -> None:
    source = document("a.txt", "石桥的修建花了很多钱。", "石桥的修建始于2011年。", title="题")
    first = seeds_of(source).search("石桥何时修建").hits[0]
    assert "2011年" in first.quote


def test_what_is_done_is_a_verb_and_no_part_of_a_name() -> None:
    assert "写宏" in query("写宏是谁").names  # which may be somebody's name
    assert not query("怎么写宏").names


def test_every_quote_of_the_first_page_has_a_word_of_the_question() -> None:
    index = seeds_index()
    for row in questions():
        result = index.search(str(row["text"]))
        for hit in result.hits:
            assert _speaks(hit.quote, result.query) or hit.passage.label, (row["text"], hit.quote)


@given(st.text(alphabet="中国人权新疆公司王君正六四送反150万transgender 的，", max_size=16))
def test_no_question_is_quoted_without_one_of_its_words(question: str) -> None:
    result = seeds_index().search(question)
    for hit in result.hits:
        assert len(hit.quote) <= LIMIT
        spelled = fold(result.lookup or "").text
        assert (
            _speaks(hit.quote, result.query)
            or (spelled and spelled in fold(hit.quote).text)
            or _speaks("\n".join((hit.passage.document.title, *hit.passage.headings)), result.query)
        )


def _speaks(quote: str, asked: Query) -> bool:
    text = fold(quote).text
    return bool(standing(text, (1 << (len(text) + 1)) - 1, asked).found(0))


def _texts(source: Document, question: str) -> list[str]:
    return [source.text[w.start : w.end] for w in _windows(source, query(question))]


def _windows(source: Document, asked: Query) -> list[Window]:
    reading = Reading(asked, dict.fromkeys(asked.word, 1.0), _kept(source))
    scope = _parts(source)
    return windows(scope, runs(scope, reading), reading)


def test_a_letterhead_is_quoted_only_where_it_is_asked_for() -> None:
    source = document(
        "a.txt",
        "外交部 发言人办公室 2021年3月31日 会议在东京举行，外交部派人参加。",
        "外交部\n长安街 12 号",
        "尊敬的部长：",
    )
    assert _texts(source, "外交部") == ["会议在东京举行，外交部派人参加。"]
    assert any("12 号" in one for one in _texts(source, "外交部在哪条街"))
    assert any("2021年3月31日" in one for one in _texts(source, "外交部何时开会"))


def test_whom_a_letter_is_addressed_to_is_quoted_where_it_is_asked_for() -> None:
    letter = "石桥公司的信今天寄出，公司很满意。"
    source = document("a.txt", "尊敬的石桥修建公司各位负责人：", "别的事情也要说到。" * 24, letter)

    def best(question: str) -> str:
        window = max(_windows(source, query(question)), key=lambda window: window.value)
        return source.text[window.start : window.end]

    assert best("石桥公司的信寄出了吗") == letter
    assert best("石桥公司的信写给谁").startswith("尊敬的")


def test_a_quote_never_cuts_a_line_of_code() -> None:
    code = "".join(f"    value = compute(石桥, {n});  // 人权。 end\n" for n in range(30)).rstrip()
    text = f"下面是程序。\n\n{code}"
    blocks = (Block(0, 6), Block(8, len(text), BlockKind.CODE))
    source = Document("a.md", "题", text, blocks, "a.md", "0")
    found = _windows(source, query("石桥"))
    whole = {line.strip() for line in text.split("\n")}
    assert found
    for window in found:
        quote = text[window.start : window.end]
        assert {line.strip() for line in quote.split("\n") if line} <= whole


def test_a_quote_has_one_numbered_unit() -> None:
    articles = [f"第{n}条 石桥由村民修建，费用由全村分担。" for n in "一二三四"]
    text = "\n".join(articles)
    places = [text.index(article) for article in articles]
    blocks = tuple(
        Block(start, start + len(article), BlockKind.UNIT, label=article[:3])
        for start, article in zip(places, articles, strict=True)
    )
    source = Document("a.md", "题", text, blocks, "a.md", "0")
    found = _windows(source, query("石桥"))
    assert {text[window.start : window.end] for window in found} == set(articles)


def test_a_quote_from_an_interview_says_who_speaks() -> None:
    filler = "这里说的是别的事情，与问题没有什么关系。" * 6
    source = document(
        "a.txt",
        "记者：石桥是哪年修的？" + filler,
        "村长李四：谢谢提问。" + filler * 2,
        "石桥在2011年修好。" + filler,
        "记者：谢谢。",
        "村长李四：再见。",
    )
    hits = seeds_of(source).search("石桥在2011年修好").hits
    first = next(hit for hit in hits if "2011年修好" in hit.quote)
    assert first.speaker == "村长李四："
    assert source.text.index(first.speaker) < first.excerpt.start


@pytest.mark.parametrize(
    ("paragraphs", "labels"),
    [
        (
            ["文件名：app.py", "错误如下：", "文件名：bot.py", "错误如下：", "注意：先备份。"],
            [],
        ),
        (["All done: yes.", "All done: no.", "Note: this.", "Note: that."], []),
        (["HTML: yes.", "HTML: no.", "CSS: this.", "CSS: that."], []),
        (["拜登总统表示：好。", "拜登总统表示：不。", "李敏：好。"], []),
        (["问：好吗？", "答：好。", "理由如下：一。", "问：真的？"], ["问：", "答：", "问："]),
        (["李敏：好吗？", "阿强：好。", "李敏：真的？"], ["李敏：", "阿强：", "李敏："]),
        (
            ["主持人：请。", "娜塔莎：好。", "主持人：请。", "娜塔莎：再见。", "地址：街上。"],
            ["主持人：", "娜塔莎：", "主持人：", "娜塔莎："],
        ),
        (
            ["MODERATOR: Please.", "SECRETARY BLINKEN: Yes.", "MODERATOR: Go on.", "Note: x."],
            ["MODERATOR:", "SECRETARY BLINKEN:", "MODERATOR:"],
        ),
    ],
)
def test_prose_that_ends_with_a_colon_is_no_speaker(
    paragraphs: list[str], labels: list[str]
) -> None:
    source = document("a.txt", *paragraphs)
    found = speakers(source, zones(source))
    assert [source.text[start:end] for start, end in found] == labels


def test_a_question_in_the_text_is_quoted_with_its_answer_and_from_there_on() -> None:
    source = document(
        "a.md",
        "问：图书室几点开门？",
        "答：周二至周日上午九点到晚上八点半，周一闭馆。",
        "问：怎么办借书证？",
        "答：带身份证到前台填一张表，交押金一百元，当场就能拿到；十四岁以下的由家长代办。",
        "问：一次能借几本？可以借多久？",
        "答：成人五本，三十天内还。",
        "问：书弄丢了怎么办？",
        "答：按原价赔偿，或者买一本同样版本的还回来。",
        "问：可以带宠物进来吗？",
        "答：导盲犬可以，其他的请不要带入。",
    )
    paragraphs = source.text.split("\n\n")
    for asked, at in (("书弄丢了怎么赔", 6), ("怎么办借书证", 2), ("一次能借几本书", 4)):
        first = seeds_of(source).search(asked).hits[0]
        assert first.quote == "\n\n".join(paragraphs[at : at + 2])


def test_a_line_above_something_is_quoted_with_it() -> None:
    source = document(
        "a.txt",
        "一、电梯",
        "维保公司报价更换钢丝绳和控制板共计八万六千元。先请第三方检测。",
        "二、停车费",
        "地面车位现在每月一百五十元，三年没有涨过。",
        "三、楼道",
        "物业贴通知，限期一周清理。",
    )
    first = seeds_of(source).search("停车费多少").hits[0]
    assert first.quote == "二、停车费\n\n地面车位现在每月一百五十元，三年没有涨过。"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "怎么强制推送到远程仓库",
            [
                "强制推送到远程仓库，要小心。",
                "强制推送到远程仓库，要加 --force-with-lease 才行，先看一看。",
                "强制推送到远程仓库，最好用 --force-with-lease，它会看有没有变。",
                "变基以后，强制推送到远程仓库，少不了 --force-with-lease 这个选项。",
            ],
        ),
        (
            "地震造成多少人受伤",
            [
                "地震造成 121 人受伤，这是最初的消息。",
                "地震造成 3471 人受伤，省里的通报这样说，一周没有变。",
                "地震造成的受伤人数是 3471 人，他们都已得到医治。",
                "到了年底，地震造成 3471 人受伤，写进了当地的县志里。",
            ],
        ),
    ],
)
def test_what_three_passages_agree_on_goes_before_what_one_says(
    question: str, told: list[str]
) -> None:
    texts = [document(f"{n}", text, title=f"第{n}篇") for n, text in enumerate(told)]
    quotes = [hit.quote for hit in seeds_of(*texts).search(question).hits]
    assert quotes[0] in told[1:]
    assert quotes[1] == told[0]  # once quoted, it counts no more
    assert seeds_of(*texts[:3]).search(question).hits[0].quote == told[0]  # two are not several
