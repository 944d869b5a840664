"""Prints Yinju's speed and memory, as Markdown: ``python benchmarks/speed.py DIR``.

The corpus of a BEIR folder is multiplied to the wanted number of passages: each copy of a
document has an id of its own and its sentences in another order. Each size is measured in a
process of its own. A question is timed as a chat asks it: segmentation, ranking, excerpts.
"""

from __future__ import annotations

import gc
import hashlib
import os
import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from time import perf_counter

# So that it runs as a file of a clone, wherever it is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.sets import QuestionSet, arguments, load
from benchmarks.tables import table
from retrieval.analysis.sentences import sentences
from retrieval.indexing import build
from retrieval.model import Block, Corpus, Document
from retrieval.passages import split

SIZES = (1_000, 10_000)
WARM = 50
"""Questions asked before the clock runs."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one size cost. Memory in bytes, None where the system does not tell."""

    documents: int
    passages: int
    characters: int
    seconds: float
    milliseconds: tuple[float, ...]
    before: int | None
    after: int | None


def main(argv: Sequence[str] | None = None) -> None:
    """Print a line for every set and size."""
    parser = arguments(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="passages")
    options = parser.parse_args(argv)
    rows = []
    for argument in options.sets:
        for size in options.sizes:
            # A fresh process, so that no measurement holds the memory of another.
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                call = pool.submit(measure, argument, options.questions, options.seed, size)
                rows.append(_row(Path(argument).name, call.result()))
    print(table(_HEADING, rows))


def measure(argument: str, questions: int, seed: int, passages: int) -> Measured:
    """Index a corpus of at least so many passages and ask it the questions."""
    chosen = load(argument, questions, seed)
    corpus = multiplied(chosen, passages, seed)
    build(Corpus(corpus.documents[:1]))  # jieba's dictionary and OpenCC's are loaded once
    gc.collect()
    before = resident()
    started = perf_counter()
    index = build(corpus)
    seconds = perf_counter() - started
    gc.collect()
    after = resident()
    spent = []
    asked = [question.text for question in chosen.questions]
    for text in [*asked[:WARM], *asked]:
        started = perf_counter()
        index.search(text)
        spent.append(1000 * (perf_counter() - started))
    return Measured(
        documents=len(index.documents),
        passages=len(index.passages),
        characters=sum(len(document.text) for document in corpus.documents),
        seconds=seconds,
        milliseconds=tuple(spent[len(asked[:WARM]) :]),
        before=before,
        after=after,
    )


def multiplied(chosen: QuestionSet, passages: int, seed: int) -> Corpus:
    """Documents of the set, copied until they hold at least so many passages."""
    taken, count = [], 0
    for document in _copies(chosen.corpus.documents, random.Random(seed)):
        taken.append(document)
        count += len(split(document))
        if count >= passages:
            break
    return Corpus(tuple(taken))


def _copies(documents: Sequence[Document], chance: random.Random) -> Iterator[Document]:
    if not any(document.text.strip() for document in documents):
        raise SystemExit("the corpus has no text to multiply")
    yield from documents
    number = 1
    while True:
        number += 1
        for document in documents:
            parts = [document.text[start:end] for start, end in sentences(document.text)]
            chance.shuffle(parts)
            text = "".join(parts)
            digest = hashlib.sha256(f"{number} {document.id}\n{text}".encode()).hexdigest()
            yield replace(
                document,
                id=f"{document.id} ({number})",
                text=text,
                blocks=(Block(0, len(text)),) if text else (),
                fingerprint=digest,
            )


def resident() -> int | None:
    """Bytes of memory this process holds now; None where there is no /proc."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


_HEADING = (
    "corpus",
    "documents",
    "passages",
    "characters",
    "index, s",
    "ms per question, p50",
    "p99",
    "memory of the index, MB",
    "of the process, MB",
)


def _row(name: str, found: Measured) -> list[str]:
    percentiles = quantiles(found.milliseconds, n=100, method="inclusive")
    memory = ["–", "–"]
    if found.before is not None and found.after is not None:
        memory = [f"{(found.after - found.before) / 1e6:.0f}", f"{found.after / 1e6:.0f}"]
    return [
        name,
        f"{found.documents:,}",
        f"{found.passages:,}",
        f"{found.characters:,}",
        f"{found.seconds:.1f}",
        f"{percentiles[49]:.2f}",
        f"{percentiles[98]:.2f}",
        *memory,
    ]


if __name__ == "__main__":
    main()
