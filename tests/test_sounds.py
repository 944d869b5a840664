"""Homophones, near-typos and bare pinyin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from retrieval.analysis.folding import fold
from retrieval.expansion import spelling
from retrieval.expansion.sounds import blurred, readings, sound, spellings
from retrieval.expansion.spelling import Sounds
from retrieval.files import behind, lines
from retrieval.indexing import build
from retrieval.model import Block, Bridge, Corpus, Document, Verdict
from retrieval.ranking import Index
from retrieval.ranking.confidence import Thresholds

TEXTS = (
    "秘书长古特雷斯(Guterres)说，跨境援助不能停。古特雷斯呼吁停火，各方欢迎古特雷斯。",
    "拜登要求释放阿列克谢·纳瓦利内(Alexei Navalny)。",
    "法国外长勒德里昂(Jean-Yves Le Drian)到访。",
    "新疆生产建设兵团党委书记王君正受到制裁。公安厅厅长陈明国也在名单上。",
    "防火墙限制信息自由进出，专家谈防火墙。",
    "日本首相菅义伟(Yoshihide Suga)会见记者。",
    "The reporters asked about vaccination programmes in Wellington.",
)


@pytest.fixture(scope="module")
def index() -> Index:
    built = build(
        Corpus(tuple(Document(str(n), "", t, (Block(0, len(t)),), f"{n}.txt", t)
                     for n, t in enumerate(TEXTS)))
    )  # fmt: skip
    # Seven sentences are no corpus to calibrate a refusal on.
    return replace(built, thresholds=Thresholds(found=0.0, possible=0.0))


def heard(index: Index, question: str) -> list[tuple[str, str]]:
    bridges = index.search(question).bridges
    return [(bridge.asked, bridge.found) for bridge in bridges if bridge.kind == "sound"]


@pytest.mark.parametrize(
    ("question", "asked", "found"),
    [
        ("古特雷思说了什么", "古特雷思", "古特雷斯"),
        ("古特雷絲說了什麼", "古特雷絲", "古特雷斯"),
        ("纳瓦里内现在怎样", "纳瓦里内", "纳瓦利内"),
        ("勒德利昂是谁", "勒德利昂", "勒德里昂"),
        ("王军正是什么职务", "王军正", "王君正"),
        ("陈名国是什么人", "陈名国", "陈明国"),
        ("防火强有什么用", "防火强", "防火墙"),
        ("gutelesi 说了什么", "gutelesi", "古特雷斯"),
        ("jianyiwei 首相", "jianyiwei", "菅义伟"),
        ("Chen Minguo 制裁", "Chen Minguo", "陈明国"),
        ("vacination programmes", "vacination", "vaccination"),
        ("welington", "welington", "wellington"),
    ],
)
def test_a_mistyped_name_is_heard(index: Index, question: str, asked: str, found: str) -> None:
    assert heard(index, question) == [(asked, found)]
    result = index.search(question)
    assert result.hits
    assert Bridge("sound", asked, found) in result.bridges
    assert asked not in result.missing


@pytest.mark.parametrize(
    "question",
    [
        "古特雷斯说了什么", "王君正是什么职务", "古特雷斯在哪里", "Guterres", "制裁名单", "停火",
        "红烧肉怎么做才不腻", "明天上海会下雨吗", "best recipe for banana bread", "吉他和弦",
    ],
)  # fmt: skip
def test_what_is_known_or_is_no_name_stays_as_it_is(index: Index, question: str) -> None:
    assert heard(index, question) == []


def test_taken_literally_nothing_is_heard_but_it_is_suggested(index: Index) -> None:
    literal = index.search("古特雷思", literal=True)
    assert [bridge for bridge in literal.bridges if bridge.kind == "sound"] == []
    assert literal.verdict is not Verdict.NONE or "古特雷斯" in literal.suggestions


def test_what_was_heard_is_marked_in_the_quote(index: Index) -> None:
    hit = index.search("勒德利昂").hits[0]
    text = hit.passage.document.text
    assert "勒德里昂" in [text[start:end] for start, end in hit.excerpt.marks]


def _sounds(words: Mapping[str, int], occurs: Callable[[str], bool]) -> Sounds:
    return Sounds(lambda: spelling.heard(words, {"古特雷斯"}), words, occurs)


def test_the_corpus_is_asked_before_anything_is_changed() -> None:
    words = {"古特雷斯": 3}
    known = _sounds(words, lambda text: True)
    assert known.corrections("古特雷思", []) == []
    unknown = _sounds(words, lambda text: False)
    assert [one.found for one in unknown.corrections("古特雷思", [])] == ["古特雷斯"]


def test_sounds_that_are_often_confused_are_one() -> None:
    assert sound("真") == sound("曾") or blurred("zheng") == blurred("zen")
    assert [blurred(s) for s in ("zhang", "cheng", "sheng", "xing")] == ["zan", "cen", "sen", "xin"]
    assert blurred("fangan") == "fangan"
    assert sound("南") == sound("兰")
    assert readings("a") == ()
    assert readings("绿") == ("lv", "lu")
    assert "gutelesi" not in spellings("布林肯")
    assert "bulinken" in spellings("布林肯")


@given(
    st.sampled_from("重行女〇呣嗯誒𠀀") | st.characters(min_codepoint=0x3007, max_codepoint=0x32389)
)
def test_characters_sound_as_pypinyin_says(character: str) -> None:
    said = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    syllables = [syllable.replace("ü", "v") for syllable in said[0]] if said else []
    assert readings(character) == tuple(dict.fromkeys(syllables))[:2]


@given(st.text())
def test_any_question_can_be_heard_and_nothing_overlaps(question: str) -> None:
    folded = fold(question).text
    sounds = _sounds({"古特雷斯": 1, "reporters": 1}, lambda text: False)
    reached = 0
    for one in sounds.corrections(folded, []):
        assert reached <= one.start < one.end <= len(folded)
        reached = one.end


_WORDS = st.text(st.characters(exclude_characters="\t\n ", codec="utf-8"), min_size=1)


@given(st.dictionaries(_WORDS | st.just("liu shi"), st.lists(_WORDS, min_size=1)), _WORDS)
def test_a_table_in_lines_has_what_it_was_made_from(
    table: dict[str, list[str]], other: str
) -> None:
    written = lines(table)
    for key in {*table, other}:
        assert behind(written, key) == table.get(key, [])
