"""How well an index answers a labelled question set. Metrics by ir-measures (`yinju[eval]`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from retrieval.errors import EvaluationUnavailableError
from retrieval.evaluation.sets import Labelled
from retrieval.model import Result, Verdict
from retrieval.ranking.searcher import Index

DEPTH = 10
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question."""

    question: Labelled
    result: Result
    documents: tuple[str, ...]
    """Ids of the ten best documents, best first, whatever the verdict."""
    holding: tuple[bool, ...] = ()
    """For each of the three best passages, whether it holds one of the known answers."""

    @property
    def quoted(self) -> tuple[bool, ...]:
        """For each excerpt of the first page, whether it holds one of the known answers."""
        return tuple(
            any(answer in hit.quote for answer in self.question.answers) for hit in self.result.hits
        )

    @property
    def forbidden(self) -> bool:
        """Whether an excerpt of the first page holds what none may."""
        return any(f in hit.quote for hit in self.result.hits for f in self.question.forbidden)


def run(
    index: Index, questions: Sequence[Labelled], progress: Callable[[int, int], None] | None = None
) -> tuple[list[Outcome], float]:
    """Ask every question; also the mean milliseconds a question took, excerpts included."""
    outcomes, spent = [], 0.0
    for number, question in enumerate(questions, start=1):
        started = perf_counter()
        result = index.search(question.text)
        spent += perf_counter() - started
        best = [index.passages[number].text for number in index.ranked(question.text)[:SHOWN]]
        holding = tuple(any(answer in text for answer in question.answers) for text in best)
        documents = tuple(index.documents_for(question.text, DEPTH))
        outcomes.append(Outcome(question, result, documents, holding))
        if progress is not None:
            progress(number, len(questions))
    return outcomes, 1000 * spent / max(len(questions), 1)


def figures(outcomes: Sequence[Outcome], ms_per_query: float) -> dict[str, float | None]:
    """The figures of a run; None where the set has no question of the kind.

    `mrr@10` to `recall@10` rank documents over the answerable questions, whatever the verdict.
    `answered`: their share with quotes. `refused`: the share of the others without.
    `excerpt@1`, `excerpt@3`: the share of questions with known answers for which the first
    excerpt, one of the first three, holds one. `unclaimed`: the share of the unanswerable questions
    that nothing is said to be *found* for. `conversion@1`, `conversion@3`: where the best passage,
    one of the three best, holds an answer, the share of which the first excerpt, one of the first
    three, holds one: what is lost between rank and reply. Raises EvaluationUnavailableError
    without the extra.
    """
    answerable = [o for o in outcomes if o.question.relevant]
    others = [o for o in outcomes if not o.question.relevant]
    known = [o for o in answerable if o.question.answers]
    return {
        **_ranking(answerable),
        "answered": _share([o.result.verdict is not Verdict.NONE for o in answerable]),
        "refused": _share([o.result.verdict is Verdict.NONE for o in others]),
        "unclaimed": _share([o.result.verdict is not Verdict.FOUND for o in others]),
        "excerpt@1": _share([any(o.quoted[:1]) for o in known]),
        "excerpt@3": _share([any(o.quoted[:SHOWN]) for o in known]),
        "conversion@1": _share([any(o.quoted[:1]) for o in known if any(o.holding[:1])]),
        "conversion@3": _share([any(o.quoted[:SHOWN]) for o in known if any(o.holding)]),
        "ms_per_query": round(ms_per_query, 3),
    }


def _ranking(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    try:
        import ir_measures
        from ir_measures import RR, R, nDCG
    except ImportError as error:
        raise EvaluationUnavailableError from error
    names = {
        "mrr@10": RR @ 10,
        "ndcg@10": nDCG @ 10,
        "recall@1": R @ 1,
        "recall@5": R @ 5,
        "recall@10": R @ 10,
    }
    if not outcomes:
        return dict.fromkeys(names)
    grades = {o.question.id: dict(o.question.relevant) for o in outcomes}
    runs = {
        o.question.id: {d: float(-place) for place, d in enumerate(o.documents)} for o in outcomes
    }
    values = ir_measures.calc_aggregate(list(names.values()), grades, runs)
    return {name: round(float(values[measure]), 4) for name, measure in names.items()}


def _share(flags: Sequence[bool]) -> float | None:
    return round(sum(flags) / len(flags), 4) if flags else None
