"""The operator's words: read, kept whole, and found by their pieces too."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.analysis.segment import Segmenter
from retrieval.errors import CorpusError
from retrieval.expansion.lexicon import Operator, operator_words
from retrieval.indexing.build import segmented
from retrieval.library import Library
from retrieval.model import Block, Corpus, Document


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
