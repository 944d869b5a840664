"""One document's share of the index, a pure function of it and of the words it is cut with; and
the shelves that many stand on."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.analysis.folding import Folded, fold
from retrieval.analysis.matching import edges
from retrieval.analysis.numbers import quantities
from retrieval.analysis.segment import Segmenter, Terms
from retrieval.analysis.sentences import sentences
from retrieval.expansion.glosses import Gloss, find
from retrieval.expansion.sounds import people
from retrieval.indexing.shelf import Shelf, Stocking
from retrieval.model import BlockKind, Document, Passage
from retrieval.passages import above, split
from retrieval.passages.outline import Kept, Outline, outlines, statements
from retrieval.passages.units import labelled
from retrieval.queries.catalogue import About

DOCUMENTS, PASSAGES, FACTS = "documents.bin", "passages.bin", "facts.bin"
LEAD = 25
"""Characters of a document's beginning that are a field of their own."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document cut into passages and folded."""

    passages: tuple[Passage, ...]
    folded: tuple[Folded, ...]
    headings: Mapping[tuple[str, ...], str]
    """What stands above its passages (`above`) → the title and it, folded, line by line."""
    sentences: tuple[Sequence[int], ...]
    """Of each passage, where its sentences end in its folded text."""
    outlines: tuple[Outline, ...]
    """Of each passage."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the assembling of a generation asks of every document."""

    about: About
    fingerprint: str
    passages: int
    titled: str
    """Where its title comes from: see `Document.origins`."""
    labels: tuple[tuple[str, int], ...]
    """Of the numbered units that begin in it, and in which passage of it."""
    glosses: tuple[Gloss, ...]
    people: frozenset[str]
    """Possible names of people in its text."""

    def document(self) -> Document:
        """The document without its text."""
        about = self.about
        return Document(
            about.id,
            about.title,
            "",
            (),
            about.source,
            self.fingerprint,
            url=about.url,
            publisher=about.publisher,
            published=about.published,
            language=about.language,
            origins={"title": self.titled},
        )


def _right_above(passage: Passage) -> str:
    """The heading that it stands right below, or begins with."""
    near = passage.document.blocks_in(passage.start - 3, passage.start + 1)
    stands = passage.headings and any(block.kind is BlockKind.HEADING for block in near)
    return fold(passage.headings[-1]).text if stands else ""


@dataclass(frozen=True, slots=True)
class Shelves:
    """Documents, their passages one after the other, and their facts."""

    documents: Shelf[Document]
    passages: Shelf[Kept]
    facts: Shelf[Facts]

    @classmethod
    def empty(cls) -> Shelves:
        return cls(Shelf(Document, b"", ()), Shelf(Kept, b"", ()), Shelf(Facts, b"", ()))

    @classmethod
    def open(cls, folder: Path) -> Shelves:
        """Map what `Filling` wrote. Raises OSError or ValueError where it is damaged."""
        return cls(
            Shelf.open(Document, folder / DOCUMENTS),
            Shelf.open(Kept, folder / PASSAGES),
            Shelf.open(Facts, folder / FACTS),
        )


class Filling:
    """Shelves while they are filled; in memory, or in files of a folder."""

    def __init__(self, folder: Path | None) -> None:
        self._documents = Stocking(Document, folder and folder / DOCUMENTS)
        self._passages = Stocking(Kept, folder and folder / PASSAGES)
        self._facts = Stocking(Facts, folder and folder / FACTS)

    def add(self, document: Document, passages: Iterable[Kept], facts: Facts) -> None:
        self._documents.add(document)
        for passage in passages:
            self._passages.add(passage)
        self._facts.add(facts)

    def add_run(self, shelves: Shelves, documents: range, passages: range) -> None:
        """Add neighbouring documents of other shelves, with their passages."""
        self._documents.add_run(shelves.documents, documents.start, documents.stop)
        self._passages.add_run(shelves.passages, passages.start, passages.stop)
        self._facts.add_run(shelves.facts, documents.start, documents.stop)

    def shelves(self) -> Shelves:
        return Shelves(self._documents.shelf(), self._passages.shelf(), self._facts.shelf())


def prepare(document: Document) -> Prepared:
    """Cut one document into passages and fold them."""
    passages = split(document)
    folded = tuple(fold(passage.text) for passage in passages)
    parted = [sentences(passage.text) for passage in passages]
    return Prepared(
        passages,
        folded,
        {
            path: "\n".join(fold(line).text for line in (document.title, *path))
            for path in {above(passage) for passage in passages}
        },
        tuple(
            array("H", [each.place(end) for _, end in spans])
            for each, spans in zip(folded, parted, strict=True)
        ),
        outlines(document, passages, parted),
    )


def _by(document: Document) -> str:
    return "\n".join(dict.fromkeys(name for name in (document.author, document.publisher) if name))


def segment(
    document: Document, prepared: Prepared, segmenter: Segmenter
) -> tuple[Facts, list[Kept], Mapping[str, Sequence[Terms]]]:
    """The facts of a document, its passages as they are kept, and the terms of its fields, under
    one vocabulary."""
    headings = {
        path: segmenter.terms(text, written="\n".join((document.title, *path)))
        for path, text in prepared.headings.items()
    }
    named: set[str] = set()
    terms, kept = [], []
    for n, (p, folded) in enumerate(zip(prepared.passages, prepared.folded, strict=True)):
        cut = segmenter.cut(folded.text)
        terms.append(segmenter.terms(folded.text, cut[0], p.text))
        named.update(people(*cut))
        kept.append(
            Kept(
                p.id,
                p.start,
                p.end,
                p.ordinal,
                p.headings,
                p.label,
                p.anchor,
                folded,
                prepared.headings[above(p)],
                prepared.sentences[n],
                prepared.outlines[n],
                edges(*cut),
                _right_above(p),
                tuple(quantities(folded.text)),
                statements(folded.text),
            )
        )
    labels = labelled(prepared.passages)
    facts = Facts(
        About.of(document),
        document.fingerprint,
        len(prepared.passages),
        document.origins.get("title", ""),
        tuple((label, place) for label, places in labels.items() for place in places),
        tuple(find(document.text)),
        frozenset(named),
    )
    return (
        facts,
        kept,
        {
            "passage": terms,
            "title": [headings[above(passage)] for passage in prepared.passages],
            "lead": [segmenter.terms(fold(document.text[:LEAD]).text)],
            "by": [segmenter.terms(fold(_by(document)).text)],
        },
    )
