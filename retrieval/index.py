"""One generation of the corpus: everything needed to answer, immutable, safe between threads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.confidence import confidence
from retrieval.engines import Engine
from retrieval.excerpt import excerpt
from retrieval.folding import Folded
from retrieval.lexicon import Lexicon
from retrieval.model import Document, Hit, Passage, Query, Result, Scored, Skipped, Verdict
from retrieval.places import Places
from retrieval.query import analyse
from retrieval.ranking import diversify, worth_showing

CANDIDATES = 60
FIRST_PAGE = 3
PER_DOCUMENT = 2


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidence from which hits are shown as found, and from which as possibly related."""

    found: float = 0.25
    possible: float = 0.13


@dataclass(frozen=True, slots=True)
class Index:
    """An immutable generation. `folded`, `owner` run parallel to `passages`."""

    generation: str
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    skipped: tuple[Skipped, ...]
    lexicon: Lexicon
    engine: Engine
    folded: Sequence[Folded]
    owner: Sequence[int]
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
    ) -> Result:
        """The hits on `question` that fall in `page`, and how sure they are. Takes any string.

        The first three hits hold at most two of one document. With `newest`, the hits are
        sorted by date; with `document`, only hits of the document of that number count; with
        `literal`, no word stands for another that sounds the same.
        """
        query = analyse(question, self.lexicon)
        if query.empty:
            return self._result(query, Verdict.NONE, 0.0)
        scored = self.engine.search(query, CANDIDATES)
        sure = confidence(scored[0] if scored else None, self._asked(query), self.engine.saturation)
        verdict = self._verdict(sure)
        if verdict is Verdict.NONE:
            return self._result(query, verdict, sure, nearest=self._nearest(scored))
        ranked = worth_showing(scored)
        if document is not None:
            ranked = [hit for hit in ranked if self.owner[hit.passage] == document]
        elif newest:
            ranked.sort(key=lambda hit: self._published(hit), reverse=True)
        else:
            ranked = diversify(ranked, self.owner, FIRST_PAGE, PER_DOCUMENT)
        return self._result(query, verdict, sure, ranked, page)

    def documents_for(self, question: str, limit: int) -> list[str]:
        """The ids of the best documents for `question`, best first, whatever the verdict."""
        query = analyse(question, self.lexicon)
        scored = self.engine.search(query, CANDIDATES)
        numbers = dict.fromkeys(self.owner[hit.passage] for hit in scored)
        return [self.documents[number].id for number in list(numbers)[:limit]]

    def _published(self, hit: Scored) -> str:
        return self.passages[hit.passage].document.published or ""

    def _asked(self, query: Query) -> dict[str, float]:
        """What each term of the question itself says; its other names say no more."""
        importance = self.engine.importance(query)
        return {term: says for term, says in importance.items() if term not in query.expanded}

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
        ranked: Sequence[Scored] = (),
        page: slice = slice(0),
        nearest: tuple[Document, ...] = (),
    ) -> Result:
        return Result(
            query=query,
            verdict=verdict,
            confidence=round(sure, 4),
            hits=tuple(self._hits(query, ranked[: page.stop]))[page],
            total=len(ranked),
            documents=len({self.owner[hit.passage] for hit in ranked}),
            missing=tuple(
                query.spelled[term] for term in self.engine.unknown(query) if term in query.spelled
            ),
            nearest=nearest,
            generation=self.generation,
            bridges=query.bridges,
        )

    def _hits(self, query: Query, ranked: Sequence[Scored]) -> Iterator[Hit]:
        """The hits with their excerpts: each says something that those before it did not."""
        importance = self.engine.importance(query)
        taken: dict[int, list[tuple[int, int]]] = {}
        for scored in ranked:
            spans = taken.setdefault(self.owner[scored.passage], [])
            part = excerpt(self._scope(scored.passage), query, importance, spans)
            spans.append((part.start, part.end))
            yield Hit(self.passages[scored.passage], round(scored.score, 4), part)

    def _scope(self, number: int) -> list[tuple[Passage, Folded]]:
        """A passage and its neighbours in the same document."""
        near = range(max(number - 1, 0), min(number + 2, len(self.passages)))
        return [
            (self.passages[n], self.folded[n]) for n in near if self.owner[n] == self.owner[number]
        ]
