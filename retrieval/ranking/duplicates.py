"""One text, one quote: of passages that say the same in several documents, one stands for all.

Texts are compared by what stands between marks, folded: two passages say the same where `SAME` of
what both say together, by its characters, stands in each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from retrieval.model import Scored
from retrieval.ranking.rerank import Texts

SAME = 0.8
_BETWEEN = re.compile(r"[^\w\s]+|\s\s+")


@dataclass(slots=True)
class _Group:
    """Passages that say the same, in the order of their rank."""

    says: frozenset[str]
    passages: list[int] = field(default_factory=list)


def distinct(
    ranked: Sequence[Scored], texts: Texts, owner: Sequence[int], date: Callable[[int], str]
) -> tuple[list[Scored], dict[int, int]]:
    """The passages without those that say what another says, and in how many other documents each
    stands that has such: where the best of them stood, that of the newest document stays, by the
    `date` of its number."""
    groups: list[_Group] = []
    having: dict[str, list[_Group]] = {}
    for hit in ranked:
        says = _says(texts.folded[hit.passage].text)
        near = (group for said in says for group in having.get(said, ()))
        group = next((one for one in near if _same(says, one.says)), None)
        if group is None:
            group = _Group(says)
            groups.append(group)
            for said in says:
                having.setdefault(said, []).append(group)
        group.passages.append(hit.passage)
    if len(groups) == len(ranked):
        return list(ranked), {}
    first = {hit.passage: hit for hit in ranked}
    kept: list[Scored] = []
    also: dict[int, int] = {}
    for group in groups:
        newest = max(group.passages, key=lambda number: date(owner[number]))
        kept.append(replace(first[group.passages[0]], passage=newest))
        others = {owner[number] for number in group.passages} - {owner[newest]}
        if others:
            also[newest] = len(others)
    return kept, also


def _says(folded: str) -> frozenset[str]:
    return frozenset(part for clause in _BETWEEN.split(folded) if (part := clause.strip()))


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return sum(map(len, one & other)) >= SAME * sum(map(len, one | other))
