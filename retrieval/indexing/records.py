"""One document's share of the index: a pure function of it, and of the words it is cut with."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.analysis.folding import Folded, fold
from retrieval.analysis.segment import Segmenter, Terms
from retrieval.analysis.sentences import sentences
from retrieval.expansion.glosses import Gloss, find
from retrieval.expansion.people import people
from retrieval.model import Document, Passage
from retrieval.passages.split import above, split
from retrieval.queries.operators import described

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
    described: str
    """See `operators.described`."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything of it that is segmented."""
        return (*self.headings.values(), *(folded.text for folded in self.folded))


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a document for the next generation."""

    prepared: Prepared
    people: frozenset[str]
    """Possible names of people in its text."""


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
        described(document),
    )


def _ends(passage: Passage, folded: Folded) -> Sequence[int]:
    return array("H", [folded.place(end) for _, end in sentences(passage.text)])


def segment(
    prepared: Prepared, segmenter: Segmenter
) -> tuple[Record, Mapping[str, Sequence[Terms]]]:
    """What is kept of a document, and the terms of its fields, under one vocabulary."""
    headings = {path: segmenter.terms(text) for path, text in prepared.headings.items()}
    named: set[str] = set()
    terms = []
    for folded in prepared.folded:
        tokens = list(segmenter.words(folded.text))
        terms.append(segmenter.terms(folded.text, tokens))
        named.update(people(tokens))
    return Record(prepared, frozenset(named)), {
        "passage": terms,
        "title": [headings[above(passage)] for passage in prepared.passages],
        "lead": [segmenter.terms(prepared.lead)],
    }
