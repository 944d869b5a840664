"""The part of a document that is quoted for a hit: the sentences likeliest to hold the answer.

The answer often stands just beside the passage that matched, so the window is chosen from the
passages and their neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.analysis.matching import Sought, Span, merged
from retrieval.excerpts.speech import Part, Scope, Speech, Unit
from retrieval.model import BlockKind, Document, Excerpt
from retrieval.passages.outline import WHOLE_QUOTE

_BEST = 0.5
"""What the best sentence counts beside 1 for all that the window says, and 1 for the rank of its
passage; 1 is within .007 of it on seven question sets (benchmarks/README.md)."""
_HEADED = 0.4
"""The same of the share of the question that the heading right above holds."""
_SUBJECT = 0.5
"""The same of how far its title or a heading above is what the question asks about: a section on
it goes before those that mention it. Of 112 questions on three documentations 56 → 64 first
quotes; on six sets without headings the same."""
_FITS = 0.3
"""What the best sentence counts more with a date where the question asks when, or a number where
it asks how many. Plain questions on the seeds: first quotes +.022; of 669 questions of the kind on
six sets two more than with .2, and no more with .4."""
_LATE = 0.1
"""What the last place of a passage and its neighbours costs. First quotes without it: cmrc −.008,
xquad −.001."""
_SHORT = 600
"""Characters; in a shorter text, where a window stands counts no more than in one this long."""
_FOLLOWED = 0.03
"""What it counts that something follows the best sentence. Without it cmrc +.01, plain questions on
the seeds −.023, five other sets the same."""
_LEANING = 0.03
"""What it costs to begin with a sentence that leans on one before it."""
_OPENERS = " \n“”「『‘’\"'("
_PRONOUNS = ("他", "她", "它", "其", "该", "該", "此", "这", "這", "那")
"""With which a sentence leans on the one before it."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A unit with its passage; how well that or one beside it ranks; how late in them it stands;
    what of the question it says, with the topic of its document; and what the heading right above
    says."""

    unit: Unit
    part: Part
    rank: float
    late: float
    told: float
    headed: float


Run = list[_Placed]
"""Units that follow one another."""


@dataclass(frozen=True, slots=True)
class Window:
    """A run of whole units that fit a quote, in offsets of the document."""

    start: int
    end: int
    value: float
    """By which it competes with others of the same question: 0 to about 4."""


def windows(scope: Scope, speech: Speech, taken: Sequence[Span] = ()) -> list[Window]:
    """Every window in passages of one document that follow one another that could be quoted.

    Whole sentences where they fit, else clauses, else a slice; never across a heading, a zone or
    the beginning of a numbered unit, never overlapping the spans `taken`, and never without
    something of the question. The value: how well its passage ranks; the share of the question that
    the window says, with the topic of its document; half as much again for its best sentence alone,
    more where that has what is asked for, where the document or section is about the question, and
    where the window begins below a heading that speaks of it, a little more where something follows
    that sentence; a little less where the window begins with a pronoun, and the later it stands.
    """
    document = scope[0].passage.document
    text = document.text
    return [
        Window(*_trim(text, run[0].unit.start, run[-1].unit.end), _value(text, run, speech))
        for free in _free(_runs(scope, speech), taken)
        for run in _windows(document, free, scope[0].outline.limit)
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
    run: Run = []
    for number, part in enumerate(scope):
        near = scope[max(number - 1, 0) : number + 2]
        begins = near[0].passage.start
        length = max(near[-1].passage.end - begins, _SHORT)
        rank = max([one.rank for one in near])
        apart = part.passage.label != near[0].passage.label
        if run and (apart or text[run[-1].unit.end : part.passage.start].strip()):
            yield run
            run = []
        for unit in speech.units(part):
            if unit is None:
                yield run
                run = []
                continue
            headed = speech.headed(part) if unit.start == part.passage.start else 0.0
            late, told = (unit.start - begins) / length, speech.told(unit.terms, part)
            run.append(_Placed(unit, part, rank, late, told, headed))
    yield run


def _value(text: str, run: Run, speech: Speech) -> float:
    terms = frozenset().union(*[one.unit.terms for one in run])
    told = [one.told for one in run]
    best = max(range(len(run)), key=told.__getitem__)
    value = min([one.rank for one in run]) + speech.told(terms, run[0].part)
    value += _BEST * told[best] + _FITS * run[best].unit.fits
    value += _FOLLOWED * (told[-1] < told[best]) + _SUBJECT * speech.subject(run[0].part)
    leans = _leans(text[run[0].unit.start : run[0].unit.end])
    return value + _HEADED * run[0].headed - _LATE * run[0].late - _LEANING * leans


def _free(runs: Iterable[Run], taken: Sequence[Span]) -> Iterator[Run]:
    """What is left of the runs without the units that overlap a span `taken`."""
    for run in runs:
        left: Run = []
        for one in run:
            if not _overlaps((one.unit.start, one.unit.end), taken):
                left.append(one)
                continue
            yield left
            left = []
        yield left


def _windows(document: Document, run: Run, limit: int) -> Iterator[Run]:
    """For each sentence that speaks of the question, the one that it leans on, and the first below
    a heading that does, the longest run from it within the limit that has something of the
    question; without paragraphs at its end that have nothing of it. Code goes with what
    introduces it, and what stands in an article or a definition with its beginning, where both
    fit."""
    text, units = document.text, [one.unit for one in run]
    blocks = document.blocks_in(units[0].start, units[0].start + 1) if units else ()
    defined = bool(blocks) and blocks[0].kind is BlockKind.UNIT
    for first, unit in enumerate(units):
        after = units[first + 1 : first + 2]
        told = unit.terms or run[first].headed
        if not told and not any(_leans(text[one.start : one.end]) for one in after):
            continue
        if defined and _fit(units[0], unit, limit):
            first = 0
        elif unit.whole and first and _fit(units[first - 1], unit, WHOLE_QUOTE):
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
    question, and are no code that belongs to what has, and nothing that a colon introduces."""
    end = last
    for at in range(last - 1, first, -1):
        before = text[units[at - 1].start : units[at].start].rstrip()
        if units[at].holds or units[at].whole or before.endswith((":", "：")):
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
