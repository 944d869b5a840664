"""Documents → an Index. What did not change since the previous generation is not done again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from retrieval.analysis.folding import Folded
from retrieval.analysis.segment import Segmenter
from retrieval.analysis.words import WordCutter
from retrieval.corpus.documents import failure
from retrieval.engines import Engine
from retrieval.engines.fields import Fields
from retrieval.engines.okapi import OkapiEngine
from retrieval.errors import Cause, Skipped, Stage
from retrieval.expansion.lexicon import Lexicon, Operator
from retrieval.expansion.spelling import Sounds
from retrieval.expansion.synonyms import Aliases, mine
from retrieval.indexing.records import Prepared, Segmented, prepare, segment
from retrieval.model import Corpus, Document
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
    documents: Mapping[tuple[str, str], Segmented] = field(default_factory=dict)
    """By the document's id and fingerprint."""
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
    gave or took back since. Blocks for about a second per 400,000 characters. One that cannot be
    cut up is `lost`, and so is what cannot be learned: neither costs the others.
    """
    before = known or Parts()
    operator = operator or Operator()
    segmenter = Segmenter(operator.words)
    changed = sorted(segmenter.added ^ before.segmenter.added)
    lost: list[Skipped] = []
    parts: dict[tuple[str, str], Segmented] = {}
    for number, document in enumerate(corpus.documents, start=1):
        old, stage = before.documents.get(_name(document)), Stage.SPLIT
        try:
            cut = old.prepared if old else prepare(document)
            stage = Stage.SEGMENT
            kept = old if old and not _mentions(cut, changed) else segment(cut, segmenter)
            parts[_name(document)] = kept
        except Exception as error:  # whatever it is, it costs this document alone
            lost.append(failure(document.id, stage, error))
        if progress is not None:
            progress(number, len(corpus.documents))
    glosses = [gloss for part in parts.values() for gloss in part.prepared.glosses]
    aliases = learned(
        "no-aliases",
        lambda: mine(glosses, _cut, operator.names),
        lambda: mine((), _cut, operator.names),
        lost,
    )
    return Parts(segmenter, aliases, parts, tuple(lost))


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
    documents = [parts.documents[_name(document)] for document in kept]
    prepared = [document.prepared for document in documents]
    owner = [number for number, part in enumerate(prepared) for _ in part.passages]
    passages = tuple(passage for part in prepared for passage in part.passages)
    fields = Fields(
        passages=[terms for part in documents for terms in part.terms],
        titles=[terms for part in documents for terms in part.titles],
        leads=[part.lead for part in documents],
        owner=owner,
    )
    engine = OkapiEngine(fields)
    folded = [folded for part in prepared for folded in part.folded]
    texts = Texts(
        folded,
        [ends for part in prepared for ends in part.sentences],
        [part.headings[passage.headings] for part in prepared for passage in part.passages],
    )
    index = Index(
        generation=generation(corpus, parts.segmenter, parts.aliases),
        documents=kept,
        passages=passages,
        skipped=(),
        lexicon=_lexicon(parts, fields, engine, folded, lost),
        engine=engine,
        texts=texts,
        owner=owner,
        described=[part.described for part in prepared],
        places=Places(kept, passages),
        thresholds=Thresholds(),
    )
    thresholds = learned("no-thresholds", lambda: calibrate(index.certainty), Thresholds, lost)
    return replace(index, thresholds=thresholds, skipped=tuple(lost))


def _lexicon(
    parts: Parts,
    fields: Fields,
    engine: Engine,
    folded: Sequence[Folded],
    lost: list[Skipped],
) -> Lexicon:
    words: Counter[str] = Counter()
    for terms in (*fields.passages, *fields.titles):
        words.update(terms.word.keys())
    names = {*parts.segmenter.added, *parts.aliases.names()}
    names.update(name for part in parts.documents.values() for name in part.people)

    def occurs(text: str) -> bool:
        pairs = (text[at : at + 2] for at in range(len(text) - 1))
        return all(map(engine.knows, pairs)) and any(text in part.text for part in folded)

    sounds = learned(
        "no-sounds",
        lambda: Sounds({**dict.fromkeys(names, 1), **words}, names, occurs),
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
