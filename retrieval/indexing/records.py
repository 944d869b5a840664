"""One document's share of the index: a pure function of it, and of the words it is cut with."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.analysis.folding import Folded, fold
from retrieval.analysis.matching import edges
from retrieval.analysis.segment import Segmenter, Terms
from retrieval.analysis.sentences import sentences
from retrieval.expansion.glosses import Gloss, find
from retrieval.expansion.people import people
from retrieval.model import Document, Passage
from retrieval.passages.outline import Outline, outlines
from retrieval.passages.split import above, split
from retrieval.passages.units import labelled
from retrieval.queries.operators import About

LEAD = 25
"""Characters of a document's beginning that are a field of their own."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document cut into passages and folded, with the names it glosses."""

    passages: tuple[Passage, ...]
    folded: tuple[Folded, ...]
    headings: Mapping[tuple[str, ...], str]
    """What stands above its passages (`split.above`) → it and the title, folded."""
    sentences: tuple[Sequence[int], ...]
    """Of each passage, where its sentences end in its folded text."""
    lead: str
    glosses: tuple[Gloss, ...]
    outlines: tuple[Outline, ...]
    """Of each passage."""
    edges: tuple[bytes, ...] = ()
    """Of each passage, where words begin and end in its folded text: see `matching.edges`."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything of it that is segmented."""
        return (*self.headings.values(), *(folded.text for folded in self.folded))


@dataclass(frozen=True, slots=True)
class Facts:
    """What the assembling of a generation asks of every document."""

    about: About
    fingerprint: str
    passages: int
    labels: tuple[tuple[str, int], ...]
    """Of the numbered units that begin in it, and in which passage of it."""
    glosses: tuple[Gloss, ...]
    people: frozenset[str]
    """Possible names of people in its text."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage without its document."""

    id: str
    start: int
    end: int
    headings: tuple[str, ...]
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it is kept: what answering asks of it."""

    document: Document
    cuts: tuple[Cut, ...]
    prepared: Prepared
    """Without the passages, which the cuts are, and the glosses, which the facts have."""

    def whole(self) -> Prepared:
        """The document with its passages."""
        passages = (
            Passage(
                cut.id,
                self.document,
                cut.start,
                cut.end,
                number,
                cut.headings,
                cut.label,
                cut.anchor,
            )
            for number, cut in enumerate(self.cuts)
        )
        return replace(self.prepared, passages=tuple(passages))


def stored(document: Document, prepared: Prepared) -> Stored:
    """A document with its passages as it is kept."""
    cuts = (Cut(p.id, p.start, p.end, p.headings, p.label, p.anchor) for p in prepared.passages)
    return Stored(document, tuple(cuts), replace(prepared, passages=(), glosses=()))


def prepare(document: Document) -> Prepared:
    """Cut one document into passages and fold them."""
    passages = split(document)
    folded = tuple(fold(passage.text) for passage in passages)
    return Prepared(
        passages,
        folded,
        {
            path: fold("\n".join((document.title, *path))).text
            for path in {above(passage) for passage in passages}
        },
        tuple(_ends(*pair) for pair in zip(passages, folded, strict=True)),
        fold(document.text[:LEAD]).text,
        tuple(find(document.text)),
        outlines(document, passages),
    )


def _ends(passage: Passage, folded: Folded) -> Sequence[int]:
    return array("H", [folded.place(end) for _, end in sentences(passage.text)])


def segment(
    document: Document, prepared: Prepared, segmenter: Segmenter
) -> tuple[Facts, Prepared, Mapping[str, Sequence[Terms]]]:
    """The facts of a document, it with the edges of its words, and the terms of its fields, under
    one vocabulary."""
    headings = {path: segmenter.terms(text) for path, text in prepared.headings.items()}
    named: set[str] = set()
    terms, words = [], []
    for folded in prepared.folded:
        tokens = list(segmenter.words(folded.text))
        terms.append(segmenter.terms(folded.text, tokens))
        words.append(edges(tokens))
        named.update(people(tokens))
    labels = labelled(prepared.passages)
    facts = Facts(
        About.of(document),
        document.fingerprint,
        len(prepared.passages),
        tuple((label, place) for label, places in labels.items() for place in places),
        prepared.glosses,
        frozenset(named),
    )
    return (
        facts,
        replace(prepared, edges=tuple(words)),
        {
            "passage": terms,
            "title": [headings[above(passage)] for passage in prepared.passages],
            "lead": [segmenter.terms(prepared.lead)],
        },
    )
