"""Links that Telegram opens: to a source on the web, or into the bot itself, where any quote
opens in its document in a private chat."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from telegram.helpers import create_deep_linked_url

from bot.wording.citation import source_url, web_address
from retrieval.model import Document, Hit
from retrieval.places import Place

_HOST = re.compile(r"(?:[^\s/@:.]+\.)+[^\s/@:.]{2,}")


def reader_url(username: str, place: Place) -> str:
    """Opens the document at `place` in the bot."""
    return create_deep_linked_url(username, place.encode())


def web_url(document: Document) -> str | None:
    """The document's address if Telegram takes it: it refuses hosts without a dot, such as
    ``localhost``, and with them the whole message."""
    url = web_address(document)
    if url is None or _HOST.fullmatch(urlsplit(url).hostname or "") is None:
        return None
    return url


def document_url(document: Document, username: str) -> str:
    """Where a whole document opens: on the web, or else in the bot's reader."""
    return web_url(document) or reader_url(username, Place.beginning(document))


def hit_url(username: str, hit: Hit) -> str:
    """Where a quote's source opens: on the web at the quote, or else in the bot's reader."""
    url = source_url(hit) if web_url(hit.passage.document) else None
    return url or reader_url(username, Place.of(hit.passage, hit.excerpt))
