"""What people can do next, as data: at most 64 bytes each, checked again when it comes back.

An action names the question by its id (a random token in the query log, good only for its asker
in its chat) and places by lasting keys, so it works after a restart and after a reload.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from bot.conversation.messages import LANGUAGES, Said
from bot.querylog.records import DownReason, VoteValue
from retrieval.places import Place


class Order(StrEnum):
    """How the hits of an answer are sorted."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class View:
    """The part of an answer that is shown: a page, an order, perhaps one document only."""

    page: int = 0
    order: Order = Order.RELEVANCE
    document: str | None = None
    """The key of the only document to show (`retrieval.places`), or None for all."""
    literal: bool = False
    """The question as it is spelt, without words that sound the same."""


_REASONS: dict[str, DownReason] = {"i": "irrelevant", "o": "outdated", "m": "misunderstood"}

_QUESTION = re.compile(r"[A-Za-z0-9_-]{12}")
_KEY = re.compile(r"[A-Za-z0-9_-]{8}")
_VIEW = re.compile(r"[rnRN][0-9]{1,3}")
_NUMBER = re.compile(r"[0-9]{1,6}")
LIMIT = 64
"""Bytes."""


@dataclass(frozen=True, slots=True)
class ShowView:
    """Show this part of the answer."""

    question: str
    view: View

    def encode(self) -> str:
        return f"v:{self.question}:{_view(self.view)}"


@dataclass(frozen=True, slots=True)
class ShowPlace:
    """Open the reader, with the way back to the answer where there is one."""

    place: Place
    question: str | None = None
    view: View = field(default_factory=View)

    def encode(self) -> str:
        return f"r:{self.question or ''}:{_view(self.view)}:{self.place.encode()}"


@dataclass(frozen=True, slots=True)
class ShowReason:
    """Say why the hit at this place was found."""

    question: str
    view: View
    place: Place

    def encode(self) -> str:
        return f"w:{self.question}:{_view(self.view)}:{self.place.encode()}"


@dataclass(frozen=True, slots=True)
class CopyQuote:
    """Give the hit at this place with all that names it, to be copied."""

    question: str
    view: View
    place: Place

    def encode(self) -> str:
        return f"c:{self.question}:{_view(self.view)}:{self.place.encode()}"


@dataclass(frozen=True, slots=True)
class CastVote:
    """A voice on the answer."""

    question: str
    value: VoteValue

    def encode(self) -> str:
        return f"f:{self.question}:{'+' if self.value > 0 else '-'}"


@dataclass(frozen=True, slots=True)
class GiveReason:
    """What was wrong with the answer."""

    question: str
    reason: DownReason

    def encode(self) -> str:
        return f"g:{self.question}:{self.reason[0]}"


@dataclass(frozen=True, slots=True)
class ShowCatalogue:
    """A page of the list of documents, of one publisher (by key) or of all."""

    page: int
    publisher: str | None = None

    def encode(self) -> str:
        return f"d:{self.page}:{self.publisher or ''}"


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Speak this language; None: the one the person's Telegram speaks."""

    tag: str | None

    def encode(self) -> str:
        return f"l:{self.tag or ''}"


PlainName = Literal[
    "about", "alone", "forget", "forget-ask", "help", "keep", "languages", "mydata", "no-more",
    "no-number", "not-here", "nothing", "privacy", "random", "reload", "reload-keep",
    "reload-serve", "reload-stop", "rollback", "start",
]  # fmt: skip
_OFFERED: dict[str, PlainName] = {
    n: n for n in ("alone", "random", "forget", "keep", "nothing", "reload-keep", "reload-serve")
}
"""Names that buttons carry; the others are typed."""


@dataclass(frozen=True, slots=True)
class Plain:
    """What needs nothing but its name."""

    name: PlainName

    def encode(self) -> str:
        return f"p:{self.name}"


@dataclass(frozen=True, slots=True)
class SendFile:
    """Give a whole document, by its key, as a file."""

    document: str

    def encode(self) -> str:
        return f"s:{self.document}"


@dataclass(frozen=True, slots=True)
class AskExample:
    """Ask the example that the document of this key gives: about a person it names, or about
    what it says."""

    document: str
    person: bool = False

    def encode(self) -> str:
        return f"x:{self.document}:{'p' if self.person else ''}"


Action = (
    ShowView
    | ShowPlace
    | ShowReason
    | CopyQuote
    | CastVote
    | GiveReason
    | ShowCatalogue
    | ChooseLanguage
    | Plain
    | SendFile
    | AskExample
    | Said
)


def decode(data: str) -> Action | None:
    """The action that `encode` made `data` of; None for anything else."""
    if len(data.encode(errors="replace")) > LIMIT:
        return None
    match data.split(":"):
        case ["v", question, code, document] if _asked(question):
            view = _view_of(code, document)
            return ShowView(question, view) if view else None
        case ["r", question, code, document, place] if not question or _asked(question):
            view, where = _view_of(code, document), Place.decode(place)
            return ShowPlace(where, question or None, view) if view and where else None
        case ["w" | "c" as kind, question, code, document, place] if _asked(question):
            view, where = _view_of(code, document), Place.decode(place)
            act = ShowReason if kind == "w" else CopyQuote
            return act(question, view, where) if view and where else None
        case ["f", question, "+"] if _asked(question):
            return CastVote(question, 1)
        case ["f", question, "-"] if _asked(question):
            return CastVote(question, -1)
        case ["g", question, letter] if _asked(question) and letter in _REASONS:
            return GiveReason(question, _REASONS[letter])
        case ["d", page, publisher] if _NUMBER.fullmatch(page):
            known = not publisher or _KEY.fullmatch(publisher) is not None
            return ShowCatalogue(int(page), publisher or None) if known else None
        case ["s", document] if _KEY.fullmatch(document):
            return SendFile(document)
        case ["x", document, "" | "p" as kind] if _KEY.fullmatch(document):
            return AskExample(document, bool(kind))
        case ["l", tag] if tag in ("", *LANGUAGES):
            return ChooseLanguage(tag or None)
        case ["p", name] if name in _OFFERED:
            return Plain(_OFFERED[name])
        case _:
            return None


def _asked(question: str) -> bool:
    return _QUESTION.fullmatch(question) is not None


def _view(view: View) -> str:
    letter = "n" if view.order is Order.NEWEST else "r"  # upper case: taken literally
    return f"{letter.upper() if view.literal else letter}{view.page}:{view.document or ''}"


def _view_of(code: str, document: str) -> View | None:
    if _VIEW.fullmatch(code) is None or (document and _KEY.fullmatch(document) is None):
        return None
    order = Order.NEWEST if code[0] in "nN" else Order.RELEVANCE
    return View(int(code[1:]), order, document or None, literal=code[0].isupper())
