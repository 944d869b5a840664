"""How a quote names its source: the line beneath it, the link, the citation to copy."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from retrieval.model import Document, Hit
from retrieval.passages import clauses

URL_LIMIT = 2048
_FRAGMENT_ENDS = 24


def byline(document: Document) -> str:
    """Publisher and date, as far as they are known: ``中国人权 · 2021-02-17``, or empty."""
    return " · ".join(part for part in (document.publisher, document.published) if part)


def source_url(hit: Hit) -> str | None:
    """The document's own address, opening at the quote where the browser can (text fragment).

    None where the document has none. A text fragment names the first and the last clause of
    the quote, since browsers match whole words: https://wicg.github.io/scroll-to-text-fragment/
    """
    url = hit.passage.document.url
    if url is None or urlsplit(url).scheme not in ("http", "https"):
        return None
    text = hit.quote
    spans = [text[start:end].strip() for start, end in clauses(text)]
    pieces = [piece for piece in spans if any(c.isalnum() for c in piece)]
    if not pieces or "\n" in pieces[0]:
        return url
    first, last = pieces[0], pieces[-1]
    directive = _escaped(first)
    if last != first and "\n" not in last:
        directive += "," + _escaped(last)
    target = f"{url}{'' if '#' in url else '#'}:~:text={directive}"
    return target if len(target) <= URL_LIMIT else url


def _escaped(text: str) -> str:
    # A hyphen parts prefix from text in the directive's own syntax.
    return quote(text, safe="").replace("-", "%2D")


def citation(document: Document, limit: int = 256) -> str:
    """Title, publisher, date and address for copying, within `limit` characters: the title is
    shortened first, and an address that does not fit is left out rather than cut."""
    rest = [part for part in (byline(document), document.url) if part]
    while rest and sum(map(len, rest)) + len(rest) + 20 > limit:
        rest.pop()
    room = limit - sum(len(part) + 1 for part in rest)
    return "\n".join((shortened(document.title, room), *rest))


def shortened(text: str, limit: int) -> str:
    """`text` on one line, in at most `limit` characters, with an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
