"""Documents → an Index. What did not change since the previous generation is not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from retrieval.analysis.segment import Segmenter, Terms
from retrieval.analysis.words import WordCutter
from retrieval.corpus.documents import failure
from retrieval.engines import counts
from retrieval.engines.fields import Fields, merged
from retrieval.engines.okapi import OkapiEngine
from retrieval.errors import Cause, Skipped, Stage
from retrieval.expansion.lexicon import Operator, Vocabulary
from retrieval.expansion.spelling import Heard, heard
from retrieval.expansion.synonyms import Aliases, mine
from retrieval.indexing.records import Facts, Stored, prepare, segment, stored
from retrieval.indexing.serving import Learned, serve
from retrieval.indexing.shelf import Shelf, Stocking
from retrieval.model import Corpus
from retrieval.ranking.calibration import Thresholds, calibrate
from retrieval.ranking.searcher import Index

Progress = Callable[[int, int], None]
T = TypeVar("T")

DOCUMENTS, FACTS = "documents.bin", "facts.bin"
"""Files of a generation's folder."""
_RUN = 5_000
"""Documents whose terms are gathered in memory at a time: some 250 MB of term counts."""


@dataclass(frozen=True)
class Parts:
    """What an index is assembled from; kept from one generation to the next."""

    added: frozenset[str] = frozenset()
    """The operator's words."""
    aliases: Aliases = field(default_factory=lambda: Aliases({}))
    documents: Shelf[Stored] = field(default_factory=lambda: Shelf(Stored, b"", ()))
    facts: Shelf[Facts] = field(default_factory=lambda: Shelf(Facts, b"", ()))
    """Of each of the documents."""
    fields: Fields = field(default_factory=lambda: Fields.of(()))
    """Of the documents, in that order."""
    lost: tuple[Skipped, ...] = ()
    """Documents that could not be cut up, and what could not be learned."""
    fresh: int = 0
    """How many documents were cut up, and not taken over from the generation before."""

    @cached_property
    def numbers(self) -> Mapping[tuple[str, str], int]:
        """Id and fingerprint of each document → its number."""
        return {(each.about.id, each.fingerprint): n for n, each in enumerate(self.facts)}


def segmented(
    corpus: Corpus,
    known: Parts | None = None,
    progress: Progress | None = None,
    operator: Operator | None = None,
    folder: Path | None = None,
) -> Parts:
    """Cut up every document, with the operator's words; in memory, or in files of a folder.

    A document that is already `known` is taken over, unless it has a word that the operator
    gave or took back since. Blocks for about a second per 500,000 characters. One that cannot
    be cut up is `lost`, and so is what cannot be learned: neither costs the others.
    """
    before = known or Parts()
    operator = operator or Operator()
    segmenter = Segmenter(operator.words)
    changed = sorted(operator.words ^ before.added)
    lost: list[Skipped] = []
    documents = Stocking(Stored, folder and folder / DOCUMENTS)
    facts = Stocking(Facts, folder and folder / FACTS)
    kept = np.full(len(before.facts), -1, np.int32)
    fresh: list[int] = []

    def cut() -> Iterator[Mapping[str, Sequence[Terms]]]:
        count = 0
        for number, document in enumerate(corpus.documents, start=1):
            old, stage = before.numbers.get((document.id, document.fingerprint)), Stage.SPLIT
            try:
                if old is not None and not (changed and _mentions(before.documents[old], changed)):
                    documents.add_raw(before.documents.raw(old))
                    facts.add_raw(before.facts.raw(old))
                    kept[old] = count
                else:
                    prepared = prepare(document)
                    stage = Stage.SEGMENT
                    known_of_it, prepared, terms = segment(document, prepared, segmenter)
                    documents.add(stored(document, prepared))
                    facts.add(known_of_it)
                    fresh.append(count)
                    yield terms
                count += 1
            except Exception as error:  # whatever it is, it costs this document alone
                lost.append(failure(document.id, stage, error))
            if progress is not None:
                progress(number, len(corpus.documents))

    runs = list(_runs(cut(), folder))
    parts = [(before.fields, kept)] if (kept >= 0).any() else []
    ends = np.cumsum([0, *(run.documents for run in runs)])
    numbers = np.asarray(fresh, np.int32)
    parts += [(run, numbers[ends[n] : ends[n + 1]]) for n, run in enumerate(runs)]
    shelved = facts.shelf()
    return Parts(
        operator.words,
        learned(
            "no-aliases",
            lambda: mine((g for each in shelved for g in each.glosses), _cut, operator.names),
            lambda: mine((), _cut, operator.names),
            lost,
        ),
        documents.shelf(),
        shelved,
        merged(parts, folder),
        tuple(lost),
        len(fresh),
    )


def _runs(
    documents: Iterator[Mapping[str, Sequence[Terms]]], folder: Path | None
) -> Iterator[Fields]:
    """The fields of the documents, some at a time; with `folder`, mapped to files in it."""
    number = 0
    while (run := Fields.of(islice(documents, _RUN))).documents:
        if folder is None:
            yield run
            continue
        part = folder / f"run-{number}"
        part.mkdir()
        run.save(part)
        yield Fields.open(part).with_words(part)
        number += 1


def learned(what: str, learn: Callable[[], T], instead: Callable[[], T], lost: list[Skipped]) -> T:
    """What all documents together show; where that fails, `instead`, and `lost` says so."""
    try:
        return learn()
    except Exception as error:
        failure(what, Stage.LEARN, error)
        lost.append(Skipped("", Cause(what), Stage.LEARN))
        return instead()


def _cut(text: str) -> list[str]:
    return WordCutter().words(text)


def _mentions(document: Stored, words: Iterable[str]) -> bool:
    text = "\n".join(document.prepared.texts)
    return any(word in text for word in words)


def assemble(skipped: Sequence[Skipped], parts: Parts, folder: Path | None = None) -> Index:
    """The index of the `parts`; `skipped` was not read. With `folder`, the weights stand there."""
    lost = [*skipped, *parts.lost]
    engine = OkapiEngine(parts.fields, folder=folder)
    labels: dict[str, list[int]] = {}
    names, first = {*parts.added, *parts.aliases.names()}, 0
    for facts in parts.facts:
        names.update(facts.people)
        for label, place in facts.labels:
            labels.setdefault(label, []).append(first + place)
        first += facts.passages
    words = Vocabulary(partial(counts, engine), parts.fields.words)
    made = Learned(
        generation=generation(parts),
        added=parts.added,
        aliases=parts.aliases.others,
        heard=learned(
            "no-sounds",
            lambda: heard(dict.fromkeys(names, 1) | words.counted(), names),
            Heard,
            lost,
        ),
        labels={label: tuple(places) for label, places in labels.items()},
        about=[facts.about for facts in parts.facts],
    )
    index = serve(made, parts.documents, parts.fields, engine)
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
