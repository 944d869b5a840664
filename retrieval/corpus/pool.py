"""Files read in processes of their own, which can be ended: each has its time and its memory."""

from __future__ import annotations

import atexit
import io
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event, Lock, Timer
from typing import BinaryIO, cast

from retrieval.corpus.child import READY, Task
from retrieval.corpus.documents import Found
from retrieval.corpus.sources import Source
from retrieval.errors import Cause, CorpusError, Skipped, StoppedError
from retrieval.processes import Limits, discard, receive, send, side_by_side, start

MOST = 4
"""Processes at a time: beyond that the index is what takes the time."""
SHARE = 2 * 1024 * 1024
"""Bytes for which a further process is worth its start (0.4 s of one core)."""
IDLE = 60.0
"""Seconds for which a process is kept for the next reload."""
_OUT_OF_TIME = -signal.SIGXCPU if hasattr(signal, "SIGXCPU") else None
"""How a process ends that had all of its time."""
_WAITING = 4
"""How many times as long, by the clock, a file may take that has to wait for a processor or a
disk."""


class _PlainUnpickler(pickle.Unpickler):
    """Documents and losses, and nothing that could do anything: a file may have taken the
    process over that read it."""

    _ALLOWED = frozenset(
        [("retrieval.model", name) for name in ("Block", "BlockKind", "Document", "Link")]
        + [("retrieval.errors", name) for name in ("Cause", "Skipped", "Stage")]
    )

    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a document")
        return super().find_class(module, name)


class _Child:
    """One process that reads files."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        told = (str(limits.seconds), str(limits.megabytes))
        self._process = start("retrieval.corpus.child", *told)
        self._asks = cast(BinaryIO, self._process.stdin)
        self._ready = False
        self._answers = cast(BinaryIO, self._process.stdout)

    def read(self, task: Task) -> Found:
        """What stands in a file. After a loss that cost the process, `alive` is false."""
        if not self._ready:  # its start is not the file's fault
            self._ready = receive(self._answers) == READY
        path = task[1].path
        found: Found = []
        late = Event()
        try:
            send(self._asks, pickle.dumps(task))
            whole = False
            while not whole:
                more, whole = self._answer(late)
                found += more
        except (OSError, EOFError, ValueError, TypeError, pickle.UnpicklingError):
            self.close()
            if late.is_set() or self._process.returncode == _OUT_OF_TIME:
                return [Skipped(path, Cause("too-slow", {"seconds": round(self.limits.seconds)}))]
            return [Skipped(path, Cause("broke-off"))]
        if any(isinstance(one, Skipped) and one.cause.key == "memory" for one in found):
            self.close()
        return found

    def _answer(self, late: Event) -> tuple[Found, bool]:
        """Some of what stands in the file, and whether it is the rest. OSError and others where it
        says something else, or nothing any more; `late` is set where that took too long."""

        def end() -> None:
            late.set()
            self.end()

        timer = Timer(_WAITING * self.limits.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            found, whole = _PlainUnpickler(io.BytesIO(receive(self._answers) or b"")).load()
        finally:
            timer.cancel()
        if not isinstance(found, list):
            raise TypeError
        return found, bool(whole)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """End it at once, whatever it does; who waits for its answer gets none."""
        self._process.kill()

    def close(self) -> None:
        """End it, and leave nothing of it."""
        discard(self._process)


_spare: list[_Child] = []
_lock = Lock()


def _take(limits: Limits) -> _Child:
    with _lock:
        for child in list(_spare):
            if child.limits == limits or not child.alive:
                _spare.remove(child)
                if child.alive:
                    return child
    try:
        return _Child(limits)
    except OSError as error:
        raise CorpusError(sys.executable, f"cannot be started to read files: {error}") from None


def _give_back(child: _Child) -> None:
    if not child.alive:
        return
    with _lock:
        _spare.append(child)
    timer = Timer(IDLE, _dismiss, (child,))
    timer.daemon = True
    timer.start()


def _dismiss(child: _Child) -> None:
    with _lock:
        if child not in _spare:
            return
        _spare.remove(child)
    child.close()


@atexit.register
def _dismiss_all() -> None:
    for child in _spare:
        _dismiss(child)


class Readers:
    """Reads files in processes of their own."""

    def __init__(self, limits: Limits | None = None, stop: Event | None = None) -> None:
        """`stop` ends reading within a moment: StoppedError."""
        self._limits = limits or Limits()
        self._stop = stop or Event()

    def __call__(
        self, folder: Path, sources: Sequence[tuple[Source, bool]], done: Callable[[], None]
    ) -> Iterable[Found]:
        """What stands in each of `sources`, in their order; `done` is called after every one."""
        results: list[Found] = [[] for _ in sources]
        children: list[_Child] = []

        def work(numbers: Iterator[int]) -> None:
            child: _Child | None = None
            for number in numbers:
                if child is None or not child.alive:
                    children.append(child := _take(self._limits))
                results[number] = child.read((str(folder.absolute()), *sources[number]))
            if child is not None:
                _give_back(child)

        def look() -> None:
            if self._stop.is_set():
                raise StoppedError

        def end() -> None:
            for child in tuple(children):
                child.end()

        processes = self._processes(folder, sources)
        side_by_side(len(sources), processes, work, look=look, done=lambda _: done(), end=end)
        return results

    def _processes(self, folder: Path, sources: Sequence[tuple[Source, bool]]) -> int:
        size = 0
        for source, _ in sources:
            try:
                size += (folder / source.path).stat().st_size
            except OSError:  # its own reader says so
                continue
        return min(1 + size // SHARE, MOST, os.cpu_count() or 1, len(sources))
