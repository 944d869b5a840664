"""One generation of the corpus, and what it answers: passages ranked, quoted, and how sure that is.
Immutable, safe between threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from retrieval.engines import Engine, Scope, importance
from retrieval.errors import Skipped
from retrieval.excerpts.reading import Reading
from retrieval.expansion import Lexicon
from retrieval.model import Document, Hit, Passage, Query, Result, Scored, Verdict
from retrieval.passages.outline import Kept
from retrieval.places import Places
from retrieval.queries import analyse, operators
from retrieval.queries.catalogue import About, Catalogue
from retrieval.queries.operators import Lookup, lookup
from retrieval.ranking.confidence import Thresholds, confidence
from retrieval.ranking.lookups import Grouping
from retrieval.ranking.missing import Missing, central, missing, told
from retrieval.ranking.named import Naming
from retrieval.ranking.presence import SECONDS, Deadline, Presence
from retrieval.ranking.rerank import PER_DOCUMENT, capped, rerank, worth_showing
from retrieval.ranking.selection import Quoting

CANDIDATES = 30
"""That are ranked once more; 60 quote the same on thirteen sets (benchmarks/README.md)."""
FIRST_PAGE = 3


@dataclass(frozen=True, slots=True)
class Index:
    """An immutable generation. `owner` runs parallel to `passages`, `about` to `documents`."""

    generation: str
    documents: Sequence[Document]
    about: Sequence[About]
    catalogue: Catalogue
    passages: Sequence[Passage]
    skipped: tuple[Skipped, ...]
    lexicon: Lexicon
    engine: Engine
    texts: Sequence[Kept]
    may_hold: Callable[[int, bytes], bool]
    """See `Presence.may_hold`."""
    owner: Sequence[int]
    places: Places
    chinese: bool
    thresholds: Thresholds

    @property
    def naming(self) -> Naming:
        """Finds what questions name."""
        where = self.places.labels, self.catalogue, self.texts, self.owner
        return Naming(*where, self.lexicon.segmenter, self.engine)

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

        Places of the first page that stay free count in `total`. With `newest`, the hits are
        sorted by date, at most two of one document on the first page; with `document`, only its
        hits count; with `literal`, no word stands for another that sounds the same. After
        `seconds`, what was found so far is the answer.
        """
        asked = operators.parse(question)
        query = replace(analyse(asked, self.lexicon, literal=literal), text=question)
        presence = self.presence(deadline := Deadline(seconds))
        result = self._answer(asked, query, presence, page, newest, document)
        own = result.lookup is not None and not result.bridges
        foreign = not own and presence.foreign(question)
        ignored, partial = asked.ignored, deadline.passed
        return replace(result, foreign=foreign, ignored_filters=ignored, partial=partial)

    def _answer(
        self,
        asked: operators.Asked,
        query: Query,
        presence: Presence,
        page: slice,
        newest: bool,
        document: int | None,
    ) -> Result:
        scope, unmatched = presence.fitting(asked.filters, document)
        if query.empty or unmatched:
            unfit = () if query.empty else unmatched
            return replace(self._result(query, Verdict.NONE, 0.0), unmatched_filters=unfit)
        allowed = None if scope is None else lambda n: scope.admits(n, self.owner[n])
        wanted = lookup(asked, query, self.lexicon, self.places.labels)
        if wanted is not None:
            looked_up = self._looked_up(wanted, asked, query, presence, scope, page, newest)
            if looked_up is not None:
                return looked_up
        absent = missing(asked, query, self.lexicon, presence)
        scored = self.engine.search(query, CANDIDATES, scope)
        says = importance(self.engine, query)
        best = scored if document is None else self.engine.search(query, 1)
        sure = confidence(best, query, says, self.engine.weights.saturation)
        verdict = self.thresholds.verdict(sure)
        phrases = [f.value for f in asked.filters if f.kind is operators.Kind.PHRASE]
        corpus = self.passages, self.texts, self.owner
        quoting = Quoting(*corpus, query, says, self.catalogue, self.newer, allowed, phrases)
        units, of_named = self.naming.named(asked, query, scored, scope)
        if of_named:
            verdict = Verdict.FOUND
        elif verdict is Verdict.NONE and (units := units or quoting.headed(scored[:FIRST_PAGE])):
            verdict = Verdict.POSSIBLE
        elif verdict is Verdict.FOUND and central(absent):
            verdict = Verdict.POSSIBLE  # whoever or whatever was asked for is not in it
        if verdict is Verdict.NONE:
            return self._result(query, verdict, sure, absent, presence.titled(query))
        ranked = quoting.quotable(worth_showing(scored, best))
        if not (ranked or units):
            return self._result(query, Verdict.NONE, sure, absent, presence.titled(query))
        ranked = quoting.distinct(quoting.better(ranked))
        units = quoting.distinct(units)
        if newest and document is None:
            ranked.sort(key=lambda hit: self.catalogue.date(self.owner[hit.passage]), reverse=True)
        if newest:
            each = PER_DOCUMENT if document is None else FIRST_PAGE
            first = quoting.in_turn(capped(ranked, self.owner, FIRST_PAGE, each))
        else:
            named = first = quoting.in_turn(units)
            others = [hit for hit in ranked if hit.passage not in {one.passage for one in units}]
            if others and len(named) < FIRST_PAGE:
                beside = quoting.together(others, FIRST_PAGE - len(named))
                first = named + [h for h in beside if h.passage not in [n.passage for n in named]]
            ranked = [*units, *others]
        rest = quoting.unquoted(ranked, first)
        more = quoting.in_turn(rest[: max(page.stop - len(first), 0)], first)
        # What cannot be filled stays free: the first page ends at its third place.
        spare = FIRST_PAGE - len(first) if rest and document is None else 0
        free: list[Hit | None] = [None] * spare
        return replace(
            self._result(query, verdict, sure, absent, ranked=ranked),
            hits=tuple(hit for hit in [*first, *free, *more][page] if hit is not None),
            total=len(first) + len(free) + len(rest),
        )

    def _looked_up(
        self,
        wanted: Lookup,
        asked: operators.Asked,
        query: Query,
        presence: Presence,
        scope: Scope | None,
        page: slice,
        newest: bool,
    ) -> Result | None:
        """Every passage that has what is looked up, by document: the best or the newest first, in
        each prose before lists. None where nothing has it and the question may be more than one
        word, or a title has it."""
        found = presence.looked_up(wanted)
        titled = self.naming.titled(asked, query, scope)
        if not len(found):
            if not (wanted.sure or wanted.unlike) or presence.titled_with(wanted.names[0]):
                return None
            absent = Missing(0, len(wanted.names[0]), wanted.spelled, name=True)
            return self._result(query, Verdict.NONE, 0.0, [absent], presence.titled(query))
        if scope is not None:
            found = scope.numbers(self.owner, found)
            if not (len(found) or titled):
                written = tuple(one.written for one in asked.filters)
                return replace(self._result(query, Verdict.NONE, 0.0), unmatched_filters=written)
        scored = self.engine.search(query, len(found), Scope(passages=found))
        named = {self.owner[hit.passage] for hit in titled}
        grouping = Grouping(self.texts, self.owner, self.catalogue, presence.deadline)
        grouped = grouping.by_document(scored, page.stop, named, newest=newest)
        grouped = [*(hit for hit in titled if hit.passage not in found), *grouped]
        first = capped(grouped, self.owner, FIRST_PAGE)
        ranked = [*first, *(hit for hit in grouped if hit not in first)]
        corpus, says = (self.passages, self.texts, self.owner), importance(self.engine, query)
        quoting = Quoting(*corpus, query, says, self.catalogue, self.newer)
        return replace(
            self._result(query, Verdict.FOUND, 1.0, ranked=ranked),
            hits=tuple(quoting.in_turn(ranked[: page.stop])[page]),
            lookup=wanted.spelled,
        )

    def certainty(self, question: str) -> float:
        """How sure it is that the best passage is about `question`; what thresholds judge."""
        query, engine = analyse(question, self.lexicon), self.engine
        scored, says = engine.search(query, 1), importance(engine, query)
        return confidence(scored, query, says, engine.weights.saturation)

    def searchable(self, question: str) -> bool:
        """Whether anything in `question` could match anything."""
        return not analyse(question, self.lexicon).empty

    def documents_for(self, question: str, limit: int, *, operated: bool = True) -> list[str]:
        """The ids of the documents of the best passages for `question`: see `ranked`."""
        owners = dict.fromkeys(self.owner[n] for n in self.ranked(question, operated=operated))
        return [self.about[number].id for number in list(owners)[:limit]]

    def ranked(self, question: str, *, operated: bool = True) -> list[int]:
        """The numbers of the best passages for `question`, best first, whatever the verdict;
        unless `operated`, operators in it are text like the rest."""
        asked = operators.parse(question) if operated else operators.Asked(question)
        query = analyse(asked, self.lexicon)
        scope, _ = self.presence(Deadline()).fitting(asked.filters)
        scored = self.engine.search(query, CANDIDATES, scope)
        reading = Reading(query, importance(self.engine, query), self.texts)
        return [hit.passage for hit in rerank(scored, reading)]

    def newer(self, document: int) -> Document | None:
        """Of an older version, by the number of its document, the newest."""
        current = int(self.catalogue.current[document])
        return None if current == document else self.documents[current]

    def presence(self, deadline: Deadline) -> Presence:
        """Finds texts in this generation, for one question."""
        of = self.documents, self.catalogue, self.texts, self.may_hold, self.owner, self.chinese
        return Presence(self.engine, self.lexicon.segmenter, *of, deadline)

    def _result(
        self,
        query: Query,
        verdict: Verdict,
        sure: float,
        absent: Sequence[Missing] = (),
        nearest: tuple[Document, ...] = (),
        ranked: Sequence[Scored] = (),
    ) -> Result:
        """A result without hits."""
        documents = {self.owner[hit.passage] for hit in ranked}
        return Result(
            query=query,
            verdict=verdict,
            confidence=round(sure, 4),
            hits=(),
            total=len(ranked),
            documents=len(documents),
            dates=len({self.catalogue.date(document) for document in documents}),
            missing=told(absent, verdict),
            nearest=nearest,
            generation=self.generation,
            bridges=query.bridges,
            suggestions=query.meant if verdict is Verdict.NONE else (),
        )
