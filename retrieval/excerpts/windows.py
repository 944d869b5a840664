"""The part of a document that is quoted for a hit: the sentences likeliest to hold the answer.

The answer often stands just beside the passage that matched, so the window is chosen from the
passages and their neighbours.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from retrieval.analysis.sentences import Span, trimmed
from retrieval.excerpts.reading import Reading, Scope, Unit
from retrieval.model import BlockKind, Document, Excerpt
from retrieval.passages.outline import LINE, WHOLE_QUOTE

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
it asks how many. Plain questions on the seeds: first quotes +.022; .2 and .4 are hardly worse."""
_SHOWS = 0.2
"""What code in it counts for a question how to do something. Of 260 questions on eight
documentations 150 → 161 first quotes, one of three 215 → 217; .1 157, .3 161."""
_AGREED = 0.2
"""What it counts beside its value, until a quote has it, that it has the name of code, date or
number that most of the best passages have, where such is asked for (benchmarks/README.md)."""
_LATE = 0.1
"""What the last place of a passage and its neighbours costs. Without it cmrc −.008 first quotes."""
_FOLLOWED = 0.03
"""What it counts that something follows the best sentence. Without it cmrc +.01, plain questions on
the seeds −.023, five other sets the same."""
_OPEN = 0.3
"""What it costs that the best sentence is a question, or a line above something, and the last."""
_REFERS = 0.3
"""What it costs an article to refer to another. Of 78 questions on statutes and judgments 41 → 44
first quotes, one of three 49 → 50; no other set has articles."""
_ASKED = 0.5
"""What it counts that an address, a salutation or links stand in it where the question asks for
them. Plain questions on the seeds: one of three +.011; seven other sets the same."""
_BEFORE, _MOST_LINES = 0.1, 2
"""What each short line costs, and how many of them, before the line that has the best sentence and
the one above it; each line, long or short, where that leads to what follows. With `_OPEN` it alters
no answer of 1,596 questions; questions with answers, or minutes, are unreadable without."""
_OPENERS = " \n“”「『‘’\"'("
_PRONOUNS = ("他", "她", "它", "其", "该", "該", "此", "这", "這", "那")
"""With which a sentence leans on the one before it."""

Run = list[Unit]
"""Units that follow one another."""


class Window(NamedTuple):
    """A run of whole units that fit a quote, in offsets of the document."""

    start: int
    end: int
    value: float
    """By which it competes with others of the same question: 0 to about 4."""
    agreed: float
    """What it counts beside that, where no other quote has what it has: see `_AGREED`."""


def windows(
    scope: Scope, read: Iterable[Run], reading: Reading, taken: Sequence[Span] = ()
) -> list[Window]:
    """Every window in passages of one document that follow one another that could be quoted, from
    their `runs`.

    Whole sentences where they fit, else clauses, else a slice; never across a heading, a zone or
    the beginning of a numbered unit, never overlapping the spans `taken`, and never without
    something of the question. The value: how well its passage ranks; the share of the question that
    the window says, with the topic of its document; half as much again for its best sentence alone,
    more where that has what is asked for, where code shows how to do what is asked, where the
    document or section is about the question, and where the window begins below a heading that
    speaks of it, or has an address or the like that is asked for, a little more where something
    follows that sentence; less where that sentence leads to what is cut off, or stands below other
    lines, and where it refers to an article, and a little less the later it stands.
    """
    document = scope[0].passage.document
    text = document.text
    return [
        Window(*trimmed(text, run[0].start, run[-1].end), *_value(text, run, reading))
        for free in _free(read, taken)
        for run in _windows(document, free, scope[0].kept.outline.limit)
    ]


def cut(scope: Scope, reading: Reading, start: int, end: int) -> Excerpt:
    """The excerpt ``[start, end)`` of the document that the passages of `scope` belong to."""
    text = scope[0].passage.document.text
    return Excerpt(
        start,
        end,
        tuple(reading.marks(scope, start, end)),
        cut_before=bool(text[scope[0].passage.start : start].strip()),
        cut_after=bool(text[end : scope[-1].passage.end].strip()),
    )


def beginning(scope: Scope, reading: Reading) -> Excerpt:
    """How the passages of `scope` begin, for a unit of a document that is quoted by its label."""
    text, start = scope[0].passage.document.text, scope[0].passage.start
    ends = [start + end for end in scope[0].kept.outline.ends]
    limit = scope[0].kept.outline.limit
    fitting = [end for end in ends if end - start <= limit] or ends[:1]
    return cut(scope, reading, *trimmed(text, start, fitting[-1]))


def runs(scope: Scope, reading: Reading) -> Iterator[Run]:
    """The units of the passages, parted where a heading or a zone stands between two of them, or
    a numbered unit or a heading that asks something begins."""
    document = scope[0].passage.document
    text = document.text
    run: Run = []
    for number, part in enumerate(scope):
        near = scope[max(number - 1, 0) : number + 2]
        begins = near[0].passage.start
        length = near[-1].passage.end - begins
        rank = max([one.rank for one in near])
        subject, start = reading.subject(part), part.passage.start
        apart = part.passage.label != near[0].passage.label
        apart = apart or document.block_at(start).kind is BlockKind.HEADING
        if run and (apart or text[run[-1].end : part.passage.start].strip()):
            yield run
            run = []
        for unit in reading.units(part):
            if unit is None:
                yield run
                run = []
                continue
            unit.rank, unit.late, unit.subject = rank, (unit.start - begins) / length, subject
            if unit.start == start:
                unit.headed = reading.headed(part)
            run.append(unit)
    yield run


def _value(text: str, run: Run, reading: Reading) -> tuple[float, float]:
    first = best = run[0]
    terms, rank, at, number = first.topic, first.rank, 0, 0
    for number, one in enumerate(run):
        terms |= one.terms
        if one.told > best.told:
            best, at = one, number
        rank = min(rank, one.rank)
    value = rank + reading.share(terms) + _BEST * best.told + _FITS * best.fits
    value += _SHOWS * (reading.asking.how and any(one.whole for one in run))
    value += _ASKED * any(one.zoned for one in run) - _REFERS * any(one.refers for one in run)
    value += _FOLLOWED * (run[-1].told < best.told) - _OPEN * (best.opens and at == number)
    begins = run[at if best.opens else max(at - 1, 0)].start
    if lines := text[first.start : begins].split("\n")[:-1]:
        most = len(text) if best.opens else LINE
        value -= _BEFORE * min(sum(0 < len(line) <= most for line in lines), _MOST_LINES)
    value += _SUBJECT * first.subject + _HEADED * first.headed - _LATE * first.late
    return value, _AGREED * any(one.agreed for one in run)


def _free(runs: Iterable[Run], taken: Sequence[Span]) -> Iterator[Run]:
    """What is left of the runs without the units that overlap a span `taken`."""
    if not taken:
        yield from runs
        return
    for run in runs:
        left: Run = []
        for one in run:
            if not any(one.start < end and start < one.end for start, end in taken):
                left.append(one)
                continue
            yield left
            left = []
        yield left


def _windows(document: Document, units: Run, limit: int) -> Iterator[Run]:
    """For each sentence that speaks of the question, the one that it leans on, and the first below
    a heading that does, the longest run from it within the limit that has something of the
    question; without paragraphs at its end that have nothing of it, and no heading alone, for that
    stands above quotes. Code goes with what introduces it, and what stands in an article or a
    definition with its beginning, where both fit."""
    holding = [at for at, unit in enumerate(units) if unit.holds]
    if not holding or document.block_at(units[-1].start).kind is BlockKind.HEADING:
        return
    text, ends = document.text, [unit.end for unit in units]
    plain = not any(unit.whole for unit in units)
    defined = document.block_at(units[0].start).kind is BlockKind.UNIT
    for first, unit in enumerate(units if defined else units[: holding[-1] + 2]):
        if not (unit.terms or unit.headed or _leans(text, units[first + 1 : first + 2])):
            continue
        if defined and unit.end - units[0].start <= limit:
            first = 0
        elif unit.whole and first and unit.end - units[first - 1].start <= WHOLE_QUOTE:
            first -= 1
        last, begins = first + 1, units[first].start
        if plain:
            last = bisect_right(ends, begins + limit, last)
        else:
            while last < len(units) and (
                ends[last] - begins <= (WHOLE_QUOTE if units[last].whole else limit)
            ):
                last += 1
        last = _without_idle(text, units, first, last)
        if last - 1 > first and _header(document, units[last - 1]):
            last -= 1
        holds = bisect_left(holding, first)
        if holds < len(holding) and holding[holds] < last:
            yield units[first:last]


def _without_idle(text: str, units: Sequence[Unit], first: int, last: int) -> int:
    """Where ``units[first:last]`` ends without the paragraphs at its end that have nothing of the
    question, and are no code that belongs to what has, nothing that a colon introduces, and nothing
    that answers a question or stands below a line which has something of it."""
    end = last
    for at in range(last - 1, first, -1):
        unit = units[at]
        if unit.holds or unit.whole:
            break
        before = text[units[at - 1].start : unit.start]
        if before.rstrip().endswith((":", "：")):
            break
        if "\n\n" in before:
            if units[at - 1].opens and _holds(text, units[first:at]):
                break
            end = at
    return end


def _header(document: Document, unit: Unit) -> bool:
    """Whether a unit is the header of a table, of which no row is said with it."""
    block = document.block_at(unit.start)
    return block.kind is BlockKind.TABLE and unit.end <= block.start + len(block.label) + 1


def _holds(text: str, units: Sequence[Unit]) -> bool:
    """Whether the last paragraph of some units has something of the question."""
    begins = text.rfind("\n\n", units[0].start, units[-1].start) + 1
    return any(unit.holds for unit in units if unit.start > begins or unit is units[-1])


def _leans(text: str, units: Run) -> bool:
    return any(text[one.start : one.end].lstrip(_OPENERS).startswith(_PRONOUNS) for one in units)
