"""What a person was shown last, and the short words people type to act on it: a number, 更多, a
command.

It lives in memory alone, under pseudonyms, for `conversation.memory_minutes`, and goes with
/forget: a restart forgets it too.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic

from bot.conversation.actions import (
    Action,
    CastVote,
    ChooseLanguage,
    CopyQuote,
    Order,
    Plain,
    PlainName,
    ShowCatalogue,
    ShowPlace,
    ShowReason,
    ShowView,
    View,
)
from bot.conversation.messages import LANGUAGES, Ask
from bot.conversation.replies import Answer, Catalogue, Choice, Documents, Page, Reply
from retrieval.model import Hit
from retrieval.places import Place, key

_REMEMBERED = 10_000
"""Conversations; the one longest silent is forgotten first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The last reply that offered something, and the question it answers."""

    reply: Reply
    question: str = ""
    """As it was looked up; empty where the reply answers none."""
    said: str = ""
    """The words alone that it was made of."""


def question_of(shown: Shown | None) -> str:
    """The question that the conversation is about."""
    return shown.question if shown is not None else ""


class Memory:
    """The last reply of each conversation: one person in one chat."""

    def __init__(self, minutes: int, now: Callable[[], float] = monotonic) -> None:
        self._seconds = 60 * minutes
        self._now = now
        self._shown: OrderedDict[tuple[str, str], tuple[float, Shown]] = OrderedDict()

    def remember(self, person: str, chat: str, shown: Shown) -> None:
        """Take the place of what was shown before."""
        self._shown[person, chat] = (self._now(), shown)
        self._shown.move_to_end((person, chat))
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)

    def last(self, person: str, chat: str) -> Shown | None:
        """What was shown last, unless that is too long ago."""
        at, shown = self._shown.get((person, chat), (0.0, None))
        if shown is None or self._now() - at < self._seconds:
            return shown
        del self._shown[person, chat]
        return None

    def forget(self, person: str) -> None:
        """Everything a person was shown, in every chat."""
        for pair in [pair for pair in self._shown if pair[0] == person]:
            del self._shown[pair]


_COMMANDS: dict[str, Action] = {
    "start": Plain("start"),
    "help": Plain("help"),
    "about": Plain("about"),
    "documents": ShowCatalogue(0),
    "random": Plain("random"),
    "language": Plain("languages"),
    "privacy": Plain("privacy"),
    "forget": Plain("forget-ask"),
    "mydata": Plain("mydata"),
    "reload": Plain("reload"),
    "rollback": Plain("rollback"),
}
_RELOADS: dict[str, PlainName] = {
    "stop": "reload-stop",
    "serve": "reload-serve",
    "keep": "reload-keep",
}
COMMANDS = tuple(_COMMANDS)
"""Commands that need no words behind them."""

_COMMAND = re.compile(r"[/!]([A-Za-z_]{1,32})(?:@\S+)?(?:\s+(.*))?", re.DOTALL)
_NUMBERED = re.compile(r"(\D*?)\s*([0-9]{1,3})")
_LASTING = re.compile(r"yinju:([A-Za-z0-9_-]{17,40})")

Words = Mapping[str, frozenset[str]]
"""The name of a typed action → every word for it, in all languages, in lower case."""


def command(text: str) -> Action | None:
    """The action of a command, None where `text` is none; an unknown command asks for help."""
    match = _COMMAND.fullmatch(text.strip())
    if match is None:
        return None
    name, rest = match[1].lower(), (match[2] or "").strip()
    if name == "ask":
        return Ask(rest)
    if name == "language" and rest in LANGUAGES:
        return ChooseLanguage(rest)
    if name == "documents" and rest.isdecimal() and len(rest) < 7:
        return ShowCatalogue(max(int(rest) - 1, 0))
    if name == "reload":
        return Plain(_RELOADS.get(rest.lower(), "reload"))
    return _COMMANDS.get(name, Plain("help"))


def typed(text: str, shown: Shown | None, words: Words) -> Action | None:
    """What a short text asks of what was shown last; None where it is a question of its own."""
    said = text.strip().casefold().rstrip("。.!！?？ ")
    if lasting := _LASTING.fullmatch(text.strip()):
        place = Place.decode(lasting[1])
        return None if place is None else ShowPlace(place)
    if shown is None:
        return None
    number = 1
    if match := _NUMBERED.fullmatch(said):
        said, number = match[1] or "read", int(match[2])
    name = next((name for name, forms in words.items() if said == name or said in forms), None)
    match shown.reply:
        case Choice(_, options) if name == "read" and number <= len(options):
            return options[number - 1][1]
        case Catalogue():
            return _in_catalogue(name, number, shown.reply)
        case Documents(_, found) if name == "read" and number <= len(found):
            return ShowPlace(Place.beginning(found[number - 1]))
        case Page():
            return _in_page(name, shown.reply)
        case Answer():
            return _in_answer(name, number, shown.reply)
        case _:
            return None


def _in_answer(name: str | None, number: int, answer: Answer) -> Action | None:
    question, view = answer.question, answer.view
    match name:
        case "more" | "next" if view.page + 1 < answer.pages:
            return ShowView(question, replace(view, page=view.page + 1))
        case "previous" if view.page:
            return ShowView(question, replace(view, page=view.page - 1))
        case "newest":
            return ShowView(question, replace(view, order=Order.NEWEST, page=0))
        case "back":
            return ShowView(question, View())
        case "up":
            return CastVote(question, 1)
        case "down":
            return CastVote(question, -1)
    at = number - answer.number
    if not 0 <= at < len(answer.result.hits):
        return None
    hit = answer.result.hits[at]
    match name:
        case "read" | "source":
            return ShowPlace(_place(hit), question, view)
        case "why":
            return ShowReason(question, view, _place(hit))
        case "copy":
            return CopyQuote(question, view, _place(hit))
        case "only":
            document = key(hit.passage.document.id)
            return ShowView(question, View(document=document, literal=view.literal))
        case _:
            return None


def _in_page(name: str | None, page: Page) -> Action | None:
    match name:
        case "more" | "next" if page.after is not None:
            return ShowPlace(Place.of(page.after), page.question, page.view)
        case "previous" if page.before is not None:
            return ShowPlace(Place.of(page.before), page.question, page.view)
        case "back" if page.question is not None:
            return ShowView(page.question, page.view)
        case "more" if page.random:
            return Plain("random")
        case _:
            return None


def _in_catalogue(name: str | None, number: int, catalogue: Catalogue) -> Action | None:
    publisher = None
    if catalogue.publisher is not None:
        publisher = key(catalogue.publishers[catalogue.publisher][0] or "")
    match name:
        case "more" | "next" if catalogue.page + 1 < catalogue.pages:
            return ShowCatalogue(catalogue.page + 1, publisher)
        case "previous" if catalogue.page:
            return ShowCatalogue(catalogue.page - 1, publisher)
        case "read" if 0 <= (at := number - catalogue.first) < len(catalogue.documents):
            return ShowPlace(Place.beginning(catalogue.documents[at]))
        case _:
            return None


def _place(hit: Hit) -> Place:
    return Place.of(hit.passage, hit.excerpt)
