"""Segmenting: the same terms for index and query, every token a slice of its text."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.folding import fold
from retrieval.analysis.segment import Segmenter, grams, numbered_grams
from retrieval.engines.postings import keys, short_keys
from retrieval.errors import CorpusError
from retrieval.expansion import Operator, operator_words
from retrieval.indexing import segmented
from retrieval.library import Library
from retrieval.model import Block, Corpus, Document

_SEGMENTER = Segmenter()


@given(st.text(max_size=80))
def test_tokens_are_slices_in_order_and_leave_out_no_letter_or_digit(text: str) -> None:
    folded = fold(text).text
    tokens = list(_SEGMENTER.words(folded))
    assert all(folded[t.start : t.end] == t.text != "" for t in tokens)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
    inside = {at for t in tokens for at in range(t.start, t.end)}
    assert all(at in inside for at, c in enumerate(folded) if c.isalnum())


@given(st.text(max_size=80))
def test_terms_count_every_word_and_gram(text: str) -> None:
    folded = fold(text).text
    terms = _SEGMENTER.terms(folded)
    words = Counter(token.text for token in _SEGMENTER.words(folded))
    assert words <= Counter(terms.word)  # which may name a quantity a second way
    assert all(gram in terms.text for gram in grams(folded))


@given(st.lists(st.text(max_size=40) | st.text("人权香港ab1 ，\x00\ud800", max_size=9), max_size=6))
def test_the_grams_of_many_texts_at_once_are_those_of_each(texts: list[str]) -> None:
    numbers, owner, characters = numbered_grams(texts)
    spelt = characters(numbers)
    found = ["".join(chr(int(c) - 1) for c in gram if c) for gram in spelt.T]
    assert short_keys(spelt).tolist() == keys(found).tolist()
    for number, text in enumerate(texts):
        mine = [gram for gram, of in zip(found, owner.tolist(), strict=True) if of == number]
        assert sorted(mine) == sorted(grams(text))


def test_words_of_mixed_scripts() -> None:
    text = fold("2024年，中国人权捍卫者(CHRD)发布了COVID-19报告。").text
    words = [token.text for token in _SEGMENTER.words(text)]
    assert {"2024", "年", "中国", "chrd", "covid", "19", "报告"} <= set(words)
    assert not set(words) & set("，。()-,")


def test_an_added_word_also_counts_as_its_pieces_once_each() -> None:
    added = Segmenter(["联署信", "人权", "中国人权"])
    assert set(added.pieces("联署信")) == {t.text for t in _SEGMENTER.words("联署信")}
    assert added.pieces("人权") == added.pieces("天气") == ()
    terms = Counter(added.terms("联署信，人权，中国人权").word)
    assert terms["联署信"] == terms["中国人权"] == terms["中国"] == 1
    assert terms["人权"] == 2


def test_an_added_word_is_one_word() -> None:
    added = Segmenter(["联署信"])
    assert [token.text for token in added.words("联署信")] == ["联署信"]
    assert len(list(_SEGMENTER.words("联署信"))) > 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人权", ["人", "权", "人权"]),
        ("人，权", ["人", "权"]),
        ("人 权", ["人", "权"]),
        ("人a", ["人", "a"]),
        ("abcd", ["abc", "bcd"]),
        ("ab 19", ["ab", "19"]),
        ("𠮷野", ["𠮷", "野", "𠮷野"]),
        ("。", []),
        ("", []),
    ],
)
def test_grams_are_characters_and_neighbours_of_one_stretch(text: str, expected: list[str]) -> None:
    assert sorted(grams(text)) == sorted(expected)


def document(name: str, text: str, title: str = "") -> Document:
    return Document(name, title, text, (Block(0, len(text)),), name, f"print of {name}: {text}")


def test_added_words_stay_whole_and_can_be_found_by_their_pieces() -> None:
    segmenter = Segmenter(["布林肯", "自由之家"])
    words = [token.text for token in segmenter.words("布林肯访问自由之家")]
    assert words == ["布林肯", "访问", "自由之家"]
    assert sorted(segmenter.terms("布林肯").word) == sorted(("布林肯", "布", "林肯"))
    assert [t.text for t in Segmenter().words("布林肯")] == ["布", "林肯"]


def test_operator_words_are_read_folded_and_without_comments(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# 名字\n零八憲章\n\n自由之家 # 组织\n", encoding="utf-8")
    assert operator_words(tmp_path) == {"零八宪章", "自由之家"}
    assert operator_words(tmp_path / "nowhere") == frozenset()


@pytest.mark.parametrize("line", ["two words", "零八 宪章", "零"])
def test_a_line_that_is_no_word_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "words.txt").write_text(f"零八宪章\n{line}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"words\.txt:2"):
        operator_words(tmp_path)


def test_words_that_are_not_utf8_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes("零八宪章".encode("gb18030"))
    with pytest.raises(CorpusError, match="not UTF-8"):
        operator_words(tmp_path)


def test_only_documents_with_a_changed_word_are_segmented_again() -> None:
    corpus = Corpus((document("a", "钱塘雅集很热闹。"), document("b", "今天天气很好。")))
    before = segmented(corpus)
    after = segmented(corpus, before, operator=Operator(words=frozenset(["钱塘雅集"])))
    assert (before.fresh, after.fresh) == (2, 1)
    assert "钱塘雅集" in after.fields.words
    words = Operator(words=frozenset(["钱塘雅集"]))
    assert segmented(corpus, after, operator=words).fresh == 0


def test_a_reload_gives_the_index_that_a_fresh_start_would(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("钱塘雅集很热闹。", encoding="utf-8")
    (tmp_path / "b.txt").write_text("今天天气很好。", encoding="utf-8")
    library = Library(tmp_path)
    (tmp_path / "words.txt").write_text("钱塘雅集\n", encoding="utf-8")
    library.reload()
    fresh = Library(tmp_path).current
    assert library.current.lexicon.segmenter.added == fresh.lexicon.segmenter.added
    assert library.current.search("钱塘雅集") == fresh.search("钱塘雅集")
    assert "words.txt" not in {d.source for d in fresh.documents}
