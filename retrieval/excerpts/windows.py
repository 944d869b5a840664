"""The part of a document that is quoted for a hit: the sentence likeliest to hold the answer, and
what follows it.

The answer often stands just beside the passage that matched, so the window is chosen from the
passage and its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.analysis.matching import Sought, Span, merged
from retrieval.excerpts.speech import Scope, Speech, Unit
from retrieval.model import Excerpt
from retrieval.passages.outline import LIMIT

_BEST_UNIT = 0.5
"""What the best sentence counts beside 1 for all that the window says; .25 to 1.5 are within .005
of it on cmrc and xquad."""
_LATE = 0.1
"""What the last place of a passage and its neighbours costs: first quote on cmrc .860 → .877 with
it, on xquad .895 → .900."""
_LEANING = 0.03
"""What it costs to begin with a sentence that leans on one before it."""
_FOLLOWED = 0.06
"""What it counts that something follows the best sentence."""
_TYPE = 0.2
"""What the best sentence counts more with a date where the question asks when, or a number where
it asks how many. First quotes, samples of 400: xquad +.008, cmrc +.002."""
_OPENERS = " \n“”「『‘’\"'("
_PRONOUNS = ("他", "她", "它", "其", "该", "該", "此", "这", "這", "那")
"""With which a sentence leans on the one before it."""
_SHORT = 600
"""Characters; in a shorter text, where a window stands counts no more than in one this long."""


@dataclass(frozen=True, slots=True)
class Window:
    """A run of whole units of at most `LIMIT` characters, in offsets of the document."""

    start: int
    end: int
    share: float
    """Of the question that it speaks of: 0 to 1."""
    value: float
    """By which it competes with others: 0 to about 1.7."""


def windows(scope: Scope, speech: Speech, taken: Sequence[Span] = ()) -> list[Window]:
    """Every window in neighbouring passages of one document that could be quoted, in order.

    Whole sentences where they fit, else clauses, else a slice; never across a heading or a zone,
    never overlapping the spans `taken`, and never without something of the question. The value:
    the share of the question the window speaks of, half as much again for its best sentence
    alone, more where that sentence has what is asked for, a little more where it is not the last
    one, so that what follows it is seen, a little less where the window begins with a pronoun, and
    the less the later it stands.
    """
    text = scope[0].passage.document.text
    beginning = scope[0].passage.start
    length = max(scope[-1].passage.end - beginning, _SHORT)
    found: list[Window] = []
    for run in _free(_runs(scope, speech), taken):
        for units in _windows(text, run):
            best = max([unit.share for unit in units])
            together = speech.share(frozenset().union(*[unit.terms for unit in units]))
            late = (units[0].start - beginning) / length
            value = together + _BEST_UNIT * best - _LATE * late
            if units[-1].share < best:
                value += _FOLLOWED
            if max(units, key=lambda unit: unit.share).fits:
                value += _TYPE
            if _leans(text[units[0].start : units[0].end]):
                value -= _LEANING
            found.append(Window(*_trim(text, units[0].start, units[-1].end), together, value))
    return found


def cut(scope: Scope, speech: Speech, start: int, end: int) -> Excerpt:
    """The excerpt ``[start, end)`` of the document that the passages of `scope` belong to."""
    text = scope[0].passage.document.text
    return Excerpt(
        start,
        end,
        tuple(_marks(scope, speech.sought, start, end)),
        cut_before=_goes_on(text, scope[0].passage.start, start),
        cut_after=_goes_on(text, end, scope[-1].passage.end),
    )


def beginning(scope: Scope, speech: Speech) -> Excerpt:
    """How the passages of `scope` begin, for a unit of a document that is quoted by its label."""
    text, start = scope[0].passage.document.text, scope[0].passage.start
    ends = [start + end for end in scope[0].outline.ends]
    fitting = [end for end in ends if end - start <= LIMIT]
    return cut(scope, speech, *_trim(text, start, fitting[-1] if fitting else start + LIMIT))


def _runs(scope: Scope, speech: Speech) -> Iterator[list[Unit]]:
    """The units of the passages, parted where a heading or a zone stands between two of them."""
    text = scope[0].passage.document.text
    run: list[Unit] = []
    for part in scope:
        if run and text[run[-1].end : part.passage.start].strip():
            yield run
            run = []
        for unit in speech.units(part):
            if unit is None:
                yield run
                run = []
            else:
                run.append(unit)
    yield run


def _free(runs: Iterable[Sequence[Unit]], taken: Sequence[Span]) -> Iterator[Sequence[Unit]]:
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


def _windows(text: str, units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """For each sentence that speaks of the question, and the one that it leans on, the longest
    run from it within the limit that has something of the question; without paragraphs at its end
    that have nothing of it."""
    for first, unit in enumerate(units):
        after = units[first + 1 : first + 2]
        if not unit.share and not any(_leans(text[one.start : one.end]) for one in after):
            continue
        last = first + 1
        while last < len(units) and units[last].end - unit.start <= LIMIT:
            last += 1
        last = _without_idle(text, units, first, last)
        if any(one.holds for one in units[first:last]):
            yield units[first:last]


def _without_idle(text: str, units: Sequence[Unit], first: int, last: int) -> int:
    """Where ``units[first:last]`` ends without the paragraphs at its end that have nothing of the
    question."""
    end = last
    for at in range(last - 1, first, -1):
        if units[at].holds:
            break
        if "\n\n" in text[units[at - 1].start : units[at].start]:
            end = at
    return end


def _leans(sentence: str) -> bool:
    return sentence.lstrip(_OPENERS).startswith(_PRONOUNS)


def _overlaps(span: Span, taken: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _goes_on(text: str, start: int, end: int) -> bool:
    return bool(text[start:end].strip())


def _marks(scope: Scope, sought: Sought, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    for part in scope:
        passage, folded = part.passage, part.folded
        if passage.end <= start or passage.start >= end:
            continue
        for first, last in sought.marked(folded.text, part.edges):
            s, e = folded.original(first, last)
            spans.append((max(passage.start + s, start), min(passage.start + e, end)))
    return merged((s, e) for s, e in spans if s < e)
