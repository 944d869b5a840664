"""The order in which all that has a word is shown: by document, in each prose before lists.

A frequent word stands in tens of thousands of passages, and only those that are shown are opened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice

from retrieval.analysis.sentences import is_prose
from retrieval.model import Scored
from retrieval.passages.outline import Kept
from retrieval.queries.catalogue import Catalogue
from retrieval.ranking.presence import Deadline
from retrieval.ranking.rerank import PER_DOCUMENT


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups what is looked up in one generation."""

    texts: Sequence[Kept]
    owner: Sequence[int]
    catalogue: Catalogue
    deadline: Deadline
    """After it, what is not read yet passes for prose."""

    def by_document(
        self, scored: Sequence[Scored], shown: int, first: Collection[int], *, newest: bool
    ) -> list[Scored]:
        """Hits, best first, grouped by document: those of the documents `first` before the others,
        and then the one with the best prose, or the newest, first; in each prose before lists.
        Those behind the first `shown` may stand in another order."""
        places: dict[int, list[int]] = {}
        for at, hit in enumerate(scored):
            places.setdefault(self.owner[hit.passage], []).append(at)

        @cache
        def prose(at: int) -> bool:
            text = self.texts[scored[at].passage].folded.text
            return self.deadline.over() or is_prose(text)

        def tier(document: int) -> tuple[bool, str]:
            return document in first, self.catalogue.date(document) if newest else ""

        ordered: list[int] = []
        wanted = shown
        for _, alike in groupby(sorted(places, key=tier, reverse=True), tier):
            documents = {document: places[document] for document in alike}
            if wanted > 0 and len(documents) > 1:
                documents = self._best_prose(documents, wanted, prose)
            ordered += documents
            wanted -= sum(min(len(hits), PER_DOCUMENT) for hits in documents.values())
        grouped: list[int] = []
        wanted = shown
        for document in ordered:
            hits = places[document]
            if wanted > 0:
                wanted -= min(len(hits), PER_DOCUMENT)
                told = dict.fromkeys(islice(filter(prose, hits), shown))
                hits = [*told, *(at for at in hits if at not in told)]
            grouped += hits
        return [scored[at] for at in grouped]

    def _best_prose(
        self, documents: dict[int, list[int]], wanted: int, prose: Callable[[int], bool]
    ) -> dict[int, list[int]]:
        """Documents and where their hits stand, those with the best prose first, until these have
        the `wanted` hits; the others by their best hit."""
        owners = {at: document for document, hits in documents.items() for at in hits}
        by_rank = sorted(owners)
        placed: dict[int, list[int]] = {}
        for at in by_rank:
            document = owners[at]
            if document not in placed and prose(at):
                placed[document] = documents[document]
                wanted -= min(len(documents[document]), PER_DOCUMENT)
                if wanted <= 0:
                    break
        return placed | {owners[at]: documents[owners[at]] for at in by_rank}
