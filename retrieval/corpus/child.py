"""The process that reads files for the bot: what a file does to it, it does to nothing else.

It takes tasks on its standard input and answers on its standard output, one after the other: what
it found so far, and whether that was all. It ends when its input does, or when a file has cost too
much.
"""

from __future__ import annotations

import copyreg
import os
import pickle
import sys
from enum import StrEnum
from pathlib import Path

from retrieval.corpus.documents import Found, read_file
from retrieval.corpus.sources import Source
from retrieval.errors import Cause, Skipped, Stage
from retrieval.model import BlockKind
from retrieval.processes import limit_memory, limit_time, receive, send

READY = b"ready"

ANSWER = 1024 * 1024
"""Characters of documents in one answer, about."""

Task = tuple[str, Source, bool]
"""The corpus folder, what is known of the file, and whether the manifest names it."""


def _by_value(one: StrEnum) -> tuple[type[StrEnum], tuple[str]]:
    return type(one), (one.value,)


# Python 3.11 before 3.11.4 (Debian's) would write `getattr`, which the parent does not take.
for _kind in (BlockKind, Stage):
    copyreg.pickle(_kind, _by_value)


def main() -> None:
    """Answer until the input ends."""
    seconds, megabytes = float(sys.argv[1]), int(sys.argv[2])
    # What a library prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit_memory(megabytes)
    send(answers, READY)
    while (message := receive(sys.stdin.buffer)) is not None:
        folder, source, described = pickle.loads(message)  # noqa: S301 - from our own parent
        limit_time(seconds)
        found: Found = []
        size, exhausted = 0, False
        try:
            for one in read_file(Path(folder), source, described=described):
                found.append(one)
                if isinstance(one, Skipped):
                    exhausted = exhausted or one.cause.key == "memory"
                elif (size := size + len(one.text)) >= ANSWER:
                    send(answers, pickle.dumps((found, False), pickle.HIGHEST_PROTOCOL))
                    limit_time(seconds)
                    found, size = [], 0
            data = pickle.dumps((found, True), pickle.HIGHEST_PROTOCOL)
        except MemoryError:
            exhausted = True
        if exhausted:
            found = [Skipped(source.path, Cause("memory", {"megabytes": megabytes}))]
            data = pickle.dumps((found, True))
        send(answers, data)
        if exhausted:  # what is left of the memory is in pieces
            return
