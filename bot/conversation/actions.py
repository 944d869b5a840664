"""What people can do next, as data: at most 64 bytes each, checked again when it comes back.

An action names the question by its id (a random token in the query log, good only for its asker
in its chat) and places by lasting keys, so it works after a restart and after a reload.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Literal, NamedTuple, get_args

from bot.conversation import LANGUAGES, Said
from bot.querylog.records import DOWN_REASONS, DownReason, VoteValue
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


@dataclass(frozen=True, slots=True)
class Offered:
    """What a button can carry."""

    form: ClassVar[str]
    """Its letter, then its fields, as `_FIELDS` writes them; with ``?``, they may be None."""

    def encode(self) -> str:
        """The data of its button."""
        parts = [self.form[0]]
        for name, how in _fields(self.form):
            value = getattr(self, name)
            parts.append("" if value is None else how.write(value))
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class ShowView(Offered):
    """Show this part of the answer."""

    form = "v:question:view"
    question: str
    view: View


@dataclass(frozen=True, slots=True)
class ShowPlace(Offered):
    """Open the reader, with the way back to the answer where there is one."""

    form = "r:question?:view:place"
    place: Place
    question: str | None = None
    view: View = field(default_factory=View)


@dataclass(frozen=True, slots=True)
class ShowReason(Offered):
    """Say why the hit at this place was found."""

    form = "w:question:view:place"
    question: str
    view: View
    place: Place


@dataclass(frozen=True, slots=True)
class CopyQuote(Offered):
    """Give the hit at this place with all that names it, to be copied."""

    form = "c:question:view:place"
    question: str
    view: View
    place: Place


@dataclass(frozen=True, slots=True)
class CastVote(Offered):
    """A voice on the answer."""

    form = "f:question:value"
    question: str
    value: VoteValue


@dataclass(frozen=True, slots=True)
class GiveReason(Offered):
    """What was wrong with the answer."""

    form = "g:question:reason"
    question: str
    reason: DownReason


@dataclass(frozen=True, slots=True)
class ShowCatalogue(Offered):
    """A page of the list of documents, of one publisher (by key) or of all."""

    form = "d:page:publisher?"
    page: int
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Offered):
    """Speak this language; None: the one the person's Telegram speaks."""

    form = "l:tag?"
    tag: str | None


PlainName = Literal[
    "about", "alone", "forget", "forget-ask", "help", "keep", "languages", "mydata", "no-more",
    "no-number", "not-here", "nothing", "privacy", "random", "reload", "reload-keep",
    "reload-serve", "reload-stop", "rollback", "start",
]  # fmt: skip
_OFFERED = ("alone", "random", "forget", "keep", "nothing", "reload-keep", "reload-serve")
"""Names that buttons carry; the others are typed."""


@dataclass(frozen=True, slots=True)
class Plain(Offered):
    """What needs nothing but its name."""

    form = "p:name"
    name: PlainName


@dataclass(frozen=True, slots=True)
class SendFile(Offered):
    """Give a whole document, by its key, as a file."""

    form = "s:document"
    document: str


@dataclass(frozen=True, slots=True)
class AskExample(Offered):
    """Ask the example that the document of this key gives: about a person it names, or about
    what it says."""

    form = "x:document:person"
    document: str
    person: bool = False


Button = (
    ShowView | ShowPlace | ShowReason | CopyQuote | CastVote | GiveReason | ShowCatalogue
    | ChooseLanguage | Plain | SendFile | AskExample
)  # fmt: skip
Action = Button | Said
_KINDS: dict[str, type[Any]] = {kind.form[0]: kind for kind in get_args(Button)}


class _Field(NamedTuple):
    """How a field stands in a button: what it may look like, how it is written and read."""

    pattern: str
    write: Callable[[Any], str] = str
    read: Callable[[str], Any] = str


_KEY = "[A-Za-z0-9_-]{8}"
_REASONS: dict[str, DownReason] = {reason[0]: reason for reason in DOWN_REASONS}
_VOTES: dict[str, VoteValue] = {"+": 1, "-": -1}


def _view(view: View) -> str:
    letter = view.order[0]  # upper case: taken literally
    return f"{letter.upper() if view.literal else letter}{view.page}:{view.document or ''}"


def _view_of(text: str) -> View:
    code, document = text.split(":")
    order = Order.NEWEST if code[0] in "nN" else Order.RELEVANCE
    return View(int(code[1:]), order, document or None, literal=code[0].isupper())


_FIELDS = {
    "question": _Field("[A-Za-z0-9_-]{12}"),
    "view": _Field(f"[rnRN][0-9]{{1,3}}:(?:{_KEY})?", _view, _view_of),
    "place": _Field("[A-Za-z0-9_-]{17,30}", Place.encode, Place.decode),
    "value": _Field("[+-]", lambda value: "+" if value > 0 else "-", _VOTES.__getitem__),
    "reason": _Field("[iom]", lambda reason: reason[0], _REASONS.__getitem__),
    "page": _Field("[0-9]{1,6}", str, int),
    "publisher": _Field(_KEY),
    "document": _Field(_KEY),
    "tag": _Field("|".join(LANGUAGES)),
    "name": _Field("|".join(_OFFERED)),
    "person": _Field("p?", lambda person: "p" if person else "", bool),
}


@cache
def _fields(form: str) -> list[tuple[str, _Field]]:
    return [(name, _FIELDS[name]) for name in form.replace("?", "").split(":")[1:]]


@cache
def _pattern(form: str) -> re.Pattern[str]:
    letter, *names = form.split(":")
    parts = [f"({_FIELDS[name.rstrip('?')].pattern}){'?' * ('?' in name)}" for name in names]
    return re.compile(":".join([letter, *parts]))


def decode(data: str) -> Button | None:
    """The action that `encode` made `data` of; None for anything else."""
    kind = _KINDS.get(data[:1])
    found = kind and _pattern(kind.form).fullmatch(data)
    if not kind or not found:
        return None
    parts = zip(_fields(kind.form), found.groups(), strict=True)
    values = {name: None if text is None else how.read(text) for (name, how), text in parts}
    made: Button | None = kind(**values) if values.get("place", kind) is not None else None
    return made
