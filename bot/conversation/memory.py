"""What a person was shown last.

It lives in memory alone, under pseudonyms, for `conversation.memory_minutes`, and goes with
/forget: a restart forgets it too.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

from bot.conversation.replies import Answer, Documents, Listing, Page, Reply
from retrieval.model import Document, Passage, Query

_REMEMBERED = 10_000  # conversations; the one longest silent is forgotten first


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
        self._shown: OrderedDict[tuple[str, str], tuple[float, bytes]] = OrderedDict()
        """When, and what; pickled, for as objects it takes four times the memory."""

    def remember(self, person: str, chat: str, shown: Shown) -> None:
        """Take the place of what was shown before; what was shown too long ago goes."""
        kept, now = self._shown, self._now()
        kept[person, chat] = (now, pickle.dumps(replace(shown, reply=light(shown.reply)), 5))
        kept.move_to_end((person, chat))
        while len(kept) > _REMEMBERED or (
            kept and now - next(iter(kept.values()))[0] >= self._seconds
        ):
            kept.popitem(last=False)

    def last(self, person: str, chat: str) -> Shown | None:
        """What was shown last, unless that is too long ago."""
        at, kept = self._shown.get((person, chat), (0.0, b""))
        if not kept or self._now() - at >= self._seconds:
            return None
        shown: Shown = pickle.loads(kept)  # noqa: S301 - our own, and never out of this process
        return shown

    def forget(self, person: str) -> None:
        """Everything a person was shown, in every chat."""
        for pair in [pair for pair in self._shown if pair[0] == person]:
            del self._shown[pair]


def light(reply: Reply) -> Reply:
    """A reply without the texts in it: what can be done with it, and not what it says. A document
    would outlive its generation by as long as anyone remembers it."""
    match reply:
        case Answer(result=result):
            query = Query(result.query.text, "", {}, {}, {})
            hits = tuple(
                replace(
                    hit,
                    passage=_passage(hit.passage),
                    excerpt=replace(hit.excerpt, marks=()),
                    newest=None,
                )
                for hit in result.hits
            )
            return replace(reply, result=replace(result, query=query, hits=hits, nearest=()))
        case Page():
            before, after = (p and _passage(p) for p in (reply.before, reply.after))
            passage = _passage(reply.passage)
            return replace(reply, passage=passage, before=before, after=after, newest=None)
        case Listing():
            passages = tuple(map(_passage, reply.passages))
            passage = _passage(reply.passage)
            return replace(reply, passage=passage, passages=passages, lead_in="", items=())
        case Documents():
            return replace(reply, documents=tuple(map(_document, reply.documents)))
        case _:
            return reply


def _passage(passage: Passage) -> Passage:
    return replace(passage, document=_document(passage.document))


def _document(document: Document) -> Document:
    return replace(document, text="", blocks=(), links=(), origins={})
