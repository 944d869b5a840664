"""The frozen vocabulary of retrieval. Offsets count characters of `Document.text`, half-open."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple

from retrieval.errors import ReadFile, Skipped


class BlockKind(StrEnum):
    """What a block of a document is to its reader."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CODE = "code"
    """To the character as its file has it: indentation, tabs and blank lines stay."""
    TABLE = "table"
    """A row a line, its cells parted by ``" | "``."""
    QUOTATION = "quotation"
    VERSE = "verse"
    UNIT = "unit"
    """The beginning of an article of law or the like: it goes on to the next unit or heading."""

    @property
    def lined(self) -> bool:
        """Whether its lines are its own."""
        return self in (BlockKind.CODE, BlockKind.TABLE, BlockKind.VERSE)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document's text. `level` is 1 to 6 for headings and 0 otherwise.

    `label`: of a unit, or a heading that is one, its number as it is written; of a table its
    header row; of code its language; of nothing but links, `units.LEADS`. `locator`: as a citation
    says it, a page (``12``) or a time (``00:12:05``). `anchor`: what leads to it after the ``#``.
    """

    start: int
    end: int
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    label: str = ""
    locator: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a document's text that leads to an absolute http or https address."""

    start: int
    end: int
    url: str


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
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    """ISO 8601, as precise as known: ``2021``, ``2021-03`` or ``2021-03-31``."""
    language: str | None = None
    version_of: str | None = None
    """What all versions of one text have in common, where the manifest says so."""
    links: tuple[Link, ...] = ()
    """In order; they do not overlap, and each is part of one block."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where title, published and url come from: manifest, name, metadata, heading, text."""

    def block_at(self, place: int) -> Block:
        """The block that a place stands in; an empty one between two."""
        return next(iter(self.blocks_in(place, place + 1)), Block(place, place))

    def blocks_in(self, start: int, end: int) -> tuple[Block, ...]:
        """The blocks that ``[start, end)`` touches, in order."""
        first = bisect_right(self.blocks, start, key=lambda block: block.end)
        last = bisect_left(self.blocks, end, lo=first, key=lambda block: block.start)
        return self.blocks[first:last]


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences or items of one document; the unit that is ranked.

    `id` is made of the document's id and the passage's text. `headings`: those above it, outermost
    first, and one that asks something, with which it begins.
    """

    id: str
    document: Document
    start: int
    end: int
    ordinal: int
    """Its place among the passages of its document, from 0."""
    headings: tuple[str, ...] = ()
    label: str = ""
    """The label of the numbered unit that it is, or is a part of, as it is written."""
    anchor: str = ""
    """The anchor of the nearest heading above it."""

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that was read from a corpus folder. `files`: those that may be taken over unread."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...] = ()
    files: Mapping[str, ReadFile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bridge:
    """Another way to write a word of the question that the corpus uses, and that was searched."""

    kind: Literal["alias", "sound", "translation"]
    asked: str
    found: str
    """As the question spells it, and as the corpus does."""


class Verdict(StrEnum):
    """How much the best passages have to do with the question."""

    FOUND = "found"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the engines match it: term → weight for each field, all folded."""

    text: str
    """The question as it was asked."""
    folded: str
    word: Mapping[str, float]
    char: Mapping[str, float]
    spelled: Mapping[str, str]
    """Each word of the question → its spelling in the question."""
    names: frozenset[str] = frozenset()
    """Runs of characters that the dictionary cuts, and other names of what is named; folded."""
    expanded: frozenset[str] = frozenset()
    """Terms that only other names of what was asked for have brought in."""
    bridges: tuple[Bridge, ...] = ()
    meant: tuple[str, ...] = ()
    """Words of the corpus that the question may have meant, searched with or not."""

    @property
    def empty(self) -> bool:
        return not self.word


class Scored(NamedTuple):
    """A passage, by its number in the index, and the engine's score for it."""

    passage: int
    score: float
    body: float
    """What of the score the text itself earned."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A slice of a document: ``document.text[start:end]``, not empty; `marks`, the matched spans
    in it, in offsets of the document, are ordered and disjoint. `cut_before` and `cut_after` say
    that the passage goes on on that side."""

    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    cut_before: bool
    cut_after: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and the part of it to quote; in an interview, the nearest label above it; in how
    many documents beside its own the passage stands; of an older version, the newest."""

    passage: Passage
    score: float
    excerpt: Excerpt
    speaker: str | None = None
    also: int = 0
    newest: Document | None = None

    @property
    def quote(self) -> str:
        """The excerpt's characters: always a slice of the document."""
        return self.passage.document.text[self.excerpt.start : self.excerpt.end]


@dataclass(frozen=True, slots=True)
class Result:
    """What one generation of the corpus holds on a question."""

    query: Query
    verdict: Verdict
    confidence: float
    """0 to 1: how much of what the question could score the best passage scored."""
    hits: tuple[Hit, ...]
    """The hits asked for, best first; empty when the verdict is NONE."""
    total: int
    documents: int
    dates: int
    """How many hits there are in all, in how many documents, of how many different dates."""
    missing: tuple[str, ...]
    """Words of the question that the corpus has nowhere, as they were spelled."""
    nearest: tuple[Document, ...]
    """When the verdict is NONE: documents whose titles come nearest."""
    generation: str
    bridges: tuple[Bridge, ...] = ()
    suggestions: tuple[str, ...] = ()
    """When the verdict is NONE: words of the corpus that the question may have meant."""
    unmatched_filters: tuple[str, ...] = ()
    """Filters of the question, as written, that no document fits; then there are no hits."""
    ignored_filters: tuple[str, ...] = ()
    """Filters of the question, as written, beyond the most that a question may have."""
    lookup: str | None = None
    """What was looked up, as it was spelled, when the question is one word or phrase: `hits` and
    `total` are then all passages that have it, by document."""
    foreign: bool = False
    """The question is in a Latin script, and the documents are in Chinese."""
    partial: bool = False
    """The time was up: there may be more than was found."""
