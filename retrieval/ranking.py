"""The order in which hits are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retrieval.model import Scored


def diversify(
    scored: Sequence[Scored], owner: Sequence[int], first: int, per_document: int
) -> list[Scored]:
    """Move hits so that the `first` ones hold at most `per_document` of any one document.

    `scored` is best first; the others follow in their own order. Nothing is lost. Where too
    few documents have hits, the first ones are fewer documents rather than fewer hits.
    """
    chosen: list[Scored] = []
    later: list[Scored] = []
    counts: dict[int, int] = {}
    for hit in scored:
        document = owner[hit.passage]
        if len(chosen) < first and counts.get(document, 0) < per_document:
            counts[document] = counts.get(document, 0) + 1
            chosen.append(hit)
        else:
            later.append(hit)
    return chosen + later


def worth_showing(scored: Iterable[Scored], share: float = 0.4) -> list[Scored]:
    """The leading hits whose score is at least `share` of the best one's."""
    kept: list[Scored] = []
    for hit in scored:
        if kept and hit.score < share * kept[0].score:
            break
        kept.append(hit)
    return kept
