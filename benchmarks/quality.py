"""Prints how well Yinju and its peers rank, as Markdown: ``python benchmarks/quality.py DIR …``.

MRR@10 of the right document, by ir-measures: over the text alone, over title and text, and
over the text alone when the questions are asked in Traditional script.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

# So that it runs as a file of a clone, wherever it is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.peers import PEERS, Builder
from benchmarks.sets import QuestionSet, Rank, arguments, in_traditional, load, mrr
from benchmarks.tables import share, table
from retrieval.evaluation import figures, run
from retrieval.indexing import build
from retrieval.model import Corpus

OFF_TOPIC = 300
"""Questions of each other set that are asked to see them refused."""

Ranking = Callable[[Corpus], Rank]


def yinju(corpus: Corpus) -> Rank:
    """Yinju as it ships."""
    index = build(corpus)
    return lambda question: index.documents_for(question, 10)


def peer(builder: Builder) -> Ranking:
    """A peer, given the title (where there is one) as the first line of the text."""

    def ranking(corpus: Corpus) -> Rank:
        documents = corpus.documents
        rank = builder([f"{d.title}\n{d.text}" if d.title else d.text for d in documents])
        return lambda question: [documents[number].id for number in rank(question)]

    return ranking


def row(name: str, ranking: Ranking, sets: Sequence[QuestionSet]) -> list[str]:
    """A system's line of the table; it says so where the system's library is missing."""
    cells, spent, asked = [], 0.0, 0
    for questions in sets:
        try:
            plain, titled = ranking(questions.untitled().corpus), ranking(questions.corpus)
        except ImportError as error:
            missing = error.name or str(error)
            return [f"{name}: skipped, {missing} is not installed", *"–" * (3 * len(sets) + 1)]
        answerable = questions.answerable
        started = perf_counter()
        cells.append(share(mrr(answerable, plain)))
        spent, asked = spent + perf_counter() - started, asked + len(answerable)
        cells.append(share(mrr(answerable, titled)))
        cells.append(share(mrr(in_traditional(answerable), plain)))
    return [name, *cells, f"{1000 * spent / max(asked, 1):.1f}"]


def details(sets: Sequence[QuestionSet]) -> Iterator[list[str]]:
    """Yinju's other figures on each set: (with titles) the whole answer, excerpts included."""
    for questions in sets:
        foreign = [
            replace(question, id=f"{other.name} {question.id}", relevant={}, answers=())
            for other in sets
            if other.name != questions.name
            for question in other.answerable[:OFF_TOPIC]
        ]
        outcomes, ms = run(build(questions.corpus), [*questions.questions, *foreign])
        found = figures(outcomes, ms)
        yield [
            questions.name,
            *(share(found[key]) for key in _DETAILS if key != "ms_per_query"),
            f"{ms:.1f}",
        ]


_DETAILS = (
    "ndcg@10",
    "recall@1",
    "recall@5",
    "recall@10",
    "answered",
    "refused",
    "unclaimed",
    "excerpt@1",
    "excerpt@3",
    "conversion@1",
    "conversion@3",
    "ms_per_query",
)


def main(argv: Sequence[str] | None = None) -> None:
    """Print both tables, a line as soon as it is known on the error stream."""
    options = arguments(__doc__).parse_args(argv)
    sets = [load(argument, options.questions, options.seed) for argument in options.sets]
    heading = ["MRR@10"]
    for questions in sets:
        heading += [questions.name, "with titles", "asked in Traditional"]
    rows = []
    for name, ranking in [*((name, peer(b)) for name, b in PEERS.items()), ("**Yinju**", yinju)]:
        rows.append(row(name, ranking, sets))
        print(*rows[-1], sep="  ", file=sys.stderr)
    print(table([*heading, "ms per question"], rows), end="\n\n")
    print(table(["Yinju, with titles", *_DETAILS], details(sets)), end="\n\n")
    for questions in sets:
        print(
            f"- {questions.name}: {len(questions.answerable)} answerable questions "
            f"over {len(questions.corpus.documents)} documents."
        )
    print(f"- At most {options.questions} questions of a set, drawn with seed {options.seed}.")


if __name__ == "__main__":
    main()
