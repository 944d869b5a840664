"""What people say in their own words, as data: nothing that a button carries."""

from __future__ import annotations

from dataclasses import dataclass


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
