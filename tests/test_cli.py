"""The commands of the shell."""

from __future__ import annotations

import asyncio
import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from retrieval.places import key
from tests.botapi import BotApi
from tests.commands import process, small, yinju
from tests.corpora import QUESTIONS, SEEDS
from tests.querylogs import raw


def test_it_says_which_it_is(tmp_path: Path) -> None:
    assert yinju(tmp_path, "--version").stdout == f"yinju {version('yinju')}\n"


def test_ask_prints_quotes_with_their_sources(tmp_path: Path) -> None:
    done = process(tmp_path, "ask", "熊猫吃什么", corpus=small(tmp_path))
    assert done.returncode == 0
    assert "吃竹子" in done.stdout
    assert "yinju:" in done.stdout
    assert not (tmp_path / "log.db").exists()


def test_ask_as_json_has_the_keys_that_others_build_on(tmp_path: Path) -> None:
    done = yinju(tmp_path, "ask", "外长会议在哪里", "--json", corpus=small(tmp_path))
    answer = json.loads(done.stdout)
    assert list(answer) == [
        "question", "answered", "verdict", "confidence", "missing", "total", "documents", "hits",
        "elapsed_ms",
    ]  # fmt: skip
    assert answer["question"] == "外长会议在哪里"
    assert answer["answered"] is True
    assert 0 < answer["confidence"] <= 1
    hit = answer["hits"][0]
    assert list(hit) == [
        "document",
        "title",
        "url",
        "published",
        "publisher",
        "passage",
        "score",
        "excerpt",
        "marks",
    ]
    assert hit["title"] == "东京会议"
    assert hit["published"] == "2021-03-16"
    assert hit["publisher"] == "甲社"
    assert hit["url"] == "https://example.org/tokyo"
    assert "各国外长在东京举行会议" in hit["excerpt"]
    assert "会议" in "".join(hit["excerpt"][start:end] for start, end in hit["marks"])
    assert all(0 <= start < end <= len(hit["excerpt"]) for start, end in hit["marks"])


def test_ask_says_so_where_there_is_nothing(tmp_path: Path) -> None:
    corpus = small(tmp_path)
    answer = json.loads(yinju(tmp_path, "ask", "量子计算机", "--json", corpus=corpus).stdout)
    assert (answer["answered"], answer["hits"]) == (False, [])
    said = yinju(tmp_path, "ask", "量子计算机", corpus=corpus).stdout
    assert "Nothing in the documents" in said


def test_check_of_a_good_configuration(tmp_path: Path) -> None:
    done = yinju(tmp_path, "check", corpus=small(tmp_path))
    assert done.returncode == 0, done.stdout
    assert "2 documents" in done.stdout
    assert "none is configured" in done.stdout


def test_check_warns_of_what_a_reload_would_hold_back(tmp_path: Path) -> None:
    corpus = small(tmp_path)
    assert "gone" not in yinju(tmp_path, "check", corpus=corpus).stdout
    (corpus / "b.md").unlink()
    done = yinju(tmp_path, "check", corpus=corpus)
    assert done.returncode == 0
    assert "! corpus: 1 of 2 documents would be gone or replaced" in done.stdout


def test_check_lists_every_document_and_where_what_is_known_of_it_is_from(tmp_path: Path) -> None:
    corpus = small(tmp_path)
    (corpus / "2020-05-06-记录.txt").write_text("六名证人在法庭上作证，庭审持续了三天。", "utf-8")
    (corpus / "a.vue").write_text("<template/>", "utf-8")
    (corpus / "b.vue").write_text("<template/>", "utf-8")
    site = "https://example.org/docs"
    done = yinju(tmp_path, "check", "--documents", corpus=corpus, YINJU_CORPUS__SITE_URL=site)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    first = lines.index("2020-05-06-记录.txt")
    assert lines[first + 1 : first + 4] == [
        "  title 记录 (name)",
        "  date  2020-05-06 (name)",
        f"  link  {site}/{key('2020-05-06-记录.txt')}.html (corpus.site_url)",
    ]
    assert "  link  https://example.org/tokyo (metadata)" in lines
    assert "links from: corpus.site_url 2, metadata 1" in lines
    assert "! corpus: not read: 2 files of kinds that are not read: .vue 2" in lines


def test_a_lasting_name_finds_its_place_from_the_shell(tmp_path: Path) -> None:
    corpus = small(tmp_path)
    said = yinju(tmp_path, "ask", "熊猫吃什么", corpus=corpus).stdout
    name = re.search(r"yinju:[\w-]+", said)
    assert name is not None
    page = yinju(tmp_path, "ask", name[0], corpus=corpus)
    assert page.returncode == 0
    assert "吃竹子" in page.stdout
    assert "Nothing in the documents" not in page.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[telegram]\ntokn = ""\n', ["telegram.tokn (line 2)", "token"]),
        ("[corpos]\n", ["corpos (line 1)", "corpus"]),
        ("[telegram\n", ["line 1"]),
        ("token = 5\nlog = 1\n", ["token", "log"]),
        (
            '[telegram]\nadmins = ["@me"]\napi_url = "ftp://x"\n[log]\nretention_days = -1\n',
            [
                "telegram.admins (line 2)",
                "telegram.api_url (line 3)",
                "log.retention_days (line 5)",
            ],
        ),
    ],
)
def test_a_wrong_configuration_is_told_at_once_with_places_and_ways_out(
    tmp_path: Path, text: str, said: list[str]
) -> None:
    (tmp_path / "config.toml").write_text(text)
    checked = yinju(tmp_path, "check")
    assert checked.returncode == 1
    for each in said:
        assert each in checked.stdout
    run = yinju(tmp_path, "run")
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    for each in said:
        assert each in run.stderr


def test_a_configuration_that_is_not_there(tmp_path: Path) -> None:
    done = yinju(tmp_path, "check", "--config", "nowhere.toml")
    assert done.returncode == 1
    assert "nowhere.toml" in done.stdout
    assert "config.example.toml" in done.stdout


def test_check_finds_everything_that_is_wrong_beside_the_configuration(tmp_path: Path) -> None:
    corpus = small(tmp_path)
    (corpus / "c.pages").write_bytes(b"\x00\x01")
    (tmp_path / "file").write_text("")
    done = yinju(
        tmp_path,
        "check",
        corpus=corpus,
        YINJU_LOG__PATH=str(tmp_path / "file" / "log.db"),
        YINJU_TELEGRAM__TOKEN="123:secret_secret",
        YINJU_TELEGRAM__API_URL="http://127.0.0.1:1",
    )
    assert done.returncode == 1
    assert "not read: c.pages" in done.stdout
    assert "✗ query log" in done.stdout
    assert "out of reach" in done.stdout
    assert "secret_secret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("token", "status", "said"), [(None, 0, "@yinju_test_bot"), ("1:x", 1, "")]
)
def test_check_asks_telegram_about_the_token(
    tmp_path: Path, token: str | None, status: int, said: str
) -> None:
    async def run() -> None:
        async with BotApi(can_read_all_group_messages=False) as api:
            done = await asyncio.to_thread(
                yinju,
                tmp_path,
                "check",
                corpus=small(tmp_path),
                YINJU_TELEGRAM__TOKEN=token or api.token,
                YINJU_TELEGRAM__API_URL=api.url,
            )
        assert done.returncode == status, done.stdout
        assert (said or "@BotFather") in done.stdout
        assert ("privacy mode" in done.stdout) is (status == 0)

    asyncio.run(run())


@pytest.mark.parametrize("command", [["ask", "x"], ["chat"], ["run"], ["check"]])
def test_a_corpus_that_is_not_there(tmp_path: Path, command: list[str]) -> None:
    done = yinju(tmp_path, *command, corpus=tmp_path / "nowhere")
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "nowhere" in said
    assert "there is no such folder" in said
    assert "Traceback" not in said


def test_an_empty_corpus_is_a_mistake_to_check_and_none_to_ask(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    checked = yinju(tmp_path, "check", corpus=tmp_path / "empty")
    assert checked.returncode == 1
    assert "corpus.path" in checked.stdout
    asked = yinju(tmp_path, "ask", "熊猫", corpus=tmp_path / "empty")
    assert asked.returncode == 0
    assert "Nothing" in asked.stdout


def test_log_prints_the_latest_questions_to_the_letter(tmp_path: Path) -> None:
    corpus = small(tmp_path)
    nothing = yinju(tmp_path, "log", corpus=corpus)
    assert nothing.returncode == 0
    assert "Nothing was asked yet" in nothing.stdout
    questions = ["熊猫吃什么", "[/red] 熊猫 [bold]", "熊猫\x1b[31m红", ":panda_face: 熊猫"]
    yinju(tmp_path, "chat", typed="\n".join(questions), corpus=corpus)
    done = yinju(tmp_path, "log", corpus=corpus)
    assert done.returncode == 0, done.stderr
    for question in ("熊猫吃什么", "[/red] 熊猫 [bold]", ":panda_face: 熊猫"):
        assert question in done.stdout
    assert "\x1b" not in done.stdout
    assert "terminal" in done.stdout
    latest = yinju(tmp_path, "log", "-n", "1", corpus=corpus).stdout
    assert ":panda_face: 熊猫" in latest
    assert "吃什么" not in latest
    assert yinju(tmp_path, "log", "-n", "0", corpus=corpus).returncode == 2


def test_log_tells_why_it_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "log.db").write_bytes(b"this is no database at all" * 100)
    done = yinju(tmp_path, "log")
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


_FIGURES = ["mrr@10", "ndcg@10", "recall@1", "recall@5", "recall@10"]
_FIGURES += ["answered", "refused", "ms_per_query"]


def test_eval_of_a_beir_folder(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    (folder / "qrels").mkdir(parents=True)
    documents = [
        {"_id": "1", "title": "东京会议", "text": "各国外长在东京举行会议。"},
        {"_id": "2", "title": "熊猫", "text": "大熊猫住在成都的山里，吃竹子。"},
    ]
    questions = [{"_id": "a", "text": "熊猫住在哪里"}, {"_id": "b", "text": "[/量子] 计算机"}]
    for name, rows in (("corpus", documents), ("queries", questions)):
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\na\t2\t1\n")
    done = yinju(tmp_path, "eval", str(folder), "--json")
    figures = json.loads(done.stdout)
    assert [name for name in figures if name in _FIGURES] == _FIGURES
    assert [figures[name] for name in _FIGURES[:7]] == [1.0] * 7
    assert figures["ms_per_query"] > 0
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\na\t1\t1\nb\t2\t1\n")
    told = yinju(tmp_path, "eval", str(folder), "--misses").stdout
    assert "first document is another" in told
    assert "[/量子] 计算机" in told


def test_eval_of_the_questions_on_the_seeds(tmp_path: Path) -> None:
    some = QUESTIONS.read_text(encoding="utf-8").splitlines()[::4]
    (tmp_path / "some.jsonl").write_text("\n".join(some), encoding="utf-8")
    done = yinju(tmp_path, "eval", "some.jsonl", "--json", corpus=SEEDS)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert set(_FIGURES) <= set(figures)
    assert all(0 <= figures[name] <= 1 for name in _FIGURES[:7])


def test_eval_tells_what_is_wrong_with_a_set(tmp_path: Path) -> None:
    corpus = small(tmp_path)
    (tmp_path / "broken.jsonl").write_text("{\n")
    for path in ("nowhere.jsonl", "broken.jsonl", "."):
        done = yinju(tmp_path, "eval", path, corpus=corpus)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "jsonl" in done.stderr


def test_a_database_of_a_newer_version_is_told_by_log_and_check(tmp_path: Path) -> None:
    corpus = small(tmp_path)
    yinju(tmp_path, "chat", typed="熊猫", corpus=corpus)
    connection = raw(tmp_path / "log.db")
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    for command in ("log", "check"):
        done = yinju(tmp_path, command, corpus=corpus)
        assert done.returncode == 1
        assert "newer" in done.stdout + done.stderr
