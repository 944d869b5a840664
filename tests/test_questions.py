"""Question sets: read as they are, and refused where a label is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from retrieval.errors import CorpusError
from retrieval.evaluation import beir, labelled
from tests.corpora import QUESTIONS, document, seeds


def _jsonl(path: Path, *rows: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _beir(folder: Path, qrels: str = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t0\n") -> Path:
    _jsonl(
        folder / "corpus.jsonl",
        {"_id": "d1", "title": "甲", "text": " 第一\u2028篇\x85。 "},
        {"_id": "d2", "title": "乙", "text": ""},
    )
    _jsonl(
        folder / "queries.jsonl",
        {"_id": "q1", "text": "问？", "metadata": {"answers": ["第一"]}},
        {"_id": "q2", "text": "无？"},
    )
    (folder / "qrels").mkdir(exist_ok=True)
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


def test_a_beir_folder_with_line_separators_inside_its_strings(tmp_path: Path) -> None:
    corpus, questions = beir(_beir(tmp_path))
    assert [(d.id, d.title, d.text) for d in corpus.documents] == [
        ("d1", "甲", "第一\u2028篇\x85。"),
        ("d2", "乙", ""),
    ]
    assert [(q.id, dict(q.relevant), q.answers) for q in questions] == [
        ("q1", {"d1": 2}, ("第一",)),
        ("q2", {}, ()),
    ]
    assert len({d.fingerprint for d in corpus.documents}) == 2


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("corpus.jsonl", "{", "corpus.jsonl:1"),
        ("corpus.jsonl", "[]", "corpus.jsonl:1"),
        ("corpus.jsonl", '\n{"text": "x"}', "corpus.jsonl:2"),
        ("queries.jsonl", '{"_id": "q1"}', "queries.jsonl:1"),
        ("qrels/test.tsv", "head\nq1 d1 1\n", "test.tsv:2"),
        ("qrels/test.tsv", "head\nq1\td1\tgood\n", "test.tsv:2"),
    ],
)
def test_a_broken_file_is_named_with_its_line(
    tmp_path: Path, name: str, content: str, where: str
) -> None:
    (_beir(tmp_path) / name).write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError) as raised:
        beir(tmp_path)
    assert raised.value.path.endswith(where)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_or_undecodable_file_is_named(tmp_path: Path, name: str) -> None:
    path = _beir(tmp_path) / name
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(CorpusError, match="cannot be read"):
        beir(tmp_path)
    path.unlink()
    with pytest.raises(CorpusError, match="cannot be read"):
        beir(tmp_path)


def test_relevant_are_the_documents_that_hold_an_answer(tmp_path: Path) -> None:
    documents = [
        document("a.txt", "会议在东京举行。", title="会议"),
        document("b.txt", "他们在东京会面。", title="会面"),
    ]
    path = _jsonl(
        tmp_path / "questions.jsonl",
        {"id": "x", "text": "会议在哪？", "answers": ["大阪", "东京"], "title": "会议"},
        {"text": "在哪？", "answers": ["东京"]},
        {"text": "谁会面？", "answers": ["会面"], "title": "b."},
        {"text": "熊猫？", "answers": [], "forbidden": ["会议"]},
    )
    found = labelled(path, documents)
    assert [(q.id, set(q.relevant)) for q in found] == [
        ("x", {"a.txt"}),
        ("2", {"a.txt", "b.txt"}),
        ("3", {"b.txt"}),
        ("4", set()),
    ]
    assert found[-1].forbidden == ("会议",)


@pytest.mark.parametrize(
    "row",
    [
        {"text": "会议在哪？", "answers": ["大阪"]},
        {"text": "会议在哪？", "answers": ["东京"], "title": "另一篇"},
        {"text": "会议在哪？", "answers": ["东京"], "forbidden": ["大阪"]},
        {"answers": ["东京"]},
    ],
)
def test_a_wrong_label_is_refused_with_its_line(tmp_path: Path, row: dict[str, Any]) -> None:
    path = _jsonl(tmp_path / "questions.jsonl", {"text": "熊猫？"}, row)
    with pytest.raises(CorpusError) as raised:
        labelled(path, [document("a.txt", "会议在东京举行。")])
    assert raised.value.path == f"{path}:2"


def test_the_projects_own_questions_are_labelled_right() -> None:
    found = labelled(QUESTIONS, seeds().documents)
    assert len(found) >= 60
    assert sum(1 for question in found if not question.relevant) >= 20
    assert len({question.id for question in found}) == len(found)
