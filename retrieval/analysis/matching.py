"""Where the words of a query stand in a folded text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from retrieval.analysis.characters import is_han
from retrieval.analysis.numbers import quantities
from retrieval.analysis.segment import stem
from retrieval.analysis.stopwords import FUNCTION
from retrieval.model import Query

Span = tuple[int, int]

_ENGLISH = re.compile(r"(?<![^\W\d_])[a-z]+(?![^\W\d_])")


def marked(folded: str, query: Query) -> list[Span]:
    """What of a folded text is worth showing as matched: the words asked for; and, so that a name
    is seen that the text writes or cuts otherwise, runs of at least three Chinese characters made
    of pairs that stand in the question too."""
    pairs = [
        gram
        for gram in query.char
        if len(gram) == 2 and all(map(is_han, gram)) and FUNCTION.isdisjoint(gram)
    ]
    runs = (run for run in occurrences(folded, pairs) if run[1] - run[0] > 2)
    # A single character that is but a piece of a longer word stands in too many others.
    words = [word for word in query.word if len(word) > 1 or word in query.spelled]
    stems = (span for _, span in inflected(folded, words))
    return merged([*occurrences(folded, words), *stems, *runs])


def occurrences(folded: str, terms: Iterable[str]) -> list[Span]:
    """Where any of `terms` stands in `folded`: ordered, disjoint, those that touch made one.

    Terms of letters or digits match whole runs only, as words are cut: `art` isn't found in
    `party`, nor 20 in 2021. Terms of Chinese characters match anywhere.
    """
    wanted = set(terms)
    spans = [(start, start + len(term)) for term in wanted for start in _places(folded, term)]
    if any(term.startswith("=") for term in wanted):
        spans += [(q.start, q.end) for q in quantities(folded) if not wanted.isdisjoint(q.terms)]
    return merged(spans)


def _places(folded: str, term: str) -> Iterator[int]:
    start = folded.find(term)
    while start >= 0:
        end = start + len(term)
        if not (_goes_on(folded, start - 1, term[0]) or _goes_on(folded, end, term[-1])):
            yield start
        start = folded.find(term, start + 1)


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


def inflected(folded: str, terms: Iterable[str]) -> Iterator[tuple[str, Span]]:
    """Each English word of a folded text that is a form of one of `terms`, which are stems, and
    that stem: a match of the stem is a match of the whole word."""
    wanted = {term for term in terms if term.isascii() and term.isalpha()}
    for run in _ENGLISH.finditer(folded) if wanted else ():
        if stem(run.group()) in wanted:
            yield stem(run.group()), run.span()
