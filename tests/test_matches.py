"""Matches: where the words of a question stand, whole runs of letters and digits only."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.matching import Sought, edges, merged, occurrences
from retrieval.analysis.segment import Segmenter
from retrieval.model import Query
from tests.corpora import document, index, query, standing


def _marked(text: str, asked: Query) -> list[tuple[int, int]]:
    found = standing(text, _edges(text), asked).found(0)
    return merged([*found, *Sought.of(asked).shared(text)])


def query_over(text: str, question: str) -> Query:
    """The question as an index of that text understands it."""
    return index(document("a.txt", text)).search(question).query


def _edges(text: str) -> int:
    return int.from_bytes(edges(*Segmenter().cut(text)), "little")


_SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda s: (s[0], s[0] + s[1]))
)


@given(_SPANS)
def test_merged_spans_cover_the_same_and_lie_apart(spans: list[tuple[int, int]]) -> None:
    result = merged(spans)
    assert {at for span in result for at in range(*span)} == {
        at for span in spans for at in range(*span)
    }
    assert all(a[1] < b[0] for a, b in pairwise(result))
    assert merged(result) == result


@given(
    st.text(alphabet="人权法a1 ，", max_size=30),
    st.sets(st.text(alphabet="人权法a1", min_size=1, max_size=3), max_size=5),
)
def test_occurrences_hold_a_term_each_and_miss_no_chinese_one(text: str, terms: set[str]) -> None:
    found = occurrences(text, terms)
    assert all(any(term in text[start:end] for term in terms) for start, end in found)
    for term in terms:
        if not term.isascii() and term[0] > "z" and term[-1] > "z" and term in text:
            at = text.find(term)
            assert any(start <= at and at + len(term) <= end for start, end in found)


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("a party of art", "art", [(11, 14)]),
        ("in 2021, 20 people", "20", [(9, 11)]),
        ("covid19", "covid", [(0, 5)]),
        ("第20届", "20", [(1, 3)]),
        ("中国chrd发布", "chrd", [(2, 6)]),
        ("人权人权", "人权", [(0, 4)]),
        ("人权", "法律", []),
        ("строка рок", "рок", [(7, 10)]),
        ("art在中国", "art", [(0, 3)]),
        ("", "法律", []),
    ],
)
def test_letters_and_digits_match_whole_runs(
    text: str, term: str, expected: list[tuple[int, int]]
) -> None:
    assert occurrences(text, [term]) == expected


def test_words_and_long_runs_of_shared_pairs_are_marked_but_no_chance_pair() -> None:
    asked = query("联合国人权理事会的决定 Amnesty")
    text = "所有中国人都说,人权理事会的辩论和amnesty的声明,联合国大楼"
    shown = [text[start:end] for start, end in _marked(text, asked)]
    assert "国人" not in shown
    assert {"人权理事会", "amnesty", "联合国"} <= set(shown)
    assert not any("的" in piece for piece in shown)


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("国会的决定", "美国国会", ["国会"]),
        ("国会的决定", "中国会议", []),
        ("反送中", "运送中国的货物", []),
        ("六四", "全球变暖六十四年", []),
        ("transgender", "transition", []),
        ("art", "a party", []),
        ("一百五十万", "估计有150万人", ["150万"]),
        ("2021年3月31日", "二〇二一年三月三十一日", ["二〇二一年三月三十一日"]),
        ("王君正的职务", "书记王君正", ["王君正"]),
        ("杨建利的党", "党员很多", []),
    ],
)
def test_a_text_has_a_question_by_whole_words_only(
    question: str, text: str, found: list[str]
) -> None:
    asked = query_over(text, question)
    spans = standing(text, _edges(text), asked).found(0)
    assert [text[start:end] for start, end in spans] == found


@given(
    st.text(alphabet="中国人权法香港王君正ab1 的，", max_size=40),
    st.text(alphabet="中国人权法香港王君正ab1 的，", max_size=20),
)
def test_no_single_character_is_marked_that_is_no_word_of_the_question(
    text: str, question: str
) -> None:
    asked = query(question)
    sought = Sought.of(asked)
    for start, end in _marked(text, asked):
        assert end - start > 1 or text[start:end] in sought.words | sought.numbers
