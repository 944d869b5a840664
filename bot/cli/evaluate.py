"""`yinju eval`: the figures of a labelled question set."""

from __future__ import annotations

import json
from pathlib import Path

from rich.table import Table

from bot.app import open_library
from bot.cli.console import fail, out, progress
from bot.config import Config
from bot.terminal import literal
from retrieval.errors import CorpusError, EngineError, EvaluationUnavailableError
from retrieval.evaluation import Labelled, Outcome, beir, figures, labelled, run
from retrieval.indexing.build import build
from retrieval.model import Verdict
from retrieval.ranking.searcher import Index


def evaluate_set(config: Config, path: Path, *, as_json: bool, misses: bool) -> None:
    """Print the figures of a BEIR folder, or of a questions.jsonl over the configured corpus."""
    try:
        index, questions = _prepared(config, path)
        with progress("Asking") as advance:
            outcomes, milliseconds = run(index, questions, advance)
        measured = figures(outcomes, milliseconds)
    except (CorpusError, EngineError) as error:
        raise fail(str(error)) from None
    except EvaluationUnavailableError:
        raise fail("The metrics need an extra: pip install 'yinju[eval]'") from None
    if as_json:
        out.file.write(json.dumps(measured) + "\n")
    else:
        table = Table("figure", "value", title=f"{path.name}: {len(outcomes)} questions")
        for name, value in measured.items():
            table.add_row(name, "–" if value is None else f"{value:.4g}")
        out.print(table)
    if misses:
        out.print(_misses(outcomes))


def _prepared(config: Config, path: Path) -> tuple[Index, list[Labelled]]:
    with progress("Reading the corpus") as advance:
        if path.is_dir():
            corpus, questions = beir(path)
            return build(corpus, advance), questions
        library = open_library(config, advance)
        return library.current, labelled(path, library.current.documents)


def _misses(outcomes: list[Outcome]) -> Table:
    """The questions whose first hit is wrong, that were refused, or should have been."""
    table = Table("question", "what went wrong", "sure", "first quote")
    for outcome in outcomes:
        question, result = outcome.question, outcome.result
        refused = result.verdict is Verdict.NONE
        wrong = []
        if not question.relevant:
            wrong = [] if refused else ["quoted, has no answer"]
        elif refused:
            wrong = ["refused"]
        elif question.answers and not any(outcome.quoted):
            wrong = ["no excerpt holds the answer"]
        elif outcome.documents[:1] and outcome.documents[0] not in question.relevant:
            wrong = ["first document is another"]
        if outcome.forbidden:
            wrong.append("quotes what it must not")
        if wrong:
            quote = result.hits[0].quote if result.hits else ""
            sure = f"{result.confidence:.2f}"
            table.add_row(literal(question.text), "; ".join(wrong), sure, literal(quote))
    return table
