"""Documents → an Index. What did not change since the previous generation is not done again."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.analysis.folding import Folded, fold
from retrieval.analysis.segment import Segmenter, Terms
from retrieval.analysis.words import WordCutter
from retrieval.engines import Engine
from retrieval.engines.fields import Fields
from retrieval.engines.okapi import OkapiEngine
from retrieval.expansion.glosses import Gloss, find
from retrieval.expansion.lexicon import Lexicon, Operator
from retrieval.expansion.people import people
from retrieval.expansion.spelling import Sounds
from retrieval.expansion.synonyms import Aliases, mine
from retrieval.expansion.vocabulary import learn, marked
from retrieval.model import Corpus, Document, Passage
from retrieval.passages.split import split
from retrieval.places import Places
from retrieval.queries.operators import described
from retrieval.ranking.calibration import Thresholds, calibrate
from retrieval.ranking.searcher import Index

LEAD = 25
"""Characters of a document's beginning that are a field of their own."""

SECTION = 1200
"""Characters, about: the surroundings whose words lift a passage."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document cut into passages and folded, with the names it marks."""

    passages: tuple[Passage, ...]
    folded: tuple[Folded, ...]
    headings: Mapping[tuple[str, ...], str]
    """The headings above its passages → they and the title, folded."""
    lead: str
    names: Counter[str]
    glosses: tuple[Gloss, ...]
    described: str
    """See `operators.described`."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything of it that is segmented."""
        return (*self.headings.values(), *(folded.text for folded in self.folded))


@dataclass(frozen=True, slots=True)
class Segmented:
    """The terms of a document: of each passage, of the headings above each, of its lead."""

    prepared: Prepared
    terms: tuple[Terms, ...]
    titles: tuple[Terms, ...]
    lead: Terms
    people: frozenset[str]
    """Possible names of people in its text."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What an index is assembled from; kept from one generation to the next."""

    segmenter: Segmenter = field(default_factory=Segmenter)
    aliases: Aliases = field(default_factory=lambda: Aliases(()))
    documents: Mapping[tuple[str, str], Segmented] = field(default_factory=dict)
    """By the document's id and fingerprint."""


def segmented(
    corpus: Corpus,
    known: Parts | None = None,
    progress: Progress | None = None,
    operator: Operator | None = None,
) -> Parts:
    """Cut up every document, with the vocabulary learned from all of them and the operator's.

    A document that is already `known` is taken over, unless it has a word that the vocabulary
    gained or lost since. Blocks for about a second per 400,000 characters.
    """
    before = known or Parts()
    operator = operator or Operator()
    total = 2 * len(corpus.documents)
    prepared: list[Prepared] = []
    for number, document in enumerate(corpus.documents, start=1):
        old = before.documents.get(_name(document))
        prepared.append(old.prepared if old else prepare(document))
        if progress is not None:
            progress(number, total)
    aliases = mine((gloss for part in prepared for gloss in part.glosses), _cut, operator.names)
    segmenter = Segmenter(_vocabulary(prepared, aliases, operator.words))
    changed = sorted(segmenter.learned ^ before.segmenter.learned)
    parts: dict[tuple[str, str], Segmented] = {}
    for number, (document, ready) in enumerate(zip(corpus.documents, prepared, strict=True), 1):
        old = before.documents.get(_name(document))
        if old is None or _mentions(ready, changed):
            old = segment(ready, segmenter)
        parts[_name(document)] = old
        if progress is not None:
            progress(len(prepared) + number, total)
    return Parts(segmenter, aliases, parts)


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
    """The index of `corpus` from the `parts` of its documents."""
    documents = [parts.documents[_name(document)] for document in corpus.documents]
    prepared = [document.prepared for document in documents]
    owner = [number for number, part in enumerate(prepared) for _ in part.passages]
    passages = tuple(passage for part in prepared for passage in part.passages)
    sections: list[Terms] = []
    section: list[int] = []
    for part in documents:
        for span in _sections(part.prepared.passages):
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
        documents=corpus.documents,
        passages=passages,
        skipped=corpus.skipped,
        lexicon=_lexicon(parts, fields, engine, folded),
        engine=engine,
        folded=folded,
        owner=owner,
        described=[part.described for part in prepared],
        places=Places(corpus.documents, passages),
        thresholds=Thresholds(),
    )
    return replace(index, thresholds=calibrate(index.certainty))


def _lexicon(parts: Parts, fields: Fields, engine: Engine, folded: Sequence[Folded]) -> Lexicon:
    words: Counter[str] = Counter()
    for terms in (*fields.sections, *fields.titles):
        words.update(terms.word.keys())
    names = {*parts.segmenter.learned, *parts.aliases.names()}
    names.update(name for part in parts.documents.values() for name in part.people)

    def occurs(text: str) -> bool:
        pairs = (text[at : at + 2] for at in range(len(text) - 1))
        return all(map(engine.knows, pairs)) and any(text in part.text for part in folded)

    sounds = Sounds({**dict.fromkeys(names, 1), **words}, names, occurs)
    return Lexicon(parts.segmenter, parts.aliases, sounds, words)


def build(corpus: Corpus, progress: Progress | None = None) -> Index:
    """Index `corpus` from nothing."""
    return assemble(corpus, segmented(corpus, progress=progress))


def prepare(document: Document) -> Prepared:
    """Cut one document into passages and fold them."""
    passages = split(document)
    folded = tuple(fold(passage.text) for passage in passages)
    names: Counter[str] = Counter([fold(document.title).text])
    for part in folded:
        names.update(marked(part.text))
    return Prepared(
        passages,
        folded,
        {
            path: fold("\n".join((document.title, *path))).text
            for path in {passage.headings for passage in passages}
        },
        fold(document.text[:LEAD]).text,
        names,
        tuple(find(document.text)),
        described(document),
    )


def segment(prepared: Prepared, segmenter: Segmenter) -> Segmented:
    """The terms of a document under one vocabulary."""
    headings = {path: segmenter.terms(text) for path, text in prepared.headings.items()}
    named: set[str] = set()
    terms = []
    for folded in prepared.folded:
        tokens = list(segmenter.words(folded.text))
        terms.append(segmenter.terms(folded.text, tokens))
        named.update(people(tokens))
    return Segmented(
        prepared,
        tuple(terms),
        tuple(headings[passage.headings] for passage in prepared.passages),
        segmenter.terms(prepared.lead),
        frozenset(named),
    )


def _sections(passages: Sequence[Passage]) -> Iterator[slice]:
    """A document's passages in runs of about equal number, at most about `SECTION` characters."""
    length = passages[-1].end - passages[0].start if passages else 0
    runs = max(math.ceil(length / SECTION), 1)
    size = max(math.ceil(len(passages) / runs), 1)
    for start in range(0, len(passages), size):
        yield slice(start, min(start + size, len(passages)))


def generation(corpus: Corpus, segmenter: Segmenter, aliases: Aliases) -> str:
    """Ten hexadecimal digits, the same for the same documents, words and names."""
    parts = [
        *(f"{document.id} {document.fingerprint}" for document in corpus.documents),
        *sorted(segmenter.learned),
        *sorted(aliases.described()),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]
