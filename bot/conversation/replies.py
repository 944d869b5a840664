"""What people get, free of any platform. Replies are data: a renderer matches on them and ends in
`assert_never`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.conversation.actions import Button, View
from retrieval.excerpts.reasons import Because
from retrieval.indexing.changes import Changes
from retrieval.model import Document, Hit, Passage, Result
from retrieval.places import Place, key
from retrieval.queries.operators import Kind, filters
from retrieval.ranking import FIRST_PAGE

PAGE = 5
"""Hits on a page after the first."""
DOCUMENTS_PER_PAGE = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """Passages on a question, or that there are none."""

    question: str
    """The id it is logged under: what buttons carry."""
    result: Result
    view: View = field(default_factory=View)
    pages: int = 1
    compact: bool = False
    """Only the best hit, the rest behind a button: for chats that others read."""
    revised: bool = False
    """The corpus changed since the question was asked."""
    truncated: int | None = None
    """The question was longer than this many characters; the rest was not looked up."""
    follows: str | None = None
    """The question before, which this one was put together with."""

    @property
    def number(self) -> int:
        """The number, from 1, of the first hit on the page shown."""
        first = 1 if self.compact else FIRST_PAGE
        return 1 + (first + PAGE * (self.view.page - 1) if self.view.page else 0)

    @property
    def filters(self) -> tuple[str, ...]:
        """What narrows the search, as it is written: quoted words, a source, years. A phrase that
        is looked up alone is the question itself."""
        _, asked, _ = filters(self.result.query.text)
        alone = self.result.lookup is not None
        return tuple(f.written for f in asked if f.strict and not (alone and f.kind is Kind.PHRASE))


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of the bot's own: a key of the locale files and its parameters."""

    key: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the corpus holds; of each publisher, most first, how many documents."""

    documents: int
    passages: int
    earliest: str | None
    latest: str | None
    publishers: tuple[tuple[str, int], ...]
    unattributed: int


@dataclass(frozen=True, slots=True)
class Page:
    """One passage of a document, to read on from."""

    passage: Passage
    before: Passage | None
    after: Passage | None
    total: int
    """How many passages the document has."""
    revised: bool = False
    """The text changed there since the link to it was made: this is the nearest place."""
    marks: tuple[tuple[int, int], ...] = ()
    """The quote the reader came from, in offsets of the document."""
    question: str | None = None
    """The question to go back to."""
    view: View = field(default_factory=View)
    random: bool = False
    """It was drawn at random, and another can be."""
    newest: Document | None = None
    """Of a document that is an older version, the newest."""

    @property
    def quote(self) -> Place | None:
        """The place of that quote."""
        if not self.marks:
            return None
        passage, (start, end) = self.passage, self.marks[0]
        names = key(passage.document.id), key(passage.id)
        return Place(*names, passage.ordinal, (start - passage.start, end - passage.start))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One page of the list of documents, newest first, of one publisher (by its number in
    `publishers`) or of all."""

    documents: tuple[Document, ...]
    total: int
    page: int
    pages: int
    publisher: int | None
    publishers: tuple[tuple[str | None, int], ...]

    @property
    def first(self) -> int:
        """The number, from 1, of the first document on the page shown."""
        return self.page * DOCUMENTS_PER_PAGE + 1


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote with all that names it, to be copied."""

    hit: Hit


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hit was found."""

    hit: Hit
    because: Because


@dataclass(frozen=True, slots=True)
class Choice:
    """A notice with what can be chosen in answer to it."""

    notice: Notice
    options: tuple[tuple[str, Button], ...]
    """The key of each option's words, and what it does."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that was looked up, and the best quote on it, if there is any."""

    sentence: str
    hit: Hit | None


@dataclass(frozen=True, slots=True)
class Claims:
    """A text looked up sentence by sentence; `left` more were not."""

    question: str
    claims: tuple[Claim, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Documents:
    """Whole documents to open, best first."""

    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The items of a list in a document, slices of it, and the passage each begins in. The first
    ones, `matching`, have a word of the question. `passage` is where the list begins."""

    passage: Passage
    lead_in: str
    items: tuple[str, ...]
    passages: tuple[Passage, ...]
    matching: int


@dataclass(frozen=True, slots=True)
class File:
    """A document as a file: its text, to the letter, below title and source."""

    document: Document


@dataclass(frozen=True, slots=True)
class Belongings:
    """All that is kept of a person, as a file: a mapping for each entry."""

    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A question that the corpus answers: about a person it names, or about what a document
    says. `questions` by the tags of the bot's languages."""

    document: Document
    questions: Mapping[str, str]
    person: bool = False


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the corpus is, and questions that it answers."""

    summary: Summary
    languages: tuple[str, ...]
    examples: tuple[Example, ...]


Reply = (
    Answer | Belongings | Catalogue | Changes | Choice | Citation | Claims | Documents | File
    | Greeting | Listing | Notice | Page | Reason | Summary
)  # fmt: skip
