"""Labelled question sets, and how well they are answered: a BEIR folder, or a `questions.jsonl`
over a corpus of one's own; metrics by ir-measures (`yinju[eval]`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from retrieval.errors import CorpusError, EvaluationUnavailableError
from retrieval.model import Block, Corpus, Document, Result, Verdict
from retrieval.ranking import Index


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question and what answers it. With no `relevant` documents it has no answer here."""

    id: str
    text: str
    relevant: Mapping[str, int]
    """Document id → grade, above zero."""
    answers: tuple[str, ...] = ()
    """Strings one of which a quote that answers holds, where they are known."""
    forbidden: tuple[str, ...] = ()
    """Strings that no quote for it may hold."""


def beir(folder: Path) -> tuple[Corpus, list[Labelled]]:
    """The corpus and the test questions of a folder in BEIR layout. Raises CorpusError.

    `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`, perhaps
    `metadata.answers`), `qrels/test.tsv` (query, document, grade, with a heading line). A
    question without a line in the qrels counts as one without an answer.
    """
    documents = [_document(row) for row in _rows(folder / "corpus.jsonl", "_id")]
    grades: dict[str, dict[str, int]] = {}
    for question, document, grade in _qrels(folder / "qrels" / "test.tsv"):
        if grade > 0:
            grades.setdefault(question, {})[document] = grade
    questions = [
        Labelled(
            id=str(row["_id"]),
            text=str(row["text"]),
            relevant=grades.get(str(row["_id"]), {}),
            answers=tuple((row.get("metadata") or {}).get("answers") or ()),
        )
        for row in _rows(folder / "queries.jsonl", "_id", "text")
    ]
    return Corpus(tuple(documents)), questions


def labelled(path: Path, documents: Iterable[Document]) -> list[Labelled]:
    """The questions of a `questions.jsonl`: `text`, `answers` (empty: the corpus has none) and
    perhaps `title`, part of the right documents' title or the beginning of their file name, and
    `forbidden`, what no quote may hold.

    Relevant are the documents that hold an answer, among those `title` names. Raises
    CorpusError where a question's answers, or one of what is forbidden, stand in no document: the
    label is wrong.
    """
    known = list(documents)
    questions = []
    for number, row in enumerate(_rows(path, "text"), start=1):
        answers, title = tuple(map(str, row.get("answers") or ())), str(row.get("title") or "")
        relevant = {
            d.id: 1
            for d in known
            if (title in d.title or d.source.startswith(title))
            and any(a in d.text for a in answers)
        }
        if answers and not relevant:
            raise CorpusError(f"{path}:{number}", f"no document holds an answer to {row['text']!r}")
        forbidden = tuple(map(str, row.get("forbidden") or ()))
        for one in forbidden:
            if not any(one in d.text for d in known):
                raise CorpusError(f"{path}:{number}", f"no document holds {one!r} to be forbidden")
        questions.append(
            Labelled(str(row.get("id", number)), str(row["text"]), relevant, answers, forbidden)
        )
    return questions


def _document(row: Mapping[str, Any]) -> Document:
    # Only the ends: inner white space is the data's own.
    text = str(row.get("text") or "").strip()
    title = str(row.get("title") or "")
    digest = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
    blocks = (Block(0, len(text)),) if text else ()
    return Document(str(row["_id"]), title, text, blocks, "corpus.jsonl", digest)


def _rows(path: Path, *required: str) -> Iterator[dict[str, Any]]:
    try:
        # Not splitlines: JSON strings may hold U+2028 and its like as they are.
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(str(path), f"cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise CorpusError(f"{path}:{number}", f"is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise CorpusError(f"{path}:{number}", "is not a JSON object")
        absent = [name for name in required if name not in row]
        if absent:
            raise CorpusError(f"{path}:{number}", f"has no {' and no '.join(absent)}")
        yield row


def _qrels(path: Path) -> Iterator[tuple[str, str, int]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(str(path), f"cannot be read: {error}") from error
    for number, line in enumerate(lines, start=2):
        try:
            question, document, grade = line.split("\t")
            yield question, document, int(grade)
        except ValueError as error:
            raise CorpusError(f"{path}:{number}", "needs query, document and grade") from error


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
