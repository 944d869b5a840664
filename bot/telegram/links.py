"""Links into the bot itself: any quote opens in its document, in a private chat."""

from __future__ import annotations

from telegram.helpers import create_deep_linked_url

from bot.citation import source_url
from retrieval.model import Hit
from retrieval.places import Place


def reader_url(username: str, place: Place) -> str:
    """Opens the document at `place` in the bot."""
    return create_deep_linked_url(username, place.encode())


def hit_url(username: str, hit: Hit) -> str:
    """Where a quote's source opens: on the web at the quote, or else in the bot's reader."""
    return source_url(hit) or reader_url(username, Place.of(hit.passage, hit.excerpt))
