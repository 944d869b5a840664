"""Where a quote opens: at its source on the web, or in the bot itself where a platform can link
into a conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.wording.citation import at_quote, opening, source_url
from retrieval.model import Document, Hit
from retrieval.places import Place, key


def _any(url: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Links:
    """What one platform can link to.

    `reader` gives the address that opens a place in the bot itself, None where there is none;
    `takes` says whether the platform accepts an address: some refuse the whole message for one.
    """

    reader: Callable[[Place], str] | None = None
    takes: Callable[[str], bool] = _any
    site: str = ""
    """Where the pages of the corpus are published (`yinju site`); empty where they are not."""

    def web(self, document: Document) -> str | None:
        """The document's own address, if the platform takes it."""
        return self.outside(document.url)

    def outside(self, address: str | None) -> str | None:
        """An address, if a browser opens it and the platform takes it."""
        url = opening(address)
        return url if url is not None and self.takes(url) else None

    def document(self, document: Document) -> str | None:
        """Where a whole document opens: on the web, or else in our copy or the bot's reader."""
        if url := self.web(document):
            return url
        if self.site:
            return f"{self.site}/{key(document.id)}.html"
        return self._read(Place.beginning(document))

    def copy(self, hit: Hit) -> str | None:
        """Where the quote stands in our published copy of its document, if there is one."""
        if not self.site:
            return None
        passage = hit.passage
        page = f"{self.site}/{key(passage.document.id)}.html"
        return at_quote(f"{page}#{key(passage.id)}", hit)

    def hit(self, hit: Hit) -> str | None:
        """Where a quote's source opens: on the web at the quote, or else in our copy or the bot's
        reader."""
        if self.web(hit.passage.document):
            return source_url(hit)
        return self.copy(hit) or self._read(Place.of(hit.passage, hit.excerpt))

    def _read(self, place: Place) -> str | None:
        return None if self.reader is None else self.reader(place)
