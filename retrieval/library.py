"""The corpus in service: the current generation, and the way to the next one."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree
from threading import Event, Lock, Thread
from time import perf_counter

from retrieval.corpus.loading import load
from retrieval.corpus.pool import Limits, Readers
from retrieval.engines import Place
from retrieval.engines.okapi import OkapiEngine
from retrieval.errors import CorpusError, EngineError, ReloadRunningError, StoppedError
from retrieval.expansion.lexicon import Operator
from retrieval.indexing.build import Progress, assemble, segmented
from retrieval.indexing.changes import Changes, changes, probe, published
from retrieval.indexing.parts import Parts, recipe
from retrieval.indexing.serving import give_memory_back, placed, warm
from retrieval.indexing.store import Opened, Store, fingerprint
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
    name: str = ""
    """Its name in the store."""


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
        the last one serves again: at once where no file of the corpus was touched since, and
        where the corpus cannot be read or is empty all of a sudden (`stale`); it is only read
        while another process has it. With `place`, they are searched there; questions raise
        EngineError while it does not answer."""
        self._folder, self._place = folder, place
        self._reloading, self._stop = Lock(), stop or Event()
        self._limits, self._readers = limits, Readers(limits, self._stop)
        self._store = Store(store, folder) if store is not None else None
        self.stale: CorpusError | None = None
        """Why an earlier generation serves than the corpus folder's."""
        self._waiting: _Generation | None = None
        self._before: _Generation | None = None
        try:
            opened = self._store.last() if self._store is not None else None
            self._in_service = self._begin(opened, progress)
        except BaseException:
            self.close()
            raise
        self.current: Index = self._in_service.index
        try:
            published(self.current, progress)
            self.current.engine.promote()
        except EngineError as error:
            logger.error("Questions cannot be answered yet: %s", error)

    def _begin(self, opened: Opened | None, progress: Progress | None) -> _Generation:
        """The generation to begin with; `opened` is the one that served last."""
        last = opened if self._store is not None and self._store.same_corpus else None
        try:
            files = fingerprint(self._folder) if self._folder.is_dir() else ""
            if last is not None and files and files in (last.files, last.chosen_for):
                Thread(target=warm, daemon=True).start()
                return self._opened(last)
            self._readers.warm()
            warm()
            nothing = Parts() if opened is None else opened.parts()
            known = nothing if last is not None else Parts()
            corpus = load(self._folder, progress=progress, reading=self._readers, known=known.file)
            if last is not None and last.index.documents and not corpus.documents:
                raise CorpusError(str(self._folder), "no document in it can be read")
            built = self._build(corpus, nothing, files, progress)
        except CorpusError as error:
            if last is None:
                raise
            self.stale = error
            return self._opened(last)
        return self._commit(built, last.folder.name if last is not None else "")

    def kept(self, index: Index) -> Path | None:
        """The folder of a generation that serves, or did before; None: in memory, or elsewhere."""
        held = (one for one in (self._in_service, self._before) if one and one.index is index)
        name = next((one.name for one in held), "")
        return self._store.folder(name) if name and self._store and not self._place else None

    def reload(self) -> Changes:
        """Build the next generation and put it in service, or hold it back where that would ruin
        the corpus (`Changes.doubts`). Blocks: call it off the loop.

        The current one goes on serving when it raises CorpusError (the folder cannot be read or
        holds no document, or the new index fails its probes), ReloadRunningError (another is
        under way), StoppedError (`stop`) or EngineError (the place does not take it).
        """
        if not self._reloading.acquire(blocking=False):
            raise ReloadRunningError
        try:
            started, before = perf_counter(), self.current
            files = fingerprint(self._folder) if self._folder.is_dir() else ""
            lacking = any(skipped.wanted for skipped in before.skipped)  # it may be readable now
            if files and files == self._in_service.files and not lacking:
                self.stale = None
                return Changes((), (), (), 0, 0, True, before, perf_counter() - started)
            corpus = load(self._folder, reading=self._readers, known=self._in_service.parts.file)
            if not corpus.documents:
                raise CorpusError(str(self._folder), "no document in it can be read")
            after = self._build(corpus, self._in_service.parts, files, None)
            published(after.index, None)
            probe(after.index, self._folder)
            pair = (before, self._in_service.parts), (after.index, after.parts)
            found = changes(*pair, perf_counter() - started)
            if found.doubts:
                self._waiting = after
            else:
                self._serve(after)
            return found
        finally:
            self._stop.clear()
            self._in_service.parts.forget()
            self._reloading.release()

    def serve(self) -> Index | None:
        """Put in service what was held back; None where nothing was. Blocks, where generations
        are stored. Raises EngineError, and then the old one goes on serving."""
        if self._waiting is None:
            return None
        self._serve(self._waiting)
        return self.current

    def keep(self) -> bool:
        """Give up what was held back; whether there was anything."""
        held, self._waiting = self._waiting is not None, None
        return held

    def rollback(self) -> Index | None:
        """Return to the generation before, as it was; None where there was none. Twice undoes it.
        The next reload reads the folder again. Blocks and raises as `serve` does."""
        before = self._before
        if before is None and self._store is not None and self._store.same_corpus:
            before = self._opened(opened) if (opened := self._store.before()) is not None else None
        if before is None:
            return None
        try:
            files = fingerprint(self._folder)
        except CorpusError:
            files = ""
        self._serve(before, files)
        return self.current

    def _serve(self, generation: _Generation, chosen_for: str | None = None) -> None:
        generation.index.engine.promote()
        self._waiting = self.stale = None
        if generation.index.generation != self.current.generation:
            self._before = self._in_service
        before = self._before.name if self._before is not None else ""
        self._in_service = self._commit(generation, before, chosen_for)
        self.current = generation.index
        give_memory_back()

    def _commit(
        self, generation: _Generation, before: str, chosen_for: str | None = None
    ) -> _Generation:
        """Keep a generation in the store, and let it serve from the next start on."""
        if self._store is None:
            return generation
        try:
            if generation.folder is not None:
                name = self._store.commit(
                    generation.folder, generation.index, generation.files, generation.parts.files
                )
                generation = replace(generation, folder=None, name=name)
            if generation.name and self._store.own():  # it was not built in memory
                files = generation.files if chosen_for is None else chosen_for
                self._store.choose(generation.name, before, files)
        except OSError as error:
            logger.error("A restart will not know of this generation: %s", error)
        return generation

    def stop(self) -> bool:
        """Stop the reload that is under way, or the next, within a moment; whether there is one."""
        self._stop.set()
        return self._reloading.locked()

    def expect(self) -> None:
        """A reload is about to begin: `stop` was not meant for it before now."""
        self._stop.clear()

    def close(self) -> None:
        """Stop what is under way and leave the place and the store to others."""
        self.stop()
        if self._store is not None:
            self._store.release()
        if self._place is not None:
            self._place.close()

    def _opened(self, opened: Opened) -> _Generation:
        """One that was kept in the store."""
        index = placed(opened.index, self._place, recipe())
        return _Generation(index, opened.parts(), opened.files, None, opened.folder.name)

    def _build(
        self, corpus: Corpus, before: Parts, files: str, progress: Progress | None
    ) -> _Generation:
        def advance(done: int, total: int) -> None:
            if self._stop.is_set():
                raise StoppedError
            if progress is not None:
                progress(done, total)

        operator = Operator.load(self._folder)

        def built(folder: Path | None) -> _Generation:
            parts = segmented(corpus, before, advance, operator, folder, recipe(), self._limits)
            index = placed(assemble(corpus.skipped, parts, folder), self._place, recipe())
            return _Generation(index, parts, files, folder)

        folder = self._store.begin() if self._store is not None else None
        try:
            return built(folder)
        except BaseException as error:
            if folder is None:
                raise
            rmtree(folder, ignore_errors=True)
            if not isinstance(error, OSError):
                raise
            logger.warning("The index is kept in memory: %s", error)  # a full disk
            return built(None)
