"""Why a quote was found: what in it, and in its document's title, matched the question, and how."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from retrieval.analysis.folding import fold
from retrieval.analysis.matching import Sought, inflected, occurrences
from retrieval.analysis.numbers import quantities
from retrieval.model import Bridge, Hit, Query

Pair = tuple[str, str]
"""As the question spells it, and as the text does."""


@dataclass(frozen=True, slots=True)
class Because:
    """All that matched, as the text spells it, each once."""

    words: tuple[str, ...] = ()
    """Words of the question, or several that stand together in it."""
    runs: tuple[str, ...] = ()
    """Characters that follow one another in the question too, and are no words of it."""
    forms: tuple[Pair, ...] = ()
    """Other forms of English words."""
    numbers: tuple[Pair, ...] = ()
    """The same date or number, written otherwise."""
    near: tuple[Pair, ...] = ()
    """Dates of the same year, month or day."""
    titled: tuple[str, ...] = ()
    """Words of the question, or that stand in for one, in the document's title."""
    bridges: tuple[Bridge, ...] = ()
    """What another word of the corpus stands in for, and does so in this quote."""


def because(query: Query, hit: Hit) -> Because:
    """Why `hit` was found for `query`; all empty where the question names it by its number, its
    title or its author."""
    document, sought = hit.passage.document, Sought.of(query)
    written = fold(query.text).text
    own = {word for word in (*query.spelled, *query.names) if word in written}
    # One dictionary each, for its order.
    words, runs, bridges = dict[str, None](), dict[str, None](), dict[Bridge, None]()
    forms, numbers, near = dict[Pair, None](), dict[Pair, None](), dict[Pair, None]()
    for start, end in hit.excerpt.marks:
        text = document.text[start:end]
        mark = fold(text)
        found = [*_numbers(written, mark.text)]
        for asked, here, same in found:
            if asked != here:
                (numbers if same else near)[asked, here] = None
        crossed = [b for b in query.bridges if _stands(b, mark.text)]
        bridges |= dict.fromkeys(crossed)
        if mark.text in written and (found or _made_of(mark.text, own)):
            words[text] = None
            continue
        inside = occurrences(mark.text, (word for word in own if len(word) > 1))
        for first, last in inside:
            begins, ends = mark.original(first, last)
            words[text[begins:ends]] = None
        inflections = [*inflected(mark.text, sought.stems)]
        for stem, (first, last) in inflections:
            if stem in query.spelled and mark.text[first:last] not in own:
                forms[query.spelled[stem], mark.text[first:last]] = None
        if not (found or crossed or inside or inflections):
            runs[text] = None
    return Because(
        tuple(words),
        tuple(runs),
        tuple(forms),
        tuple(numbers),
        tuple(near),
        _titled(document.title, own | {fold(bridge.found).text for bridge in query.bridges}),
        tuple(bridges),
    )


def _numbers(asked: str, folded: str) -> Iterator[tuple[str, str, bool]]:
    """Dates and numbers of a folded text that meet one of the question: each as it is written in
    both, and whether they are the same."""
    wanted = [*quantities(asked)]
    for here in quantities(folded):
        met = [one for one in wanted if set(one.terms) & set(here.terms)]
        for one in sorted(met, key=lambda one: one.terms != here.terms)[:1]:
            spelled = asked[one.start : one.end], folded[here.start : here.end]
            yield *spelled, one.terms == here.terms


def _stands(bridge: Bridge, folded: str) -> bool:
    """Whether the other word of a bridge, or a part of it between dots, stands in a mark."""
    name = fold(bridge.found).text
    return any(part in folded for part in (name, *name.split("·")) if len(part) > 1)


def _made_of(folded: str, words: Set[str]) -> bool:
    """Whether a text is a row of `words`."""
    reached = {0}
    for end in range(1, len(folded) + 1):
        if any(folded[start:end] in words for start in reached):
            reached.add(end)
    return len(folded) in reached


def _titled(title: str, words: Set[str]) -> tuple[str, ...]:
    folded = fold(title)
    long = [word for word in words if len(word) > 1]
    found = (folded.original(*span) for span in occurrences(folded.text, long))
    return tuple(dict.fromkeys(title[start:end] for start, end in found))
