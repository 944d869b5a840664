"""One generation built: read, cut up, assembled, probed, and compared with the one before; here,
or in a process of its own, so that what serves never holds a build.

That process is split off early and waits; for every build it splits itself again. So a build finds
loaded what the bot has loaded, begins at once, and takes all of its memory with it.
"""

from __future__ import annotations

import logging
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from socket import socket
from threading import Event
from time import monotonic
from typing import NoReturn

from retrieval.corpus import load
from retrieval.corpus.pool import Readers
from retrieval.errors import BrokenOffError, CorpusError, RetrievalError, StoppedError
from retrieval.expansion import Operator
from retrieval.indexing import Progress, assemble, segmented
from retrieval.indexing.changes import Differences, differences, probe
from retrieval.indexing.parts import Parts, recipe
from retrieval.indexing.store import DAMAGED, opened, write
from retrieval.processes import Limits, Process, fork, yield_to_others
from retrieval.ranking import Index

logger = logging.getLogger(__name__)

_NICE = 19
"""Of what builds beside a bot that answers; a first start keeps nobody waiting but itself."""
_LOOK = 0.1
"""Seconds until a stop is noticed."""
_GRACE = 2.0
"""Seconds in which a build that is to stop ends the processes that it has."""

Base = tuple[Index, Parts]
"""A generation, and what the next one takes over from it."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to build."""

    corpus: Path
    files: str
    """The `store.fingerprint` of the corpus folder."""
    limits: Limits | None = None
    folder: Path | None = None
    """Where it is written, whole; None: it is in memory alone."""
    before: Base | Path | None = None
    """What it takes over from: in memory, or the folder that it stands in."""
    same_corpus: bool = True
    """Whether that was made from the same corpus folder: untouched files are not read again."""
    needed: bool = False
    """Whether there have to be documents."""
    compared: bool = False
    """Whether it is probed, and compared with the one before."""


@dataclass(frozen=True, slots=True)
class Built:
    """What came of it."""

    generation: str
    differences: Differences
    base: Base | None
    """None: it stands in its folder."""


def build(task: Task, stop: Event, progress: Progress | None = None) -> Built:
    """Build a generation. Raises CorpusError (the folder cannot be read or holds no document, or
    the index fails its probes), StoppedError once `stop` is set, and OSError where it cannot be
    written."""

    def advance(done: int, total: int) -> None:
        if stop.is_set():
            raise StoppedError
        if progress is not None:
            progress(done, total)

    before = task.before
    if isinstance(before, Path):
        try:
            kept = opened(before)
            before = kept.index, kept.parts()
        except DAMAGED:
            before = None
    old = Parts() if before is None else before[1]
    reading = Readers(task.limits, stop)
    known = old.file if task.same_corpus else None
    corpus = load(task.corpus, progress=progress, reading=reading, known=known)
    if task.needed and not corpus.documents:
        raise CorpusError(str(task.corpus), "no document in it can be read")
    operator = Operator.load(task.corpus)
    parts = segmented(corpus, old, advance, operator, task.folder, recipe(), task.limits)
    index = assemble(corpus.skipped, parts, task.folder, before)
    found = Differences()
    if task.compared:
        probe(index, task.corpus)
        if before is not None:
            found = differences(before, (index, parts))
    if task.folder is None:
        return Built(index.generation, found, (index, parts))
    write(task.folder, index, task.files, parts.files)
    return Built(index.generation, found, None)


class Builder:
    """Builds one generation at a time: where it can, by a process of its own."""

    def __init__(self, process: Process | None) -> None:
        """`process` as `process()` gives it; it ends with the builder."""
        self._process = process
        self._talk = Connection(os.dup(process.socket.fileno())) if process is not None else None

    def build(self, task: Task, stop: Event, progress: Progress | None = None) -> Built:
        """As `build`; raises BrokenOffError too. What stands in memory alone is built here, and
        all where there is no process (any more)."""
        if self._talk is not None and task.folder and not isinstance(task.before, tuple):
            try:
                return self._there(self._talk, task, stop, progress)
            except EOFError:
                if stop.is_set():  # so it was ended too
                    raise StoppedError from None
                logger.error("The process that builds has ended. This one builds in its place.")
                self.close()
        return build(task, stop, progress)

    def _there(self, talk: Connection, task: Task, stop: Event, progress: Progress | None) -> Built:
        """Raises EOFError where there is no process any more."""
        told: object = None
        stopped = False
        try:
            talk.send((task, progress is not None))
            while True:
                if stop.is_set() and not stopped:
                    stopped = True
                    talk.send(None)
                if not talk.poll(_LOOK):
                    continue
                match talk.recv():
                    case int() as status:
                        break
                    case tuple() as at:
                        if progress is not None:
                            progress(*at)
                    case result:
                        told = result
        except (EOFError, OSError):
            raise EOFError from None
        except BaseException:  # who was told of the progress wants no more of it
            self.close()
            raise
        if stopped:
            raise StoppedError
        if isinstance(told, Built):
            return told
        if isinstance(told, Exception):
            raise told
        raise BrokenOffError(str(task.corpus), -status)

    def close(self) -> None:
        """End what is under way, and the process."""
        if self._process is not None and self._talk is not None:
            self._process.end()
            self._talk.close()
            self._talk = None


def process() -> Process | None:
    """Start the process that builds, where there can be one: see `processes.fork`."""
    recipe()  # of the code that is loaded, whatever an upgrade puts in its place
    return fork(_serve)


def _serve(other: socket) -> None:
    """Build what the other side asks for, one after the other, until it is gone."""
    talk = Connection(other.detach())
    with suppress(EOFError, OSError):
        while True:
            if asked := talk.recv():  # else it was to stop what had just ended
                task, watched = asked
                talk.send(_split(task, watched, talk))


def _split(task: Task, watched: bool, talk: Connection) -> int:
    """Build in a process of its own; pass on what it tells, whole. Its exit status."""
    heard, tells = Pipe(duplex=False)
    number = os.fork()
    if not number:
        _build(task, watched, tells)
    tells.close()
    with suppress(EOFError, OSError):
        while True:
            if talk in wait((heard, talk)):  # it is to stop; or the other side is gone
                os.kill(number, signal.SIGTERM)  # with what reads for it
                end = monotonic() + _GRACE
                while heard.poll(max(end - monotonic(), 0)):
                    heard.recv_bytes()
                os.kill(number, signal.SIGKILL)
                talk.recv()
            talk.send_bytes(heard.recv_bytes())
    heard.close()
    os.kill(number, signal.SIGKILL)  # it has ended, unless nobody listens
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def _build(task: Task, watched: bool, tells: Connection) -> NoReturn:
    def progress(done: int, total: int) -> None:
        tells.send((done, total))

    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        yield_to_others(_NICE if task.before is not None else 0)
        tells.send(build(task, stop, progress if watched else None))
    except (RetrievalError, OSError) as error:
        tells.send(error)
    except MemoryError:
        tells.send(CorpusError(str(task.corpus), "its index needs more memory than there is"))
    except Exception as error:
        logger.exception("The index could not be built")
        tells.send(CorpusError(str(task.corpus), f"no index of it: {type(error).__name__}"))
    finally:
        os._exit(0)
