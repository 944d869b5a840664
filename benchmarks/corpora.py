"""Builds the corpus of any folder, as the bot would, and reports what came of it, as Markdown:
``python benchmarks/corpora.py DIR [DIR …]``.

Nothing is asserted. It tells of how many documents the title, the date and the address are known
and from where, what their passages and blocks are, what was lost and why, and what all of it
cost. As a first look at finding, some titles are asked for, and some sentences out of the middle
of documents: the share that leads to its own document first.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

# So that it runs as a file of a clone, wherever it is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.tables import share, table
from bot.wording.citation import web_address
from bot.wording.corpus import skip_lines
from bot.wording.locale import locale
from retrieval.analysis.sentences import sentences
from retrieval.corpus import load
from retrieval.corpus.pool import Readers
from retrieval.errors import CorpusError, Skipped
from retrieval.indexing import build
from retrieval.model import Document
from retrieval.processes import Limits
from retrieval.ranking import Index

ASKED = 200
"""Documents whose title, and a sentence of which, is asked for."""
_NEWS = 5.0
"""Seconds between two words on how far it is."""
_SENTENCE = range(12, 61)
"""Characters of a sentence that is asked for."""


def main(argv: Sequence[str] | None = None) -> None:
    """Report on every folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--seconds", type=float, default=Limits().seconds, help="for one file")
    parser.add_argument("--megabytes", type=int, default=Limits().megabytes, help="for one file")
    options = parser.parse_args(argv)
    limits = Limits(options.seconds, options.megabytes)
    for folder in options.folders:
        # A fresh process, so that no measurement holds the memory of another.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            for line in pool.submit(report, folder, limits).result():
                print(line, flush=True)


def report(folder: Path, limits: Limits) -> list[str]:
    """What came of one folder, line by line."""
    lines = [f"## {folder.resolve().name}", ""]
    before = _peak()
    started = perf_counter()
    try:
        corpus = load(folder, progress=_telling("files read"), reading=Readers(limits))
    except CorpusError as error:
        return [*lines, str(error), ""]
    read = perf_counter() - started
    started = perf_counter()
    index = build(corpus, _telling("documents cut up"))
    indexed = perf_counter() - started
    characters = sum(len(document.text) for document in corpus.documents)
    sources = {document.source for document in corpus.documents}
    rows = [
        ("documents", f"{len(index.documents):,} out of {len(sources):,} files"),
        ("passages", f"{len(index.passages):,}"),
        ("characters", f"{characters:,}"),
        *_described(index),
        *_found(index),
        ("reading", f"{read:.1f} s"),
        ("indexing", f"{indexed:.1f} s"),
        ("memory", f"{(_peak() - before) / 2**20:.0f} MB at most, beside {before / 2**20:.0f}"),
    ]
    lines += [table(("", folder.resolve().name), rows), ""]
    return [*lines, *_lost(index.skipped), ""]


def _telling(what: str) -> Callable[[int, int], None]:
    """Says now and then, beside the report, how far it is: a folder of PDFs takes minutes."""
    said = perf_counter()

    def progress(done: int, total: int) -> None:
        nonlocal said
        if perf_counter() - said > _NEWS or done == total:
            said = perf_counter()
            print(f"{done:,} of {total:,} {what}", file=sys.stderr, flush=True)

    return progress


def _described(index: Index) -> Iterator[tuple[str, str]]:
    """Titles, dates, addresses, publishers, and what the text is made of."""
    documents = index.documents
    yield "titles from", _counted(document.origins.get("title") for document in documents)
    alike = Counter(document.title for document in documents)
    yield "documents that share a title", str(sum(n for n in alike.values() if n > 1))
    yield "dates from", _counted(document.origins.get("published") for document in documents)
    yield "with an address of their own", str(sum(web_address(d) is not None for d in documents))
    yield "with a publisher", str(sum(d.publisher is not None for d in documents))
    yield "with an author", str(sum(d.author is not None for d in documents))
    yield "links in their text", f"{sum(len(document.links) for document in documents):,}"
    yield "blocks", _counted(block.kind.value for d in documents for block in d.blocks)
    lengths = sorted(passage.end - passage.start for passage in index.passages) or [0]
    middle, longest = lengths[len(lengths) // 2], lengths[-1]
    yield "characters of a passage", f"{middle} in the middle, {longest:,} at most"


def _found(index: Index) -> Iterator[tuple[str, str]]:
    """Whether documents are found by their own titles and words."""
    chosen = list(index.documents)[:: max(len(index.documents) // ASKED, 1)][:ASKED]
    told = [d for d in chosen if index.searchable(d.title)]
    yield "title asked for: its document first", _share(index, [(d.title, d) for d in told])
    said = [(text, d) for d in chosen if (text := _sentence(d))]
    yield "sentence asked for: its document first", _share(index, said)


def _sentence(document: Document) -> str | None:
    """A sentence from the middle of the document."""
    found = [document.text[start:end].strip() for start, end in sentences(document.text)]
    usual = [text for text in found if len(text) in _SENTENCE]
    return usual[len(usual) // 2] if usual else None


def _share(index: Index, asked: Sequence[tuple[str, Document]]) -> str:
    right = 0
    for question, document in asked:
        first = index.search(question, page=slice(1)).hits
        # Another document with the same words is as right.
        right += any(
            hit.passage.document.id == document.id or question in hit.passage.document.text
            or question == hit.passage.document.title
            for hit in first
        )  # fmt: skip
    return f"{share(right / len(asked))} of {len(asked)}" if asked else "–"


def _counted(names: Iterator[str | None]) -> str:
    counts = Counter(name or "none" for name in names).most_common()
    return ", ".join(f"{name} {count:,}" for name, count in counts) or "–"


def _lost(skipped: Sequence[Skipped]) -> Iterator[str]:
    """Everything that was not read, a line a kind."""
    yield f"{sum(one.wanted for one in skipped)} lost, {len(skipped)} not read in all."
    for wanted, line in skip_lines(skipped, locale("en")):
        yield f"- {'**lost** ' if wanted else ''}{line.removeprefix('– ')}"


def _peak() -> int:
    """Bytes that this process had in memory at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
