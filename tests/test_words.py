"""Words: jieba's own segmentation, learned words whole, jieba's global tokenizer untouched."""

from __future__ import annotations

import re
from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.folding import fold
from retrieval.analysis.words import WordCutter, known
from tests.corpora import seeds

_HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
_COMMON = st.sampled_from("中国人权民主自由香港法律政府北京大学生活动的了一不在有和习近平台湾")
_WORD = st.text(alphabet=st.one_of(_COMMON, _HAN), min_size=2, max_size=8)
_RUN = st.text(
    alphabet=st.one_of(_COMMON, _HAN, st.sampled_from("㐀䶮𠮷")), min_size=1, max_size=30
)


def _seed_runs() -> list[str]:
    runs = [
        run
        for document in seeds().documents
        for run in re.findall("[\u4e00-\u9fa5]+", fold(document.text).text)
    ]
    return sorted(set(runs))


def test_without_learned_words_it_cuts_as_jieba_does(tmp_path: Path) -> None:
    plain = jieba.Tokenizer()
    plain.tmp_dir = str(tmp_path)
    cutter = WordCutter()
    runs = _seed_runs()
    assert len(runs) > 1000
    assert [list(cutter.words(run)) for run in runs] == [
        list(plain.cut(run, HMM=False)) for run in runs
    ]


def test_jiebas_global_tokenizer_is_never_touched(tmp_path: Path) -> None:
    jieba.dt.tmp_dir = str(tmp_path)
    text = "联署信要求蒂芙尼人权观察员出席"
    before = jieba.lcut(text, HMM=False), jieba.dt.total, len(jieba.dt.FREQ)
    cutter = WordCutter(["联署信", "蒂芙尼人权", "观察员出席"])
    assert list(cutter.words("联署信")) == ["联署信"]
    assert (jieba.lcut(text, HMM=False), jieba.dt.total, len(jieba.dt.FREQ)) == before
    assert "蒂芙尼人权" not in jieba.dt.FREQ
    assert cutter.FREQ is not jieba.dt.FREQ


def test_one_cutters_words_are_not_anothers() -> None:
    assert list(WordCutter(["联署信"]).words("联署信")) == ["联署信"]
    assert list(WordCutter().words("联署信")) != ["联署信"]
    assert not known("联署信")


@given(st.lists(_WORD, max_size=6), _RUN)
def test_the_words_joined_are_the_run(learned: list[str], run: str) -> None:
    words = list(WordCutter(learned).words(run))
    assert "".join(words) == run
    assert all(words)


@given(st.lists(_WORD, min_size=1, max_size=8))
def test_every_learned_word_stays_whole_in_any_order_of_learning(learned: list[str]) -> None:
    for words in (learned, learned[::-1]):
        cutter = WordCutter(words)
        assert [list(cutter.words(word)) for word in words] == [[word] for word in words]


@pytest.mark.parametrize("word", ["刘䶮", "𠮷野家", "北京奥运会筹备", "人权捍卫者", "的了"])
def test_learned_words_stay_whole_with_rare_or_very_common_characters(word: str) -> None:
    assert list(WordCutter([word]).words(word)) == [word]


def test_a_learned_word_stays_whole_beside_its_own_beginnings() -> None:
    learned = ["中国人权", "中国人权捍卫者", "中国人权捍卫者网络"]
    cutter = WordCutter(learned)
    assert list(cutter.words("中国人权捍卫者网络")) == ["中国人权捍卫者网络"]
    assert list(cutter.words("中国人权捍卫者")) == ["中国人权捍卫者"]
    assert list(cutter.words("中国人权")) == ["中国人权"]


def test_known_words_are_those_of_the_dictionary_not_their_beginnings() -> None:
    assert known("人权")
    assert known("中华人民共和国")
    assert not known("中华人民共")
    assert not known("")
