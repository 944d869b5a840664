"""Milvus: our BM25 weights as sparse vectors, whose inner product with a question is its score.

One collection a generation, named after it, so that a bot asks for the very passages it has; an
alias tells all who share the cluster which one is in service. What is counted (statistics, which
passages have a term) stays in the generation's own postings, beside the documents.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import Any

import numpy as np

from retrieval.engines import Numbers, Scope
from retrieval.engines.cluster import BATCH, MOST, Cluster, Collection
from retrieval.engines.okapi import OkapiEngine
from retrieval.engines.rows import Numbering, rows
from retrieval.errors import EngineError
from retrieval.model import Query, Scored

logger = logging.getLogger(__name__)

GRACE = 600.0
"""Seconds that a collection stays once it is neither in service nor the one before: bots that
share the cluster move on one after the other."""
_SPARE = 40
"""Passages asked for beyond what is wanted, so that ties at the end are broken by number."""
_CHUNK = 10_000
"""Passages named in one filter at most."""
_RUNS = 50
"""Ranges in one filter at most; beyond, the numbers are listed."""
_NEAR = 1e-4
"""The share by which 32-bit sums in another order may differ."""


class Milvus:
    """The place of all generations in one cluster."""

    def __init__(self, cluster: Cluster, scratch: Path | None = None, grace: float = GRACE) -> None:
        """`scratch`: a folder where passages may lie on their way, or the system's."""
        self._cluster, self._scratch, self._grace = cluster, scratch, grace

    def engine(self, counted: OkapiEngine, generation: str) -> MilvusEngine:
        return MilvusEngine(self._cluster, counted, generation, self._scratch, self._grace)

    def close(self) -> None:
        self._cluster.close()


class MilvusEngine:
    """The passages of one generation in a collection of their own.

    Searches raise EngineError until all passages are there: `publish` brings them, and once it
    failed, so does the next question, in the background.
    """

    def __init__(
        self,
        cluster: Cluster,
        counted: OkapiEngine,
        generation: str,
        scratch: Path | None = None,
        grace: float = GRACE,
    ) -> None:
        """`counted` has the postings of the generation and their weights."""
        self._cluster, self._counted, self._scratch = cluster, counted, scratch
        self.weights = counted.weights
        self.statistics, self.having = counted.statistics, counted.having
        self.collection = Collection(cluster, generation)
        self._numbering = Numbering(counted.postings)
        self._grace = grace
        self._publishing, self._catching_up = Lock(), Lock()
        self._probes: Callable[[], Sequence[Query]] = tuple
        self._ready = False

    def __len__(self) -> int:
        return len(self._counted)

    def search(self, query: Query, limit: int, scope: Scope | None = None) -> list[Scored]:
        if not self._ready:
            self._catch_up()
            reason = self._cluster.down or "the passages are still on their way there"
            raise EngineError(self._cluster.where, reason)
        try:
            return self._search(query, limit, scope)
        except EngineError as error:
            self._ready = "exist" not in error.reason and "not found" not in error.reason
            raise

    def publish(
        self,
        probes: Callable[[], Sequence[Query]] = tuple,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        with self._publishing:
            if self._ready:
                return
            self._probes = probes if probes is not tuple else self._probes
            self._fill(progress)
            for probe in self._probes():
                # The first question after it was loaded may take its time.
                here, there = self._counted.search(probe, 10), self._search(probe, 10, waits=False)
                if not _alike([hit.score for hit in here], [hit.score for hit in there]):
                    raise EngineError(self._cluster.where, "it scores otherwise than it must")
            self._ready = True

    def promote(self) -> None:
        if not self.collection.promote():  # dropped meanwhile
            self._ready = False
            self.publish()
            self.collection.promote()
        later = Timer(self._grace, self._tidy)
        later.daemon = True
        later.start()

    def _search(
        self, query: Query, limit: int, scope: Scope | None = None, *, waits: bool = True
    ) -> list[Scored]:
        asked = self._numbering.vector("word", query.word)
        asked |= self._numbering.vector("char", query.char)
        if not asked or limit <= 0:
            return []
        if limit > MOST - _SPARE and (scope is None or scope.passages is None):
            scope = (scope or Scope()) & Scope(passages=np.arange(len(self)))
        found = [
            _scored(hit, asked)
            for where in _filters(scope)
            for hit in self.collection.search(asked, limit + _SPARE, where, waits=waits)
        ]
        found.sort(key=lambda hit: (-hit.score, hit.passage))
        return [hit for hit in found[:limit] if hit.score > 0]

    def _fill(self, progress: Callable[[int, int], None] | None) -> None:
        total, collection = len(self), self.collection
        have = collection.count()
        if have > total:  # two have filled it at once
            collection.drop()
            have = 0
        if not have:
            collection.create(total)
        if have < total:
            done = max(have - BATCH, 0)  # of the last batch, a part may be missing

            def sent(more: int) -> None:
                nonlocal done
                done += more
                if progress is not None:
                    progress(done, total)

            weighted, owner = list(self._counted.weighted()), self._counted.owner
            scratch = self._scratch if self._scratch and self._scratch.is_dir() else None
            made = rows(weighted, owner, self._numbering, start=done, folder=scratch)
            with closing(made) as missing:  # or its files go only once an error is collected
                collection.fill(missing, have - done, sent)
        if (have := collection.count()) != total:
            raise EngineError(self._cluster.where, f"it has {have} of {total} passages")

    def _catch_up(self) -> None:
        """Publish in the background, one at a time."""

        def run() -> None:
            try:
                if not self._cluster.down or self._cluster.rested:
                    self.publish()
                    self.promote()
            except EngineError as error:
                logger.warning("The passages could not be published yet: %s", error)
            finally:
                self._catching_up.release()

        if self._catching_up.acquire(blocking=False):
            Thread(target=run, daemon=True).start()

    def _tidy(self) -> None:
        try:
            self.collection.tidy()
        except EngineError as error:
            logger.warning("Old collections stay for now: %s", error)


def _alike(here: list[float], there: list[float]) -> bool:
    return len(here) == len(there) and np.allclose(here, there, rtol=_NEAR)


def _scored(hit: Mapping[str, Any], asked: dict[int, float]) -> Scored:
    score = float(hit["distance"])
    rest = hit["entity"]["rest"].items()
    body = score - sum(asked.get(int(term), 0.0) * weight for term, weight in rest)
    return Scored(int(hit["passage"]), score, body if body > _NEAR * score else 0.0)


def _filters(scope: Scope | None) -> Iterator[str]:
    """A scope as Milvus's filters, one search each; none where it leaves nothing."""
    if scope is None:
        yield ""
        return
    parts = []
    if scope.documents is not None:
        if not len(scope.documents):
            return
        parts.append(_among("document", scope.documents))
    if scope.without is not None and len(scope.without):
        parts.append(f"not {_among('passage', scope.without)}")
    if scope.passages is None:
        yield " and ".join(parts)
        return
    for start in range(0, len(scope.passages), _CHUNK):
        yield " and ".join([*parts, _among("passage", scope.passages[start : start + _CHUNK])])


def _among(field: str, numbers: Numbers) -> str:
    """That a field has one of some numbers, ascending: as ranges, where they are few."""
    runs = np.split(numbers, np.flatnonzero(np.diff(numbers) != 1) + 1)
    if len(runs) > _RUNS:
        return f"({field} in {numbers.tolist()})"
    ranges = (f"({field} >= {run[0]} and {field} <= {run[-1]})" for run in runs)
    return f"({' or '.join(ranges)})"
