"""Prints what search engines cost, as Markdown: ``python benchmarks/engines.py``.

Every engine indexes the same generated passages and answers the same questions, each in a process
of its own. *Yinju* is all of an answer: segmentation, two rankings, excerpts; the others rank the
text alone, with what `benchmarks/peers.py` says. Its *engine* is its ranking of a question that is
segmented already. Memory is what the process holds once it has answered, beside what it held with
the passages alone. An engine that needs longer than ``--patience`` at a size is left out above it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from statistics import quantiles

# So that it runs as a file of a clone, wherever it is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import generated
from benchmarks.peers import DEPTH, PEERS, Ranker
from benchmarks.speed import resident
from benchmarks.tables import table
from retrieval.engines.cluster import Cluster
from retrieval.engines.milvus import Milvus
from retrieval.indexing import build
from retrieval.indexing.store import Store
from retrieval.library import Library
from retrieval.model import Block, Corpus, Document
from retrieval.queries import analyse
from retrieval.ranking import CANDIDATES, Index

SIZES = (10_000, 100_000, 1_000_000)
ASKED, WARM = 200, 20
_HEADING = ("engine", "passages", "build, s", "memory, MB", "on disk, MB", "p50, ms", "p99, ms")

Ask = Callable[[str], object]


def bm25s_jieba(texts: Sequence[str]) -> Ranker:
    """bm25s with Lucene's BM25 over jieba's words."""
    bm25s, jieba = import_module("bm25s"), import_module("jieba")
    model = bm25s.BM25(method="lucene")
    model.index([jieba.lcut(text) for text in texts], show_progress=False)

    def rank(question: str) -> list[int]:
        found, _ = model.retrieve([jieba.lcut(question)], k=DEPTH, show_progress=False)
        numbers: list[int] = found[0].tolist()
        return numbers

    return rank


def _memory(texts: Sequence[str], _: Path) -> Index:
    documents = tuple(
        Document(str(n), f"{n}", text, (Block(0, len(text)),), "generated", str(n))
        for n, text in enumerate(texts)
    )
    return build(Corpus(documents))


def _disk(texts: Sequence[str], folder: Path, place: Milvus | None = None) -> Index:
    corpus = folder / "corpus"
    corpus.mkdir()
    for start in range(0, len(texts), 2_000):
        rows = (
            json.dumps({"id": str(n), "title": str(n), "text": text}, ensure_ascii=False)
            for n, text in enumerate(texts[start : start + 2_000], start)
        )
        (corpus / f"{start:09}.jsonl").write_text("\n".join(rows), encoding="utf-8")
    library = Library(corpus, store=folder / "index", place=place)
    if place is not None:
        library.current.engine.publish()
        return library.current
    opened = Store(folder / "index", corpus).last()
    assert opened is not None
    return opened.index


def _milvus(texts: Sequence[str], folder: Path) -> Index:
    return _disk(texts, folder, Milvus(Cluster(str(folder / "index" / "milvus.db"))))


def _engine(index: Index) -> Ask:
    queries = {text: analyse(text, index.lexicon) for text in generated.questions(ASKED + WARM)}
    return lambda question: index.engine.search(queries[question], CANDIDATES)


OURS: dict[str, Callable[[Sequence[str], Path], Ask]] = {
    "**Yinju**, in memory": lambda texts, folder: _memory(texts, folder).search,
    "**Yinju**, on disk": lambda texts, folder: _disk(texts, folder).search,
    "**Yinju**'s engine, on disk": lambda texts, folder: _engine(_disk(texts, folder)),
    "**Yinju**'s engine, Milvus Lite": lambda texts, folder: _engine(_milvus(texts, folder)),
}
OTHERS = {**PEERS, "bm25s + jieba": bm25s_jieba}


def main(argv: Sequence[str] | None = None) -> None:
    """Print a line for every engine and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="passages")
    parser.add_argument("--engines", nargs="+", help="only those whose names have one of these")
    parser.add_argument("--patience", type=float, default=1800.0, help="seconds (1800)")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        name, size = options.child
        print(json.dumps(measure(name, int(size))))
        return
    rows, slow = [], set[str]()
    names = [*OURS, *OTHERS]
    for size in options.sizes:
        for name in names:
            wanted = not options.engines or any(part in name for part in options.engines)
            if wanted and name not in slow:
                found = _child(name, size, options.patience)
                if found is None:
                    slow.add(name)
                rows.append([name, f"{size:,}", *(found or ["–"] * (len(_HEADING) - 2))])
    print(table(_HEADING, rows))


def measure(name: str, size: int) -> list[float]:
    """What an engine costs with so many passages, as the columns have it."""
    made = generated.documents(-(-size // generated.PASSAGES))
    texts = [text for one in made for text in one.paragraphs][:size]
    asked = generated.questions(ASKED + WARM)
    with tempfile.TemporaryDirectory() as folder:
        held, started = resident() or 0, time.perf_counter()
        ask = OURS[name](texts, Path(folder)) if name in OURS else OTHERS[name](texts)
        seconds = time.perf_counter() - started
        spent = []
        for question in asked:
            before = time.process_time()
            ask(question)
            spent.append(1000 * (time.process_time() - before))
        cuts = quantiles(spent[WARM:], n=100, method="inclusive")
        index = Path(folder) / "index"
        disk = sum(path.stat().st_size for path in index.rglob("*")) if index.is_dir() else 0
        return [seconds, ((resident() or 0) - held) / 1e6, disk / 1e6, cuts[49], cuts[98]]


def _child(name: str, size: int, patience: float) -> list[str] | None:
    """The measured columns; None where it took too long or a library is missing."""
    command = [sys.executable, __file__, "--child", name, str(size)]
    try:
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=patience)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        print(f"{name}, {size:,}: left out ({type(error).__name__})", file=sys.stderr)
        return None
    figures: list[float] = json.loads(done.stdout.splitlines()[-1])
    return [f"{one:,.0f}" if one >= 100 else f"{one:.2f}" for one in figures]


if __name__ == "__main__":
    main()
