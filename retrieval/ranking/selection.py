"""Ranked passages → hits: which windows of them are quoted, and in what order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from retrieval.analysis.folding import Folded, fold
from retrieval.analysis.matching import Span
from retrieval.excerpts.windows import Speech, Window, cut, excerpt, windows
from retrieval.model import Hit, Passage, Query, Scored

SHARE = 0.4
CONSIDERED = 8
"""Passages whose windows compete for the first page."""
_WINDOW = 0.5
"""What a window's own value counts, beside 1 of its passage's score over the best one's."""
_LEAST = 0.2
"""Of what the best window says about the question, that another must say to be quoted."""
_OVERLAP = 0.2
"""Of a window, at most, that an earlier quote on the page may have shown."""


def worth_showing(scored: Sequence[Scored], best: Sequence[Scored] = ()) -> list[Scored]:
    """The hits that score at least `SHARE` of the best one's: of all, if `best` is another."""
    return [hit for hit in scored if hit.score >= SHARE * (best or scored)[0].score]


def capped(
    ranked: Sequence[Scored], owner: Sequence[int], most: int, per_document: int
) -> list[Scored]:
    """The first `most` hits in their order, at most `per_document` of one document."""
    counts: dict[int, int] = {}
    chosen: list[Scored] = []
    for hit in ranked:
        document = owner[hit.passage]
        counts[document] = counts.get(document, 0) + 1
        if counts[document] <= per_document and len(chosen) < most:
            chosen.append(hit)
    return chosen


class Quoting:
    """Chooses the quotes for one query from the passages of one generation."""

    def __init__(
        self,
        passages: Sequence[Passage],
        folded: Sequence[Folded],
        owner: Sequence[int],
        query: Query,
        importance: Mapping[str, float],
        fitting: frozenset[int] | None = None,
        phrases: Sequence[str] = (),
    ) -> None:
        """`fitting`: the only passages that may be quoted, None for all. `phrases`, folded: what
        a quote on the first page should have."""
        self._fitting, self._phrases = fitting, phrases
        self._passages, self._folded, self._owner = passages, folded, owner
        self._query, self._speech = query, Speech(importance)

    def together(self, ranked: Sequence[Scored], first: int, per_document: int) -> list[Hit]:
        """The `first` best quotes, at most `per_document` of a document.

        The windows of the best passages and of their neighbours compete: the answer often stands
        just beside what matched, and the best document often deserves two quotes.
        """
        pool = [
            (scored.score / ranked[0].score + _WINDOW * window.value, scored, window)
            for scored in self._considered(ranked)
            for window in windows(self._scope(scored.passage), self._speech)
        ]
        least = _LEAST * max((window.share for *_, window in pool), default=0.0)
        pool = [candidate for candidate in pool if candidate[2].share >= least]
        if self._phrases:
            pool = [candidate for candidate in pool if self._has_phrases(*candidate[1:])] or pool
        pool.sort(key=lambda candidate: -candidate[0])
        hits: list[Hit] = []
        shown: list[tuple[int, Window]] = []
        for _, scored, window in pool:
            owner = self._owner[scored.passage]
            same = [other for number, other in shown if number == owner]
            if len(same) >= per_document or any(_overlap(window, other) for other in same):
                continue
            shown.append((owner, window))
            hits.append(self._hit(scored, window))
            if len(hits) == first:
                break
        return hits

    def _has_phrases(self, scored: Scored, window: Window) -> bool:
        text = self._passages[scored.passage].document.text[window.start : window.end]
        folded = fold(text).text
        return all(phrase in folded for phrase in self._phrases)

    def _considered(self, ranked: Sequence[Scored]) -> list[Scored]:
        """The best passages; if they are all of one document, the best one of another too."""
        best = list(ranked[:CONSIDERED])
        if len({self._owner[scored.passage] for scored in best}) == 1:
            only = self._owner[best[0].passage]
            others = (s for s in ranked[CONSIDERED:] if self._owner[s.passage] != only)
            best += list(others)[:1]
        return best

    def unquoted(self, ranked: Sequence[Scored], hits: Sequence[Hit]) -> list[Scored]:
        """The passages, by rank, that none of `hits` quotes."""
        quoted = {hit.passage.id for hit in hits}
        return [scored for scored in ranked if self._passages[scored.passage].id not in quoted]

    def in_turn(self, ranked: Sequence[Scored], shown: Sequence[Hit] = ()) -> list[Hit]:
        """One quote from each passage, saying what those before it did not where it can."""
        taken: dict[str, list[Span]] = {}
        for hit in shown:
            spans = taken.setdefault(hit.passage.document.id, [])
            spans.append((hit.excerpt.start, hit.excerpt.end))
        hits: list[Hit] = []
        for scored in ranked:
            passage = self._passages[scored.passage]
            spans = taken.setdefault(passage.document.id, [])
            scope = [(passage, self._folded[scored.passage])]
            part = excerpt(scope, self._query, self._speech, spans)
            spans.append((part.start, part.end))
            hits.append(Hit(passage, round(scored.score, 4), part))
        return hits

    def _hit(self, scored: Scored, window: Window) -> Hit:
        """The hit of a window: its passage is the one that holds most of what matched in it, or
        else most of it."""
        scope = self._scope(scored.passage)
        part = cut(scope, self._query, window.start, window.end)

        def held(passage: Passage) -> tuple[int, int]:
            marks = sum(passage.start <= start < passage.end for start, _ in part.marks)
            return marks, min(part.end, passage.end) - max(part.start, passage.start)

        passage = max((passage for passage, _ in scope), key=held)
        return Hit(passage, round(scored.score, 4), part)

    def _scope(self, number: int) -> list[tuple[Passage, Folded]]:
        """A passage and its neighbours in the same document."""
        near = range(max(number - 1, 0), min(number + 2, len(self._passages)))
        return [
            (self._passages[n], self._folded[n])
            for n in near
            if self._owner[n] == self._owner[number]
            and (self._fitting is None or n in self._fitting)
        ]


def _overlap(window: Window, other: Window) -> bool:
    shared = min(window.end, other.end) - max(window.start, other.start)
    return shared > _OVERLAP * (window.end - window.start)
