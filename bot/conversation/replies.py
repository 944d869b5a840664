"""Replies to what is no plain question: claims, whole documents, lists, a greeting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.conversation.messages import (
    Answer,
    Catalogue,
    Choice,
    Citation,
    Notice,
    Page,
    Reason,
    Reloaded,
    Summary,
)
from retrieval.model import Document, Hit, Passage


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that was looked up, and the best quote on it, if there is any."""

    sentence: str
    hit: Hit | None


@dataclass(frozen=True, slots=True)
class Claims:
    """A text looked up sentence by sentence."""

    question: str
    claims: tuple[Claim, ...]
    left: int
    """Sentences beyond those, not looked up."""


@dataclass(frozen=True, slots=True)
class Documents:
    """Whole documents to open, best first."""

    asked: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The items of a list in a document, those that match first."""

    passage: Passage
    """Where the list begins."""
    lead_in: str
    items: tuple[str, ...]
    """Slices of the document."""
    matching: int
    """How many of them have a word of the question: the first ones."""


@dataclass(frozen=True, slots=True)
class File:
    """A document as a file: its text, to the letter, below title and source."""

    document: Document


@dataclass(frozen=True, slots=True)
class Belongings:
    """All that is kept of a person, as a file: a mapping for each entry."""

    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the corpus is, and questions that it answers."""

    summary: Summary
    languages: tuple[str, ...]
    examples: tuple[Document, ...]
    """Documents whose titles are good questions."""


Reply = (
    Answer
    | Notice
    | Choice
    | Claims
    | Documents
    | Listing
    | File
    | Belongings
    | Greeting
    | Summary
    | Reloaded
    | Page
    | Catalogue
    | Reason
    | Citation
)
