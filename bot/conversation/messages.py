"""Who speaks, where and in which language, and what they say in their own words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
"""Language tags."""

_TRADITIONAL = ("hant", "tw", "hk", "mo")


def language_for(code: str | None) -> str:
    """The language for an IETF code such as ``zh-hk``: Chinese by its script, else English."""
    subtags = (code or "").replace("_", "-").lower().split("-")
    if subtags[0] not in ("zh", "yue"):
        return "en"
    if "hans" in subtags:
        return "zh-Hans"
    return "zh-Hant" if subtags[0] == "yue" or set(subtags) & set(_TRADITIONAL) else "zh-Hans"


class ChatKind(StrEnum):
    """Where a question was asked."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"
    INLINE = "inline"
    TERMINAL = "terminal"

    @property
    def shared(self) -> bool:
        """Whether others read along."""
        return self in (ChatKind.GROUP, ChatKind.SUPERGROUP, ChatKind.CHANNEL)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where. The ids are the platform's own: never stored, only pseudonymised."""

    platform: str
    id: str
    chat: str
    chat_kind: ChatKind
    language_code: str | None = None
    admin: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """What people say in their own words, and no button carries."""

    def encode(self) -> str:
        raise ValueError("what is said in words is never offered")


@dataclass(frozen=True, slots=True)
class Ask(Typed):
    """Look something up."""

    text: str


@dataclass(frozen=True, slots=True)
class AskIn(Typed):
    """Look something up in one document, by its key."""

    text: str
    document: str


@dataclass(frozen=True, slots=True)
class AskList(Typed):
    """Look something up whose answer is a list, best in the document of this key."""

    text: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUp(Typed):
    """Look up `asked`: `text` put together with the question before it."""

    text: str
    asked: str
    before: str


@dataclass(frozen=True, slots=True)
class CheckClaims(Typed):
    """Look up each sentence of a text."""

    text: str


@dataclass(frozen=True, slots=True)
class FindDocument(Typed):
    """Look for a whole document."""

    text: str


@dataclass(frozen=True, slots=True)
class SmallTalk(Typed):
    """Say something that is not looked up."""

    kind: str


@dataclass(frozen=True, slots=True)
class Say(Typed):
    """Say anything: what it asks for is to be understood. `forwarded`: it is somebody else's;
    `about`: somebody else's text that it is said in reply to."""

    text: str
    forwarded: bool = False
    about: str = ""


Said = Ask | AskIn | AskList | FollowUp | CheckClaims | FindDocument | SmallTalk | Say
