"""One text, one quote: of passages that say the same in several documents, one stands for all.

Texts are compared by what stands between marks, folded: two passages say the same where `SAME` of
what both say together, by its characters, stands in each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from retrieval.model import Scored
from retrieval.ranking.rerank import Texts

SAME = 0.8
_BETWEEN = re.compile(r"[^\w\s]+|\s\s+")


@dataclass(slots=True)
class _Group:
    """Passages that say the same, in the order of their rank."""

    size: int
    """Characters of what they say."""
    passages: list[int] = field(default_factory=list)


def distinct(
    ranked: Sequence[Scored], texts: Texts, owner: Sequence[int], date: Callable[[int], str]
) -> tuple[list[Scored], dict[int, int]]:
    """The passages without those that say what another says, and in how many other documents each
    stands that has such: where the best of them stood, that of the newest document stays, by the
    `date` of its number."""
    groups: list[_Group] = []
    having: dict[str, list[int]] = {}
    for hit in ranked:
        says = _says(texts.folded[hit.passage].text)
        size = sum(map(len, says))
        shared: Counter[int] = Counter()
        for said in says:
            for number in having.get(said, ()):
                shared[number] += len(said)
        same = (
            number
            for number, both in sorted(shared.items())
            if both >= SAME * (size + groups[number].size - both)
        )
        group = next(same, None)
        if group is None:
            group = len(groups)
            groups.append(_Group(size))
            for said in says:
                having.setdefault(said, []).append(group)
        groups[group].passages.append(hit.passage)
    if len(groups) == len(ranked):
        return list(ranked), {}
    first = {hit.passage: hit for hit in ranked}
    kept: list[Scored] = []
    also: dict[int, int] = {}
    for one in groups:
        newest = max(one.passages, key=lambda number: date(owner[number]))
        kept.append(replace(first[one.passages[0]], passage=newest))
        others = {owner[number] for number in one.passages} - {owner[newest]}
        if others:
            also[newest] = len(others)
    return kept, also


def _says(folded: str) -> frozenset[str]:
    return frozenset(part for clause in _BETWEEN.split(folded) if (part := clause.strip()))
