"""How a quote names its source: the line beneath it, its links, the citation to copy."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlsplit

from retrieval.analysis.sentences import clauses
from retrieval.model import BlockKind, Document, Hit
from retrieval.places import Place, key

URL_LIMIT = 2048
_FRAGMENT = "!$&'()*+,;=:@/?-._~"  # RFC 3986, 3.5
_BYLINE = 100
_HEADING, _HEADINGS = 40, 2
_SHORTEST_TITLE = 20


def byline(document: Document, at: int | None = None) -> str:
    """Author, publisher, date and page, as far as they are known and the title does not say them:
    ``老张 · 中国人权 · 2021-02-17 · p. 12``, or empty. `at` is where in the document what is cited
    begins."""
    place = None if at is None else locator(document, at)
    author = shortened(document.author or "", _HEADING)
    author = "" if author in (document.publisher, document.title) else author
    parts = (author, document.publisher, document.published, place)
    return " · ".join(part for part in parts if part)


def locator(document: Document, at: int) -> str:
    """Where a document's source has what begins at `at`: ``p. 12``, a time, or empty."""
    found = document.block_at(at).locator
    return f"p. {found}" if found.isdecimal() else found


def headings(document: Document, at: int) -> str:
    """The heading that what begins at `at` stands below, and the one above that, where they are
    neither title nor publisher: ``Pagination › LimitOffsetPagination``, or empty."""
    path: list[str] = []
    begins = bisect_left(document.blocks, at, key=lambda block: block.start)
    level = document.block_at(at).level or 7
    for block in reversed(document.blocks[:begins]):
        if block.kind is BlockKind.HEADING and block.level < level:
            path.insert(0, shortened(document.text[block.start : block.end], _HEADING))
            level = block.level
        if level == 1 or len(path) == _HEADINGS:
            break
    told = (document.title, document.publisher)
    return " › ".join(heading for heading in path if heading not in told)


def web_address(document: Document) -> str | None:
    """The document's own address on the web; None where it has none, or none that opens."""
    return opening(document.url)


@lru_cache(maxsize=4096)
def opening(url: str | None) -> str | None:
    """`url` if a browser opens it, else None."""
    if url is None or len(url) > URL_LIMIT or any(c.isspace() or not c.isprintable() for c in url):
        return None
    try:
        parts = urlsplit(url)
        opens = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return url if opens else None


def source_url(hit: Hit) -> str | None:
    """The document's address, opening at the page of a PDF, else at the heading above the quote
    and, where the browser can, at the quote (text fragment). None where the document has none.
    """
    document = hit.passage.document
    url = web_address(document)
    if url is None or "#" in url:
        return None if url is None else at_quote(url, hit.quote)
    page = locator(document, hit.excerpt.start).removeprefix("p. ")
    if page.isdecimal():
        return f"{url}#page={page}"
    anchor = quote(hit.passage.anchor, safe=_FRAGMENT)
    return at_quote(f"{url}#{anchor}" if anchor else url, hit.quote)


@lru_cache(maxsize=1024)
def at_quote(url: str, quoted: str) -> str:
    """`url`, opening at the quote where the browser can. A text fragment names the first and the
    last clause of the quote, since browsers match whole words:
    https://wicg.github.io/scroll-to-text-fragment/
    """
    pieces = [quoted[start:end].strip() for start, end in clauses(quoted)]
    pieces = [piece for piece in pieces if any(map(str.isalnum, piece))]
    if not pieces:
        return url
    directive = _escaped(pieces[0])
    if pieces[-1] != pieces[0]:
        directive += "," + _escaped(pieces[-1])
    target = f"{url}{'' if '#' in url else '#'}:~:text={directive}"
    return target if len(target) <= URL_LIMIT else url


def _escaped(text: str) -> str:
    # A hyphen parts prefix from text in the directive's own syntax.
    return quote(text, safe="").replace("-", "%2D")


def citation(document: Document, limit: int = 256, length: Callable[[str], int] = len) -> str:
    """Title, publisher, date and address for copying, within `limit` as `length` counts: title
    and publisher are shortened, and an address that does not fit is left out rather than cut."""
    title = shortened(document.title, limit, length) or lasting(Place.beginning(document))
    line = shortened(byline(document), _BYLINE, length)
    rest = [part for part in (line, web_address(document)) if part]
    while rest and sum(map(length, rest)) + len(rest) + _SHORTEST_TITLE > limit:
        rest.pop()
    room = limit - sum(length(part) + 1 for part in rest)
    return "\n".join((shortened(title, room, length), *rest))


def lasting(place: Place) -> str:
    """A short name that finds a place again, on any platform: ``yinju:CMcyp1RM…``."""
    return f"yinju:{place.encode()}"


def full_citation(hit: Hit, links: Links) -> str:
    """The quote to the letter, then title, publisher, date, address (its own, or that of our
    published copy) and lasting name."""
    document = hit.passage.document
    parts = (
        document.title,
        byline(document, hit.excerpt.start),
        source_url(hit) or links.copy(hit),
        lasting(Place.of(hit.passage, hit.excerpt)),
    )
    return "\n".join([f"“{hit.quote}”", *(part for part in parts if part)])


def shortened(text: str, limit: int, length: Callable[[str], int] = len) -> str:
    """`text` on one line, within `limit` as `length` counts (characters), with an ellipsis where
    it was cut."""
    line = " ".join(text.split())
    if 4 * len(line) <= limit or length(line) <= limit:  # nobody counts more than 4 a character
        return line
    kept = line[: limit - 1]
    while length(kept) >= limit:
        kept = kept[:-1]
    return kept.rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Links:
    """What one platform can link to.

    `reader` gives the address that opens a place in the bot itself, None where there is none;
    `takes` says whether the platform accepts an address: some refuse the whole message for one.
    """

    reader: Callable[[Place], str] | None = None
    takes: Callable[[str], bool] = bool
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
        return at_quote(f"{page}#{key(passage.id)}", hit.quote)

    def hit(self, hit: Hit) -> str | None:
        """Where a quote's source opens: on the web at the quote, or else in our copy or the bot's
        reader."""
        if self.web(hit.passage.document):
            return source_url(hit)
        return self.copy(hit) or self._read(Place.of(hit.passage, hit.excerpt))

    def _read(self, place: Place) -> str | None:
        return None if self.reader is None else self.reader(place)
