"""What passages say about one question, looked for once, for ranking and quoting alike."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_

from retrieval.analysis.folding import HAN, is_han
from retrieval.analysis.matching import Span, merged
from retrieval.analysis.stopwords import ENGLISH, FUNCTION
from retrieval.excerpts.standing import Asking, Standing, Wanted
from retrieval.model import Passage, Query
from retrieval.passages.outline import BLANK, OPENS, REFERS, WHOLE, Kept
from retrieval.passages.zones import Zone

_DEFINED = 2
"""What it counts, beside 1 of a title or heading, that the first sentence of a definition is what
is asked about. Of 89 questions on four references 48 → 53 first quotes, 71 → 74 one of three."""
_SEVERAL = 3
"""Passages that agree, at least: with two, documentations +2 first quotes, three other sets −3."""
_WORD = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")


@dataclass(slots=True)
class Part:
    """A passage, by its number, with what is known of it."""

    number: int
    passage: Passage
    kept: Kept
    rank: float = 0.0
    """Its score over the best one's; 0 for a passage that only stands beside one that ranks."""


Scope = Sequence[Part]
"""Neighbouring passages of one document."""


@dataclass(slots=True, eq=False)
class Unit:
    """A sentence, or a clause of a long one, in offsets of the document; the terms of the
    question in it, as bits."""

    start: int
    end: int
    terms: int
    topic: int
    """The terms that the topic of its document has: sentences speak of that without naming it."""
    told: float
    """The share of the question that both are."""
    holds: bool
    """Whether it has something of the question for which it may be quoted."""
    fits: bool
    """Whether it has what the question asks for: a date, a number."""
    whole: bool
    """Whether it is code or a poem in one piece."""
    opens: bool = False
    """Whether it leads to what follows it: see `outline.OPENS`."""
    refers: bool = False
    """Whether it refers to an article, which the question does not: see `outline.REFERS`."""
    zoned: bool = False
    """Whether it stands in a zone that the question asks for, other than a dateline."""
    agreed: bool = False
    """Whether it has what may be the answer and most of the best passages have."""
    rank: float = 0.0
    """How well its passage or one beside it ranks."""
    late: float = 0.0
    """How late it stands in these."""
    headed: float = 0.0
    """The share of the question that the heading right above holds."""
    subject: float = 0.0
    """How far what its passage is about is what the question asks about: see `Reading.subject`."""


class Reading:
    """What passages say about one question. `importance` is what each term of it says."""

    def __init__(
        self, query: Query, importance: Mapping[str, float], texts: Sequence[Kept]
    ) -> None:
        self.query, self.importance = query, importance
        self._texts = texts
        self.wanted = Wanted(query, importance)
        self.share = self.wanted.share
        self.asking = Asking.of(query.folded)
        self._read: dict[int, tuple[Standing, int]] = {}
        self._further: dict[str, tuple[int, list[Span]]] = {"": (0, [])}
        """Of each title, heading and what a definition says first its terms and their places."""
        self._topics, self._subjects = {"": 0}, {"": 0.0}
        self._open, self._agreed = False, dict[int, list[int]]()

    def everywhere(self) -> None:
        """From now on, zones count whether they are asked for or not."""
        self._open = True

    def read(self, numbers: Iterable[int]) -> None:
        """Look through those passages that were not yet: better many at once."""
        new = [number for number in dict.fromkeys(numbers) if number not in self._read]
        if not new:
            return
        kept = [self._texts[number] for number in new]
        above = [*dict.fromkeys(one.above for one in kept), *map(_defines, kept)]
        lines = dict.fromkeys("\n".join(above).split("\n"))
        further = [line for line in lines if line not in self._further]
        standing = Standing(self.wanted, kept, further)
        self._further |= zip(further, standing.further(), strict=True)
        for place, number in enumerate(new):
            self._read[number] = standing, place

    def standing(self, number: int) -> tuple[Standing, int]:
        """The passages among which one was looked through, and its place there."""
        if number not in self._read:
            self.read([number])
        return self._read[number]

    def agree(self, near: Collection[int], best: Iterable[int]) -> None:
        """Look through `near`; find what most of them, and of `best` where a date or number is
        asked for, have that may be the answer. A name of code counts in `near` alone."""
        self.read(near)
        among = near if self.asking.how else {*near, *best}
        found = {number: self.asking.answers(self._texts[number]) for number in among}
        said = Counter(one for each in found.values() for one in {one for one, _ in each})
        most = max([_SEVERAL, *said.values()])
        self._agreed = {n: [at for one, at in f if said[one] == most] for n, f in found.items()}

    def topic(self, kept: Kept) -> int:
        """The terms that the title of a passage's document and the headings above it have."""
        if kept.above not in self._topics:
            lines = kept.above.split("\n")
            self._topics[kept.above] = reduce(or_, (self._further[line][0] for line in lines))
        return self._topics[kept.above]

    def holds(self, number: int) -> bool:
        """Whether a passage has something of the question, outside zones it does not ask for."""
        standing, place = self.standing(number)
        found, outline = standing.found(place), standing.kept[place].outline
        if not found or self._open or not outline.zoned:
            return bool(found)
        ends = standing.units[2][place]
        zones = (outline.zone(bisect_right(ends, start)) for start, _ in found)
        return any(not zone or self.asking.wants(zone) for zone in zones)

    def units(self, part: Part) -> list[Unit | None]:
        """The units of a passage without blank ones; None for those of a zone not asked for."""
        standing, place = self.standing(part.number)
        masks, firsts, every = standing.units
        ends, terms = every[place], masks[firsts[place] : firsts[place + 1]]
        folded, outline = part.kept.folded.text, part.kept.outline
        topic, kinds, zoned = self.topic(part.kept), self.asking.kinds, outline.zoned
        holding = {bisect_right(ends, start) for start, _ in standing.found(place)}
        agreed = {bisect_right(ends, at) for at in self._agreed.get(part.number, ())}
        units: list[Unit | None] = []
        beginning, start = part.passage.start, 0
        for number, (end, kind) in enumerate(zip(outline.ends, outline.kinds, strict=True)):
            if not kind & BLANK:
                zone = outline.zone(number) if zoned else Zone.TEXT
                if zone and not self._open and not self.asking.wants(zone):
                    units.append(None)
                else:
                    said = folded[ends[number - 1] if number else 0 : ends[number]] if kinds else ""
                    units.append(
                        Unit(
                            beginning + start,
                            beginning + end,
                            terms[number],
                            topic,
                            self.share(terms[number] | topic),
                            number in holding,
                            bool(kinds) and self.asking.answered(said),
                            bool(kind & WHOLE),
                            bool(kind & OPENS),
                            bool(kind & REFERS) and not self.asking.article,
                            zoned and zone > Zone.DATELINE,
                            number in agreed,
                        )
                    )
            start = end
        return units

    def subject(self, part: Part) -> float:
        """How far what a passage is about is what the question asks about: of its document's title
        or a heading above, whichever is nearest to it, the share of the question that it says
        times the share of it that says so; of a definition its first sentence beside that."""
        above = part.kept.above
        self.read([part.number])
        if above not in self._subjects:
            self._subjects[above] = max(map(self._about, above.split("\n")))
        return self._subjects[above] + _DEFINED * self._about(_defines(part.kept))

    def _about(self, line: str) -> float:
        terms, spans = self._further[line]
        return self.share(terms) * _filled(line, spans) if terms else 0.0

    def headed(self, part: Part) -> float:
        """The share of the question that the heading holds which a passage stands right below; 0
        elsewhere."""
        return self.share(self._further[part.kept.heading][0])

    def marks(self, scope: Scope, start: int, end: int) -> list[Span]:
        """What of ``[start, end)`` of a document is worth marking: what is sought, and runs of
        three and more Chinese characters that stand in the question too."""
        spans: list[Span] = []
        for part in scope:
            passage, folded = part.passage, part.kept.folded
            if passage.end <= start or passage.start >= end:
                continue
            standing, place = self.standing(part.number)
            found = [*standing.found(place), *self.wanted.sought.shared(folded.text)]
            for first, last in merged(found):
                s, e = folded.original(first, last)
                spans.append((max(passage.start + s, start), min(passage.start + e, end)))
        return merged((s, e) for s, e in spans if s < e)


def _defines(kept: Kept) -> str:
    """What a definition says first of what it defines, folded; empty of other passages."""
    ends = kept.sentences
    return kept.folded.text[ends[0] : ends[1]] if kept.label and len(ends) > 1 else ""


def _filled(line: str, said: Iterable[Span]) -> float:
    """The share of a folded line, but for its function words, that stands in the spans `said`."""
    filled = bytearray(len(line))
    for start, end in said:
        filled[start:end] = b"\1" * len(line[start:end])
    words, whole = _content(line)
    # What begins with a term is a form of it: an English word is its stem and an ending.
    told = sum(
        end - start if filled[start] and not is_han(line[start]) else sum(filled[start:end])
        for start, end in words
    )
    return told / whole if whole else 0.0


@lru_cache(1024)
def _content(line: str) -> tuple[list[Span], int]:
    """The words of a folded line but for its function words, and their characters."""
    words = [
        word.span()
        for word in _WORD.finditer(line)
        if word.group() not in ENGLISH and word.group() not in FUNCTION
    ]
    return words, sum(end - start for start, end in words)
