"""A process of its own that searches, beside the one that talks.

Whoever computes holds Python's lock, and a bot whose own steps take turns with its searches is
late at each of them. Generations that are kept in a store are searched by that process, which maps
the same files; all others, and all where there is no such process, by threads of this one.
"""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import os
import pickle
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from retrieval.indexing.serving import give_memory_back
from retrieval.indexing.store import opened
from retrieval.library import Library
from retrieval.model import Document, Passage
from retrieval.places import key
from retrieval.ranking.searcher import Index

logger = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Process:
    """The other process, and the way to it."""

    number: int
    socket: socket.socket

    def end(self) -> None:
        """Let it end, and wait for that: at the most for what it is about to find."""
        self.socket.close()
        with suppress(ChildProcessError):
            os.waitpid(self.number, 0)


def fork() -> Process | None:
    """Start the process that searches; None where there can be none. To be called before there
    are threads, and before a corpus is in memory: what is loaded by then is shared."""
    if sys.platform != "linux":
        return None  # elsewhere a process has to be loaded anew, or may not be split at all
    ours, theirs = socket.socketpair()
    gc.freeze()
    if number := os.fork():
        theirs.close()
        return Process(number, ours)
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # it ends when the other one does
        os.closerange(3, theirs.fileno())
        os.closerange(theirs.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        _serve(theirs.makefile("rwb"))
    finally:
        os._exit(0)


class Searcher:
    """Searches the generations of a library without holding up the event loop."""

    def __init__(self, library: Library, process: Process | None = None) -> None:
        """`process` as `fork` gives it; it ends with the searcher."""
        self.library = library
        self._process = process
        self._waiting: deque[asyncio.Future[bytes]] = deque()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._hearing: asyncio.Task[None] | None = None

    @property
    def current(self) -> Index:
        """The generation in service."""
        return self.library.current

    async def start(self) -> None:
        """Let the process open what is in service, and load what a first question needs."""
        if self._process is not None:
            self._streams = await asyncio.open_connection(sock=self._process.socket)
            self._hearing = asyncio.create_task(self._hear(self._streams[0]))
            await self.run(self.current, Index.search, "語料")  # what is loaded once

    async def close(self) -> None:
        """Let the process end. Nothing can be asked any more."""
        if self._hearing is not None:
            self._hearing.cancel()
            await asyncio.gather(self._hearing, return_exceptions=True)
        if self._streams is not None:
            self._streams[1].close()
        if self._process is not None:
            await asyncio.to_thread(self._process.end)

    async def run(
        self,
        index: Index,
        work: Callable[Concatenate[Index, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """What `work`, a function of a module, finds in `index`. Raises what it raises."""
        folder = self.library.kept(index) if self._streams is not None else None
        if folder is None or self._streams is None:
            return await asyncio.to_thread(work, index, *args, **kwargs)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        asked = pickle.dumps(folder) + _packed((work, args, kwargs), index)
        self._streams[1].write(len(asked).to_bytes(_LENGTH, "big") + asked)
        if found := await answer:
            done: T = _Incoming(io.BytesIO(found), index).load()
            return done
        return await asyncio.to_thread(work, index, *args, **kwargs)  # it failed there

    async def _hear(self, answers: asyncio.StreamReader) -> None:
        try:
            while True:
                length = int.from_bytes(await answers.readexactly(_LENGTH), "big")
                answer = await answers.readexactly(length)
                waiting = self._waiting.popleft()
                if not waiting.done():
                    waiting.set_result(answer)
        except (EOFError, OSError):
            logger.error("The process that searches has ended. Threads search in its place.")
            writer, self._streams = self._streams, None
            if writer is not None:
                writer[1].close()
            for waiting in self._waiting:
                if not waiting.done():
                    waiting.set_result(b"")


def _packed(message: object, index: Index) -> bytes:
    stream = io.BytesIO()
    _Outgoing(stream, index).dump(message)
    return stream.getvalue()


class _Outgoing(pickle.Pickler):
    """Its documents and passages go by their numbers."""

    def __init__(self, stream: io.BytesIO, index: Index) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self._places = index.places

    def persistent_id(self, found: object) -> tuple[int, int | None] | None:
        if isinstance(found, Document):
            number = self._places.document(key(found.id))
            assert number is not None, "the document is of this generation"
            return number, None
        if isinstance(found, Passage):
            number = self._places.document(key(found.document.id))
            assert number is not None, "the document is of this generation"
            return number, found.ordinal
        return None


class _Incoming(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, index: Index) -> None:
        super().__init__(stream)
        self._index = index

    def persistent_load(self, pid: tuple[int, int | None]) -> Document | Passage:
        number, ordinal = pid
        if ordinal is None:
            return self._index.documents[number]
        return self._index.places.at(number, ordinal)


def _serve(stream: Any) -> None:  # noqa: ANN401 (a socket's file, to read and to write)
    """Answer until the other side is gone."""
    open_folder: Path | None = None
    index: Index | None = None
    while head := stream.read(_LENGTH):
        asked = io.BytesIO(stream.read(int.from_bytes(head, "big")))
        try:
            folder = pickle.load(asked)  # noqa: S301 - from our own parent
            if index is None or folder != open_folder:
                index = None  # one at a time, for each has a dictionary of its own
                gc.collect()
                give_memory_back()
                index, open_folder = opened(folder).index, folder
            work, args, kwargs = _Incoming(asked, index).load()
            answer = _packed(work(index, *args, **kwargs), index)
        except Exception as error:
            logger.warning("A search failed in a process of its own: %s", type(error).__name__)
            answer = b""
        stream.write(len(answer).to_bytes(_LENGTH, "big") + answer)
        stream.flush()
