"""Where the links of a block stand, once its text is tidy."""

from __future__ import annotations

from itertools import accumulate

from retrieval.corpus.readers.raw import clean
from retrieval.model import Link

MOST = 50
"""Of one block; a block of more is a list of links, which no reply could show."""
LONGEST = 500
"""Characters; a longer address carries data, as those of playgrounds do."""


def solid(text: str) -> int:
    """How many characters of `text` are no white space: neither tidying nor joining lines
    changes those, so that a link is found again by them."""
    return len("".join(clean(text).split()))


def placed(
    text: str, pieces: list[str], links: list[tuple[int, int, str]], ahead: int
) -> tuple[Link, ...]:
    """The links of a block, in offsets of its finished text."""
    if not links:
        return ()
    before = list(accumulate((solid(piece) for piece in pieces), initial=ahead))
    places = [at for at, character in enumerate(text) if not character.isspace()]
    found = (
        Link(places[before[first]], places[before[last] - 1] + 1, url)
        for first, last, url in links
        if before[first] < before[last] <= len(places)
    )
    # Of an address that stands in the text itself, nothing more is to be said.
    return tuple(link for link in found if text[link.start : link.end] not in link.url)
