"""Tables of HTML: which hold data, and which lay out a page."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

CELLS = frozenset(("td", "th"))
_NO_DATA = "table, h1, h2, h3, h4, h5, h6, pre"
_LONGEST_CELL = 600
"""Characters; a table with a longer cell lays out a page and is walked as one."""


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
