"""What is kept of documents is all that answering asks of them, in memory and on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.segment import Segmenter
from retrieval.indexing.records import Facts, Filling, prepare, segment
from retrieval.indexing.shelf import Shelf, Stocking
from retrieval.passages import above
from retrieval.passages.outline import Kept
from tests.corpora import document, seeds

ODD = document("odd", "# 标题", "㎏İ 与 \u200b Ａ，第一条 e\u0301。", title="", published="2021-03")


@pytest.mark.parametrize("on_disk", [False, True])
def test_every_document_comes_back_as_it_was(tmp_path: Path, on_disk: bool) -> None:
    documents = [*seeds().documents, ODD]
    filling, expected = Filling(tmp_path if on_disk else None), []
    segmenter = Segmenter()
    for each in documents:
        prepared = prepare(each)
        facts, passages, _ = segment(each, prepared, segmenter)
        expected.append((prepared, passages))
        filling.add(each, passages, facts)
    shelves = filling.shelves()
    assert list(shelves.documents) == documents
    kept = iter(shelves.passages)
    for each, (prepared, passages) in zip(documents, expected, strict=True):
        for passage, its in zip(prepared.passages, passages, strict=True):
            mine = next(kept)
            assert mine.passage(each) == passage
            assert mine.above == prepared.headings[above(passage)]
            assert _without_arrays(mine) == _without_arrays(its)
    assert next(kept, None) is None
    with pytest.raises(IndexError):
        shelves.documents[len(documents)]


def _without_arrays(one: Kept) -> Kept:
    outline = replace(one.outline, ends=list(one.outline.ends))
    folded = replace(one.folded, origins=list(one.folded.origins or ()))
    return replace(one, sentences=list(one.sentences), outline=outline, folded=folded)


def test_a_run_of_a_shelf_is_added_as_it_is_kept() -> None:
    filling = Filling(None)
    for each in seeds().documents:
        facts, passages, _ = segment(each, prepare(each), Segmenter())
        filling.add(each, passages, facts)
    whole, some = filling.shelves(), Filling(None)
    size = len(whole.passages)
    some.add_run(whole, range(2, 5), range(size - 3, size))
    some.add_run(whole, range(2), range(1))
    made = some.shelves()
    assert list(made.documents) == [*whole.documents[2:5], *whole.documents[:2]]
    assert list(made.passages) == [*whole.passages[size - 3 :], whole.passages[0]]
    assert list(made.facts) == [*whole.facts[2:5], *whole.facts[:2]]


def test_facts_come_back_too() -> None:
    stocking = Stocking(Facts)
    facts, _, _ = segment(ODD, prepare(ODD), Segmenter())
    stocking.add(facts)
    assert list(stocking.shelf()) == [facts]


@given(st.lists(st.text(), min_size=1), st.data())
def test_what_an_item_has_is_seen_in_its_bytes(texts: list[str], data: st.DataObject) -> None:
    stocking = Stocking(str)
    for text in texts:
        stocking.add(text)
    number = data.draw(st.integers(0, len(texts) - 1))
    start = data.draw(st.integers(0, len(texts[number])))
    part = texts[number][start : data.draw(st.integers(start, len(texts[number])))]
    assert stocking.shelf().may_hold(number, part.encode())


def test_what_an_item_has_not_its_bytes_have_not_and_no_neighbour_is_asked() -> None:
    stocking = Stocking(str)
    for text in ("一二", "三四", "五六"):
        stocking.add(text)
    held = [stocking.shelf().may_hold(number, "三四".encode()) for number in range(3)]
    assert held == [False, True, False]


def test_a_shelf_that_lost_its_end_is_not_opened(tmp_path: Path) -> None:
    stocking = Stocking(Facts, tmp_path / "facts.bin")
    stocking.add(segment(ODD, prepare(ODD), Segmenter())[0])
    stocking.shelf()
    (tmp_path / "facts.bin").write_bytes(b"\x81")
    with pytest.raises(ValueError, match="facts"):
        Shelf.open(Facts, tmp_path / "facts.bin")
