"""A process of its own that searches, beside the one that talks.

Whoever computes holds Python's lock, and a bot whose own steps take turns with its searches is
late at each of them. Generations that are kept in a store are searched by that process, which maps
the same files; all others, and all where there is no such process, by threads of this one.

What that process found is kept for a while, for people page back, press, and ask what others do.
"""

from __future__ import annotations

import asyncio
import io
import logging
import pickle
import secrets
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from functools import partial
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from socket import socket
from typing import Any, BinaryIO, Concatenate, ParamSpec, TypeVar, cast

from retrieval.analysis.folding import fold
from retrieval.analysis.numbers import number
from retrieval.errors import EngineError
from retrieval.indexing import building
from retrieval.indexing.store import opened
from retrieval.library import Library
from retrieval.model import Bridge, Document, Excerpt, Hit, Passage, Query, Result
from retrieval.places import key
from retrieval.processes import LENGTH, Process, fork, give_memory_back, receive, send
from retrieval.ranking import Index

logger = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")
Reduced = tuple[Callable[..., Any], tuple[Any, ...]]
"""What `pickle` makes an object of: a callable and what it is called with."""

_MOST, _LONGEST = 2000, 8192
"""Answers that are kept at once, and bytes of each: it has about a thousand."""


def process() -> Process | None:
    """Start the process that searches, where there can be one: see `processes.fork`."""
    return fork(_serve)


Processes = tuple[Process | None, Process | None]
"""The one that searches and the one that builds, where there are any."""


def split_off() -> Processes:
    """Start both. The sooner, the better: of what a bot loads afterwards for itself they have
    nothing, and what it changes is not kept for them as it was."""
    fold("")  # its tables, for all three
    number("三千五")  # and cn2an, for which nobody's answer is to wait a quarter of a second
    give_memory_back()
    return process(), building.process()


class Searcher:
    """Searches the generations of a library without holding up the event loop."""

    def __init__(
        self, library: Library, process: Process | None = None, seconds: float = 600.0
    ) -> None:
        """`process` as `process()` gives it; it ends with the searcher. What it found is kept for
        `seconds` at most."""
        self.library = library
        self._process = process
        self._seconds = seconds
        self._secret = secrets.token_bytes(32)
        self._folder: Path | None = None
        self._found: dict[bytes, bytes] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._under_way: dict[bytes, asyncio.Future[bytes]] = {}
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
        with suppress(EngineError):  # the place may be away for now
            await self.run(self.current, Index.search, "三千五百条語料")

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
        asked = pickle.dumps(folder) + _packed((work, args, kwargs), index)
        if folder != self._folder:
            self.forget()
            self._folder = folder
        mark = blake2b(asked, key=self._secret, digest_size=16).digest()  # no question is a key
        found = self._found.get(mark)
        if found is None:
            if (answer := self._under_way.get(mark)) is None:
                answer = self._under_way[mark] = asyncio.get_running_loop().create_future()
                answer.add_done_callback(lambda _: self._under_way.pop(mark))
                self._waiting.append(answer)
                self._streams[1].write(len(asked).to_bytes(LENGTH, "big") + asked)
            found = await asyncio.shield(answer)  # for it may not be one alone who waits
        if not found:
            return await asyncio.to_thread(work, index, *args, **kwargs)  # it failed there
        done: T = _Incoming(io.BytesIO(found), index).load()
        if isinstance(done, Result) and not done.partial and len(found) <= _LONGEST:
            self._keep(mark, found)
        return done

    def forget(self) -> None:
        """Keep nothing any more of what was found: what was asked stands in it."""
        self._found.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _keep(self, mark: bytes, found: bytes) -> None:
        if len(self._found) >= _MOST:
            self.forget()
        self._found[mark] = found
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self.forget)

    async def _hear(self, answers: asyncio.StreamReader) -> None:
        try:
            while True:
                length = int.from_bytes(await answers.readexactly(LENGTH), "big")
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


def _reduced(one: object, kind: type, values: attrgetter[tuple[Any, ...]]) -> Reduced:
    return kind, values(one)


_REDUCED: dict[type, Callable[[Any], Reduced]] = {
    kind: partial(_reduced, kind=kind, values=attrgetter(*(each.name for each in fields(kind))))
    for kind in (Result, Query, Bridge, Hit, Excerpt)
}
"""Dataclasses by themselves, and a Python function that looks at each object, take three times as
long: with both, 170 µs an answer there and 75 here."""


class _Outgoing(pickle.Pickler):
    """Its documents and passages go by their numbers."""

    def __init__(self, stream: io.BytesIO, index: Index) -> None:
        self._places = index.places
        self.dispatch_table = _REDUCED | {Document: self._document, Passage: self._passage}
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)

    def _document(self, one: Document, ordinal: int | None = None) -> Reduced:
        number = self._places.document(key(one.id))
        assert number is not None, "the document is of this generation"
        return _numbered, (number, ordinal)

    def _passage(self, one: Passage) -> Reduced:
        return self._document(one.document, one.ordinal)


def _numbered(number: int, ordinal: int | None) -> Document | Passage:
    """A document or a passage by its number: the other side puts its own in place of this."""
    raise NotImplementedError


class _Incoming(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, index: Index) -> None:
        super().__init__(stream)
        self._index = index

    def find_class(self, module: str, name: str) -> object:
        return self._numbered if name == _numbered.__name__ else super().find_class(module, name)

    def _numbered(self, number: int, ordinal: int | None) -> Document | Passage:
        if ordinal is None:
            return self._index.documents[number]
        return self._index.places.at(number, ordinal)


def _serve(other: socket) -> None:
    """Answer until the other side is gone."""
    open_folder: Path | None = None
    index: Index | None = None
    stream = cast(BinaryIO, other.makefile("rwb"))
    while (message := receive(stream)) is not None:
        asked = io.BytesIO(message)
        try:
            folder = pickle.load(asked)  # noqa: S301 - from our own parent
            if index is None or folder != open_folder:
                index = None  # one at a time; nothing of it is in a cycle
                give_memory_back()
                index, open_folder = opened(folder).index, folder
            work, args, kwargs = _Incoming(asked, index).load()
            answer = _packed(work(index, *args, **kwargs), index)
        except Exception as error:
            logger.warning("A search failed in a process of its own: %s", type(error).__name__)
            answer = b""
        send(stream, answer)
