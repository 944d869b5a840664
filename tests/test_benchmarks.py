"""The benchmarks run on any folder in BEIR layout, with or without the peers' libraries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

import pytest

from benchmarks import ablation, corpora, quality, speed
from benchmarks.peers import PEERS, Ranker, lucene_cjk, sqlite_trigram
from benchmarks.sets import load, mrr
from retrieval.evaluation import beir

_TOPICS = (
    "长江 黄河 珠江 淮河 辽河 海河 松花江 塔里木河 雅鲁藏布江 澜沧江 "
    "泰山 华山 衡山 恒山 嵩山 黄山 庐山 峨眉山 武夷山 五台山"
).split()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twenty documents, a question about each, and one about none."""
    documents = [
        {
            "_id": f"d{n}",
            "title": topic,
            "text": f"{topic}是有名的风景。人们在第{n}章里讲到{topic}。",
        }
        for n, topic in enumerate(_TOPICS)
    ]
    questions = [
        {"_id": f"q{n}", "text": f"哪里讲到{topic}？", "metadata": {"answers": [f"第{n}章"]}}
        for n, topic in enumerate(_TOPICS)
    ]
    questions.append({"_id": "none", "text": "量子计算机什么时候发明的？"})
    (tmp_path / "qrels").mkdir()
    _write(tmp_path / "corpus.jsonl", documents)
    _write(tmp_path / "queries.jsonl", questions)
    lines = ["query-id\tcorpus-id\tscore", *(f"q{n}\td{n}\t1" for n in range(len(_TOPICS)))]
    (tmp_path / "qrels" / "test.tsv").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_quality_prints_every_system_and_yinju_last(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quality.main([f"{folder}:odd"])
    lines = capsys.readouterr().out.splitlines()
    rows = [_cells(line) for line in lines[2 : lines.index("")]]
    assert [row[0].split(": skipped")[0] for row in rows] == [*PEERS, "**Yinju**"]
    assert rows[-1][1:4] == ["1.000", "1.000", "1.000"]
    assert len({len(row) for row in rows}) == 1
    assert "10 answerable questions over 20 documents" in lines[-2]


def test_a_peer_that_is_not_installed_is_named_as_skipped(folder: Path) -> None:
    def absent(_: object) -> Ranker:
        raise ImportError("No module named 'absent'", name="absent")

    cells = quality.row("Absent", quality.peer(absent), [load(str(folder), 5, 0)])
    assert cells == ["Absent: skipped, absent is not installed", "–", "–", "–", "–"]


def test_peers_without_a_library_of_their_own_find_what_is_there() -> None:
    texts = ["马里卜在也门。", "the river RHINE", "黑龙江省的省会是哈尔滨市"]
    for build in (lucene_cjk, sqlite_trigram):
        rank = build(texts)
        assert rank("黑龙江省在哪里")[0] == 2
        assert rank("rhine")[0] == 1


def test_halves_part_the_questions_and_keep_the_corpus(folder: Path) -> None:
    even, odd = (load(f"{folder}:{half}", 1000, 0) for half in ("even", "odd"))
    assert len(even.corpus.documents) == len(odd.corpus.documents) == 20
    assert [set(q.relevant) for q in odd.questions] == [{f"d{n}"} for n in range(1, 20, 2)]
    assert {q.id for q in even.questions} | {q.id for q in odd.questions} == {
        f"q{n}" for n in range(20)
    }


def test_samples_are_the_same_for_the_same_seed(folder: Path) -> None:
    first, again, other = (load(str(folder), 7, seed).questions for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == 7


def test_mrr_counts_the_place_of_the_right_document_among_ten(folder: Path) -> None:
    questions = [q for q in beir(folder)[1] if q.relevant][:2]
    rankings = {questions[0].text: ["d5", "d0"], questions[1].text: [*"abcdefghij", "d1"]}
    assert mrr(questions, rankings.__getitem__) == pytest.approx(0.25)


def test_speed_measures_the_size_that_was_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    speed.main([str(folder), "--sizes", "30", "--questions", "5"])
    lines = capsys.readouterr().out.splitlines()
    cells = _cells(lines[2])
    assert cells[1:3] == ["30", "30"]
    index, median, slowest = map(float, cells[4:7])
    assert index >= 0
    assert 0 < median <= slowest


def test_copies_of_a_corpus_are_documents_of_their_own(folder: Path) -> None:
    corpus = speed.multiplied(load(str(folder), 1, 0), 50, seed=3)
    assert len({d.id for d in corpus.documents}) == len(corpus.documents) == 50
    assert len({d.fingerprint for d in corpus.documents}) == 50
    assert sorted(corpus.documents[0].text) == sorted(corpus.documents[20].text)


@pytest.mark.parametrize("variant", ablation.VARIANTS, ids=lambda variant: str(variant.name))
def test_every_part_that_is_left_out_is_there_to_leave_out(variant: ablation.Variant) -> None:
    assert variant.instead
    with ablation.replaced(variant.instead):  # AttributeError where a name is another by now
        pass


def test_ablation_compares_every_variant_with_the_whole(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ablation.VARIANTS[:2]
    with patch.object(ablation, "VARIANTS", few):
        ablation.main([str(folder), "--questions", "10"])
    lines = capsys.readouterr().out.splitlines()
    assert [_cells(line)[0] for line in lines[2:5]] == [
        "**the whole recipe**",
        *(variant.name for variant in few),
    ]
    assert _cells(lines[2])[1:3] == ["1.000", "1.000"]


def test_corpora_reports_on_any_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "2021-03-16-东京.md").write_text("# 东京会议\n\n外长会议在东京举行。", "utf-8")
    (tmp_path / "熊猫的生活.txt").write_text(
        "大熊猫的生活很安静：吃竹子，睡觉，住在成都北郊的山上。", "utf-8"
    )
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (tmp_path / "a.vue").write_text("<template/>", "utf-8")
    corpora.main([str(tmp_path)])
    said = capsys.readouterr().out
    rows = dict(_cells(line)[:2] for line in said.splitlines() if line.startswith("| "))
    assert rows["documents"] == "2 out of 2 files"
    assert rows["titles from"] == "heading 1, name 1"
    assert rows["dates from"] == "name 1, none 1"
    assert rows["title asked for: its document first"] == "1.000 of 2"
    assert "1 lost, 2 not read in all." in said
    assert "- **lost** broken.pdf: " in said
    assert "- a.vue: " in said
