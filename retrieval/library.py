"""The corpus in service: the current generation, and the way to the next one."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from threading import Event, Lock
from time import perf_counter

from retrieval.engines import Place
from retrieval.engines.okapi import OkapiEngine
from retrieval.errors import Cause, CorpusError, EngineError, ReloadRunningError
from retrieval.indexing import Progress
from retrieval.indexing.building import Builder, Task
from retrieval.indexing.changes import Changes, Differences, published
from retrieval.indexing.parts import recipe
from retrieval.indexing.serving import placed
from retrieval.indexing.store import Generation, Store, fingerprint, opened
from retrieval.processes import Limits, Process
from retrieval.ranking import Index

logger = logging.getLogger(__name__)


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
        building: Process | None = None,
    ) -> None:
        """Read and index `folder`; no file costs more than `limits`. Raises CorpusError, and
        StoppedError once `stop` is set. With `store`, generations are kept in that folder, and
        the last one serves again: at once where no file of the corpus was touched since, and
        where the corpus cannot be read or is empty all of a sudden (`stale`); another process's
        is only read. `building` builds them, see `building.process`, and ends with the library.
        With `place`, they are searched there; questions raise EngineError while it is away."""
        self._folder, self._place, self._limits = folder, place, limits
        self._reloading, self._stop, self._builder = Lock(), stop or Event(), Builder(building)
        self._store = Store(store, folder) if store is not None else None
        self.stale: CorpusError | None = None
        """Why an earlier generation serves than the corpus folder's."""
        self.doubts: tuple[Cause, ...] = ()
        """What was lost since the last one served: see `Changes.doubts`."""
        self._waiting: Generation | None = None
        self._before: Generation | None = None
        try:
            self._in_service = self._begin(progress)
        except BaseException:
            self.close()
            raise
        self.current: Index = self._in_service.index
        try:
            published(self.current, progress)
            self.current.engine.promote()
        except EngineError as error:
            logger.error("Questions cannot be answered yet: %s", error)

    def _begin(self, progress: Progress | None) -> Generation:
        """The generation to begin with: the one that served last, or one made from it."""
        found = self._store.last() if self._store is not None else None
        last = found if self._store is not None and self._store.same_corpus else None
        try:
            files = self._files()
            if last is not None and files and files in (last.files, last.chosen_for):
                return self._placed(last)
            task = Task(
                self._folder,
                files,
                self._limits,
                before=found.folder if found is not None else None,
                same_corpus=last is not None,
                needed=last is not None and len(last.index.documents) > 0,
                compared=last is not None,
            )
            begun, between = self._build(task, progress)
            self.doubts = between.doubts
        except CorpusError as error:
            if last is None:
                raise
            self.stale = error
            return self._placed(last)
        self._choose(begun, last, files)
        return begun

    def _files(self) -> str:
        """The fingerprint of the corpus folder. Raises CorpusError."""
        return fingerprint(self._folder) if self._folder.is_dir() else ""

    def kept(self, index: Index) -> Path | None:
        """The folder of a generation that serves, or did before; None: in memory, or elsewhere."""
        held = (one for one in (self._in_service, self._before) if one and one.index is index)
        return next((one.folder for one in held), None) if self._place is None else None

    def reload(self) -> Changes:
        """Build the next generation and put it in service, or hold it back where that would ruin
        the corpus (`Changes.doubts`). Blocks: call it off the loop.

        The current one goes on serving when it raises CorpusError (the folder cannot be read or
        holds no document, the new index fails its probes, or the process that builds it was
        ended), ReloadRunningError (another is under way), StoppedError (`stop`) or EngineError
        (the place does not take it).
        """
        if not self._reloading.acquire(blocking=False):
            raise ReloadRunningError
        try:
            started, before = perf_counter(), self._in_service
            files = self._files()
            lacking = any(skipped.wanted for skipped in before.index.skipped)  # perhaps by now
            if files and files == before.files and not lacking:
                self.stale = None
                return Differences().between(before.index, before.index, perf_counter() - started)
            task = Task(
                self._folder,
                files,
                self._limits,
                before=before.folder or (before.index, before.parts()),
                needed=True,
                compared=True,
            )
            after, found = self._build(task, None)
            try:
                published(after.index, None)
            except EngineError:
                after.discard()
                raise
            changes = found.between(before.index, after.index, perf_counter() - started)
            if changes.doubts:
                self.keep()  # what waits already
                self._waiting = after
            else:
                self._serve(after)
            return changes
        finally:
            self._stop.clear()
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
        if held := self._waiting:
            held.discard()
        self._waiting = None
        return held is not None

    def rollback(self) -> Index | None:
        """Return to the generation before, as it was; None where there was none. Twice undoes it.
        The next reload reads the folder again. Blocks and raises as `serve` does."""
        before = self._before
        if before is None and self._store is not None and self._store.same_corpus:
            before = self._placed(found) if (found := self._store.before()) is not None else None
        if before is None:
            return None
        files = ""
        with suppress(CorpusError):
            files = self._files()
        self._serve(before, files)
        return self.current

    def _serve(self, generation: Generation, chosen_for: str | None = None) -> None:
        generation.index.engine.promote()
        self._waiting = self.stale = None
        if generation.index.generation != self.current.generation:
            self._before = self._in_service
        self._in_service, self.current = generation, generation.index
        files = generation.files if chosen_for is None else chosen_for
        self._choose(generation, self._before, files)

    def _choose(self, generation: Generation, before: Generation | None, files: str) -> None:
        """Let a generation serve from the next start on, where the corpus is still `files`."""
        if self._store is None or generation.folder is None or not self._store.own():
            return
        earlier = before.folder.name if before is not None and before.folder is not None else ""
        try:
            self._store.choose(generation.folder.name, earlier, files)
        except OSError as error:
            logger.error("A restart will not know of this generation: %s", error)

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
        self._builder.close()
        if self._store is not None:
            self._store.release()
        if self._place is not None:
            self._place.close()

    def _placed(self, made: Generation) -> Generation:
        """It, as it is searched here."""
        return replace(made, index=placed(made.index, self._place, recipe()))

    def _build(self, task: Task, progress: Progress | None) -> tuple[Generation, Differences]:
        """The next generation, in the store if it can be kept there."""
        folder = self._store.begin() if self._store is not None else None
        if self._store is not None and folder is not None:
            try:
                built = self._builder.build(replace(task, folder=folder), self._stop, progress)
                kept = self._store.commit(folder, built.generation)
                return self._placed(opened(kept)), built.differences
            except BaseException as error:
                rmtree(folder, ignore_errors=True)
                if not isinstance(error, OSError):
                    raise
                logger.warning("The index is kept in memory: %s", error)  # a full disk
        built = self._builder.build(task, self._stop, progress)
        assert built.base is not None, "it has no folder"
        index, parts = built.base
        return self._placed(Generation(index, task.files, held=parts)), built.differences
