"""Words: jieba's own segmentation by either library, added words whole, no global one touched."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import jieba
import pytest
import rjieba
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.analysis import words as chosen
from retrieval.analysis.folding import fold
from retrieval.analysis.words import Jieba, WordCutter, known
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


_REFERENCE = cache(Jieba)


@pytest.fixture
def reference() -> Jieba:
    return _REFERENCE()


@pytest.fixture(params=["rjieba", "jieba"])
def library(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, reference: Jieba
) -> None:
    """Once with rjieba, once as where it has no wheel."""
    if request.param == "jieba":
        monkeypatch.setattr(chosen, "rjieba", None)
        monkeypatch.setattr(chosen, "_jieba", lambda: reference)


@pytest.mark.usefixtures("library")
def test_it_cuts_as_jieba_does(tmp_path: Path) -> None:
    plain = jieba.Tokenizer()
    plain.tmp_dir = str(tmp_path)
    cutter = WordCutter()
    runs = _seed_runs()
    assert len(runs) > 1000
    assert [cutter.words(run) for run in runs] == [plain.lcut(run, HMM=False) for run in runs]


@settings(max_examples=20, deadline=None)
@given(st.lists(_WORD, max_size=6), st.lists(_RUN, min_size=1, max_size=40))
def test_both_libraries_cut_alike_added_words_included(added: list[str], runs: list[str]) -> None:
    with_words = WordCutter(added, rjieba.Jieba), WordCutter(added, lambda: Jieba(_REFERENCE()))
    for run in [*runs, *added, "".join(added)]:
        assert with_words[0].words(run) == with_words[1].words(run)


def test_both_libraries_cut_the_seeds_alike_with_added_words(reference: Jieba) -> None:
    added = ["联署信", "蒂芙尼人权", "人权捍卫者", "中国人权捍卫者", "公民社会组织", "习近平政府"]
    fast, plain = WordCutter(added, rjieba.Jieba), WordCutter(added, lambda: Jieba(reference))
    runs = _seed_runs()
    assert [fast.words(run) for run in runs] == [plain.words(run) for run in runs]


def test_both_libraries_know_the_same_words(reference: Jieba) -> None:
    pieces = {run[at : at + size] for run in _seed_runs() for at in (0, 1) for size in range(1, 6)}
    assert all(rjieba.has_word(piece) == reference.has_word(piece) for piece in pieces)


@pytest.mark.usefixtures("library")
def test_global_dictionaries_are_never_touched(tmp_path: Path) -> None:
    jieba.dt.tmp_dir = str(tmp_path)
    text = "联署信要求蒂芙尼人权观察员出席"
    before = jieba.lcut(text, HMM=False), jieba.dt.total, len(jieba.dt.FREQ)
    cutter = WordCutter(["联署信", "蒂芙尼人权", "观察员出席"])
    assert cutter.words("联署信") == ["联署信"]
    assert (jieba.lcut(text, HMM=False), jieba.dt.total, len(jieba.dt.FREQ)) == before
    assert "蒂芙尼人权" not in jieba.dt.FREQ
    assert rjieba.cut(text, False) == before[0]
    assert not rjieba.has_word("蒂芙尼人权")


@pytest.mark.usefixtures("library")
def test_one_cutters_words_are_not_anothers() -> None:
    assert WordCutter(["联署信"]).words("联署信") == ["联署信"]
    assert WordCutter().words("联署信") != ["联署信"]
    assert not known("联署信")


@settings(max_examples=25, deadline=None)
@given(st.lists(_WORD, min_size=1, max_size=8), _RUN)
def test_every_added_word_stays_whole_in_any_order_and_the_words_joined_are_the_run(
    added: list[str], run: str
) -> None:
    for words in (added, added[::-1]):
        cutter = WordCutter(words)
        assert [cutter.words(word) for word in words] == [[word] for word in words]
        assert "".join(cutter.words(run)) == run
        assert all(cutter.words(run))


@pytest.mark.parametrize("word", ["刘䶮", "𠮷野家", "北京奥运会筹备", "人权捍卫者", "的了"])
def test_added_words_stay_whole_with_rare_or_very_common_characters(word: str) -> None:
    assert WordCutter([word]).words(word) == [word]


def test_a_added_word_stays_whole_beside_its_own_beginnings() -> None:
    added = ["中国人权", "中国人权捍卫者", "中国人权捍卫者网络"]
    cutter = WordCutter(added)
    assert cutter.words("中国人权捍卫者网络") == ["中国人权捍卫者网络"]
    assert cutter.words("中国人权捍卫者") == ["中国人权捍卫者"]
    assert cutter.words("中国人权") == ["中国人权"]


@pytest.mark.usefixtures("library")
def test_known_words_are_those_of_the_dictionary_not_their_beginnings() -> None:
    assert known("人权")
    assert known("中华人民共和国")
    assert not known("中华人民共")
    assert not known("")
