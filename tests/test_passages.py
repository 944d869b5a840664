"""Passages: everything once, nothing too long, cuts where a reader would make them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.segment import Segmenter
from retrieval.analysis.sentences import clauses, sentences
from retrieval.corpus import load
from retrieval.corpus.readers.raw import tidy, verbatim
from retrieval.indexing.records import prepare, segment
from retrieval.model import Block, BlockKind, Document
from retrieval.passages import split
from retrieval.passages.packing import MAX, TARGET, WHOLE, scale

SEEDS = Path(__file__).parent.parent / "seeds"
PARAGRAPH, ITEM, HEADING = BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.HEADING
CODE, TABLE, VERSE, UNIT = BlockKind.CODE, BlockKind.TABLE, BlockKind.VERSE, BlockKind.UNIT
_SEGMENTER = Segmenter()


@cache
def _seeds() -> tuple[Document, ...]:
    return load(SEEDS).documents


def _document(*parts: tuple[BlockKind, int, str]) -> Document:
    text, blocks = "", []
    for kind, level, part in parts:
        start = len(text) + (2 if text else 0)
        text = f"{text}\n\n{part}" if text else part
        label = part.split("\n")[0] if kind in (TABLE, UNIT) else ""
        blocks.append(Block(start, start + len(part), kind, level, label))
    return Document("a.txt", "题", text, tuple(blocks), "a.txt", "f" * 64)


def _assert_sound(document: Document) -> None:
    passages = split(document)
    begins = {passage.start for passage in passages}
    wanted = [
        place
        for block in document.blocks
        if block.kind is not HEADING or block.start in begins  # it asks something
        for place in range(block.start, block.end)
        if not document.text[place].isspace()
    ]
    found = [
        place
        for passage in passages
        for place in range(passage.start, passage.end)
        if not document.text[place].isspace()
    ]
    assert found == wanted
    for passage in passages:
        kinds = {block.kind for block in document.blocks_in(passage.start, passage.end)}
        longest = MAX * scale(document.text)
        longest = max(WHOLE, longest) if kinds & {CODE, TABLE, UNIT} else longest
        assert 0 < len(passage.text) <= longest
        assert passage.text == passage.text.rstrip()
        assert CODE in kinds or passage.text == passage.text.lstrip()
    assert len({passage.id for passage in passages}) == len(passages)
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))


_PROSE = st.text(alphabet="中文人权的。，；：、！？”“’（）ab. \n1́", min_size=1, max_size=900)
_PARTS = st.lists(
    st.one_of(
        st.tuples(st.just(PARAGRAPH), st.just(0), _PROSE),
        st.tuples(st.just(ITEM), st.just(0), _PROSE),
        st.tuples(st.sampled_from([TABLE, VERSE, UNIT]), st.just(0), _PROSE.map(tidy)),
        st.tuples(st.just(CODE), st.just(0), _PROSE.map(verbatim)),
        st.tuples(st.just(HEADING), st.integers(1, 6), st.text(alphabet="标题谁？", min_size=1)),
        st.tuples(st.just(PARAGRAPH), st.just(0), st.sampled_from(["抄送:", "甲 | 乙", "谨上"])),
    ),
    max_size=12,
).map(lambda parts: [part for part in parts if part[2]])


@given(_PARTS)
def test_passages_hold_everything_once_and_in_order(
    parts: list[tuple[BlockKind, int, str]],
) -> None:
    _assert_sound(_document(*parts))


@given(st.text(max_size=400))
def test_spans_are_contiguous_and_whole(text: str) -> None:
    for spans in (sentences(text), clauses(text)):
        assert "".join(text[start:end] for start, end in spans) == text
        assert all(start < end for start, end in spans)


def test_seed_passages_are_sound_and_of_about_the_target_length() -> None:
    lengths = []
    for document in _seeds():
        _assert_sound(document)
        lengths += [len(passage.text) for passage in split(document)]
    assert 0.85 * TARGET <= sum(lengths) / len(lengths) <= 1.1 * TARGET
    assert sum(1 for length in lengths if length < TARGET / 3) <= 3


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("真的吗？！是的……对。", ["真的吗？！", "是的……对。"]),
        ("来往行踪。”1", ["来往行踪。”1"]),
        ("Dr. J. Smith met U.S. officials. He left.", None),
        ("It cost 1.5 million, see No. 5. Then www.x.test?a=b", None),
        ("19. Amnesty International", ["19. Amnesty International"]),
        ("施加后果的;延迟选举;", ["施加后果的;", "延迟选举;"]),
        ("白宫\n华盛顿", ["白宫\n", "华盛顿"]),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(text: str, expected: list[str] | None) -> None:
    if expected is None:
        assert len(_sentences(text)) == 2
    else:
        assert _sentences(text) == expected


def test_clauses_leave_numbers_times_and_addresses_whole() -> None:
    text = "10:52 国务卿安东尼·布林肯 过去一年来,约1,400人，见https://x.test/a:b"
    assert [text[start:end] for start, end in clauses(text)] == [
        "10:52 国务卿安东尼·布林肯 ",
        "过去一年来,",
        "约1,400人，",
        "见https://x.test/a:b",
    ]


def test_a_long_paragraph_is_cut_into_pieces_of_equal_length() -> None:
    document = _document((PARAGRAPH, 0, "中国政府应当尊重全体公民的各项基本人权。" * 31))
    lengths = [len(passage.text) for passage in split(document)]
    assert len(lengths) == 2
    assert max(lengths) - min(lengths) <= 20
    assert all(passage.text.endswith("。") for passage in split(document))


def test_a_sentence_without_an_end_is_cut_at_clauses_then_anywhere() -> None:
    at_clauses = split(_document((PARAGRAPH, 0, "这是一个很长的句子里的一段，" * 60)))
    assert all(passage.text.endswith("，") for passage in at_clauses)
    accented = "e\u0301" * 500
    for passage in split(_document((PARAGRAPH, 0, accented))):
        assert not passage.text.startswith("\u0301")
    words = split(_document((PARAGRAPH, 0, "wording " * 150)))
    assert all(passage.text.split(" ")[0] == "wording" for passage in words)


def test_headings_stand_above_passages_and_never_in_them() -> None:
    document = _document(
        (HEADING, 1, "甲"), (PARAGRAPH, 0, "一。"), (HEADING, 2, "乙"), (PARAGRAPH, 0, "二。"),
        (HEADING, 2, "丙"), (HEADING, 3, "丁"), (PARAGRAPH, 0, "三。"),
    )  # fmt: skip
    assert [(passage.headings, passage.text) for passage in split(document)] == [
        (("甲",), "一。"),
        (("甲", "乙"), "二。"),
        (("甲", "丙", "丁"), "三。"),
    ]


def test_a_heading_that_asks_begins_the_passage_that_answers_it() -> None:
    document = _document(
        (HEADING, 1, "常见问题"), (HEADING, 2, "可以退票吗"), (PARAGRAPH, 0, "开始前三天可以。"),
        (HEADING, 2, "Can I bring my dog?"), (PARAGRAPH, 0, "It has to sleep all day. " * 40),
        (HEADING, 2, "谁都不来问的标题" * 20), (PARAGRAPH, 0, "太长。"),
        (HEADING, 2, "Do not ask"), (PARAGRAPH, 0, "No."),
    )  # fmt: skip
    first, second, third, *rest = split(document)
    assert first.headings == ("常见问题", "可以退票吗")
    assert first.text == "可以退票吗\n\n开始前三天可以。"
    assert second.text.startswith("Can I bring my dog?\n\nIt has to")
    assert third.headings == ("常见问题", "Can I bring my dog?")  # its second passage
    assert [passage.text for passage in rest[-2:]] == ["太长。", "No."]


def test_an_id_survives_changes_elsewhere_and_counts_repeats() -> None:
    section = (PARAGRAPH, 0, "同样的一段文字。" * 30)
    long = (PARAGRAPH, 0, "另外的一段文字！" * 30)
    before = split(_document(section, (HEADING, 1, "甲"), long, (HEADING, 1, "乙"), section))
    after = split(_document((HEADING, 1, "新"), (PARAGRAPH, 0, "新。"), (HEADING, 1, "甲"), long))
    assert before[1].id == after[1].id
    assert before[2].id == f"{before[0].id}.2"


def test_lists_of_the_seeds_are_cut_at_items_and_keep_their_lead_in() -> None:
    letter, call = _seeds()[0], _seeds()[1]
    copies = [passage for passage in split(letter) if "国家安全顾问\n" in passage.text]
    assert [passage.text.split("\n")[0] for passage in copies] == ["抄送:"]
    signers = [passage for passage in split(letter) if "(PEN America)" in passage.text]
    assert signers[0].headings == ("谨启",)
    signatories = [passage for passage in split(call) if passage.headings == ("谨上",)]
    assert len(signatories) > 20
    starts = {block.start for block in call.blocks}
    ends = {block.end for block in call.blocks}
    assert all(p.start in starts and p.end in ends for p in signatories)


def test_a_short_list_stays_with_its_lead_in() -> None:
    document = _document(
        (PARAGRAPH, 0, "前文。" * 80), (PARAGRAPH, 0, "我们请求您采取以下步骤:"),
        (ITEM, 0, "制定行动计划;"), (ITEM, 0, "拒绝审查。"),
    )  # fmt: skip
    assert split(document)[-1].text.endswith("拒绝审查。")
    assert "我们请求您采取以下步骤:\n\n制定行动计划;" in split(document)[-1].text


def test_a_document_without_text_has_no_passages() -> None:
    assert split(_document((HEADING, 1, "只有标题"))) == ()
    assert split(_document()) == ()


def test_code_that_fits_is_one_passage_with_what_introduces_it() -> None:
    code = "\n".join(f"    line_{number}()" for number in range(50))
    document = _document((PARAGRAPH, 0, "前文。" * 100), (PARAGRAPH, 0, "例如："), (CODE, 0, code))
    assert [passage.text for passage in split(document)] == ["前文。" * 100, f"例如：\n\n{code}"]


def test_long_code_is_cut_between_lines_and_keeps_its_indentation() -> None:
    functions = [
        f"def f{number}():\n    a = {number}\n\n    return a  # {'x' * 60}" for number in range(30)
    ]
    document = _document((CODE, 0, "\n\n".join(functions)))
    texts = [passage.text for passage in split(document)]
    assert len(texts) > 3
    assert all(text.startswith("def ") for text in texts)


def test_a_long_table_repeats_its_header_above_every_part() -> None:
    rows = ["名称 | 含义", *(f"第{number}项 | {'说明' * 20}" for number in range(40))]
    document = _document((TABLE, 0, "\n".join(rows)))
    first, *others = split(document)
    assert first.headings == ()
    assert first.text.startswith("名称 | 含义\n")
    assert {passage.headings for passage in others} == {("名称 | 含义",)}
    assert all(line in rows for passage in others for line in passage.text.split("\n"))


def test_a_numbered_unit_that_fits_is_a_passage_of_its_own() -> None:
    document = _document(
        (HEADING, 1, "第一章"), (UNIT, 0, "第一条"), (PARAGRAPH, 0, "其一。" * 200),
        (UNIT, 0, "第二条"), (ITEM, 0, "（一）短。"), (UNIT, 0, "第三条"),
        (PARAGRAPH, 0, "长。" * 900),
    )  # fmt: skip
    found = split(document)
    assert [passage.label for passage in found[:2]] == ["第一条", "第二条"]
    assert found[0].text.endswith("其一。")
    assert found[1].text == "第二条\n\n（一）短。"
    assert {passage.label for passage in found[2:]} == {"第三条"}
    assert len(found) > 5


def _blocks(kind: BlockKind, *texts: str) -> Callable[[int], Document]:
    return lambda size: _document(*((kind, 0, texts[n % len(texts)]) for n in range(size // 10)))


def _run(text: str, kind: BlockKind = PARAGRAPH) -> Callable[[int], Document]:
    return lambda size: _document((kind, 0, text * (size // len(text))))


@pytest.mark.parametrize(
    "document",
    [
        *map(_run, ("人权", "好。", "，", "甲、", "：", "（", "Dr. ", "9", "一点", "http://a/")),
        *(_blocks(kind, "项") for kind in (PARAGRAPH, ITEM, CODE, UNIT, VERSE)),
        *map(partial(_blocks, PARAGRAPH), ("项：", "2021年3月1日")),
        _blocks(PARAGRAPH, "问：好？", "答：好。"),
        _run("x\n", CODE),
    ],
)
def test_a_document_is_cut_in_as_long_as_it_is(document: Callable[[int], Document]) -> None:
    """However it is made: four times as much of it takes four times as long, not sixteen."""

    def took(size: int) -> float:
        made, started = document(size), process_time()
        prepared = prepare(made)
        segment(made, prepared, _SEGMENTER)
        assert len(prepared.passages) > size / WHOLE / 2
        return process_time() - started

    for _ in range(5):  # a busy machine may disturb any one of them
        if took(8000) < 9 * took(2000):
            return
    pytest.fail("it takes longer than it is long")
