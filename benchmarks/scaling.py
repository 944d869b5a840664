"""Prints how Yinju grows with its corpus, as Markdown: ``python benchmarks/scaling.py``.

A generated corpus (`benchmarks/generated.py`) of each size is indexed on disk, opened by a fresh
process, asked, reloaded untouched, and reloaded after one document changed. What each costs is
fitted to a power of the size: the exponent is 1 where cost grows as the corpus does, 0 where it
does not grow. With ``--plot FILE.png``, a picture of it (needs matplotlib).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from statistics import quantiles

# So that it runs as a file of a clone, wherever it is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks import generated
from benchmarks.speed import resident
from benchmarks.tables import table
from retrieval.indexing import building
from retrieval.library import Library

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ASKED, WARM = 300, 30
_QUESTIONS = "questions.json"
COLUMNS = {
    "build": "build, s",
    "build_cpu": "… of processor time",
    "build_peak": "build, at most MB",
    "build_here": "beside it, MB",
    "disk": "on disk, MB",
    "start": "start to first answer, s",
    "resident": "resident, MB",
    "p50": "question p50, ms",
    "p99": "p99, ms",
    "reload": "untouched reload, s",
    "changed": "one document changed, s",
    "changed_cpu": "… of processor time",
    "changed_peak": "then at most MB",
    "changed_here": "beside it, MB",
}


def main(argv: Sequence[str] | None = None) -> None:
    """Print a line for every size, and the exponents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="passages")
    parser.add_argument("--plot", type=Path, help="a picture of the curves, as PNG")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        what, corpus, store = options.child
        made = _build if what == "build" else _serve
        print(json.dumps(made(Path(corpus), Path(store))))
        return
    found = [measure(size) for size in options.sizes]
    rows = [[f"{one['passages']:,.0f}", *(_shown(one[c]) for c in COLUMNS)] for one in found]
    if len(found) > 1:
        fitted = exponents(found)
        rows.append(["exponent", *(f"{fitted[column]:.2f}" for column in COLUMNS)])
    print(table(("passages", *COLUMNS.values()), rows))
    if options.plot:
        plot(found, options.plot)


def measure(size: int) -> dict[str, float]:
    """What a corpus of so many passages costs, each step in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, store = Path(folder) / "corpus", Path(folder) / "index"
        corpus.mkdir()
        generated.write(corpus, size)
        asked = json.dumps(generated.questions(ASKED + WARM))
        (Path(folder) / _QUESTIONS).write_text(asked, encoding="utf-8")
        past = time.time() - 60
        for path in corpus.iterdir():
            os.utime(path, (past, past))  # a file just written is not trusted to be whole
        return {**_child("build", corpus, store), **_child("serve", corpus, store)}


def exponents(found: Sequence[dict[str, float]]) -> dict[str, float]:
    """Of each cost, the power of the size that fits it best."""
    sizes = np.log([one["passages"] for one in found])
    return {
        column: float(np.polyfit(sizes, np.log([max(one[column], 1e-6) for one in found]), 1)[0])
        for column in COLUMNS
    }


def plot(found: Sequence[dict[str, float]], path: Path) -> None:
    """Draw each cost over the size, both logarithmic, beside the first size's."""
    pyplot = import_module("matplotlib.pyplot")
    figure, axes = pyplot.subplots(figsize=(8, 5))
    for column in ("build", "disk", "start", "resident", "p50", "reload", "changed"):
        values = [one[column] / found[0][column] for one in found]
        axes.plot([one["passages"] for one in found], values, marker="o", label=COLUMNS[column])
    axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="times the smallest corpus's")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120, bbox_inches="tight")


def _child(what: str, corpus: Path, store: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--child", what, str(corpus), str(store)],
        check=True,
        stdout=subprocess.PIPE,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _build(corpus: Path, store: Path) -> dict[str, float]:
    started = time.perf_counter()
    library = Library(corpus, store=store, building=building.process())
    spent = time.perf_counter() - started
    library.close()  # what its processes cost is told when they have ended
    return {
        "build": spent,
        "build_cpu": _processor(),
        "passages": len(library.current.passages),
        "disk": sum(path.stat().st_size for path in store.rglob("*")) / 1e6,
        "build_peak": _peak(resource.RUSAGE_CHILDREN),
        "build_here": _peak(resource.RUSAGE_SELF),
    }


def _serve(corpus: Path, store: Path) -> dict[str, float]:
    started = time.perf_counter()
    library = Library(corpus, store=store, building=building.process())
    asked = json.loads((corpus.parent / _QUESTIONS).read_text(encoding="utf-8"))
    library.current.search(asked[0])
    told = {"start": time.perf_counter() - started}
    spent = []
    for question in asked:
        before = time.process_time()
        library.current.search(question)
        spent.append(1000 * (time.process_time() - before))
    cuts = quantiles(spent[WARM:], n=100, method="inclusive")
    told |= {"p50": cuts[49], "p99": cuts[98], "resident": (resident() or 0) / 1e6}
    started = time.perf_counter()
    assert library.reload().unchanged
    told["reload"] = time.perf_counter() - started
    last = max(corpus.iterdir())
    with last.open(encoding="utf-8") as file:
        lines = file.readlines()
    row = json.loads(lines[0])
    lines[0] = json.dumps({**row, "text": row["text"][::-1]}, ensure_ascii=False) + "\n"
    last.write_text("".join(lines), encoding="utf-8")
    used, started = _processor(), time.perf_counter()
    assert len(library.reload().changed) == 1
    told["changed"] = time.perf_counter() - started
    library.close()
    return told | {
        "changed_cpu": _processor() - used,
        "changed_peak": _peak(resource.RUSAGE_CHILDREN),
        "changed_here": _peak(resource.RUSAGE_SELF),
    }


def _processor() -> float:
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _peak(who: int) -> float:
    """Of this process, or of the largest that it started, in megabytes (Linux tells it in
    kilobytes); what several have mapped counts for each."""
    return resource.getrusage(who).ru_maxrss / 1000


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


if __name__ == "__main__":
    main()
