"""Postings: merged from any parts they are those of the whole, in memory and on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.segment import Terms
from retrieval.engines import postings as postings_module
from retrieval.engines.fields import Fields, gathered, merged, names
from retrieval.engines.postings import Part, Postings, key, keys, merge

_DOCUMENT = st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=8)
_RUN = st.lists(_DOCUMENT, max_size=5)


def _same(one: Postings, other: Postings) -> bool:
    """Whether they say the same: within a term, the order of documents does not matter."""
    if not (np.array_equal(one.keys, other.keys) and np.array_equal(one.offsets, other.offsets)):
        return False
    if not np.array_equal(one.lengths, other.lengths):
        return False
    for first, last in zip(one.offsets[:-1], one.offsets[1:], strict=True):
        counted = [
            dict(zip(p.documents[first:last].tolist(), p.counts[first:last].tolist(), strict=True))
            for p in (one, other)
        ]
        if counted[0] != counted[1]:
            return False
    return True


@given(st.lists(_RUN, max_size=4), st.data(), st.integers(1, 20))
def test_merged_from_any_parts_they_are_those_of_the_whole(
    runs: list[list[list[str]]], data: st.DataObject, block: int
) -> None:
    documents = [document for run in runs for document in run]
    kept = data.draw(st.lists(st.booleans(), min_size=len(documents), max_size=len(documents)))
    order = data.draw(st.permutations([n for n, keep in enumerate(kept) if keep]))
    numbers = {old: new for new, old in enumerate(order)}
    parts, at = [], 0
    for run in runs:
        of = [numbers.get(n, -1) for n in range(at, at + len(run))]
        parts.append(Part(gathered(run), np.asarray(of, np.int32)))
        at += len(run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings_module, "_BLOCK", block)
        made = merge(parts, len(order))
    assert _same(made, gathered(documents[n] for n in order))
    for first, last in zip(made.offsets[:-1], made.offsets[1:], strict=True):
        assert (np.diff(made.documents[first:last]) > 0).all()


@given(_RUN)
def test_what_is_written_is_what_is_mapped(run: list[list[str]]) -> None:
    made = gathered(run)
    with TemporaryDirectory() as name:
        made.save(Path(name), "field")
        mapped = Postings.open(Path(name), "field")
        for one in fields(made):
            assert np.array_equal(getattr(made, one.name), getattr(mapped, one.name))
        for term in "甲乙丙庚":
            having = [number for number, document in enumerate(run) if term in document]
            assert [one.tolist() for one in mapped.having([term])] == [having]
        assert mapped.frequencies(["甲", "庚"]).tolist() == [sum("甲" in d for d in run), 0]
        del mapped


def test_the_number_of_a_term_is_the_same_in_every_process() -> None:
    """An index on disk outlives the process that wrote it."""
    assert (key("人权"), key("新闻自由")) == (0x1A9E2245AC763EE, 0x64284FB774358BDC)


@given(st.lists(_DOCUMENT, min_size=1, max_size=5), st.integers(40, 63))
def test_numbers_of_terms_may_be_as_large_as_they_like(run: list[list[str]], bits: int) -> None:
    terms = np.asarray([ord(term) << bits - 16 for one in run for term in one], np.uint64)
    owner = np.repeat(np.arange(len(run)), [len(one) for one in run])
    made = Postings.counted(
        terms, owner, len(run), lambda numbers: keys([chr(int(n) >> bits - 16) for n in numbers])
    )
    assert _same(made, gathered(run))


@given(st.lists(st.text(max_size=5), min_size=500, max_size=520))
def test_the_numbers_of_many_terms_are_those_of_each(terms: list[str]) -> None:
    assert keys(terms).tolist() == [key(term) for term in terms]


_TERMS = _DOCUMENT.map(lambda terms: Terms(terms, "".join(terms)))


def _documents(sizes: Sequence[int], data: st.DataObject) -> list[dict[str, list[Terms]]]:
    def some(count: int) -> list[Terms]:
        return data.draw(st.lists(_TERMS, min_size=count, max_size=count))

    return [{"passage": some(n), "title": some(n), "lead": some(1), "by": some(1)} for n in sizes]


@given(st.lists(st.integers(0, 3), max_size=6), st.data())
def test_the_fields_of_a_corpus_that_changed_are_those_of_a_new_one(
    sizes: list[int], data: st.DataObject
) -> None:
    before = _documents(sizes, data)
    after = _documents(data.draw(st.lists(st.integers(0, 3), max_size=3)), data)
    kept = [number for number in range(len(before)) if data.draw(st.booleans())]
    order = data.draw(st.permutations([*kept, *(len(before) + n for n in range(len(after)))]))
    new = {old: number for number, old in enumerate(order)}
    every = [*before, *after]
    made = merged(
        [
            (Fields.of(before), np.asarray([new.get(n, -1) for n in range(len(before))], np.int32)),
            (
                Fields.of(after),
                np.asarray([new[len(before) + n] for n in range(len(after))], np.int32),
            ),
        ]
    )
    whole = Fields.of(every[n] for n in order)
    assert made.owner.tolist() == whole.owner.tolist()
    assert made.documents == whole.documents
    assert set(made.words) >= set(whole.words)
    assert all(_same(made.postings[name], whole.postings[name]) for name in names())
