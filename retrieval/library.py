"""The corpus in service: the current generation, and the way to the next one."""

from __future__ import annotations

import ctypes
import logging
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree
from threading import Event, Lock, Thread
from time import perf_counter

from retrieval.analysis.folding import fold
from retrieval.analysis.segment import Segmenter
from retrieval.corpus.loading import load
from retrieval.corpus.pool import Limits, Readers
from retrieval.engines import Place
from retrieval.engines.okapi import OkapiEngine
from retrieval.errors import CorpusError, EngineError, ReloadRunningError, StoppedError
from retrieval.expansion.lexicon import Operator
from retrieval.indexing.build import Parts, Progress, assemble, segmented
from retrieval.indexing.changes import Changes, changes, probe, probes
from retrieval.indexing.store import Store, fingerprint, recipe
from retrieval.model import Corpus
from retrieval.ranking.searcher import Index

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Generation:
    index: Index
    parts: Parts
    files: str
    """The `fingerprint` of the corpus folder, taken before it was read."""
    folder: Path | None
    """Where it was built, until it is kept in the store."""


class Library:
    """Holds one immutable `Index` at a time. Readers take `current` once and keep it."""

    def __init__(
        self,
        folder: Path,
        progress: Progress | None = None,
        *,
        limits: Limits | None = None,
        stop: Event | None = None,
        store: Path | None = None,
        place: Place[OkapiEngine] | None = None,
    ) -> None:
        """Read and index `folder`; no file costs more than `limits`. Raises CorpusError, and
        StoppedError once `stop` is set. With `store`, generations are kept in that folder, and
        the last one serves again at once where no file of the corpus was touched since. With
        `place`, they are searched there; one that does not answer now keeps nothing else back."""
        self._folder, self._place = folder, place
        self._reloading = Lock()
        self._stop = stop or Event()
        self._readers = Readers(limits, self._stop)
        self._store = Store(store) if store is not None else None
        self._waiting: _Generation | None = None
        self._before: _Generation | None = None
        opened = self._store.newest() if self._store is not None else None
        files = fingerprint(folder) if folder.is_dir() else ""
        if opened is not None and files and opened.files == files:
            Thread(target=_warm, daemon=True).start()
            index = self._placed(opened.index)
            self._in_service = _Generation(index, opened.parts(), files, None)
            self.current: Index = index
            self._started(progress)
            return
        self._readers.warm()
        _warm()
        nothing = Parts() if opened is None else opened.parts()
        built = self._build(self._load(progress), nothing, files, progress)
        self._in_service = self._commit(built)
        self.current = built.index
        self._started(progress)

    def reload(self) -> Changes:
        """Build the next generation and put it in service, or hold it back where that would ruin
        the corpus (`Changes.doubts`). Blocks: call it off the loop.

        Raises CorpusError, and leaves the current generation serving, when the folder cannot
        be read, holds no document, or the new index fails its probes; ReloadRunningError when
        another reload is under way; StoppedError when `stop` is called meanwhile; EngineError
        when the place where it is to be searched does not take it.
        """
        if not self._reloading.acquire(blocking=False):
            raise ReloadRunningError
        try:
            self._stop.clear()
            started = perf_counter()
            before = self.current
            files = fingerprint(self._folder) if self._folder.is_dir() else ""
            if files and files == self._in_service.files and not _lost(before):
                return Changes((), (), (), 0, 0, True, before, perf_counter() - started)
            corpus = self._load(None)
            if not corpus.documents:
                raise CorpusError(str(self._folder), "no document in it can be read")
            after = self._build(corpus, self._in_service.parts, files, None)
            _published(after.index, None)
            probe(after.index, self._folder)
            was = before, self._in_service.parts
            found = changes(was, (after.index, after.parts), perf_counter() - started)
            if found.doubts:
                self._waiting = after
            else:
                self._serve(after)
            return found
        finally:
            self._reloading.release()

    def serve(self) -> Index | None:
        """Put in service what was held back; None where nothing was. Raises EngineError, and then
        the old one goes on serving."""
        waiting = self._waiting
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
        is undone. The next reload reads the folder again. Raises EngineError as `serve` does."""
        if self._before is None:
            return None
        self._serve(self._before)
        return self.current

    def _serve(self, generation: _Generation) -> None:
        generation.index.engine.promote()
        self._waiting = None
        if generation.index.generation != self.current.generation:
            self._before = self._in_service
        self._in_service = self._commit(generation)
        self.current = generation.index
        _give_memory_back()

    def _commit(self, generation: _Generation) -> _Generation:
        """Keep a generation in the store, if it was built for it."""
        if self._store is None or generation.folder is None:
            return generation
        self._store.commit(generation.folder, generation.index, generation.files)
        return replace(generation, folder=None)

    def stop(self) -> bool:
        """Stop the reload that is under way, within a moment; whether there is one."""
        self._stop.set()
        return self._reloading.locked()

    def _placed(self, index: Index) -> Index:
        """An index that is searched in its place."""
        if self._place is None:
            return index
        assert isinstance(index.engine, OkapiEngine)
        name = f"{index.generation}_{recipe()[:10]}"
        return replace(index, engine=self._place.engine(index.engine, name))

    def _started(self, progress: Progress | None) -> None:
        try:
            _published(self.current, progress)
            self.current.engine.promote()
        except EngineError as error:
            logger.error("Questions cannot be answered yet: %s", error)

    def close(self) -> None:
        """Stop what is under way and leave the place where generations are searched."""
        self.stop()
        if self._place is not None:
            self._place.close()

    def _load(self, progress: Progress | None) -> Corpus:
        return load(self._folder, progress=progress, reading=self._readers)

    def _build(
        self, corpus: Corpus, before: Parts, files: str, progress: Progress | None
    ) -> _Generation:
        def advance(done: int, total: int) -> None:
            if self._stop.is_set():
                raise StoppedError
            if progress is not None:
                progress(done, total)

        operator = Operator.load(self._folder)
        folder = self._store.begin() if self._store is not None else None
        try:
            parts = segmented(corpus, before, advance, operator, folder)
            index = self._placed(assemble(corpus.skipped, parts, folder))
            return _Generation(index, parts, files, folder)
        except BaseException:
            if folder is not None:
                rmtree(folder, ignore_errors=True)
            raise


def _published(index: Index, progress: Progress | None) -> None:
    """Have the passages where they are searched. Raises EngineError."""
    index.engine.publish(lambda: probes(index), progress)


def _lost(index: Index) -> bool:
    """Whether anything that should have been readable is missing: it may be readable now."""
    return any(skipped.wanted for skipped in index.skipped)


def _give_memory_back() -> None:
    """What a build has freed, to the system: glibc keeps hundreds of megabytes otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _warm() -> None:
    """Dictionaries loaded while the first file is being read elsewhere."""
    Segmenter().terms(fold("語料").text)
