"""Documents → an Index. What did not change since the previous generation is not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from retrieval.analysis.words import WordCutter
from retrieval.engines import counts
from retrieval.engines.fields import merged
from retrieval.engines.okapi import OkapiEngine
from retrieval.errors import Cause, Skipped, Stage, failure
from retrieval.expansion import Operator, Vocabulary
from retrieval.expansion.bilingual import turned
from retrieval.expansion.spelling import Heard, heard
from retrieval.expansion.synonyms import mine
from retrieval.indexing.cutters import cut
from retrieval.indexing.parts import Parts
from retrieval.indexing.records import Filling, Shelves
from retrieval.indexing.serving import Learned, serve
from retrieval.indexing.shelf import encode
from retrieval.model import Corpus
from retrieval.places import numbered
from retrieval.processes import Limits
from retrieval.queries.catalogue import About, Catalogue
from retrieval.ranking import Index
from retrieval.ranking.confidence import Thresholds, calibrate

Progress = Callable[[int, int], None]
T = TypeVar("T")

WORKSHOP = ".workshop"
"""Beside the folders of generations: runs of documents that a build has cut up."""


def segmented(
    corpus: Corpus,
    earlier: Parts | None = None,
    progress: Progress | None = None,
    operator: Operator | None = None,
    folder: Path | None = None,
    recipe: str = "",
    limits: Limits | None = None,
) -> Parts:
    """Cut up every document, with the operator's words; in memory, or in files of a folder.

    A document that an `earlier` generation has is taken over, unless it has a word that the
    operator gave or took back since. Blocks for about a second per 200,000 characters and core.
    One that cannot be cut up within `limits` is `lost`, and so is what cannot be learned: neither
    costs the others. What was cut up stands beside `folder`, under `recipe`, until
    `store.Store.commit`.
    """
    before = earlier or Parts()
    operator = operator or Operator()
    changed = sorted(operator.words ^ before.added)
    documents = corpus.documents
    taken = [before.numbers.get((one.id, one.fingerprint), -1) for one in documents]
    known = dict[int, int]()
    """Of documents that are cut up again, the numbers: they may have come without their text."""
    if changed:
        known = {place: n for place, n in enumerate(taken) if n >= 0}
        taken = [-1 if n >= 0 and before.mention(n, changed) else n for n in taken]
    new = [place for place, old in enumerate(taken) if old < 0]
    at = len(documents) - len(new)

    def done(more: int) -> None:
        nonlocal at
        at += more
        if progress is not None:
            progress(at, len(documents))

    done(0)
    with TemporaryDirectory() as temporary:
        workshop = Path(temporary) if folder is None else folder.parent / WORKSHOP
        cutting = [
            before.shelves.documents[known[place]] if place in known else documents[place]
            for place in new
        ]
        runs = cut(cutting, operator.words, recipe, workshop, done, limits)
        origin = {
            place: (before.shelves, before.first, old)
            for place, old in enumerate(taken)
            if old >= 0
        }
        lost: list[Skipped] = []
        start = 0
        for run in runs:
            failed = dict(run.lost)
            lost += failed.values()
            size = run.fields.documents + len(failed)
            first = np.searchsorted(run.fields.owner, np.arange(run.fields.documents + 1))
            for number, place in enumerate(n for n in range(size) if n not in failed):
                origin[new[start + place]] = (run.shelves, first, number)
            start += size
        filling = Filling(folder)
        parts = [
            (fields, np.full(fields.documents, -1, np.int32))
            for fields in (before.fields, *(run.fields for run in runs))
        ]
        numbers = {
            id(shelves): part[1]
            for shelves, part in zip(
                (before.shelves, *(run.shelves for run in runs)), parts, strict=True
            )
        }
        for number, place in enumerate(sorted(origin)):
            shelves, _, old = origin[place]
            numbers[id(shelves)][old] = number
        for shelves, first, start, stop in _neighbours(origin[place] for place in sorted(origin)):
            passages = range(int(first[start]), int(first[stop]))
            filling.add_run(shelves, range(start, stop), passages)
        shelves = filling.shelves()
        fields = merged([part for part in parts if (part[1] >= 0).any()], folder)
    glosses = (gloss for each in shelves.facts for gloss in each.glosses)
    mined = partial(mine, words=WordCutter().words, given=operator.names)
    return Parts(
        operator.words,
        learned("no-aliases", lambda: mined(glosses), lambda: mined(()), lost),
        shelves,
        fields,
        tuple(lost),
        sum(run.fields.documents for run in runs),
        corpus.files,
    )


Origin = tuple[Shelves, npt.NDArray[np.int64], int]
"""Where a document stands: on which shelves, the first passages of their documents, its number."""


def _neighbours(
    documents: Iterable[Origin],
) -> Iterator[tuple[Shelves, npt.NDArray[np.int64], int, int]]:
    """Documents in order, those that stand beside one another together: from a number to one."""
    run: tuple[Shelves, npt.NDArray[np.int64], int, int] | None = None
    for shelves, first, number in documents:
        if run is not None and run[0] is shelves and run[3] == number:
            run = (*run[:3], number + 1)
            continue
        if run is not None:
            yield run
        run = (shelves, first, number, number + 1)
    if run is not None:
        yield run


def learned(what: str, learn: Callable[[], T], instead: Callable[[], T], lost: list[Skipped]) -> T:
    """What all documents together show; where that fails, `instead`, and `lost` says so."""
    try:
        return learn()
    except Exception as error:
        failure(what, Stage.LEARN, error)
        lost.append(Skipped("", Cause(what), Stage.LEARN))
        return instead()


def assemble(
    skipped: Sequence[Skipped],
    parts: Parts,
    folder: Path | None = None,
    before: tuple[Index, Parts] | None = None,
) -> Index:
    """The index of the `parts`; `skipped` was not read. With `folder`, the weights stand there.
    What a generation `before` has learned of its words is not learned again."""
    lost = [*skipped, *parts.lost]
    engine = OkapiEngine(parts.fields, folder=folder)
    about: list[About] = []
    labels: dict[str, list[int]] = {}
    names, first = {*parts.added, *parts.aliases.names()}, 0
    for facts in parts.shelves.facts:
        about.append(facts.about)
        names.update(facts.people)
        for label, place in facts.labels:
            labels.setdefault(label, []).append(first + place)
        first += facts.passages
    catalogue = Catalogue.of(about)
    words = Vocabulary(partial(counts, engine), parts.fields.words).counted()
    known = (before[0].lexicon.dictionary, before[1].fields.words) if before else ("", ())
    made = Learned(
        generation=generation(parts),
        added=parts.added,
        aliases=parts.aliases.others,
        heard=encode(
            learned("no-sounds", lambda: heard(dict.fromkeys(names, 1) | words, names), Heard, lost)
        ),
        dictionary=learned("no-dictionary", lambda: turned(parts.fields.words, *known), str, lost),
        labels={label: tuple(places) for label, places in labels.items()},
        totals=catalogue.totals,
    )
    keys = numbered(one.id for one in about)
    index = serve(made, parts.shelves, catalogue, keys, parts.fields, engine)
    found = learned("no-thresholds", lambda: calibrate(index.certainty), Thresholds, lost)
    return replace(index, thresholds=found, skipped=tuple(lost))


def build(corpus: Corpus, progress: Progress | None = None) -> Index:
    """Index `corpus` from nothing, in memory."""
    return assemble(corpus.skipped, segmented(corpus, progress=progress))


def generation(parts: Parts) -> str:
    """Ten hexadecimal digits, the same for the same documents, words and names."""
    lines = [
        *(f"{identity} {fingerprint}" for identity, fingerprint in parts.numbers),
        *sorted(parts.added),
        *sorted(parts.aliases.described()),
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:10]
