"""The short words people type to act on what they were shown last: a number, 更多, a command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.conversation import replies
from bot.conversation.actions import (
    AskExample,
    Button,
    CastVote,
    CopyQuote,
    GiveReason,
    Order,
    Plain,
    SendFile,
    ShowCatalogue,
    ShowPlace,
    ShowReason,
    ShowView,
    View,
)
from retrieval.analysis.numbers import number as quantity
from retrieval.model import Hit
from retrieval.places import Place, key

_NUMBERED = re.compile(r"(\D*?)\s*([0-9]{1,3})")
_ORDINAL = re.compile(r"(\D*?)第([0-9一二两兩三四五六七八九十]{1,3})[条條个個段则則篇]的?(\D*)")
"""The second, as Chinese says it, with what is wanted of it before or behind."""
_NUMBERS = 20
"""A number up to this is one of what was shown, or none; a larger one may be a question."""
_OPENS = ("read", "source")
_HERE = ("back", "only", "why", "another", "alone", "literal", "relevance")  # no questions
_LASTING = re.compile(r"yinju:([A-Za-z0-9_-]{17,40})")

Words = Mapping[str, frozenset[str]]
"""The name of a typed action → every word for it, in all languages, in lower case."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The last reply that offered something, and the question it answers."""

    reply: replies.Reply
    question: str = ""
    """As it was looked up; empty where the reply answers none."""
    said: str = ""
    """The words alone that it was made of."""


def question_of(shown: Shown | None) -> str:
    """The question that the conversation is about."""
    return shown.question if shown is not None else ""


def typed(text: str, shown: Shown | None, words: Words) -> Button | None:
    """What a short text asks of what was shown last; None where it is a question of its own."""
    said = text.strip().casefold().rstrip("。.!！?？ ")
    if lasting := _LASTING.fullmatch(text.strip()):
        place = Place.decode(lasting[1])
        return None if place is None else ShowPlace(place)
    if shown is None:
        return None
    word, number = said, None
    if match := _NUMBERED.fullmatch(said):
        word, number = match[1] or "read", int(match[2])
    elif (match := _ORDINAL.fullmatch(said)) and not _has_units(shown.reply):
        word, number = match[1] or match[3] or "read", int(quantity(match[2]) or 0)
    name = next((name for name, forms in words.items() if word == name or word in forms), None)
    if name is None:
        return _publisher(said, shown.reply)
    if (found := meant(shown.reply, name, number)) is not None:
        return found
    if said.isdecimal():
        return Plain("no-number") if int(said) <= _NUMBERS else None
    more = name in ("more", "next", "previous")
    return Plain("no-more") if more else Plain("not-here") if name in _HERE else None


def _has_units(reply: replies.Reply) -> bool:
    """Whether articles are shown, of which 第二条 may be one."""
    return isinstance(reply, replies.Answer) and any(hit.passage.label for hit in reply.result.hits)


def meant(reply: replies.Reply, name: str, number: int | None = None) -> Button | None:
    """The action of that name on what was shown, or on the one of that number in it: what is
    typed, and what buttons offer."""
    number = number or (reply.number if isinstance(reply, replies.Answer) else 1)
    match reply:
        case replies.Answer():
            return _in_answer(name, number, reply)
        case replies.Page():
            return _in_page(name, reply)
        case replies.Catalogue():
            return _in_catalogue(name, number, reply)
        case replies.Documents(documents) if number <= len(documents):
            document = documents[number - 1]
            if name == "file":
                return SendFile(key(document.id))
            return ShowPlace(Place.beginning(document)) if name in _OPENS else None
        case replies.Choice(_, options) if name == "read" and number <= len(options):
            return options[number - 1][1]
        case replies.Greeting(examples=examples) if name == "read" and number <= len(examples):
            return AskExample(key(examples[number - 1].document.id), examples[number - 1].person)
        case replies.Listing() if name == "more":
            return ShowPlace(Place.of(reply.passage))
        case replies.Listing(passages=passages) if name in _OPENS and number <= len(passages):
            return ShowPlace(Place.of(passages[number - 1]))
        case replies.Claims(claims=claims) if name in _OPENS and number <= len(claims):
            hit = claims[number - 1].hit
            return None if hit is None else ShowPlace(_place(hit))
        case _:
            return None


def _in_answer(name: str, number: int, answer: replies.Answer) -> Button | None:
    question, view = answer.question, answer.view
    match name:
        case "more" | "next" if view.page + 1 < answer.pages:
            return ShowView(question, replace(view, page=view.page + 1))
        case "previous" if view.page:
            return ShowView(question, replace(view, page=view.page - 1))
        case "newest" | "relevance":
            return ShowView(question, replace(view, order=Order(name), page=0))
        case "all":
            return ShowView(question, replace(view, document=None, page=0))
        case "literal" if any(bridge.kind == "sound" for bridge in answer.result.bridges):
            return ShowView(question, View(literal=True))
        case "alone" if answer.follows:
            return Plain("alone")
        case "back":
            return ShowView(question, View())
        case "up" | "down":
            return CastVote(question, 1 if name == "up" else -1)
        case "irrelevant" | "outdated" | "misunderstood":
            return GiveReason(question, name)
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


def _in_page(name: str, page: replies.Page) -> Button | None:
    question, view = page.question, page.view
    match name:
        case "more" | "next" if page.after is not None:
            return ShowPlace(Place.of(page.after), question, view)
        case "previous" if page.before is not None:
            return ShowPlace(Place.of(page.before), question, view)
        case "another" if page.random:
            return Plain("random")
        case "file":
            return SendFile(key(page.passage.document.id))
        case "all" if question is None:
            return ShowCatalogue(0)
    if question is None:
        return None
    match name:
        case "back":
            return ShowView(question, view)
        case "only":
            only = View(document=key(page.passage.document.id), literal=view.literal)
            return ShowView(question, only)
        case "why" | "copy" if page.quote is not None:
            act = ShowReason if name == "why" else CopyQuote
            return act(question, view, page.quote)
        case _:
            return None


def _in_catalogue(name: str, number: int, catalogue: replies.Catalogue) -> Button | None:
    n = catalogue.publisher
    publisher = None if n is None else key(catalogue.publishers[n][0] or "")
    match name:
        case "more" | "next" if catalogue.page + 1 < catalogue.pages:
            return ShowCatalogue(catalogue.page + 1, publisher)
        case "previous" if catalogue.page:
            return ShowCatalogue(catalogue.page - 1, publisher)
        case "all":
            return ShowCatalogue(0)
        case "unattributed":
            return ShowCatalogue(0, key(""))
        case "read" if 0 <= (at := number - catalogue.first) < len(catalogue.documents):
            return ShowPlace(Place.beginning(catalogue.documents[at]))
        case _:
            return None


def _publisher(said: str, reply: replies.Reply) -> Button | None:
    """In the list of documents, a publisher's name is that publisher's documents."""
    names = (
        [name for name, _ in reply.publishers if name]
        if isinstance(reply, replies.Catalogue)
        else []
    )
    found = next((name for name in names if name.casefold() == said), None)
    return None if found is None else ShowCatalogue(0, key(found))


def _place(hit: Hit) -> Place:
    return Place.of(hit.passage, hit.excerpt)
