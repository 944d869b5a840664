"""What an engine is given to index: the terms of every passage, title, document and lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.segment import Terms


@dataclass(frozen=True, slots=True)
class Fields:
    """Terms by passage number, and by document number; `owner` maps the first to the second."""

    passages: Sequence[Terms]
    titles: Sequence[Terms]
    """Of each passage: its document's title and the headings above it."""
    documents: Sequence[Terms]
    leads: Sequence[Terms]
    """Of each document: how its text begins, which tells its subject where a title does not."""
    owner: Sequence[int]
