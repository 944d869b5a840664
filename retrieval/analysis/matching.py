"""Whether and where a folded text has the terms of a question: ONE answer to it.

A match is a span on boundaries. Of letters or digits it is a whole run, as words are cut: `art`
is not found in `party`, nor 20 in 2021. Of Chinese characters it is any (so phrases, filters and
exclusions match), and a *word* where it parts no two words of the text for it: 国会 in 美国国会,
not in 中国会议. A single character is a word only by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.analysis.folding import fold, is_han
from retrieval.analysis.numbers import quantities
from retrieval.analysis.segment import stem
from retrieval.analysis.stopwords import PARTICLES
from retrieval.model import Query

Span = tuple[int, int]

_ENGLISH = re.compile(r"(?<![^\W\d_])[a-z]+(?![^\W\d_])")
_CHANGED = ("ie", "ble")
"""What ends a stem whose forms may lack its last two letters, as dying has not all of die; other
stems, as happi of happy, lack one at most."""


def edges(words: Sequence[str], starts: Sequence[int]) -> bytes:
    """The places where words begin or end, as the bits of one number, little end first."""
    if not words:
        return b""
    begins = np.asarray(starts)
    bits = np.zeros(starts[-1] + len(words[-1]) + 1, np.uint8)
    bits[begins] = bits[begins + np.fromiter(map(len, words), np.int64, len(words))] = 1
    return np.packbits(bits, bitorder="little").tobytes()


def occurrences(folded: str, terms: Iterable[str]) -> list[Span]:
    """Where any of `terms` stands in `folded`: ordered, disjoint, those that touch made one.
    A term of a date or number ("=1500000") stands wherever it is written in any form."""
    wanted = set(terms)
    spans = [span for term in wanted for span in places(folded, term)]
    return merged([*spans, *_numbers(folded, wanted)])


def places(folded: str, term: str) -> list[Span]:
    """Where one term stands, in order; matches may overlap."""
    size = len(term)
    return [(start, start + size) for start in starts(folded, term, whole=bounded(term))]


def starts(folded: str, term: str, *, whole: bool) -> list[int]:
    """Where one term begins, in order; perhaps only where it is a whole run."""
    found: list[int] = []
    start, size = folded.find(term), len(term)
    while start >= 0:
        if not whole or _whole(folded, start, start + size, term):
            found.append(start)
        start = folded.find(term, start + 1)
    return found


def bounded(term: str) -> bool:
    """Whether a term has an end at which a run of letters or digits might go on."""
    return not (is_han(term[0]) and is_han(term[-1]))


def _whole(folded: str, start: int, end: int, term: str) -> bool:
    return not (_goes_on(folded, start - 1, term[0]) or _goes_on(folded, end, term[-1]))


def words(folded: str, edges: int, term: str) -> list[Span]:
    """Where one term stands as a word or a row of words, given the `edges` of the text's."""
    return [
        (start, end)
        for start, end in places(folded, term)
        if (edges >> start & 1 and edges >> end & 1)
        or (end - start > 1 and is_han(term[0]) and not _parted(edges, start, end))
    ]


@dataclass(frozen=True, slots=True)
class Sought:
    """What a text must have one of to be quoted for a question: its words; its names, which are
    runs of characters that the dictionary cuts, and other names of what it names; its dates and
    numbers. Of shared `runs`, as threes of characters, more is marked, but none is enough."""

    words: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    runs: frozenset[str]
    stems: frozenset[str]
    """The English ones of `words`."""

    @classmethod
    def of(cls, query: Query) -> Sought:
        """A single character counts only in a question that has nothing longer."""
        content = [word for word in query.word if word in query.spelled and word[0] != "="]
        names = {*query.names, *(name for bridge in query.bridges for name in _parts(bridge.found))}
        long = {word for word in content if len(word) > 1}
        numbers = frozenset(term for term in query.word if term[0] == "=")
        if not (long or names or numbers):
            long = set(content)
        threes = {query.folded[at : at + 3] for at in range(len(query.folded) - 2)}
        runs = {t for t in threes if t[:2] in query.char and t[1:] in query.char and is_han(t[0])}
        return cls(frozenset(long), frozenset(names), numbers, frozenset(runs), stems(long))

    def shared(self, folded: str) -> list[Span]:
        """Where runs of three and more Chinese characters of the question stand too."""
        found = merged(span for run in self.runs for span in places(folded, run))
        return [run for run in (_trimmed(folded, *span) for span in found) if run[1] - run[0] > 2]


def _parts(name: str) -> list[str]:
    """A name, and the parts of it between dots."""
    folded = fold(name).text
    return [folded, *(part for part in folded.split("·") if len(part) > 1)]


def _trimmed(folded: str, start: int, end: int) -> Span:
    while start < end and folded[start] in PARTICLES:
        start += 1
    while start < end and folded[end - 1] in PARTICLES:
        end -= 1
    return start, end


def _numbers(folded: str, wanted: Iterable[str]) -> Sequence[Span]:
    numbers = {term for term in wanted if term.startswith("=")}
    if not numbers:
        return ()
    return [(q.start, q.end) for q in quantities(folded) if not numbers.isdisjoint(q.terms)]


def _parted(edges: int, start: int, end: int) -> bool:
    """Whether a word of the text begins or ends inside a span."""
    return bool(edges >> (start + 1) & ((1 << (end - start - 1)) - 1))


def _goes_on(folded: str, neighbour: int, edge: str) -> bool:
    """Whether a run of letters of one script, or of digits, goes on beyond the edge of a match."""
    if not 0 <= neighbour < len(folded) or is_han(edge) or is_han(folded[neighbour]):
        return False
    other = folded[neighbour]
    return (edge.isalpha() and other.isalpha()) or (edge.isdigit() and other.isdigit())


def merged(spans: Iterable[Span]) -> list[Span]:
    """Ordered spans, with those that touch or overlap made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def stems(terms: Iterable[str]) -> frozenset[str]:
    """The terms that may be stems of English words."""
    return frozenset(term for term in terms if term.isascii() and term.isalpha())


def inflected(folded: str, stems: Iterable[str]) -> list[tuple[str, Span]]:
    """Each English word of a folded text that is a form of one of `stems`, and that stem, in
    order: a match of the stem is a match of the whole word."""
    found: list[tuple[str, Span]] = []
    for wanted in stems:
        shared = wanted[: -2 if wanted.endswith(_CHANGED) else -1] or wanted
        at = folded.find(shared)
        while at >= 0:
            run = _ENGLISH.match(folded, at)
            if run is not None and stem(run.group()) == wanted:
                found.append((wanted, run.span()))
            at = folded.find(shared, at + 1)
    return sorted(found, key=lambda one: one[1])
