"""The figures, against a set small enough to work out by hand."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from retrieval.evaluation import Labelled, Outcome, figures, run
from retrieval.model import Excerpt, Hit, Result, Verdict
from retrieval.passages import split
from tests.corpora import document, index, query

_TEXTS = {"a": "会议在东京举行。", "b": "熊猫住在成都。", "c": "人权报告已经发表。"}


def _outcome(
    name: str,
    relevant: tuple[str, ...],
    ranked: tuple[str, ...],
    answer: str | None = None,
    shown: bool = True,
) -> Outcome:
    hits = []
    for document_name in ranked if shown else ():
        (passage,) = split(document(document_name, _TEXTS[document_name]))
        hits.append(Hit(passage, 1.0, Excerpt(0, passage.end, (), False, False)))
    result = Result(
        query=query(name),
        verdict=Verdict.FOUND if hits else Verdict.NONE,
        confidence=1.0,
        hits=tuple(hits),
        total=len(hits),
        documents=len(hits),
        dates=1,
        missing=(),
        nearest=(),
        generation="g",
    )
    labels = Labelled(name, name, dict.fromkeys(relevant, 1), (answer,) if answer else ())
    holding = tuple(answer is not None and answer in _TEXTS[name] for name in ranked)
    return Outcome(labels, result, ranked, holding)


def test_figures_of_a_set_worked_out_by_hand() -> None:
    outcomes = [
        _outcome("1", ("a",), ("a", "b"), "东京"),  # right at once
        _outcome("2", ("b",), ("a", "b"), "成都"),  # second
        _outcome("3", ("c",), ("c", "b"), "发表", shown=False),  # right, and not shown
        _outcome("4", ("a", "c"), ("a", "b", "c")),  # no answer known
        _outcome("5", (), ("a",)),  # answered, and should not be
        _outcome("6", (), (), shown=False),
        _outcome("7", (), ("b",), shown=False),
    ]
    second, third = 1 / math.log2(3), 1 / math.log2(4)
    assert figures(outcomes, 1.23456) == {
        "mrr@10": (1 + 0.5 + 1 + 1) / 4,
        "ndcg@10": pytest.approx((1 + second + 1 + (1 + third) / (1 + second)) / 4, abs=1e-4),
        "recall@1": (1 + 0 + 1 + 0.5) / 4,
        "recall@5": 1.0,
        "recall@10": 1.0,
        "answered": 0.75,
        "refused": pytest.approx(2 / 3, abs=1e-4),
        "unclaimed": pytest.approx(2 / 3, abs=1e-4),
        "excerpt@1": pytest.approx(1 / 3, abs=1e-4),
        "excerpt@3": pytest.approx(2 / 3, abs=1e-4),
        "conversion@1": 0.5,
        "conversion@3": pytest.approx(2 / 3, abs=1e-4),
        "ms_per_query": 1.235,
    }


def test_figures_of_no_questions_are_none() -> None:
    found = figures([], 0.0)
    assert found.pop("ms_per_query") == 0.0
    assert set(found.values()) == {None}


def test_a_run_asks_every_question_in_order_and_tells_how_far_it_is() -> None:
    built = index(*(document(name, text, title="无") for name, text in _TEXTS.items()))
    asked = [
        Labelled("1", "会议在哪里举行", {"a": 1}, ("东京",)),
        Labelled("2", "熊猫住在哪里", {"b": 1}, ("成都",)),
        Labelled("3", "", {}),
    ]
    told: list[tuple[int, int]] = []
    outcomes, milliseconds = run(built, asked, lambda done, of: told.append((done, of)))
    assert [outcome.question for outcome in outcomes] == asked
    assert [outcome.documents[:1] for outcome in outcomes] == [("a",), ("b",), ()]
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert milliseconds > 0
    assert run(built, []) == ([], 0.0)


def test_without_the_extra_it_says_so() -> None:
    program = """
import sys
sys.modules["ir_measures"] = None  # as if it were not installed
from retrieval.errors import EvaluationUnavailableError
from retrieval.evaluation import figures
try:
    figures([], 0.0)
except EvaluationUnavailableError:
    print("unavailable")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "unavailable\n"
