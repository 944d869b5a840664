"""Ranked passages → hits: which windows of them are quoted, and in what order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from retrieval.analysis.folding import fold
from retrieval.analysis.matching import Span, occurrences
from retrieval.excerpts.reading import Part, Reading, Scope
from retrieval.excerpts.windows import Run, Window, beginning, cut, runs, windows
from retrieval.model import Document, Excerpt, Hit, Passage, Query, Scored
from retrieval.passages.outline import Kept
from retrieval.queries.catalogue import Catalogue, calls
from retrieval.ranking.rerank import PER_DOCUMENT, distinct, rerank

OLDER = 0.5
"""What is left of the rank of an older version's passage."""
OTHERS = 1.02
"""What a quote counts beside the third of one document: others that are as good go before it. No
answer fewer on seven sets; where they always go before it, 6 fewer of 1,151."""
JOINED = 800
"""Units of UTF-16 of two quotes with code that adjoin, at most, to be one: three fit a message."""
CONSIDERED = 5
"""Passages whose windows compete for the first page: with 8, one quote more of 1,250 questions on
thirteen sets (benchmarks/README.md)."""


class Quoting:
    """Chooses the quotes for one query from the passages of one generation."""

    def __init__(
        self,
        passages: Sequence[Passage],
        texts: Sequence[Kept],
        owner: Sequence[int],
        query: Query,
        importance: Mapping[str, float],
        catalogue: Catalogue,
        newer: Callable[[int], Document | None],
        allowed: Callable[[int], bool] | None = None,
        phrases: Sequence[str] = (),
    ) -> None:
        """`newer`: see `Index.newer`. `allowed`: whether a passage may be quoted, None for all.
        `phrases`, folded: what a quote on the first page should have."""
        self._allowed, self._phrases, self._catalogue = allowed, phrases, catalogue
        self._newer = newer
        self._passages, self._texts, self._owner = passages, texts, owner
        self._reading = Reading(query, importance, texts)
        self._also: dict[str, int] = {}

    def quotable(self, ranked: Sequence[Scored]) -> list[Scored]:
        """The passages that have a word of the question, or what stands for one; those that have
        it only in a zone that it does not ask for, where there is no other."""
        self._reading.read(hit.passage for hit in ranked)
        held = [hit for hit in ranked if self._reading.holds(hit.passage)]
        if not held:
            self._reading.everywhere()
            held = [hit for hit in ranked if self._reading.holds(hit.passage)]
        return held

    def headed(self, ranked: Sequence[Scored]) -> list[Scored]:
        """The passages of which title and headings have every word that is asked for, or whose
        title stands in the question by itself, as of 武则天 如意娘."""
        self._reading.read(hit.passage for hit in ranked)
        query, places = self._reading.query, self._reading.wanted.places
        words = sum(1 << places[word] for word in query.word if word not in query.expanded)
        apart = {part for part in query.folded.split() if len(part) > 2}
        topic, title = self._reading.topic, self._catalogue.title
        headed = [hit for hit in ranked if not words & ~topic(self._texts[hit.passage])]
        return headed or [h for h in ranked if apart & calls(title(self._owner[h.passage]))]

    def better(self, ranked: Sequence[Scored]) -> list[Scored]:
        """The passages in their better order, see `rerank`; those of an older version behind
        where the newest has some, too."""
        better = rerank(ranked, self._reading)
        current, having = self._catalogue.current, {self._owner[hit.passage] for hit in better}
        old = having - set(current[list(having)].tolist())
        behind = {number for number in old if int(current[number]) in having}
        if not behind:
            return better
        lower = (
            hit._replace(score=OLDER * hit.score) if self._owner[hit.passage] in behind else hit
            for hit in better
        )
        return sorted(lower, key=lambda hit: -hit.score)

    def distinct(self, ranked: Sequence[Scored]) -> list[Scored]:
        """The passages, each text once; hits say in how many other documents theirs stands."""
        if len(ranked) < 2:
            return list(ranked)
        kept, also = distinct(ranked, self._texts, self._owner, self._catalogue.date)
        self._also |= {self._texts[number].id: count for number, count in also.items()}
        return kept

    def together(self, ranked: Sequence[Scored], first: int) -> list[Hit]:
        """The `first` best quotes, whosever they are.

        The windows of the best passages and of their neighbours compete: the answer often stands
        just beside what matched, and the best document often deserves more than one quote. What is
        left of a document around a quote is cut anew; two that adjoin are one quote.
        """
        scopes = self._scopes(ranked)
        read = [[*runs(scope, self._reading)] for scope in scopes]
        pool = [self._windows(*each) for each in zip(scopes, read, strict=True)]
        taken: defaultdict[str, list[Span]] = defaultdict(list)
        hits, lacking = list[Hit](), True

        def weight(scope: Scope) -> float:
            return 1.0 if len(taken[_document(scope)]) >= PER_DOCUMENT else OTHERS

        while len(hits) < first:
            competing = [
                ((window.value + lacking * window.agreed) * weight(scope), -number, window)
                for number, (scope, found) in enumerate(zip(scopes, pool, strict=True))
                for window in found
            ]
            competing.sort(key=lambda one: one[:2], reverse=True)
            new = (
                one
                for one in competing
                if not any(_text(scopes[-one[1]], one[2]) in hit.quote for hit in hits)
            )
            if (best := next(new, None)) is None:
                break
            _, number, window = best
            scope = scopes[-number]
            lacking &= not window.agreed
            spans = taken[_document(scope)]
            at, joined = _joined(scope, read[-number], window, hits, spans)
            hits[at : at + 1] = [self._hit(scope, joined, ranked[0].score)]
            spans.append((window.start, window.end))
            if len(hits) < first:
                pool[-number] = self._windows(scope, read[-number], spans)
        return hits

    def _windows(
        self, scope: Scope, read: Sequence[Run], taken: Sequence[Span] = ()
    ) -> list[Window]:
        found = windows(scope, read, self._reading, taken)
        return [window for window in found if self._has_phrases(scope, window)] or found

    def _has_phrases(self, scope: Scope, window: Window) -> bool:
        if not self._phrases:
            return True
        folded = fold(scope[0].passage.document.text[window.start : window.end]).text
        return all(occurrences(folded, [phrase]) for phrase in self._phrases)

    def unquoted(self, ranked: Sequence[Scored], hits: Sequence[Hit]) -> list[Scored]:
        """The passages, by rank, that none of `hits` quotes."""
        quoted = {hit.passage.id for hit in hits}
        return [scored for scored in ranked if self._texts[scored.passage].id not in quoted]

    def in_turn(self, ranked: Sequence[Scored], shown: Sequence[Hit] = ()) -> list[Hit]:
        """One quote from each passage, saying what those before it did not where it can."""
        taken: dict[str, list[Span]] = {}
        for hit in shown:
            spans = taken.setdefault(hit.passage.document.id, [])
            spans.append((hit.excerpt.start, hit.excerpt.end))
        hits: list[Hit] = []
        for scored in ranked:
            scope = [self._part(scored.passage)]
            passage = scope[0].passage
            spans = taken.setdefault(passage.document.id, [])
            read = [*runs(scope, self._reading)]
            found = self._windows(scope, read, spans) or self._windows(scope, read)
            if found:
                best = max(found, key=lambda window: window.value)
                part = cut(scope, self._reading, best.start, best.end)
            else:
                part = beginning(scope, self._reading)
            spans.append((part.start, part.end))
            hits.append(self._made(passage, scored.score, part, scope))
        return hits

    def _hit(self, scope: Scope, window: Window, best: float) -> Hit:
        """The hit of a window: its passage is the one that holds most of what matched in it, or
        else most of it; a passage that did not rank has the score of the better one beside it."""
        part = cut(scope, self._reading, window.start, window.end)

        def held(number: int) -> tuple[int, int]:
            passage = scope[number].passage
            marks = sum(passage.start <= start < passage.end for start, _ in part.marks)
            return marks, min(part.end, passage.end) - max(part.start, passage.start)

        number = max(range(len(scope)), key=held)
        near = scope[number : number + 1] if scope[number].rank else scope[max(number - 1, 0) :][:3]
        score = best * max(one.rank for one in near)
        return self._made(scope[number].passage, score, part, scope)

    def _made(self, passage: Passage, score: float, part: Excerpt, scope: Scope) -> Hit:
        begins = next(one for one in reversed(scope) if one.passage.start <= part.start)
        turn = begins.kept.outline.speaker(part.start)
        speaker = passage.document.text[turn[0] : turn[1]] if turn else None
        also, newest = self._also.get(passage.id, 0), self._newer(self._owner[scope[0].number])
        return Hit(passage, round(score, 4), part, speaker, also, newest)

    def _scopes(self, ranked: Sequence[Scored]) -> list[list[Part]]:
        """The best passages, and their neighbours in the same document, as runs of passages that
        follow one another; those of the best passage first."""
        ranks = {hit.passage: hit.score / ranked[0].score for hit in ranked[:CONSIDERED]}
        near = {
            n: rank
            for number, rank in ranks.items()
            for n in range(max(number - 1, 0), min(number + 2, len(self._passages)))
            if self._owner[n] == self._owner[number] and (self._allowed is None or self._allowed(n))
        }
        scopes: list[list[int]] = []
        for number in sorted(near):
            last = scopes[-1][-1] if scopes else -2
            if number == last + 1 and self._owner[number] == self._owner[last]:
                scopes[-1].append(number)
            else:
                scopes.append([number])
        scopes.sort(key=lambda scope: -max(ranks.get(n, 0.0) for n in scope))
        self._reading.agree(near, [hit.passage for hit in ranked[: 2 * CONSIDERED]])
        return [[self._part(n, ranks.get(n, 0.0)) for n in scope] for scope in scopes]

    def _part(self, number: int, rank: float = 0.0) -> Part:
        return Part(number, self._passages[number], self._texts[number], rank)


def _joined(
    scope: Scope, read: Sequence[Run], window: Window, hits: Sequence[Hit], taken: Sequence[Span]
) -> tuple[int, Window]:
    """The place of a window among the quotes, and what is quoted there: where it adjoins one of
    those `taken`, in one section, and there is code in them, or they fit a quote, both of them, in
    that one's place; else itself, behind all."""
    document = scope[0].passage.document
    for at, hit in enumerate(hits):
        start, end = hit.excerpt.start, hit.excerpt.end
        first, last = min(start, window.start), max(end, window.end)
        between = document.text[min(end, window.end) : max(start, window.start)].strip()
        if hit.passage.document.id != document.id or (start, end) not in taken or between:
            continue
        for run in read:
            if run and run[0].start <= first and last <= run[-1].end:
                code = any(unit.whole for unit in run if first <= unit.start < last)
                most = JOINED if code else scope[0].kept.outline.limit
                if len(document.text[first:last].encode("utf-16-le")) <= 2 * most:
                    return at, window._replace(start=first, end=last)
    return len(hits), window


def _document(scope: Scope) -> str:
    return scope[0].passage.document.id


def _text(scope: Scope, window: Window) -> str:
    return scope[0].passage.document.text[window.start : window.end]
