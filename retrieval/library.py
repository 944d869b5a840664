"""The corpus in service: the current generation, and the way to the next one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from time import perf_counter

from retrieval.analysis.folding import fold
from retrieval.analysis.segment import Segmenter
from retrieval.corpus.loading import load
from retrieval.corpus.pool import Limits, Readers
from retrieval.errors import Cause, CorpusError, ReloadRunningError, StoppedError
from retrieval.expansion.lexicon import Operator
from retrieval.indexing.build import Parts, Progress, assemble, segmented
from retrieval.model import Corpus, Document, Passage
from retrieval.ranking.searcher import Index

_PROBES = 5
_PROBE_LENGTH = 60
"""Characters."""
_QUESTIONS = 20
LOSS = 0.2
"""The share of documents, or of known answers, that a reload may lose unasked."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a reload changed, from the generation before to the one now in service."""

    added: tuple[Document, ...]
    changed: tuple[Document, ...]
    removed: tuple[Document, ...]
    passages_added: int
    passages_removed: int
    same_generation: bool
    index: Index
    seconds: float
    doubts: tuple[Cause, ...] = ()
    """Why it is not in service yet: it waits until `Library.serve` or `Library.keep` is called."""

    @property
    def unchanged(self) -> bool:
        """Whether the corpus is the same as before, to the letter, its words and names too."""
        return self.same_generation and not (self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class _Generation:
    index: Index
    parts: Parts


class Library:
    """Holds one immutable `Index` at a time. Readers take `current` once and keep it."""

    def __init__(
        self,
        folder: Path,
        progress: Progress | None = None,
        *,
        limits: Limits | None = None,
        stop: Event | None = None,
    ) -> None:
        """Read and index `folder`; no file costs more than `limits`. Raises CorpusError, and
        StoppedError once `stop` is set."""
        self._folder = folder
        self._reloading = Lock()
        self._stop = stop or Event()
        self._readers = Readers(limits, self._stop)
        self._readers.warm()
        self._waiting: _Generation | None = None
        self._before: _Generation | None = None
        _warm()
        self._parts = Parts()
        self._parts, self.current = self._build(self._load(progress), progress)

    def reload(self) -> Changes:
        """Build the next generation and put it in service, or hold it back where that would ruin
        the corpus (`Changes.doubts`). Blocks: call it off the loop.

        Raises CorpusError, and leaves the current generation serving, when the folder cannot
        be read, holds no document, or the new index fails its probes; ReloadRunningError when
        another reload is under way; StoppedError when `stop` is called meanwhile.
        """
        if not self._reloading.acquire(blocking=False):
            raise ReloadRunningError
        try:
            self._stop.clear()
            started = perf_counter()
            before = self.current
            corpus = self._load(None)
            if not corpus.documents:
                raise CorpusError(str(self._folder), "no document in it can be read")
            parts, after = self._build(corpus, None)
            _probe(after, self._folder)
            changes = _changes(before, after, perf_counter() - started)
            if changes.doubts:
                self._waiting = _Generation(after, parts)
            else:
                self._serve(_Generation(after, parts))
            return changes
        finally:
            self._reloading.release()

    def serve(self) -> Index | None:
        """Put in service what was held back; None where nothing was."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return None
        self._serve(waiting)
        return waiting.index

    def keep(self) -> bool:
        """Give up what was held back; whether there was anything."""
        waiting, self._waiting = self._waiting, None
        return waiting is not None

    def rollback(self) -> Index | None:
        """Return to the generation before, as it was; None where there was none. Done twice, it
        is undone. The next reload reads the folder again."""
        if self._before is None:
            return None
        self._serve(self._before)
        return self.current

    def _serve(self, generation: _Generation) -> None:
        self._waiting = None
        if generation.index.generation != self.current.generation:
            self._before = _Generation(self.current, self._parts)
        self._parts, self.current = generation.parts, generation.index

    def stop(self) -> bool:
        """Stop the reload that is under way, within a moment; whether there is one."""
        self._stop.set()
        return self._reloading.locked()

    def _load(self, progress: Progress | None) -> Corpus:
        return load(self._folder, progress=progress, reading=self._readers)

    def _build(self, corpus: Corpus, progress: Progress | None) -> tuple[Parts, Index]:
        def advance(done: int, total: int) -> None:
            if self._stop.is_set():
                raise StoppedError
            if progress is not None:
                progress(done, total)

        operator = Operator.load(self._folder)
        parts = segmented(corpus, self._parts, advance, operator)
        return parts, assemble(corpus.skipped, parts)


def _warm() -> None:
    """Dictionaries loaded while the first file is being read elsewhere."""
    Segmenter().terms(fold("語料").text)


def _probe(index: Index, folder: Path) -> None:
    """Ask for some of its own passages: an index that finds none of them is not fit to serve."""
    step = max(len(index.passages) // _PROBES, 1)
    probes = [p for p in index.passages[::step] if index.searchable(p.text[:_PROBE_LENGTH])]
    found = (
        passage.document.id
        in index.documents_for(passage.text[:_PROBE_LENGTH], limit=10, operated=False)
        for passage in probes
    )
    if probes and not any(found):
        raise CorpusError(str(folder), "the new index finds none of its own passages")


def _changes(before: Index, after: Index, seconds: float) -> Changes:
    old = {d.id: d for d in before.documents}
    new = {d.id: d for d in after.documents}
    removed = tuple(d for d in before.documents if d.id not in new)
    old_passages = {p.id for p in before.passages}
    new_passages = {p.id for p in after.passages}
    return Changes(
        added=tuple(d for d in after.documents if d.id not in old),
        changed=tuple(
            d for d in after.documents if d.id in old and old[d.id].fingerprint != d.fingerprint
        ),
        removed=removed,
        passages_added=len(new_passages - old_passages),
        passages_removed=len(old_passages - new_passages),
        same_generation=before.generation == after.generation,
        index=after,
        seconds=seconds,
        doubts=tuple(_doubts(before, after, old, new)),
    )


def _doubts(
    before: Index, after: Index, old: Mapping[str, Document], new: Mapping[str, Document]
) -> Iterator[Cause]:
    """Why `after` may ruin what `before` serves."""
    gone = sum(name not in new or _replaced(old[name].text, new[name].text) for name in old)
    if gone > LOSS * len(old):
        yield Cause("loses-documents", {"gone": gone, "total": len(old)})
    same = [p for p in before.passages if p.document.id in new]
    same = [p for p in same if new[p.document.id].fingerprint == p.document.fingerprint]
    probes = same[:: max(len(same) // _QUESTIONS, 1)][:_QUESTIONS]
    missed = sum(_found(before, probe) and not _found(after, probe) for probe in probes)
    if missed > LOSS * len(probes):
        yield Cause("loses-answers", {"gone": missed, "total": len(probes)})


def _found(index: Index, probe: Passage) -> bool:
    question = probe.text[:_PROBE_LENGTH]
    return probe.document.id in index.documents_for(question, limit=10, operated=False)


def _replaced(old: str, new: str) -> bool:
    """Whether nothing much of a text is left: texts on other things share one pair of characters
    in ten."""
    pairs, others = ({t[at : at + 2] for at in range(min(len(t), 2_000) - 1)} for t in (old, new))
    return 5 * len(pairs & others) < min(len(pairs), len(others))
