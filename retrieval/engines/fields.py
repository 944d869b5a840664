"""What an engine is given to index: the terms of every passage, title and lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.analysis.segment import Terms


@dataclass(frozen=True, slots=True)
class Fields:
    """Terms by the number of the passage or the document."""

    passages: Sequence[Terms]
    titles: Sequence[Terms]
    """Of each passage: its document's title and the headings above it."""
    leads: Sequence[Terms]
    """Of each document: how its text begins, which tells its subject where a title does not."""
    owner: Sequence[int]
    """Of each passage, the number of its document."""
