"""Reading on while another generation comes into service: no page mixes the two."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from bot.conversation.reading import Reading
from bot.conversation.replies import Catalogue, Page, Summary
from bot.wording.locale import patterns
from retrieval.library import Library
from retrieval.places import Place
from retrieval.ranking import Index
from retrieval.searching import Searcher

TIMES = 1_000


@pytest.fixture(name="library")
def _library(tmp_path: Path) -> Library:
    (tmp_path / "a.txt").write_text("甲\n\n甲在东京。\n", encoding="utf-8")
    return Library(tmp_path)


def _generations(library: Library, folder: Path) -> tuple[Index, Index]:
    """One document; and forty, of other publishers, in which the first one has another number."""
    small = library.current
    for number in range(40):
        name = f"{number:02}.txt"
        (folder / name).write_text(f"乙{number}\n\n乙在大阪{number}。\n", encoding="utf-8")
    (folder / "sources.toml").write_text(
        '[[file]]\npath = "0*.txt"\npublisher = "乙社"\npublished = "2021"\n', encoding="utf-8"
    )
    large = library.reload().index
    assert (len(small.documents), len(large.documents)) == (1, 41)
    return small, large


@contextmanager
def _swapping(library: Library, generations: tuple[Index, Index]) -> Iterator[None]:
    """Put one generation in service after the other, as often as a thread can."""
    stop = Event()

    def swap() -> None:
        while not stop.is_set():
            for library.current in generations:
                pass

    thread, interval = Thread(target=swap), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(interval)


def test_nothing_that_is_read_mixes_two_generations(library: Library, tmp_path: Path) -> None:
    generations = _generations(library, tmp_path)
    reading, by_size = (
        Reading(Searcher(library), patterns().examples),
        {len(g.documents): g for g in generations},
    )
    places = [Place.of(p) for g in generations for p in g.passages]
    with _swapping(library, generations):
        for turn in range(TIMES):
            page = reading.open(places[turn % len(places)])
            if isinstance(page, Page):
                assert page.before is None or page.before.document == page.passage.document
            assert isinstance(reading.random(), Page)
            listing, summary = reading.catalogue(turn % 7), reading.summary()
            assert isinstance(listing, Catalogue)
            assert isinstance(summary, Summary)
            assert sum(count for _, count in listing.publishers) == listing.total
            whole = by_size[summary.documents]
            assert summary.passages == len(whole.passages)
            named = sum(count for _, count in summary.publishers)
            assert named + summary.unattributed == summary.documents
