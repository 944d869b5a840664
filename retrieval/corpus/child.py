"""The process that reads files for the bot: what a file does to it, it does to nothing else.

It takes tasks on its standard input and answers on its standard output, one after the other,
each a length and a pickle. It ends when its input does, or when a file has cost too much.
"""

from __future__ import annotations

import copyreg
import os
import pickle
import sys
from enum import StrEnum
from pathlib import Path

from retrieval.corpus.documents import read_file
from retrieval.corpus.sources import Source
from retrieval.errors import Cause, Skipped, Stage
from retrieval.model import BlockKind
from retrieval.processes import limit_memory, limit_time, receive, send

READY = b"ready"

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
        try:
            found = read_file(Path(folder), source, described=described)
            exhausted = any(isinstance(o, Skipped) and o.cause.key == "memory" for o in found)
            data = pickle.dumps(found, pickle.HIGHEST_PROTOCOL)
        except MemoryError:
            exhausted = True
        if exhausted:
            data = pickle.dumps([Skipped(source.path, Cause("memory", {"megabytes": megabytes}))])
        send(answers, data)
        if exhausted:  # what is left of the memory is in pieces
            return


if __name__ == "__main__":
    main()
