"""Documents → an Index. What did not change since the previous generation is not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from retrieval.analysis.folding import Folded
from retrieval.analysis.segment import Segmenter, Terms
from retrieval.analysis.words import WordCutter
from retrieval.corpus.documents import failure
from retrieval.engines import Engine
from retrieval.engines.fields import Fields, merged
from retrieval.engines.okapi import OkapiEngine
from retrieval.errors import Cause, Skipped, Stage
from retrieval.expansion.lexicon import Lexicon, Operator, Vocabulary
from retrieval.expansion.spelling import Sounds
from retrieval.expansion.synonyms import Aliases, mine
from retrieval.indexing.records import Prepared, Record, prepare, segment
from retrieval.model import Corpus, Document
from retrieval.passages.split import above
from retrieval.places import Places
from retrieval.ranking.calibration import Thresholds, calibrate
from retrieval.ranking.rerank import Texts
from retrieval.ranking.searcher import Index

Progress = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """What an index is assembled from; kept from one generation to the next."""

    segmenter: Segmenter = field(default_factory=Segmenter)
    aliases: Aliases = field(default_factory=lambda: Aliases(()))
    documents: Mapping[tuple[str, str], Record] = field(default_factory=dict)
    """By the document's id and fingerprint, in order."""
    fields: Fields = field(default_factory=lambda: Fields.of(()))
    """Of these documents, in that order."""
    lost: tuple[Skipped, ...] = ()
    """Documents that could not be cut up, and what could not be learned."""


def segmented(
    corpus: Corpus,
    known: Parts | None = None,
    progress: Progress | None = None,
    operator: Operator | None = None,
) -> Parts:
    """Cut up every document, with the operator's words.

    A document that is already `known` is taken over, unless it has a word that the operator
    gave or took back since. Blocks for about a second per 2,000,000 characters. One that cannot
    be cut up is `lost`, and so is what cannot be learned: neither costs the others.
    """
    before = known or Parts()
    operator = operator or Operator()
    segmenter = Segmenter(operator.words)
    changed = sorted(segmenter.added ^ before.segmenter.added)
    lost: list[Skipped] = []
    records: dict[tuple[str, str], Record] = {}
    fresh: list[tuple[str, str]] = []

    def cut() -> Iterator[Mapping[str, Sequence[Terms]]]:
        for number, document in enumerate(corpus.documents, start=1):
            name, stage = _name(document), Stage.SPLIT
            old = before.documents.get(name)
            try:
                prepared = old.prepared if old else prepare(document)
                stage = Stage.SEGMENT
                if old and not _mentions(prepared, changed):
                    records[name] = old
                else:
                    records[name], terms = segment(prepared, segmenter)
                    fresh.append(name)
                    yield terms
            except Exception as error:  # whatever it is, it costs this document alone
                lost.append(failure(document.id, stage, error))
            if progress is not None:
                progress(number, len(corpus.documents))

    cut_up = Fields.of(cut())
    glosses = [gloss for record in records.values() for gloss in record.prepared.glosses]
    aliases = learned(
        "no-aliases",
        lambda: mine(glosses, _cut, operator.names),
        lambda: mine((), _cut, operator.names),
        lost,
    )
    fields = cut_up if len(fresh) == len(records) else _renewed(before, records, cut_up, fresh)
    return Parts(segmenter, aliases, records, fields, tuple(lost))


def _renewed(
    before: Parts,
    records: Mapping[tuple[str, str], Record],
    cut_up: Fields,
    fresh: Sequence[tuple[str, str]],
) -> Fields:
    """The fields of `records`: of those cut up afresh, and the others as they were before."""
    numbers = {name: number for number, name in enumerate(records)}
    again = set(fresh)
    old = (-1 if name in again else numbers.get(name, -1) for name in before.documents)
    return merged(
        [
            (before.fields, np.fromiter(old, np.int32, len(before.documents))),
            (cut_up, np.fromiter(map(numbers.__getitem__, fresh), np.int32, len(fresh))),
        ]
    )


def learned(what: str, learn: Callable[[], T], instead: Callable[[], T], lost: list[Skipped]) -> T:
    """What all documents together show; where that fails, `instead`, and `lost` says so."""
    try:
        return learn()
    except Exception as error:
        failure(what, Stage.LEARN, error)
        lost.append(Skipped("", Cause(what), Stage.LEARN))
        return instead()


def _name(document: Document) -> tuple[str, str]:
    return document.id, document.fingerprint


def _cut(text: str) -> list[str]:
    return list(WordCutter().words(text))


def _mentions(prepared: Prepared, words: list[str]) -> bool:
    text = "\n".join(prepared.texts)
    return any(word in text for word in words)


def assemble(corpus: Corpus, parts: Parts) -> Index:
    """The index of `corpus` from the `parts` of its documents, without those that were lost."""
    kept = tuple(d for d in corpus.documents if _name(d) in parts.documents)
    lost = [*corpus.skipped, *parts.lost]
    corpus = replace(corpus, documents=kept)
    prepared = [parts.documents[_name(document)].prepared for document in kept]
    passages = tuple(passage for part in prepared for passage in part.passages)
    engine = OkapiEngine(parts.fields)
    folded = [folded for part in prepared for folded in part.folded]
    texts = Texts(
        folded,
        [ends for part in prepared for ends in part.sentences],
        [part.headings[above(passage)] for part in prepared for passage in part.passages],
    )
    index = Index(
        generation=generation(corpus, parts.segmenter, parts.aliases),
        documents=kept,
        passages=passages,
        skipped=(),
        lexicon=_lexicon(parts, engine, folded, lost),
        engine=engine,
        texts=texts,
        owner=parts.fields.owner.data,
        described=[part.described for part in prepared],
        places=Places(kept, passages),
        thresholds=Thresholds(),
    )
    thresholds = learned("no-thresholds", lambda: calibrate(index.certainty), Thresholds, lost)
    return replace(index, thresholds=thresholds, skipped=tuple(lost))


def _lexicon(
    parts: Parts, engine: Engine, folded: Sequence[Folded], lost: list[Skipped]
) -> Lexicon:
    names = {*parts.segmenter.added, *parts.aliases.names()}
    names.update(name for record in parts.documents.values() for name in record.people)
    words = Vocabulary(engine, parts.fields.words)

    def occurs(text: str) -> bool:
        pairs = [text[at : at + 2] for at in range(len(text) - 1)]
        return any(text in folded[number].text for number in engine.having((), pairs))

    sounds = learned(
        "no-sounds",
        lambda: Sounds(dict.fromkeys(names, 1) | words.counted(), names, occurs),
        lambda: Sounds({}, set(), occurs),
        lost,
    )
    return Lexicon(parts.segmenter, parts.aliases, sounds, words)


def build(corpus: Corpus, progress: Progress | None = None) -> Index:
    """Index `corpus` from nothing."""
    return assemble(corpus, segmented(corpus, progress=progress))


def generation(corpus: Corpus, segmenter: Segmenter, aliases: Aliases) -> str:
    """Ten hexadecimal digits, the same for the same documents, words and names."""
    parts = [
        *(f"{document.id} {document.fingerprint}" for document in corpus.documents),
        *sorted(segmenter.added),
        *sorted(aliases.described()),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]
