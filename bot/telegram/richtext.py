"""Text with entities, measured as Telegram measures it: in UTF-16 code units."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from telegram import MessageEntity


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


class RichText:
    """Grows a message and its entities together, so nothing is ever escaped or parsed."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._entities: list[MessageEntity] = []
        self.length = 0
        """In UTF-16 code units."""

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def entities(self) -> list[MessageEntity]:
        """In the order Telegram wants: outer before inner."""
        return sorted(self._entities, key=lambda entity: (entity.offset, -entity.length))

    def add(self, text: str) -> RichText:
        """Append plain text."""
        self._parts.append(text)
        self.length += units(text)
        return self

    @contextmanager
    def entity(self, kind: str, url: str | None = None) -> Iterator[RichText]:
        """What is added inside becomes an entity of this kind; nothing added, no entity."""
        start = self.length
        yield self
        if self.length > start:
            self._entities.append(MessageEntity(kind, start, self.length - start, url=url))

    def link(self, text: str, url: str | None) -> RichText:
        """Append a link, or plain text where there is no address."""
        if url is None:
            return self.add(text)
        with self.entity(MessageEntity.TEXT_LINK, url):
            return self.add(text)

    def bold(self, text: str) -> RichText:
        """Append bold text."""
        with self.entity(MessageEntity.BOLD):
            return self.add(text)
