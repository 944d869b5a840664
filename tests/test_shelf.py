"""What is kept of documents is all that answering asks of them, in memory and on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.analysis.segment import Segmenter
from retrieval.indexing.records import Facts, Stored, prepare, segment, stored
from retrieval.indexing.shelf import Shelf, Stocking
from tests.corpora import document, seeds

ODD = document("odd", "# 标题", "㎏İ 与 \u200b Ａ，第一条 e\u0301。", title="", published="2021-03")


@pytest.mark.parametrize("on_disk", [False, True])
def test_every_document_comes_back_as_it_was(tmp_path: Path, on_disk: bool) -> None:
    path = tmp_path / "documents.bin" if on_disk else None
    documents = [*seeds().documents, ODD]
    stocking, expected = Stocking(Stored, path), []
    for each in documents:
        prepared = prepare(each)
        expected.append((each, replace(prepared, glosses=())))
        stocking.add(stored(each, prepared))
    shelf = stocking.shelf()
    assert len(shelf) == len(documents)
    for (each, prepared), kept in zip(expected, shelf, strict=True):
        assert kept.document == each
        whole = kept.whole()
        for one in ("passages", "headings", "lead"):
            assert getattr(whole, one) == getattr(prepared, one)
        for mine, its in zip(whole.outlines, prepared.outlines, strict=True):
            assert replace(mine, ends=list(mine.ends)) == replace(its, ends=list(its.ends))
        assert [list(ends) for ends in whole.sentences] == [list(e) for e in prepared.sentences]
        for text, as_made in zip(whole.folded, prepared.folded, strict=True):
            assert text.text == as_made.text
            assert list(text.origins or ()) == list(as_made.origins or ())
    assert shelf[-1] == shelf[len(documents) - 1]
    with pytest.raises(IndexError):
        shelf[len(documents)]


def test_facts_come_back_too() -> None:
    stocking = Stocking(Facts)
    facts, _, _ = segment(ODD, prepare(ODD), Segmenter())
    stocking.add(facts)
    assert list(stocking.shelf()) == [facts]


def test_a_shelf_that_lost_its_end_is_not_opened(tmp_path: Path) -> None:
    stocking = Stocking(Facts, tmp_path / "facts.bin")
    stocking.add(segment(ODD, prepare(ODD), Segmenter())[0])
    stocking.shelf()
    (tmp_path / "facts.bin").write_bytes(b"\x81")
    with pytest.raises(ValueError, match="facts"):
        Shelf.open(Facts, tmp_path / "facts.bin")
