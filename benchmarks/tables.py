"""Markdown tables of figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are aligned to the right."""
    rule = ["---", *("---:" for _ in heading[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [heading, rule, *rows])


def share(value: float | None, digits: int = 3) -> str:
    """A figure between 0 and 1 as ``.987``; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:.{digits}f}".removeprefix("0")
