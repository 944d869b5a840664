"""Documents cut up in processes of their own, at a low priority, which can be ended: each document
has its time and its memory, and what takes more costs itself alone."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from math import inf
from pathlib import Path
from shutil import rmtree
from threading import Event
from time import monotonic
from typing import BinaryIO, cast

from retrieval import processes
from retrieval.analysis.segment import Segmenter
from retrieval.errors import Cause
from retrieval.indexing.parts import Run, batches, name
from retrieval.model import Document

ALONE = 1_500_000
"""Characters for which a further process is not worth its start (1 s)."""
LONG = 50_000
"""Characters of one document that is cut up in a process that can be ended, with few others too."""
RUN = 700_000
"""Characters of a run, about: some 4 s of work, and 60 MB of term counts."""
_USUAL = 1_000_000
"""Characters that have the limits of a file; they take a quarter of its time. More have more."""
_DONE, _MEMORY, _DISK = b"done", b"memory", b"disk"
"""What a process says beside the places of documents: the last two before it ends."""
_WAITS = 10
"""Times the seconds a document may compute that it may take by the clock: a process that waits for
ever, as for a lock that it holds itself, is beyond the system's limit."""
_SPARE = 1 << 23
"""Bytes without which a process is at the end of its memory."""


def cut(
    documents: Sequence[Document],
    words: frozenset[str],
    recipe: str,
    workshop: Path,
    done: Callable[[int], None],
    limits: processes.Limits | None = None,
) -> list[Run]:
    """Cut documents up, in order, with the operator's `words`. `done` is told how many were done
    since it was told last, and may raise to end it all. Many, or long ones, are cut up in processes
    of their own, none at a higher cost than `limits`, and stand in the folder `workshop`; `recipe`
    names the code that does it. Raises OSError where they cannot be, as on a full disk."""
    lengths = [len(document.text) for document in documents]
    if sum(lengths) < ALONE and max(lengths, default=0) < LONG:
        segmenter, runs = Segmenter(words), []
        for batch in batches(documents, 50_000):
            runs.append(Run.of(batch, segmenter, None))
            done(len(batch))
        return runs
    limits = limits or processes.Limits()
    recipe += f" {limits}"  # who raises them wants to have again what was given up
    tasks = [(batch, workshop / name(batch, words, recipe)) for batch in batches(documents, RUN)]
    _in_processes(tasks, words, done, limits)
    return [Run.open(folder) for _, folder in tasks]


def _share(limits: processes.Limits, document: Document) -> processes.Limits:
    """What one document may cost."""
    times = max(len(document.text) / _USUAL, 1.0)
    return processes.Limits(times * limits.seconds, round(times * limits.megabytes))


class _Cutter:
    """A process that cuts documents up, and ends at the first that takes too much."""

    def __init__(self, limits: processes.Limits) -> None:
        """Raises OSError."""
        self._limits, self._heard, self._patience = limits, monotonic(), inf
        self.process = processes.start(__name__)

    def cut(
        self,
        documents: Sequence[Document],
        words: frozenset[str],
        folder: Path,
        given_up: dict[int, Cause],
    ) -> bool:
        """Whether it is done; if not, the process is gone, and it is added to `given_up` what it
        was at. Raises OSError where it was at none."""
        at, memory = -1, False
        with suppress(OSError):
            task = documents, words, folder, given_up, self._limits
            self._heard, self._patience = monotonic(), _WAITS * self._limits.seconds
            processes.send(cast(BinaryIO, self.process.stdin), pickle.dumps(task, 5))
            while (said := processes.receive(cast(BinaryIO, self.process.stdout))) is not None:
                if said == _DONE:
                    self._patience = inf
                    return True
                memory = said == _MEMORY
                at = -1 if said == _DISK else at if memory else int(said)
                if at >= 0:
                    self._patience = _WAITS * _share(self._limits, documents[at]).seconds
                self._heard = monotonic()
        processes.discard(self.process)
        if at < 0:
            raise OSError("documents cannot be cut up: no process, or no room on the disk")
        most = _share(self._limits, documents[at])
        given_up[at] = Cause("broke-off")
        if memory or self.process.returncode == -getattr(signal, "SIGABRT", 0):  # so does C
            given_up[at] = Cause("memory", {"megabytes": most.megabytes})
        elif self._late or self.process.returncode == -getattr(signal, "SIGXCPU", 0):
            given_up[at] = Cause("too-slow", {"seconds": round(most.seconds)})
        return False

    @property
    def _late(self) -> bool:
        return monotonic() - self._heard > self._patience

    def watch(self) -> None:
        """End it if it has been at one document for much too long."""
        if self._late:
            self.process.kill()


def _in_processes(
    tasks: Sequence[tuple[Sequence[Document], Path]],
    words: frozenset[str],
    done: Callable[[int], None],
    limits: processes.Limits,
) -> None:
    over = Event()
    cutters: list[_Cutter] = []

    def work(numbers: Iterator[int]) -> None:
        cutter: _Cutter | None = None
        try:
            for number in numbers:
                documents, folder = tasks[number]
                given_up: dict[int, Cause] = {}
                made = folder.is_dir()  # by a build that was broken off
                while not made and not over.is_set():
                    if cutter is None:
                        cutters.append(cutter := _Cutter(limits))
                    made = cutter.cut(documents, words, folder, given_up)
                    cutter = cutter if made else None
        finally:
            if cutter is not None:
                processes.discard(cutter.process)

    def look() -> None:
        done(0)
        for cutter in tuple(cutters):
            cutter.watch()

    def cut(number: int) -> None:
        done(len(tasks[number][0]))

    def end() -> None:
        over.set()
        for cutter in tuple(cutters):
            cutter.process.kill()

    threads = min(os.cpu_count() or 1, len(tasks))
    processes.side_by_side(len(tasks), threads, work, look=look, done=cut, end=end)


def main() -> None:
    """Cut up what the parent sends, until its end of the pipe closes."""
    processes.yield_to_others()  # as nice as who builds is
    gc.disable()  # what is made here is let go without it, and there is much of it
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the answers
    segmenter = Segmenter()
    while (message := processes.receive(sys.stdin.buffer)) is not None:
        documents, words, folder, given_up, limits = pickle.loads(message)  # noqa: S301 - our own
        shares = [_share(limits, document) for document in documents]

        def begun(place: int, shares: Sequence[processes.Limits] = shares) -> None:
            processes.limit_time(shares[place].seconds)
            processes.limit_memory(shares[place].megabytes)
            processes.send(answers, b"%d" % place)

        if words != segmenter.added:
            segmenter = Segmenter(words)
        try:
            _make(folder, partial(Run.of, documents, segmenter, given_up=given_up, begun=begun))
        except (MemoryError, OSError) as error:
            processes.send(answers, _MEMORY if isinstance(error, MemoryError) else _DISK)
            return  # what is left of the memory is in pieces
        except BaseException:  # Rust's panics are no Exception
            with suppress(MemoryError):
                bytearray(_SPARE)
                raise
            processes.send(answers, _MEMORY)
            return
        processes.send(answers, _DONE)


def _make(folder: Path, run: Callable[[Path], Run]) -> None:
    """Cut documents up into a folder, which is there only once it is whole."""
    part = folder.with_name(f"{folder.name}.{os.getpid()}")
    rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    run(part).save(part)
    try:
        part.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        rmtree(part, ignore_errors=True)  # another process was first
