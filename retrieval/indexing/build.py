"""Documents → an Index. What did not change since the previous generation is not done again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from retrieval.analysis.folding import Folded
from retrieval.analysis.segment import Segmenter, Terms
from retrieval.analysis.words import WordCutter
from retrieval.corpus.documents import failure
from retrieval.engines import Engine
from retrieval.engines.fields import Fields
from retrieval.engines.okapi import OkapiEngine
from retrieval.errors import Cause, Skipped, Stage
from retrieval.expansion.lexicon import Lexicon, Operator
from retrieval.expansion.spelling import Sounds
from retrieval.expansion.synonyms import Aliases, mine
from retrieval.expansion.vocabulary import learn
from retrieval.indexing.records import Prepared, Segmented, prepare, sections_in, segment
from retrieval.model import Corpus, Document
from retrieval.places import Places
from retrieval.ranking.calibration import Thresholds, calibrate
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
    """Cut up every document, with the vocabulary learned from all of them and the operator's.

    A document that is already `known` is taken over, unless it has a word that the vocabulary
    gained or lost since. Blocks for about a second per 400,000 characters. One that cannot be
    cut up is `lost`, and so is what cannot be learned: neither costs the others.
    """
    before = known or Parts()
    operator = operator or Operator()
    total = 2 * len(corpus.documents)
    lost: list[Skipped] = []
    ready: dict[tuple[str, str], Prepared] = {}
    for number, document in enumerate(corpus.documents, start=1):
        old = before.documents.get(_name(document))
        try:
            ready[_name(document)] = old.prepared if old else prepare(document)
        except Exception as error:  # whatever it is, it costs this document alone
            lost.append(failure(document.id, Stage.SPLIT, error))
        if progress is not None:
            progress(number, total)
    prepared = list(ready.values())
    aliases = learned(
        "no-aliases",
        lambda: mine((gloss for part in prepared for gloss in part.glosses), _cut, operator.names),
        lambda: mine((), _cut, operator.names),
        lost,
    )
    segmenter = Segmenter(
        learned(
            "no-vocabulary",
            lambda: _vocabulary(prepared, aliases, operator.words),
            lambda: operator.words,
            lost,
        )
    )
    changed = sorted(segmenter.learned ^ before.segmenter.learned)
    parts: dict[tuple[str, str], Segmented] = {}
    for number, (name, cut) in enumerate(ready.items(), start=1):
        old = before.documents.get(name)
        try:
            parts[name] = segment(cut, segmenter) if old is None or _mentions(cut, changed) else old
        except Exception as error:  # as above
            lost.append(failure(name[0], Stage.SEGMENT, error))
        if progress is not None:
            progress(len(corpus.documents) + number, total)
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


def _vocabulary(
    prepared: list[Prepared], aliases: Aliases, words: frozenset[str]
) -> frozenset[str]:
    names: Counter[str] = Counter(aliases.names())
    for part in prepared:
        names.update(part.names)
    return learn([folded.text for part in prepared for folded in part.folded], names, words)


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
    sections: list[Terms] = []
    section: list[int] = []
    for part in documents:
        for span in sections_in(part.prepared.passages):
            section += [len(sections)] * (span.stop - span.start)
            sections.append(Terms.sum(part.terms[span]))
    fields = Fields(
        passages=[terms for part in documents for terms in part.terms],
        titles=[terms for part in documents for terms in part.titles],
        sections=sections,
        leads=[part.lead for part in documents],
        section=section,
        owner=owner,
    )
    engine = OkapiEngine(fields)
    folded = [folded for part in prepared for folded in part.folded]
    index = Index(
        generation=generation(corpus, parts.segmenter, parts.aliases),
        documents=kept,
        passages=passages,
        skipped=(),
        lexicon=_lexicon(parts, fields, engine, folded, lost),
        engine=engine,
        folded=folded,
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
    for terms in (*fields.sections, *fields.titles):
        words.update(terms.word.keys())
    names = {*parts.segmenter.learned, *parts.aliases.names()}
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
        *sorted(segmenter.learned),
        *sorted(aliases.described()),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]
