"""What elements of HTML say: tables that hold data; anchors, languages and names; where the links
of a block stand once its text is tidy."""

from __future__ import annotations

import re
from itertools import accumulate

from selectolax.lexbor import LexborNode

from retrieval.corpus.readers.raw import clean
from retrieval.model import Link

_LANGUAGE = re.compile(r"(?:^|\s)(?:language-|lang-|highlight-(?:source-)?|brush:\s*)([\w+#.-]+)")
CELLS = frozenset(("td", "th"))
_NO_DATA = "table, h1, h2, h3, h4, h5, h6, pre"
_LONGEST_CELL = 600
"""Characters; a table with a longer cell lays out a page and is walked as one."""
MOST = 50
"""Of one block; a block of more is a list of links, which no reply could show."""
LONGEST = 500
"""Characters; a longer address carries data, as those of playgrounds do."""


def first_cell(cell: LexborNode) -> bool:
    """Whether it is the first of its row."""
    before = cell.prev
    while before is not None and before.tag not in CELLS:
        before = before.prev
    return before is None


def is_data(table: LexborNode) -> bool:
    """Whether a table holds data rather than lays out a page: two rows and columns at least."""
    rows = table.css("tr")
    if len(rows) < 2 or any(node.mem_id != table.mem_id for node in table.css(_NO_DATA)):
        return False
    cells = table.css("td, th")
    return len(cells) > len(rows) and all(len(c.text()) <= _LONGEST_CELL for c in cells)


def is_headed(table: LexborNode) -> bool:
    """Whether the first line of the table, as it will stand, is its header."""
    first = table.css_first("tr")
    cells = first.css("td, th") if first is not None else []
    captioned = table.css_first("caption") is not None  # which then is the first line
    return bool(cells) and not captioned and all(cell.tag == "th" for cell in cells)


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


def anchor_of(heading: LexborNode) -> str:
    """The id of a heading, of what is in it, or of the section that it opens."""
    inside = heading.css_first("[id], a[name]")
    for one in (heading, inside, heading.parent):
        if one is not None and one.tag not in ("body", "html", "main", "article"):
            named = one.attributes.get("id") or one.attributes.get("name")
            if named:
                return named
    return ""


def defined_of(node: LexborNode) -> str:
    """What a <dt> of a reference defines, as ``random.randint``: its name in the index."""
    return (node.attributes.get("id") or "") if node.css_first(".sig-name, .descname") else ""


def language_of(node: LexborNode) -> str:
    """What a <pre>, the <code> in it or a <div> around it says of its language."""
    inside = node.css_first("code")
    around = node.parent
    above = around.parent if around is not None else None
    for one in (inside, node, around, above):
        named = _LANGUAGE.search((one.attributes.get("class") or "") if one is not None else "")
        if named is not None and named[1] not in ("default", "none", "text", "plaintext"):
            return named[1].lower()
    return ""
