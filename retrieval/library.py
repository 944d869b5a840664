"""The corpus in service: the current generation, and the way to the next one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from time import perf_counter

from retrieval.analysis.folding import fold
from retrieval.analysis.segment import Segmenter
from retrieval.corpus.loading import load
from retrieval.corpus.pool import Limits, Readers
from retrieval.errors import CorpusError, ReloadRunningError, StoppedError
from retrieval.expansion.lexicon import Operator
from retrieval.indexing.build import Parts, Progress, assemble, segmented
from retrieval.model import Corpus, Document
from retrieval.ranking.searcher import Index

_PROBES = 5
_PROBE_LENGTH = 60
"""Characters."""


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

    @property
    def unchanged(self) -> bool:
        """Whether the corpus is the same as before, to the letter, its words and names too."""
        return self.same_generation and not (self.added or self.changed or self.removed)


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
        self._parts = Parts(segmenter=_warm())
        self.current: Index = self._build(self._load(progress), progress)

    def reload(self) -> Changes:
        """Build the next generation and put it in service. Blocks: call it off the loop.

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
            after = self._build(corpus, None)
            _probe(after, self._folder)
            self.current = after
            return _changes(before, after, perf_counter() - started)
        finally:
            self._reloading.release()

    def stop(self) -> bool:
        """Stop the reload that is under way, within a moment; whether there is one."""
        self._stop.set()
        return self._reloading.locked()

    def _load(self, progress: Progress | None) -> Corpus:
        return load(self._folder, progress=progress, reading=self._readers)

    def _build(self, corpus: Corpus, progress: Progress | None) -> Index:
        def advance(done: int, total: int) -> None:
            if self._stop.is_set():
                raise StoppedError
            if progress is not None:
                progress(done, total)

        operator = Operator.load(self._folder)
        parts = segmented(corpus, self._parts, advance, operator)
        index = assemble(corpus, parts)
        self._parts = parts
        return index


def _warm() -> Segmenter:
    """Dictionaries loaded while the first file is being read elsewhere."""
    segmenter = Segmenter()
    segmenter.terms(fold("語料").text)
    return segmenter


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
    old_passages = {p.id for p in before.passages}
    new_passages = {p.id for p in after.passages}
    return Changes(
        added=tuple(d for d in after.documents if d.id not in old),
        changed=tuple(
            d for d in after.documents if d.id in old and old[d.id].fingerprint != d.fingerprint
        ),
        removed=tuple(d for d in before.documents if d.id not in new),
        passages_added=len(new_passages - old_passages),
        passages_removed=len(old_passages - new_passages),
        same_generation=before.generation == after.generation,
        index=after,
        seconds=seconds,
    )
