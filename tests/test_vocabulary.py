"""The words a corpus teaches the tokenizer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.segment import Segmenter
from retrieval.errors import CorpusError
from retrieval.expansion.cohesion import cohesive
from retrieval.expansion.lexicon import Operator
from retrieval.expansion.vocabulary import learn, marked, operator_words
from retrieval.indexing.build import Parts, build, segmented
from retrieval.library import Library
from retrieval.model import Block, Corpus, Document


def document(name: str, text: str, title: str = "") -> Document:
    return Document(name, title, text, (Block(0, len(text)),), name, f"print of {name}: {text}")


def test_marked_names_are_found_in_every_kind_of_marks() -> None:
    found = marked("他签署了《零八宪章》,“再教育营”和「全过程人民民主」都是他说的《零八宪章》")
    assert found == {"零八宪章": 2, "再教育营": 1, "全过程人民民主": 1}


def test_a_name_that_recurs_in_varying_company_is_learned() -> None:
    texts = ["记者采访布林肯。", "昨天布林肯到访首尔。", "他说布林肯不同意。", "会见布林肯以后。"]
    filler = "".join(chr(0x4E00 + 7 * place) for place in range(300))
    assert "布林肯" in learn([*texts, filler], (), ())
    assert not any("说" in word for word in learn([*texts, filler], (), ()))


def test_words_of_the_dictionary_and_phrases_are_not_learned() -> None:
    texts = [f"{a}美国和日本{b}" for a, b in ("今问", "明说", "常在", "又去")]
    learned = learn([*texts, "联合国。联合国！联合国？联合国、"], ["联合国", "人权"], ())
    assert not {"联合国", "人权", "美国和日本"} & learned


def test_a_marked_name_is_learned_from_one_mention() -> None:
    assert learn(["他读过《零八宪章论》。"], ["零八宪章论"], ()) == {"零八宪章论"}


def test_learned_words_stay_whole_and_can_be_found_by_their_pieces() -> None:
    segmenter = Segmenter(["布林肯", "自由之家"])
    words = [token.text for token in segmenter.words("布林肯访问自由之家")]
    assert words == ["布林肯", "访问", "自由之家"]
    assert segmenter.terms("布林肯").word == {"布林肯": 1, "布": 1, "林肯": 1}
    assert [t.text for t in Segmenter().words("布林肯")] == ["布", "林肯"]


@given(st.lists(st.text(alphabet="布林肯茂木人权的在a。", max_size=30), max_size=8))
def test_every_cohesive_run_occurs_as_often_as_said(texts: list[str]) -> None:
    joined = "\n".join(texts)
    for run in cohesive(joined):
        places = [at for at in range(len(joined)) if joined.startswith(run.text, at)]
        assert len(places) == run.count
        assert places[0] == run.place


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
    prints = [(d.id, d.fingerprint) for d in corpus.documents]
    assert after.documents[prints[0]] is not before.documents[prints[0]]
    assert after.documents[prints[1]] is before.documents[prints[1]]
    assert after.documents[prints[0]].terms[0].word["钱塘雅集"] == 1
    assert segmented(corpus, after, operator=Operator(words=frozenset(["钱塘雅集"]))).documents == (
        after.documents
    )


def test_a_reload_gives_the_index_that_a_fresh_start_would(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("钱塘雅集很热闹。", encoding="utf-8")
    (tmp_path / "b.txt").write_text("今天天气很好。", encoding="utf-8")
    library = Library(tmp_path)
    (tmp_path / "words.txt").write_text("钱塘雅集\n", encoding="utf-8")
    library.reload()
    fresh = Library(tmp_path).current
    assert library.current.lexicon.segmenter.learned == fresh.lexicon.segmenter.learned
    assert library.current.search("钱塘雅集") == fresh.search("钱塘雅集")
    assert "words.txt" not in {d.source for d in fresh.documents}


def test_one_corpus_teaches_another_nothing() -> None:
    build(Corpus((document("a", "他读过《零八宪章论》。"),)))
    assert Parts().segmenter.learned == frozenset()
    assert [t.text for t in Segmenter().words("零八宪章论")] != ["零八宪章论"]
