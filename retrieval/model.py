"""The frozen vocabulary of retrieval: documents, passages, queries, hits, excerpts.

Every offset in this package counts Python characters (code points) of `Document.text`,
half-open `[start, end)`, so that ``document.text[start:end]`` is always the thing meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block of a document is to its reader."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document's text. `level` is 1 to 6 for headings and 0 otherwise."""

    start: int
    end: int
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the corpus, as it can be quoted.

    `text` is free of markup, control characters and lone surrogates; `blocks` are in order,
    do not overlap, and everything between them is white space. `id` stays the same when the
    document's text changes; `fingerprint` (hex SHA-256 of text and metadata) does not.
    """

    id: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    source: str
    """The file it was read from, relative to the corpus folder, with forward slashes."""
    fingerprint: str
    url: str | None = None
    publisher: str | None = None
    published: str | None = None
    """ISO 8601, as precise as known: ``2021``, ``2021-03`` or ``2021-03-31``."""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences or items of one document; the unit that is ranked.

    `id` is derived from the document's id and the passage's own text, so it survives changes
    elsewhere in the document. `headings` are those above it, outermost first.
    """

    id: str
    document: Document
    start: int
    end: int
    ordinal: int
    """Its place among the passages of its document, from 0."""
    headings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and why, in words an operator can act on."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that was read from a corpus folder."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...] = field(default=())
