"""How a quote names its source: the line beneath it, the link, the citation to copy."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from retrieval.model import Document, Hit
from retrieval.passages import clauses

URL_LIMIT = 2048


def byline(document: Document) -> str:
    """Publisher and date, as far as they are known: ``中国人权 · 2021-02-17``, or empty."""
    return " · ".join(part for part in (document.publisher, document.published) if part)


def web_address(document: Document) -> str | None:
    """The document's own address on the web; None where it has none, or none that opens."""
    url = document.url
    if url is None or len(url) > URL_LIMIT or any(c.isspace() or c < " " for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def source_url(hit: Hit) -> str | None:
    """The document's address, opening at the quote where the browser can (text fragment).

    None where the document has none. A text fragment names the first and the last clause of
    the quote, since browsers match whole words: https://wicg.github.io/scroll-to-text-fragment/
    """
    url = web_address(hit.passage.document)
    if url is None:
        return None
    pieces = [
        piece for start, end in clauses(hit.quote) if _says(piece := hit.quote[start:end].strip())
    ]
    if not pieces:
        return url
    directive = _escaped(pieces[0])
    if pieces[-1] != pieces[0]:
        directive += "," + _escaped(pieces[-1])
    target = f"{url}{'' if '#' in url else '#'}:~:text={directive}"
    return target if len(target) <= URL_LIMIT else url


def _says(piece: str) -> bool:
    return any(c.isalnum() for c in piece)


def _escaped(text: str) -> str:
    # A hyphen parts prefix from text in the directive's own syntax.
    return quote(text, safe="").replace("-", "%2D")


def citation(document: Document, limit: int = 256) -> str:
    """Title, publisher, date and address for copying, within `limit` characters: the title is
    shortened first, and an address that does not fit is left out rather than cut."""
    rest = [part for part in (byline(document), web_address(document)) if part]
    while rest and sum(map(len, rest)) + len(rest) + 20 > limit:
        rest.pop()
    room = limit - sum(len(part) + 1 for part in rest)
    return "\n".join((shortened(document.title, room), *rest))


def shortened(text: str, limit: int) -> str:
    """`text` on one line, in at most `limit` characters, with an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
