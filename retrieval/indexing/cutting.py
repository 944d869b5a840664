"""Documents → their passages, terms and facts, a run at a time: here where they are few, and in
processes of their own, at a low priority, where they are many.

A run in a folder is named for all that shapes it, so that a build which was broken off goes on
where it was.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from shutil import rmtree
from threading import Event, Thread
from typing import BinaryIO, cast

import msgspec

from retrieval.analysis.segment import Segmenter, Terms
from retrieval.corpus.child import receive, send
from retrieval.corpus.documents import failure
from retrieval.engines.fields import Fields
from retrieval.errors import Skipped, Stage
from retrieval.indexing.records import Filling, Shelves, kept, prepare, segment
from retrieval.indexing.shelf import encode
from retrieval.model import Document

_LOST = "lost.bin"
RUN = 700_000
"""Characters of a run, about: some 4 s of work, and 60 MB of term counts."""
ALONE = 1_500_000
"""Characters for which a further process is not worth its start (1 s)."""
_NICE = 10
_LOOK = 0.1
"""Seconds until a stop is noticed."""


@dataclass(frozen=True, slots=True)
class Run:
    """Some documents, cut up."""

    shelves: Shelves
    fields: Fields
    lost: tuple[tuple[int, Skipped], ...]
    """Those that could not be, by their place among those given."""

    @classmethod
    def of(cls, documents: Sequence[Document], segmenter: Segmenter, folder: Path | None) -> Run:
        """Cut documents up; the shelves in a folder, the rest in memory."""
        filling = Filling(folder)
        lost: list[tuple[int, Skipped]] = []

        def terms() -> Iterator[Mapping[str, Sequence[Terms]]]:
            for place, document in enumerate(documents):
                stage = Stage.SPLIT
                try:
                    prepared = prepare(document)
                    stage = Stage.SEGMENT
                    facts, prepared, found = segment(document, prepared, segmenter)
                    filling.add(document, kept(prepared), facts)
                except Exception as error:  # whatever it is, it costs this document alone
                    lost.append((place, failure(document.id, stage, error)))
                else:
                    yield found

        fields = Fields.of(terms())
        return cls(filling.shelves(), fields, tuple(lost))

    def save(self, folder: Path) -> None:
        """Write what stands in memory beside the shelves."""
        self.fields.save(folder)
        (folder / _LOST).write_bytes(encode(self.lost))

    @classmethod
    def open(cls, folder: Path) -> Run:
        lost = msgspec.msgpack.decode(
            (folder / _LOST).read_bytes(), type=tuple[tuple[int, Skipped], ...]
        )
        fields = Fields.open(folder)
        return cls(Shelves.open(folder), fields, lost)


def cut(
    documents: Sequence[Document],
    words: frozenset[str],
    recipe: str,
    workshop: Path,
    done: Callable[[int], None],
) -> list[Run]:
    """Cut documents up, in order, with the operator's `words`. `done` is told how many were done
    since it was told last, and may raise to end it all. Many are cut up in processes of their own,
    and stand in the folder `workshop`; `recipe` names the code that does it."""
    size = sum(len(document.text) for document in documents)
    if size < ALONE:
        segmenter, runs = Segmenter(words), []
        for batch in _batches(documents, 50_000):
            runs.append(Run.of(batch, segmenter, None))
            done(len(batch))
        return runs
    batches = list(_batches(documents, RUN))
    folders = [workshop / _name(batch, words, recipe) for batch in batches]
    _in_processes([*zip(batches, folders, strict=True)], words, done)
    return [Run.open(folder) for folder in folders]


def _batches(documents: Sequence[Document], size: int) -> Iterator[Sequence[Document]]:
    start = length = 0
    for end, document in enumerate(documents, start=1):
        length += len(document.text)
        if length >= size:
            yield documents[start:end]
            start, length = end, 0
    if start < len(documents):
        yield documents[start:]


def _name(documents: Sequence[Document], words: frozenset[str], recipe: str) -> str:
    digest = hashlib.sha256(recipe.encode())
    for line in (*sorted(words), *(f"{one.id} {one.fingerprint}" for one in documents)):
        digest.update(f"{line}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def _in_processes(
    tasks: Sequence[tuple[Sequence[Document], Path]],
    words: frozenset[str],
    done: Callable[[int], None],
) -> None:
    numbers, finished, over = count(), SimpleQueue[tuple[int, bool]](), Event()
    children: list[subprocess.Popen[bytes]] = []

    def work(child: subprocess.Popen[bytes]) -> None:
        asks, answers = cast(BinaryIO, child.stdin), cast(BinaryIO, child.stdout)
        with child:
            while (number := next(numbers)) < len(tasks) and not over.is_set():
                documents, folder = tasks[number]
                made = folder.is_dir()  # by a build that was broken off
                if not made and child.poll() is None:
                    try:
                        send(asks, pickle.dumps((documents, words, folder), 5))
                        made = receive(answers) is not None
                    except OSError:  # it is gone
                        made = False
                finished.put((number, made))
            child.terminate()

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    for _ in range(min(os.cpu_count() or 1, len(tasks))):
        child = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the parent, which ends it
        )
        children.append(child)
        Thread(target=work, args=(child,), daemon=True).start()
    try:
        left = len(tasks)
        while left:
            try:
                number, made = finished.get(timeout=_LOOK)
            except Empty:
                done(0)
                continue
            documents, folder = tasks[number]
            if not made:  # the process is gone, whatever ended it
                _made(documents, Segmenter(words), folder)
            done(len(documents))
            left -= 1
    except BaseException:
        over.set()
        for child in children:
            child.kill()
        raise


def _made(documents: Sequence[Document], segmenter: Segmenter, folder: Path) -> None:
    """Cut documents up into a folder, which is there only once it is whole."""
    part = folder.with_name(f"{folder.name}.{os.getpid()}")
    rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    Run.of(documents, segmenter, part).save(part)
    try:
        part.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        rmtree(part, ignore_errors=True)  # another process was first


def main() -> None:
    """Cut up what the parent sends, until its end of the pipe closes."""
    if hasattr(os, "nice"):
        with suppress(PermissionError):  # where the system's rules for services forbid it
            os.nice(_NICE)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the answers
    segmenter = Segmenter()
    while (message := receive(sys.stdin.buffer)) is not None:
        documents, words, folder = pickle.loads(message)  # noqa: S301 - from our own parent
        if words != segmenter.added:
            segmenter = Segmenter(words)
        _made(documents, segmenter, folder)
        send(answers, b"done")


if __name__ == "__main__":
    main()
