"""Prints what each part of the recipe is worth: ``python benchmarks/ablation.py DIR …``, Markdown.

One part at a time is left out, or put back to what is commonly done; everything else stays. A
part is taken out from outside, by replacing one name of `retrieval` while an index is built and
asked: the code has no switches of its own for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

import rjieba

# So that it runs as a file of a clone, wherever it is started.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.sets import QuestionSet, arguments, in_traditional, load, mrr
from benchmarks.tables import share, table
from retrieval.analysis.words import WordCutter
from retrieval.engines import Weights
from retrieval.engines.okapi import OkapiEngine
from retrieval.evaluation import figures, run
from retrieval.excerpts.reading import Reading
from retrieval.expansion.synonyms import Aliases
from retrieval.indexing import assemble, segmented
from retrieval.indexing.parts import Parts

Figures = dict[str, float | None]
Instead = Mapping[str, object]
"""Dotted names of `retrieval` → what stands in for them."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The recipe with one part changed."""

    name: str
    instead: Instead = field(default_factory=dict)
    cuts: bool = False
    """Whether the documents must be cut up again, not only scored again."""


def _weighing(name: str, weights: Weights) -> Variant:
    engine: Callable[..., OkapiEngine] = partial(OkapiEngine, weights=weights)
    return Variant(name, {"retrieval.indexing.OkapiEngine": engine})


def _unchanged(text: str) -> str:
    return text


def _no_aliases(*_: object, **__: object) -> Aliases:
    return Aliases({})


def _nothing(*_: object, **__: object) -> list[object]:
    return []


def _without_topic(_: Reading, kept: object) -> int:
    return 0


def _with_hmm(_: WordCutter, text: str) -> list[str]:
    return rjieba.cut(text, True)


@contextmanager
def replaced(instead: Instead) -> Iterator[None]:
    """Names of `retrieval` replaced for a while. Raises AttributeError for one it has not."""
    with ExitStack() as stack:
        for name, stand_in in instead.items():
            stack.enter_context(patch(name, stand_in))
        yield


WHOLE = Variant("the whole recipe")
_USUAL = Weights()
_RERANK, _RERANKED = "retrieval.ranking.rerank", ("SENTENCE", "ORDER", "TITLE", "TOGETHER")
_WINDOWS = "retrieval.excerpts.windows"
_BESIDE = ("_BEST", "_FITS", "_LATE", "_FOLLOWED", "_HEADED", "_REFERS")
VARIANTS = (
    Variant(
        "no folding to Simplified", {"retrieval.analysis.folding._simplify": _unchanged}, cuts=True
    ),
    _weighing("no character field", replace(_USUAL, char=0.0)),
    _weighing("no title field", replace(_USUAL, title=0.0)),
    _weighing("no lead field", replace(_USUAL, lead=0.0)),
    _weighing("k1 = 1.2, b = 0.75, as Lucene has them", replace(_USUAL, k1=1.2, b=0.75)),
    Variant("not ranked once more", {f"{_RERANK}.{name}": 0.0 for name in _RERANKED}),
    *(Variant(f"... without {name}", {f"{_RERANK}.{name}": 0.0}) for name in _RERANKED),
    *(Variant(f"windows without {name}", {f"{_WINDOWS}.{name}": 0.0}) for name in _BESIDE),
    Variant("without the topic", {"retrieval.excerpts.reading.Reading.topic": _without_topic}),
    Variant("no translations", {"retrieval.expansion.translations": _nothing}),
    Variant("question words kept", {"retrieval.queries.DROPPED": frozenset()}),
    Variant("function words kept", {"retrieval.queries.FUNCTION": frozenset()}),
    Variant(
        "jieba with its HMM", {"retrieval.analysis.words.WordCutter.words": _with_hmm}, cuts=True
    ),
    Variant(
        "no names of people by sound", {"retrieval.indexing.records.people": _nothing}, cuts=True
    ),
    Variant("no aliases", {"retrieval.indexing.mine": _no_aliases}, cuts=True),
    Variant(
        "numbers and dates only as written",
        {
            "retrieval.queries.quantities": _nothing,
            "retrieval.analysis.segment.quantities": _nothing,
            "retrieval.analysis.matching.quantities": _nothing,
        },
        cuts=True,
    ),
    Variant("no homophones", {"retrieval.expansion.spelling.Sounds.corrections": _nothing}),
)


def measure(variant: Variant, questions: QuestionSet, ready: tuple[Parts, Parts]) -> Figures:
    """The figures of one set under `variant`. `ready` are the parts that the whole recipe cuts
    the set's documents into, with their titles and without."""
    with replaced(variant.instead):
        parts, bare = _cut(questions) if variant.cuts else ready
        titled, plain = assemble((), parts), assemble((), bare)
        found = figures(*run(titled, questions.questions))
        asked = questions.answerable
        return {
            "with titles": mrr(asked, partial(titled.documents_for, limit=10)),
            "text only": mrr(asked, partial(plain.documents_for, limit=10)),
            "asked in Traditional": mrr(
                in_traditional(asked), partial(plain.documents_for, limit=10)
            ),
            **{key: found[key] for key in _OTHERS if found[key] is not None},
        }


_OTHERS = ("excerpt@1", "excerpt@3", "conversion@3", "refused", "unclaimed")


def _cut(questions: QuestionSet) -> tuple[Parts, Parts]:
    return segmented(questions.corpus), segmented(questions.untitled().corpus)


def _cells(found: Figures, whole: Figures) -> Iterator[str]:
    """Each figure, with its difference from the whole recipe's in thousandths."""
    for key, usual in whole.items():
        value = found[key]
        if value is None or usual is None or found is whole:
            yield share(value)
            continue
        difference = round(1000 * (value - usual))
        yield f"{share(value)} ({difference:+d})" if difference else share(value)


def main(argv: Sequence[str] | None = None) -> None:
    """Print a table for each set; on the error stream, each line as soon as it is known."""
    options = arguments(__doc__).parse_args(argv)
    for argument in options.sets:
        questions = load(argument, options.questions, options.seed)
        ready = _cut(questions)
        whole = measure(WHOLE, questions, ready)
        rows = [[f"**{WHOLE.name}**", *_cells(whole, whole)]]
        for variant in VARIANTS:
            found = measure(variant, questions, ready)
            rows.append([variant.name, *_cells(found, whole)])
            print(*rows[-1], sep="  ", file=sys.stderr)
        print(table([f"{questions.name}: MRR@10", *whole], rows), end="\n\n")
        print(
            f"{len(questions.answerable)} answerable questions (seed {options.seed}); in brackets "
            "the difference from the whole recipe, in thousandths.",
            end="\n\n",
        )


if __name__ == "__main__":
    main()
