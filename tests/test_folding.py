"""Folding: what looks the same folds the same, and every span finds its way back."""

from __future__ import annotations

import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from retrieval.analysis.folding import Folded, fold
from tests.corpora import seeds

# What goes wrong elsewhere: growing and shrinking characters, surrogates, unseen ones, both
# scripts, right to left, letters beyond the first plane.
_TROUBLE = (
    "İßﬁ㎏㈱①ＡａÀé\u0301\u200b\u200d\ufeff\xad\ud800\udfff\x00\n\r\t\u2028\u202e"
    "乾隆發髮裡裏衞著麼𠮷㐀שלום가각ก็\U0001f600\U0001f468\ufe0f"
)
_ANY = st.text(
    alphabet=st.one_of(
        st.sampled_from(_TROUBLE),
        st.characters(),
        st.integers(0xD800, 0xDFFF).map(chr),
    ),
    max_size=60,
)


def _origins(folded: Folded) -> list[int]:
    return list(range(len(folded.text))) if folded.origins is None else list(folded.origins)


@given(_ANY)
def test_any_string_folds_and_its_offsets_never_go_back(text: str) -> None:
    folded = fold(text)
    origins = _origins(folded)
    assert len(origins) == len(folded.text)
    assert all(a <= b for a, b in pairwise(origins))
    assert all(0 <= origin < len(text) for origin in origins)


@given(_ANY, st.data())
def test_the_original_of_a_span_is_in_the_text_and_covers_it(
    text: str, data: st.DataObject
) -> None:
    folded = fold(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, last = folded.original(start, end)
    assert 0 <= first < last <= len(text)
    assert folded.text[start:end] in folded.within(first, last)


@given(st.text(alphabet="İßﬁ㎏㈱①ＡaÀé\u0301\u200b\n漢语發，𠮷", max_size=40), st.data())
def test_a_slice_folds_to_what_the_whole_folds_to_there(text: str, data: st.DataObject) -> None:
    """With characters that no phrase turns into another: 乾隆 and 乾 alone differ, rightly."""
    folded = fold(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert folded.within(start, end) == fold(text[start:end]).text


@given(_ANY)
def test_the_parts_within_make_up_the_whole(text: str) -> None:
    folded = fold(text)
    assert folded.within(0, len(text)) == folded.text
    parts = [folded.within(at, at + 1) for at in range(len(text))]
    assert "".join(parts) == folded.text


def test_every_character_folds_and_folding_again_changes_nothing() -> None:
    # Parted by line ends, which no phrase crosses; private use says nothing of its characters.
    characters = (chr(code) for code in range(sys.maxunicode + 1))
    assigned = (c for c in characters if unicodedata.category(c) not in ("Cn", "Co"))
    once = fold("\n".join(assigned)).text.split(" ")
    again = fold("\n".join(once)).text.split(" ")
    assert [pair for pair in zip(once, again, strict=True) if pair[0] != pair[1]] == []


def test_folding_the_seeds_again_changes_nothing() -> None:
    for document in seeds().documents:
        once = fold(document.text).text
        assert fold(once).text == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＢＣ１２３，（）", "abc123,()"),
        ("Dünya Uygur Kurultayı", "dunya uygur kurultayı"),
        ("Programa de Educación-Acción", "programa de educacion-accion"),
        ("e\u0301cole", "École"),
        ("İSTANBUL", "istanbul"),
        ("STRASSE", "straße"),
        ("ﬁnance", "finance"),
        ("５㎏", "5kg"),
        ("中國人權捍衛者", "中国人权捍卫者"),
        ("人權捍衞者", "人权捍卫者"),
        ("敍利亞", "叙利亚"),
        ("為什麼", "为什么"),
        ("那麽", "那么"),
        ("麼", "么"),
        ("幺麼小丑", "么麽小丑"),
        ("錢鍾書與鍾南山", "钱锺书与钟南山"),
        ("諮詢", "谘詢"),
        ("裏面", "裡面"),
        ("著作與著急", "著作与着急"),
        ("群眾", "羣众"),
        ("香港黎明", "香\u200b港\ufeff黎\xad明"),
        ("葛\U000e0100飾", "葛饰"),
        ("甲\r乙\u2028丙\x0b丁", "甲 乙 丙 丁"),
    ],
)
def test_what_a_reader_takes_for_the_same_folds_the_same(one: str, other: str) -> None:
    assert fold(one).text == fold(other).text


def test_different_characters_stay_different() -> None:
    forms = ["乾隆", "干隆", "权", "全", "é", "f", "ㄅ", "é1", "が", "か"]
    assert len({fold(form).text for form in forms}) == len(forms)


@pytest.mark.parametrize("script", ["s2t", "s2tw", "s2hk"])
def test_every_common_character_folds_back_from_each_traditional_form(script: str) -> None:
    common = [
        bytes((high, low)).decode("gb2312")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
        if not (high == 0xD7 and low > 0xF9)
    ]
    assert len(common) == 6763
    convert = OpenCC(script).convert
    lost = [c for c in common if fold(convert(c)).text != fold(c).text]
    assert lost == []


def test_the_way_back_over_grown_and_vanished_characters() -> None:
    folded = fold("重5㎏\u200b, ﬁn")
    assert folded.text == "重5kg, fin"
    assert folded.original(2, 4) == (2, 3)
    assert folded.original(3, 4) == (2, 3)
    assert folded.original(6, 8) == (6, 7)
    assert folded.within(2, 4) == "kg"
