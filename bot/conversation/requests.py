"""What somebody does, and what comes of it: the seam between a platform and the conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.actions import Action, GiveReason
from bot.conversation.messages import Asker
from bot.conversation.replies import Notice, Reply

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
