"""What somebody does, and what comes of it: the seam between a platform and the conversation. What
people say becomes answers, lists, documents, checked claims, small talk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from bot.conversation import (
    Ask,
    Asker,
    AskList,
    CheckClaims,
    FindDocument,
    Said,
    Say,
    SmallTalk,
)
from bot.conversation.actions import Action, GiveReason
from bot.conversation.assistant import Assistant
from bot.conversation.inbox import begun_before
from bot.conversation.ledger import Ledger
from bot.conversation.reading import Reading
from bot.conversation.replies import Claims, Notice, Reply

Announce = Callable[[Notice], Awaitable[object]]
"""Says something before the reply, because the reply takes a while."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody does. `message` is the platform's id of the message they did it with."""

    asker: Asker
    action: Action
    message: str = ""
    edited: bool = False
    """That message was edited: what answered it is to change."""
    offered: bool = False
    """One of our messages offered the action: what comes of it stands in its place."""
    owner: str | None = None
    """Whom that message of ours answered, where the platform tells."""


class Manner(StrEnum):
    """How a reply meets the eye."""

    SAY = "say"
    """As a message of its own, in reply to theirs."""
    TURN = "turn"
    """In place of our message that offered the action."""
    EDIT = "edit"
    """In place of the message of ours that answered before."""
    POP = "pop"
    """As a short word beside the message."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a request. Without a reply: silence."""

    reply: Reply | None = None
    manner: Manner = Manner.SAY
    number: str = ""
    """The message to edit."""
    answered: str = ""
    """The id of the question that the reply answers, for an edit of it to find."""
    language: str | None = None
    """To be said in, whatever was chosen before."""
    reasons: tuple[GiveReason, ...] | None = None
    """What may have been wrong, to be offered below the message: () to offer it no more, None to
    leave it."""


_QUIET = ("thanks", "laughter")
"""Small talk that a group does not want answered."""


class Asking:
    """Answers what is said, and anew when what was said is edited."""

    def __init__(self, assistant: Assistant, reading: Reading, ledger: Ledger) -> None:
        self._assistant = assistant
        self._reading = reading
        self._ledger = ledger

    async def handle(self, request: Request, said: Said) -> Outcome:
        """What comes of what was said."""
        match said:
            case Ask():
                return await self._asked(request, said)
            case Say(text):
                return await self._asked(request, Ask(text))
            case AskList(text, document):
                listed = await self._reading.listing(text, document)
                return Outcome(listed) if listed else await self._asked(request, Ask(text))
            case FindDocument(text):
                found = await self._reading.find(text)
                return Outcome(found) if found else await self._asked(request, Ask(text))
            case CheckClaims(text):
                checked = await self._assistant.check(request.asker, text)
                answered = checked.question if isinstance(checked, Claims) else ""
                return Outcome(checked, answered=answered)
            case SmallTalk(kind):
                quiet = kind in _QUIET and request.asker.chat_kind.shared
                return Outcome(None if quiet else Notice(f"talk-{kind}"))
            case _:
                assert_never(said)

    async def _asked(self, request: Request, ask: Ask) -> Outcome:
        """The answer to a question; an edited one turns the answer it had."""
        earlier = None
        if request.edited:
            earlier = await self._ledger.reply_to(request.asker, request.message)
        if earlier is not None:
            asked = await self._ledger.question(earlier.question_id)
            same = asked is not None and asked.text == self._assistant.as_asked(ask.text)
            # Platforms also report edits that change no word; but one that was begun before the
            # bot was ended may be in the log and not in the chat.
            if same and not begun_before():
                return Outcome()
        again = earlier.question_id if earlier is not None else None
        answer = await self._assistant.ask(request.asker, ask, again=again)
        example = {"example": self._reading.example()}
        shown = answer if ask.text else Notice("ask-usage", example)
        if earlier is not None:
            return Outcome(shown, Manner.EDIT, earlier.number)
        return Outcome(shown, answered=answer.question)
