"""Labelled question sets: a BEIR folder, or a `questions.jsonl` over a corpus of one's own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import CorpusError
from retrieval.model import Block, Corpus, Document


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
