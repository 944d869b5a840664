"""Excerpts: slices of their document, short, marked, never over a heading."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.folding import Folded, fold
from retrieval.analysis.numbers import quantities
from retrieval.excerpts.windows import LIMIT, Speech, excerpt, windows
from retrieval.model import BlockKind, Document, Excerpt, Passage, Query
from retrieval.passages.split import sentences, split
from tests.corpora import document, query, questions, seeds_index

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


def _scope(passages: Sequence[Passage], number: int) -> list[tuple[Passage, Folded]]:
    return [(p, fold(p.text)) for p in passages[max(number - 1, 0) : number + 2]]


def _excerpt(
    passages: Sequence[Passage], number: int, asked: Query, taken: Sequence[tuple[int, int]] = ()
) -> Excerpt:
    importance = {**dict.fromkeys(asked.char, 0.5), **dict.fromkeys(asked.word, 1.0)}
    return excerpt(_scope(passages, number), asked, Speech(importance), taken)


def _assert_sound(found: Excerpt, source: Document, asked: Query) -> None:
    quote = source.text[found.start : found.end]
    assert 0 <= found.start < found.end <= len(source.text)
    assert len(quote) <= LIMIT
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
            assert block.end <= found.start or found.end <= block.start


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
    first = _excerpt(passages, number, asked)
    _assert_sound(first, source, asked)
    second = _excerpt(passages, number, asked, [(first.start, first.end)])
    _assert_sound(second, source, asked)


def test_every_passage_of_the_seeds_quotes_its_own_sentences_verbatim() -> None:
    passages = seeds_index().passages
    for number, passage in enumerate(passages):
        near = [
            (passages[n], seeds_index().texts.folded[n])
            for n in range(max(number - 1, 0), min(number + 2, len(passages)))
            if passages[n].document is passage.document
        ]
        for start, end in sentences(passage.text):
            asked = seeds_index().search(passage.text[start:end]).query
            importance = seeds_index().engine.importance(asked)
            _assert_sound(excerpt(near, asked, Speech(importance)), passage.document, asked)


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
    source, passages = _text(filler + answer + filler)
    asked = query("会议在东京举行")
    found = _excerpt(passages, 0, asked)
    assert answer in source.text[found.start : found.end]
    assert "东京举行" in "|".join(source.text[s:e] for s, e in found.marks)
    assert found.cut_before or found.cut_after


def test_a_short_text_is_quoted_whole_and_nothing_is_cut() -> None:
    source, passages = _text("会议在东京举行。", "会后发表了声明。")
    found = _excerpt(passages, 0, query("东京"))
    assert (found.start, found.end) == (0, len(source.text))
    assert not found.cut_before
    assert not found.cut_after


def test_the_answer_may_stand_in_a_neighbouring_passage() -> None:
    filler = "这里说的是别的事情，与问题没有什么关系。" * 24
    source, passages = _text(filler + "会议在东京举行。")
    assert len(passages) == 2
    found = _excerpt(passages, 0, query("东京"))
    assert "东京" in source.text[found.start : found.end]


def test_a_free_sentence_is_found_between_taken_ones() -> None:
    """Though every window as long as can be overlaps what is taken."""
    one, two, three = ("会议第一天谈" + c * 60 + "。" for c in "甲乙丙")
    source, passages = _text(one + two + three)
    asked = query("会议")
    found = _excerpt(passages, 0, asked, [(0, len(one + two))])
    assert source.text[found.start : found.end] == three
    everything = [(0, len(source.text))]
    _assert_sound(_excerpt(passages, 0, asked, everything), source, asked)


def test_a_sentence_without_an_end_is_sliced() -> None:
    source, passages = _text("人权" * 200)
    found = _excerpt(passages, 0, query("人权"))
    assert found.end - found.start == LIMIT
    assert found.marks == ((found.start, found.end),)
    assert source.text[found.start : found.end] == "人权" * 90


def test_a_window_that_leans_on_the_sentence_before_it_is_worth_less() -> None:
    values = []
    for opener in ("该", "《"):
        text = f"{opener}书》讲的是黄河的故事，写了三年。"
        passages = split(document("a.txt", text))
        scope = [(passage, fold(passage.text)) for passage in passages]
        (window,) = windows(scope, Speech({"黄河": 1.0}))
        values.append(window.value)
    assert values[0] < values[1]
