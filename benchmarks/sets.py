"""The question sets of the benchmarks, read from the arguments of a command.

An argument is a folder in BEIR layout, perhaps with ``:even`` or ``:odd`` behind it for the
questions about the documents at even or odd places of ``corpus.jsonl`` only (the corpus stays
whole); or ``FOLDER=QUESTIONS.jsonl``: a corpus as Yinju serves it and questions about it.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import ir_measures
from ir_measures import RR
from opencc import OpenCC

from retrieval.corpus import load as load_corpus
from retrieval.evaluation import Labelled, beir, labelled
from retrieval.model import Corpus, Document

DEPTH = 10
"""How many documents of a ranking count."""
HALVES = {"even": 0, "odd": 1}

Rank = Callable[[str], Sequence[str]]
"""A question → ids of documents, best first."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A corpus and a sample of the questions about it."""

    name: str
    corpus: Corpus
    questions: tuple[Labelled, ...]

    @property
    def answerable(self) -> tuple[Labelled, ...]:
        return tuple(question for question in self.questions if question.relevant)

    def untitled(self) -> QuestionSet:
        """The same set with nothing but the documents' text."""
        documents = tuple(_untitled(document) for document in self.corpus.documents)
        return replace(self, corpus=Corpus(documents))


def arguments(description: str | None) -> argparse.ArgumentParser:
    """What every benchmark takes: the sets, how many questions of each, and the seed."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "sets", nargs="+", metavar="DIR[:odd|:even]", help="a BEIR folder, or FOLDER=QUESTIONS"
    )
    parser.add_argument("--questions", type=int, default=1000, help="at most, of each set (1000)")
    parser.add_argument("--seed", type=int, default=20, help="of the sample (20)")
    return parser


def load(argument: str, limit: int, seed: int) -> QuestionSet:
    """The set that `argument` names, with at most `limit` questions. Raises CorpusError."""
    folder, _, questions = argument.partition("=")
    if questions:
        corpus = load_corpus(Path(folder))
        asked = labelled(Path(questions), corpus.documents)
        return QuestionSet(Path(folder).name, corpus, _sample(asked, limit, seed))
    folder, _, half = argument.partition(":")
    if half and half not in HALVES:
        raise SystemExit(f"{argument}: the half is either odd or even")
    corpus, asked = beir(Path(folder))
    name = Path(folder).resolve().name
    if half:
        place = {document.id: number for number, document in enumerate(corpus.documents)}
        asked = [q for q in asked if q.relevant and place[min(q.relevant)] % 2 == HALVES[half]]
        name = f"{name} ({half} half)"
    return QuestionSet(name, corpus, _sample(asked, limit, seed))


def in_traditional(questions: Iterable[Labelled]) -> list[Labelled]:
    """The questions as they would be written in Taiwan."""
    converter = OpenCC("s2tw")
    return [replace(question, text=converter.convert(question.text)) for question in questions]


def mrr(questions: Sequence[Labelled], rank: Rank) -> float:
    """The mean reciprocal rank of the first right document among the first ten."""
    runs = {
        question.id: {name: float(-place) for place, name in enumerate(rank(question.text)[:DEPTH])}
        for question in questions
    }
    grades = {question.id: dict(question.relevant) for question in questions}
    return float(ir_measures.calc_aggregate([RR @ DEPTH], grades, runs)[RR @ DEPTH])


def _sample(questions: Sequence[Labelled], limit: int, seed: int) -> tuple[Labelled, ...]:
    if len(questions) <= limit:
        return tuple(questions)
    chosen = set(random.Random(seed).sample(range(len(questions)), limit))
    return tuple(question for number, question in enumerate(questions) if number in chosen)


def _untitled(document: Document) -> Document:
    digest = hashlib.sha256(f"{document.id}\n{document.text}".encode()).hexdigest()
    return replace(document, title="", fingerprint=digest)
