"""One generation of the corpus: everything needed to answer, immutable, safe between threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.engines import Engine
from retrieval.errors import Skipped
from retrieval.expansion.lexicon import Lexicon
from retrieval.model import Document, Hit, Passage, Query, Result, Scored, Verdict
from retrieval.places import Places
from retrieval.queries import operators
from retrieval.queries.query import analyse
from retrieval.ranking.calibration import Thresholds
from retrieval.ranking.confidence import confidence
from retrieval.ranking.labels import named
from retrieval.ranking.presence import SECONDS, Deadline, Presence
from retrieval.ranking.rerank import Texts, rerank
from retrieval.ranking.selection import Quoting, worth_showing

CANDIDATES = 60
FIRST_PAGE = 3
PER_DOCUMENT = 2


@dataclass(frozen=True, slots=True)
class Index:
    """An immutable generation. `owner` runs parallel to `passages`, `described` to
    `documents` (see `operators.described`)."""

    generation: str
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    skipped: tuple[Skipped, ...]
    lexicon: Lexicon
    engine: Engine
    texts: Texts
    owner: Sequence[int]
    described: Sequence[str]
    places: Places
    thresholds: Thresholds

    def search(
        self,
        question: str,
        *,
        page: slice = slice(FIRST_PAGE),
        newest: bool = False,
        document: int | None = None,
        literal: bool = False,
        seconds: float = SECONDS,
    ) -> Result:
        """The hits on `question` that fall in `page`, and how sure they are. Takes any string.

        The first three places hold at most two hits of one document; what it may not fill
        stays free, and counts in `total`. With `newest`, the hits are sorted by date; with
        `document`, only hits of the document of that number count; with `literal`, no word stands
        for another that sounds the same. After `seconds`, what was found so far is the answer.
        """
        asked = operators.parse(question)
        query = replace(analyse(asked.text, self.lexicon, literal=literal), text=question)
        deadline = Deadline(seconds)
        result = self._answer(asked, query, self.presence(deadline), page, newest, document)
        return replace(result, ignored_filters=asked.ignored, partial=deadline.passed)

    def _answer(
        self,
        asked: operators.Asked,
        query: Query,
        presence: Presence,
        page: slice,
        newest: bool,
        document: int | None,
    ) -> Result:
        if query.empty:
            return self._result(query, Verdict.NONE, 0.0)
        fitting, unmatched = presence.fitting(asked.filters, document)
        if unmatched:
            return replace(self._result(query, Verdict.NONE, 0.0), unmatched_filters=unmatched)
        scored = self.engine.search(query, CANDIDATES, fitting)
        importance = self.engine.importance(query)
        sure = self._sure(scored, query, importance)
        verdict = self._verdict(sure)
        allowed = None if fitting is None else frozenset(fitting.tolist())
        units, of_named = self._named(asked.text, scored, allowed)
        if of_named:
            verdict = Verdict.FOUND
        elif units and verdict is Verdict.NONE:
            verdict = Verdict.POSSIBLE
        if document is not None and scored and verdict is Verdict.NONE:
            verdict = Verdict.POSSIBLE  # the document was chosen for one of its hits
        if verdict is Verdict.NONE:
            return self._result(query, verdict, sure, nearest=self._nearest(scored))
        ranked = rerank(worth_showing(scored), query, importance, self.texts)
        quoting = Quoting(
            self.passages,
            self.texts.folded,
            self.owner,
            query,
            importance,
            allowed,
            tuple(f.value for f in asked.filters if f.kind is operators.Kind.PHRASE),
        )
        if newest and document is None:
            ranked.sort(key=lambda hit: self._published(hit), reverse=True)
        each = PER_DOCUMENT if document is None else FIRST_PAGE
        if newest:
            first = quoting.in_turn(self._capped(ranked, each))
        else:
            first = quoting.in_turn(units)
            others = [hit for hit in ranked if hit.passage not in {one.passage for one in units}]
            if others and len(first) < FIRST_PAGE:
                first += quoting.together(others, FIRST_PAGE - len(first), each)
            ranked = [*units, *others]
        rest = quoting.unquoted(ranked, first)
        more = quoting.in_turn(rest[: max(page.stop - len(first), 0)], first)
        # What one document may not fill stays free: the first page ends at its third place.
        spare = FIRST_PAGE - len(first) if rest and document is None else 0
        free: list[Hit | None] = [None] * spare
        return replace(
            self._result(query, verdict, sure),
            hits=tuple(hit for hit in [*first, *free, *more][page] if hit is not None),
            total=len(first) + len(free) + len(rest),
            documents=len({self.owner[hit.passage] for hit in ranked}),
            dates=len({self._published(hit) for hit in ranked}),
        )

    def _named(
        self, question: str, scored: Sequence[Scored], allowed: frozenset[int] | None
    ) -> tuple[list[Scored], bool]:
        """The numbered units that the question names, as the best there is, and whether it names
        their document too."""
        order = [hit.passage for hit in scored]
        segmenter, known = self.lexicon.segmenter, self.places.labels
        numbers, sure = named(question, known, self.passages, segmenter, order, allowed)
        best = scored[0] if scored else Scored(0, 1.0, 1.0)
        return [replace(best, passage=number) for number in numbers], sure

    def _capped(self, ranked: Sequence[Scored], each: int) -> list[Scored]:
        """The first page of hits in their order, at most `each` of one document."""
        counts: dict[int, int] = {}
        chosen: list[Scored] = []
        for hit in ranked:
            owner = self.owner[hit.passage]
            counts[owner] = counts.get(owner, 0) + 1
            if counts[owner] <= each and len(chosen) < FIRST_PAGE:
                chosen.append(hit)
        return chosen

    def certainty(self, question: str) -> float:
        """How sure it is that the best passage is about `question`; what thresholds judge."""
        query = analyse(question, self.lexicon)
        return self._sure(self.engine.search(query, 1), query, self.engine.importance(query))

    def searchable(self, question: str) -> bool:
        """Whether anything in `question` could match anything."""
        return not analyse(question, self.lexicon).empty

    def documents_for(self, question: str, limit: int, *, operated: bool = True) -> list[str]:
        """The ids of the best documents for `question`, best first, whatever the verdict; unless
        `operated`, operators in it are text like the rest."""
        asked = operators.parse(question) if operated else operators.Asked(question)
        query = analyse(asked.text, self.lexicon)
        fitting, _ = self.presence(Deadline()).fitting(asked.filters)
        scored = self.engine.search(query, CANDIDATES, fitting)
        ranked = rerank(scored, query, self.engine.importance(query), self.texts)
        numbers = dict.fromkeys(self.owner[hit.passage] for hit in ranked)
        return [self.documents[number].id for number in list(numbers)[:limit]]

    def presence(self, deadline: Deadline) -> Presence:
        """Finds texts in this generation, for one question."""
        return Presence(
            self.engine,
            self.lexicon.segmenter,
            self.documents,
            self.described,
            self.texts.folded,
            self.owner,
            deadline,
        )

    def _published(self, hit: Scored) -> str:
        return self.passages[hit.passage].document.published or ""

    def _sure(
        self, scored: Sequence[Scored], query: Query, importance: Mapping[str, float]
    ) -> float:
        """The confidence in the best passage. Of the terms only those of the question itself
        count: its other names say no more."""
        asked = {term: says for term, says in importance.items() if term not in query.expanded}
        return confidence(scored[0] if scored else None, asked, self.engine.saturation)

    def _verdict(self, sure: float) -> Verdict:
        if sure >= self.thresholds.found:
            return Verdict.FOUND
        return Verdict.POSSIBLE if sure >= self.thresholds.possible else Verdict.NONE

    def _nearest(self, scored: Sequence[Scored]) -> tuple[Document, ...]:
        """The documents of the best passages, at most three, each once."""
        documents = dict.fromkeys(self.owner[hit.passage] for hit in scored)
        return tuple(self.documents[number] for number in list(documents)[:3])

    def _result(
        self,
        query: Query,
        verdict: Verdict,
        sure: float,
        nearest: tuple[Document, ...] = (),
    ) -> Result:
        """A result without hits."""
        return Result(
            query=query,
            verdict=verdict,
            confidence=round(sure, 4),
            hits=(),
            total=0,
            documents=0,
            dates=0,
            missing=self._missing(query),
            nearest=nearest,
            generation=self.generation,
            bridges=query.bridges,
            suggestions=query.meant if verdict is Verdict.NONE else (),
        )

    def _missing(self, query: Query) -> tuple[str, ...]:
        """Words of the question that the corpus has nowhere; neighbours, such as the pieces an
        unknown name was cut into, as one."""
        missing: list[str] = []
        for term in self.engine.unknown(query):
            spelled = query.spelled.get(term, "")
            if missing and missing[-1] + spelled in query.text:
                missing[-1] += spelled
            elif spelled:
                missing.append(spelled)
        return tuple(missing)
