"""Prints how long a reload keeps the event loop waiting: ``python benchmarks/lag.py``.

A task sleeps a millisecond again and again while the corpus is read anew; by how much it
oversleeps is how late an answer's own steps would be. The seeds, and a folder of generated
documents in which every document is new.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from time import perf_counter

# So that it runs as a file of a clone, wherever it is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.tables import table
from bot.app import open_app
from bot.config import load
from bot.conversation.actions import Plain
from bot.conversation.replies import Reloaded
from bot.conversation.requests import Request
from bot.terminal.chat import OPERATOR

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
_NAP = 0.001


def main(argv: Sequence[str] | None = None) -> None:
    """Print a line for each corpus."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=10_000)
    options = parser.parse_args(argv)
    rows = [asyncio.run(_measured("seeds, unchanged", SEEDS, new=0))]
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), options.passages // 10)
        name = f"{options.passages:,} passages"
        rows.append(asyncio.run(_measured(f"{name}, unchanged", Path(folder), new=0)))
        rows.append(asyncio.run(_measured(f"{name}, a tenth new", Path(folder), new=10)))
    print(table(("corpus", "passages", "reload", "p50", "p99", "longest"), rows))


def generate(folder: Path, documents: int, seed: int = 1) -> None:
    """Documents of about ten passages each, of the seeds' own sentences in another order."""
    chance = random.Random(seed)
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    sentences = [f"{part.strip()}。" for text in texts for part in text.split("。") if part.strip()]
    short = [sentence for sentence in sentences if len(sentence) < 200]
    for number in range(documents):
        text = ""
        while len(text) < 3000:
            text += chance.choice(short)
        (folder / f"{seed}-{number}.md").write_text(f"# 第{number}篇\n\n{text}\n", encoding="utf-8")


async def _measured(name: str, folder: Path, *, new: int) -> tuple[str, ...]:
    """Reload `folder`, as an admin does, after every `new`-th document was added again."""
    with tempfile.TemporaryDirectory() as data:
        config = load(
            environ={
                "YINJU_CORPUS__PATH": str(folder),
                "YINJU_LOG__PATH": str(Path(data) / "yinju.db"),
            }
        )
        async with open_app(config) as app:
            if new:
                generate(folder, len(app.library.current.documents) // new, seed=2)
            late: list[float] = []
            probing = asyncio.create_task(_probe(late))
            await asyncio.sleep(0.1)
            late.clear()
            request = Request(OPERATOR, Plain("reload"))
            outcome = (await app.conversation.handle(request)).reply
            probing.cancel()
    assert isinstance(outcome, Reloaded), outcome
    cuts = quantiles(late, n=100, method="inclusive")
    figures = (cuts[49], cuts[98], max(late))
    passages = f"{outcome.passages:,}"
    return name, passages, f"{outcome.seconds:.1f} s", *(f"{1000 * f:.1f} ms" for f in figures)


async def _probe(late: list[float]) -> None:
    while True:
        started = perf_counter()
        await asyncio.sleep(_NAP)
        late.append(perf_counter() - started - _NAP)


if __name__ == "__main__":
    main()
