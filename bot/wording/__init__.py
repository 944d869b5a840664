"""Replies in the reader's language, written once for every platform: text with styles and links,
and the actions a reply offers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.actions import Button
from bot.conversation.replies import Reply
from bot.conversation.typed import meant
from bot.wording.citation import shortened


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units, the strictest count of any platform's limit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def line(text: str, limit: int) -> str:
    """`text` on one line in at most `limit` UTF-16 units, with an ellipsis where it was cut."""
    return shortened(text, limit, units)


def clipped(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-16 units, with an ellipsis where it was cut."""
    if units(text) <= limit:
        return text
    kept, room = [], limit - 1
    for character in text:
        room -= units(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


class Style(StrEnum):
    """How a span of text is to be shown."""

    BOLD = "bold"
    QUOTE = "blockquote"
    CODE = "pre"
    LINK = "text_link"


@dataclass(frozen=True, slots=True)
class Span:
    """A styled part of a text, in characters. `url` for links alone, `language` for code."""

    style: Style
    start: int
    end: int
    url: str | None = None
    language: str = ""


class RichText:
    """Grows a message and its styled spans together, so nothing is ever escaped or parsed."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._spans: list[Span] = []
        self._length = 0

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def spans(self) -> list[Span]:
        """In order, outer before inner; they nest and never cross."""
        return sorted(self._spans, key=lambda span: (span.start, -span.end))

    def add(self, text: str) -> RichText:
        """Append plain text."""
        self._parts.append(text)
        self._length += len(text)
        return self

    @contextmanager
    def styled(
        self, style: Style, url: str | None = None, language: str = ""
    ) -> Iterator[RichText]:
        """What is added inside becomes a span of this style; nothing added, no span."""
        start = self._length
        yield self
        if self._length > start:
            self._spans.append(Span(style, start, self._length, url, language))

    def link(self, text: str, url: str | None) -> RichText:
        """Append a link, or plain text where there is no address."""
        if url is None:
            return self.add(text)
        with self.styled(Style.LINK, url):
            return self.add(text)

    def bold(self, text: str) -> RichText:
        """Append bold text."""
        with self.styled(Style.BOLD):
            return self.add(text)


@dataclass(frozen=True, slots=True)
class Open:
    """Open an address."""

    url: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Put a text on the clipboard."""

    text: str


@dataclass(frozen=True, slots=True)
class Share:
    """Ask this in another chat, to pass a quote on there."""

    question: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to do next: a button where there are buttons."""

    label: str
    does: Button | Open | Copy | Share
    typed: str = ""
    """What is typed for it where there are no buttons: a name of `conversation.typed`, perhaps
    with a number ("read 3"), or a publisher's; empty where nothing can be."""


def ways(reply: Reply, *wanted: tuple[str, str]) -> list[Offer]:
    """Of these names of actions, each with its label, those that `reply` has."""
    offers = []
    for typed, label in wanted:
        name, _, number = typed.partition(" ")
        if (does := meant(reply, name, int(number) if number else None)) is not None:
            offers.append(Offer(label, does, typed))
    return offers


@dataclass(frozen=True, slots=True)
class Message:
    """A reply in its reader's language, for any platform to render; no row is empty."""

    text: RichText
    rows: tuple[tuple[Offer, ...], ...] = ()


def message(text: RichText | str, rows: Sequence[Sequence[Offer]] = ()) -> Message:
    """Finish a message; empty rows are left out."""
    rich = RichText().add(text) if isinstance(text, str) else text
    return Message(rich, tuple(tuple(row) for row in rows if row))
