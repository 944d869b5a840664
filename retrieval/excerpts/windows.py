"""The part of a document that is quoted for a hit: the sentences likeliest to hold the answer.

The answer often stands just beside the passage that matched, so the window is chosen from the
passage and its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.analysis.folding import Folded
from retrieval.analysis.matching import Span, marked, merged
from retrieval.model import Excerpt, Passage, Query
from retrieval.passages.split import clauses, sentences

LIMIT = 180
"""Characters."""
_BEST_UNIT = 0.5
_LATE = 0.02
_GOES_ON = 0.06
_LEANING = 0.03
_OPENERS = " \n“”「『‘’\"'("
_PRONOUNS = ("他", "她", "它", "其", "该", "該", "此", "这", "這", "那")
"""With which a sentence leans on the one before it."""
_SHORT = 600
"""Characters; in a shorter text, where a window stands counts no more than in one this long."""


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A sentence, or a clause of a long one, in offsets of the document; the terms of the
    question in it, and the share of the question they are."""

    start: int
    end: int
    terms: frozenset[str]
    share: float


Scope = Sequence[tuple[Passage, Folded]]
"""Neighbouring passages of one document, each with the folding of its text."""


class Speech:
    """What passages say about one question, remembered passage by passage.

    `importance` is what each term of the question says.
    """

    def __init__(self, importance: Mapping[str, float]) -> None:
        self._importance = importance
        self._total = sum(importance.values()) or 1.0
        self._units: dict[str, list[Unit]] = {}

    def share(self, terms: Iterable[str]) -> float:
        """The share of the question that `terms`, all different, are: 0 to 1."""
        return sum([self._importance[term] for term in terms]) / self._total

    def units(self, passage: Passage, folded: Folded) -> list[Unit]:
        """The units of a passage, without blank ones."""
        if passage.id not in self._units:
            text = passage.text
            self._units[passage.id] = [
                self._unit(passage.start + start, passage.start + end, folded.within(start, end))
                for start, end in _spans(text)
                if not text[start:end].isspace()
            ]
        return self._units[passage.id]

    def _unit(self, start: int, end: int, folded: str) -> Unit:
        terms = frozenset([term for term in self._importance if term in folded])
        return Unit(start, end, terms, self.share(terms))


@dataclass(frozen=True, slots=True)
class Window:
    """A run of whole units of at most `LIMIT` characters, in offsets of the document."""

    start: int
    end: int
    share: float
    """Of the question that it speaks of: 0 to 1."""
    value: float
    """By which it competes with others: 0 to about 1.5."""


def windows(scope: Scope, speech: Speech, taken: Sequence[Span] = ()) -> list[Window]:
    """Every window in neighbouring passages of one document that could be quoted, in order.

    Whole sentences where they fit, else clauses, else a slice; never across a heading, never
    overlapping the spans `taken`. The value: the share of the question the window speaks of, half
    as much again for its best sentence alone, a little more where that sentence is not the last
    one, so that what follows it is seen, a little less where the window begins with a pronoun and
    the later it stands.
    """
    text = scope[0][0].document.text
    beginning, length = scope[0][0].start, max(scope[-1][0].end - scope[0][0].start, _SHORT)
    found: list[Window] = []
    for run in _free(list(_runs(scope, speech)), taken):
        for units in _windows(run):
            best = max([unit.share for unit in units])
            together = speech.share(frozenset().union(*[unit.terms for unit in units]))
            late = (units[0].start - beginning) / length
            value = together + _BEST_UNIT * best - _LATE * late
            if units[-1].share < best:
                value += _GOES_ON
            if _leans(text[units[0].start : units[0].end]):
                value -= _LEANING
            found.append(Window(*_trim(text, units[0].start, units[-1].end), together, value))
    return found


def excerpt(scope: Scope, query: Query, speech: Speech, taken: Sequence[Span] = ()) -> Excerpt:
    """The best window of `scope`, the first among equals; one that overlaps a span `taken` only
    where there is no other."""
    candidates = windows(scope, speech, taken) or windows(scope, speech)
    best = max(candidates, key=lambda window: window.value)
    return cut(scope, query, best.start, best.end)


def cut(scope: Scope, query: Query, start: int, end: int) -> Excerpt:
    """The excerpt ``[start, end)`` of the document that the passages of `scope` belong to."""
    text = scope[0][0].document.text
    return Excerpt(
        start,
        end,
        tuple(_marks(scope, query, start, end)),
        cut_before=_goes_on(text, scope[0][0].start, start),
        cut_after=_goes_on(text, end, scope[-1][0].end),
    )


def _runs(scope: Scope, speech: Speech) -> Iterator[list[Unit]]:
    """The units of the passages, parted where a heading stands between two of them."""
    text = scope[0][0].document.text
    run: list[Unit] = []
    for passage, folded in scope:
        if run and text[run[-1].end : passage.start].strip():
            yield run
            run = []
        run = run + speech.units(passage, folded)
    yield run


def _free(runs: Sequence[Sequence[Unit]], taken: Sequence[Span]) -> Iterator[Sequence[Unit]]:
    """What is left of the runs without the units that overlap a span `taken`."""
    for run in runs:
        if not taken:
            yield run
            continue
        left: list[Unit] = []
        for unit in run:
            if not _overlaps((unit.start, unit.end), taken):
                left.append(unit)
                continue
            yield left
            left = []
        yield left


def _spans(text: str) -> Iterator[Span]:
    for start, end in sentences(text):
        if end - start <= LIMIT:
            yield start, end
            continue
        for first, last in clauses(text[start:end]):
            for at in range(start + first, start + last, LIMIT):
                yield at, min(at + LIMIT, start + last)


def _windows(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """For each unit the longest run from it within the limit, unless it is part of the last."""
    reached = 0
    for first in range(len(units)):
        last = first + 1
        while last < len(units) and units[last].end - units[first].start <= LIMIT:
            last += 1
        if last > reached:
            reached = last
            yield units[first:last]


def _leans(sentence: str) -> bool:
    return sentence.lstrip(_OPENERS).startswith(_PRONOUNS)


def _overlaps(span: Span, taken: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _goes_on(text: str, start: int, end: int) -> bool:
    return bool(text[start:end].strip())


def _marks(scope: Scope, query: Query, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    for passage, folded in scope:
        if passage.end <= start or passage.start >= end:
            continue
        for first, last in marked(folded.text, query):
            s, e = folded.original(first, last)
            spans.append((max(passage.start + s, start), min(passage.start + e, end)))
    return merged((s, e) for s, e in spans if s < e)
