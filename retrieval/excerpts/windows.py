"""The part of a document that is quoted for a hit: the sentences likeliest to hold the answer.

The answer often stands just beside the passage that matched, so the window is chosen from the
passages and their neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp

from retrieval.analysis.matching import Sought, Span, merged
from retrieval.excerpts.speech import Part, Scope, Speech, Unit
from retrieval.model import Excerpt
from retrieval.passages.outline import WHOLE_QUOTE

_TOLD, _NEAR, _RANK, _FITS, _FIRST = 10.0, 4.0, 5.0, 2.5, 1.0
"""Weights of the log-likelihood that a sentence holds the answer, of a conditional logit fitted on
half of cmrc and on xquad, rounded; from half to twice each, first quotes stay within .01 of their
best on both, on the other half of cmrc and on the seeds. See benchmarks/README.md, "Windows"."""
_HEADED = 4.0
"""The same of a sentence right below a heading, beside 1 of the share of the question that the
heading holds."""
_OPENERS = " \n“”「『‘’\"'("
_PRONOUNS = ("他", "她", "它", "其", "该", "該", "此", "这", "這", "那")
"""With which a sentence leans on the one before it."""

Run = list[tuple[Unit, float, bool]]
"""Units that follow one another, with the likelihood that each holds the answer, and whether each
is the first below a heading that has words of the question."""


@dataclass(frozen=True, slots=True)
class Window:
    """A run of whole units that fit a quote, in offsets of the document."""

    start: int
    end: int
    value: float
    """The sum of its units' likelihoods, by which it competes with others of the same question."""


def windows(scope: Scope, speech: Speech, taken: Sequence[Span] = ()) -> list[Window]:
    """Every window in passages of one document that follow one another that could be quoted.

    Whole sentences where they fit, else clauses, else a slice; never across a heading, a zone or
    the beginning of a numbered unit, never overlapping the spans `taken`, and never without
    something of the question.
    """
    text = scope[0].passage.document.text
    return [
        Window(*_trim(text, run[0][0].start, run[-1][0].end), sum([value for _, value, _ in run]))
        for free in _free(_runs(scope, speech), taken)
        for run in _windows(text, free, scope[0].outline.limit)
    ]


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
    limit = scope[0].outline.limit
    fitting = [end for end in ends if end - start <= limit] or ends[:1]
    return cut(scope, speech, *_trim(text, start, fitting[-1]))


def _runs(scope: Scope, speech: Speech) -> Iterator[Run]:
    """The units of the passages, parted where a heading or a zone stands between two of them, or
    a numbered unit begins."""
    text = scope[0].passage.document.text
    run: list[tuple[Unit, Part]] = []
    for before, part in zip((scope[0], *scope), scope, strict=False):
        apart = part.passage.label != before.passage.label
        if run and (apart or text[run[-1][0].end : part.passage.start].strip()):
            yield _likely(run, speech)
            run = []
        for unit in speech.units(part):
            if unit is None:
                yield _likely(run, speech)
                run = []
            else:
                run.append((unit, part))
    yield _likely(run, speech)


def _likely(run: Sequence[tuple[Unit, Part]], speech: Speech) -> Run:
    """How likely it is that each unit holds the answer: the more, the more of the question it or
    the topic of its document says, and it or the sentences beside it; the better its passage
    ranks; where it has what is asked for, a date or a number; and where it opens its document, or
    a section whose heading speaks of the question."""
    units = [unit for unit, _ in run]
    found: Run = []
    for number, (unit, part) in enumerate(run):
        near = units[max(number - 1, 0) : number + 2]
        together = speech.share(frozenset().union(*[one.terms for one in near]))
        first = unit.start == part.passage.start
        opens = first and not part.passage.ordinal
        headed = speech.headed(part) if first else 0.0
        likelihood = _TOLD * speech.told(unit, part) + _NEAR * together + _RANK * part.rank
        likelihood += _FITS * unit.fits + _FIRST * opens + _HEADED * headed
        found.append((unit, exp(likelihood), bool(headed)))
    return found


def _free(runs: Iterable[Run], taken: Sequence[Span]) -> Iterator[Run]:
    """What is left of the runs without the units that overlap a span `taken`."""
    for run in runs:
        left: Run = []
        for one in run:
            if not _overlaps((one[0].start, one[0].end), taken):
                left.append(one)
                continue
            yield left
            left = []
        yield left


def _windows(text: str, run: Run, limit: int) -> Iterator[Run]:
    """For each sentence that speaks of the question, the one that it leans on, and the first below
    a heading that does, the longest run from it within the limit that has something of the
    question; without paragraphs at its end that have nothing of it. Code goes with what
    introduces it, where both fit."""
    units = [unit for unit, _, _ in run]
    for first, (unit, _, headed) in enumerate(run):
        after = units[first + 1 : first + 2]
        told = unit.terms or headed
        if not told and not any(_leans(text[one.start : one.end]) for one in after):
            continue
        if unit.whole and first and _fit(units[first - 1], unit, WHOLE_QUOTE):
            first -= 1
        last = first + 1
        while last < len(units) and _fit(
            units[first], units[last], WHOLE_QUOTE if units[last].whole else limit
        ):
            last += 1
        last = _without_idle(text, units, first, last)
        if any(one.holds for one in units[first:last]):
            yield run[first:last]


def _fit(first: Unit, last: Unit, most: int) -> bool:
    return last.end - first.start <= most


def _without_idle(text: str, units: Sequence[Unit], first: int, last: int) -> int:
    """Where ``units[first:last]`` ends without the paragraphs at its end that have nothing of the
    question, and are no code that belongs to what has."""
    end = last
    for at in range(last - 1, first, -1):
        if units[at].holds or units[at].whole:
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
