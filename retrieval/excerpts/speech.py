"""What passages say about one question: their sentences, with the words of it that they have."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from retrieval.analysis.characters import HAN, is_han
from retrieval.analysis.folding import Folded, fold
from retrieval.analysis.matching import Finder, Sought
from retrieval.analysis.stopwords import ENGLISH, FUNCTION
from retrieval.excerpts.answers import Asking
from retrieval.model import BlockKind, Passage, Query
from retrieval.passages.outline import Outline
from retrieval.passages.zones import Zone

_WORD = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A passage with what is known of it."""

    passage: Passage
    folded: Folded
    outline: Outline
    edges: int
    topic: str = ""
    """What its document is about, folded: its title and the headings above."""
    rank: float = 0.0
    """Its score over the best one's; 0 for a passage that only stands beside one that ranks."""


Scope = Sequence[Part]
"""Neighbouring passages of one document."""


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A sentence, or a clause of a long one, in offsets of the document; the terms of the
    question in it, and the share of the question they are."""

    start: int
    end: int
    terms: frozenset[str]
    share: float
    holds: bool
    """Whether it has something of the question for which it may be quoted."""
    fits: bool
    """Whether it has what the question asks for: a date, a number."""
    goes_on: bool
    """Whether it goes on with the sentence before it."""
    whole: bool = False
    """Whether it is code or a poem in one piece."""


class Speech:
    """What passages say about one question, remembered passage by passage.

    `importance` is what each term of the question says.
    """

    def __init__(self, query: Query, importance: Mapping[str, float]) -> None:
        self.sought = Sought.of(query)
        self.finder = Finder(importance, query.char.keys() - query.word.keys())
        self._asking = Asking.of(query.folded)
        self._importance = importance
        self._total = sum(importance.values()) or 1.0
        self._units: dict[str, list[Unit | None]] = {}
        self._topics: dict[str, frozenset[str]] = {}
        self._headed: dict[str, float] = {}
        self._subjects: dict[str, float] = {}
        self._open = False

    def everywhere(self) -> None:
        """From now on, zones count whether they are asked for or not."""
        self._open = True
        self._units.clear()

    def holds(self, part: Part) -> bool:
        """Whether a passage has something of the question, outside zones it does not ask for."""
        found = self.sought.within(part.folded.text, part.edges)
        if not found or self._open or not part.outline.zoned:
            return found
        return any(unit is not None and unit.holds for unit in self.units(part))

    def share(self, terms: Iterable[str]) -> float:
        """The share of the question that `terms`, all different, are: 0 to 1. The same for the
        same terms in any order, so that equal windows stay equal in every process."""
        return fsum([self._importance[term] for term in terms]) / self._total

    def told(self, terms: frozenset[str], part: Part) -> float:
        """The share of the question that `terms` of a passage are, with what the topic of its
        document says: of that, sentences speak without naming it."""
        if part.topic not in self._topics:
            self._topics[part.topic] = frozenset(self.finder.starts(part.topic))
        return self.share(terms | self._topics[part.topic])

    def subject(self, part: Part) -> float:
        """How far what a passage is about is what the question asks about: of its document's title
        and the headings above the best, by the share of the question that it says and the share
        of it that says so; 0 to 1."""
        topic = part.topic
        if topic not in self._subjects:
            lines = ((self.finder.starts(line), line) for line in topic.split("\n"))
            shares = (self.share(said) * _filled(line, said) for said, line in lines if said)
            self._subjects[topic] = max(shares, default=0.0)
        return self._subjects[topic]

    def headed(self, part: Part) -> float:
        """The share of the question that the heading holds which a passage stands right below; 0
        elsewhere."""
        passage = part.passage
        before = passage.document.blocks_in(passage.start - 3, passage.start)
        if not (passage.headings and before and before[-1].kind is BlockKind.HEADING):
            return 0.0
        heading = passage.headings[-1]
        if heading not in self._headed:
            self._headed[heading] = self.share(self.finder.starts(fold(heading).text))
        return self._headed[heading]

    def units(self, part: Part) -> list[Unit | None]:
        """The units of a passage without blank ones; None for those of a zone that the question
        does not ask for."""
        key = part.passage.id
        if key not in self._units:
            self._units[key] = self._read(part)
        return self._units[key]

    def _read(self, part: Part) -> list[Unit | None]:
        text, folded = part.passage.text, part.folded
        outline, asking = part.outline, self._asking
        ends = [folded.place(end) for end in outline.ends] if folded.origins else outline.ends
        terms: list[set[str]] = [set() for _ in ends]
        for term, starts in self.finder.starts(folded.text).items():
            for start in starts:
                terms[bisect_right(ends, start)].add(term)
        holding = {bisect_right(ends, s) for s, _ in self.sought.found(folded.text, part.edges)}
        units: list[Unit | None] = []
        beginning, start = part.passage.start, 0
        for number, end in enumerate(outline.ends):
            if not text[start:end].isspace():
                zone = outline.zone(number) if outline.zoned else Zone.TEXT
                if zone and not self._open and not asking.wants(zone):
                    units.append(None)
                else:
                    says = frozenset(terms[number])
                    units.append(
                        Unit(
                            beginning + start,
                            beginning + end,
                            says,
                            self.share(says),
                            number in holding,
                            bool(asking.kinds)
                            and asking.answered(
                                folded.text[(ends[number - 1] if number else 0) : ends[number]]
                            ),
                            outline.goes_on(number),
                            outline.whole(number),
                        )
                    )
            start = end
        return units


def _filled(line: str, said: Mapping[str, Sequence[int]]) -> float:
    """The share of a folded line, but for its function words, that is the terms `said` in it."""
    filled = bytearray(len(line))
    for term, starts in said.items():
        if term[0] != "=" and not (len(term) == 1 and is_han(term)):
            for start in starts:
                filled[start : start + len(term)] = b"\1" * len(line[start : start + len(term)])
    whole = told = 0
    for word in _WORD.finditer(line):
        if word.group() not in ENGLISH and word.group() not in FUNCTION:
            start, end = word.span()
            whole += end - start
            # What begins with a term is a form of it: an English word is its stem and an ending.
            told += (
                end - start if filled[start] and not is_han(line[start]) else sum(filled[start:end])
            )
    return told / whole if whole else 0.0
