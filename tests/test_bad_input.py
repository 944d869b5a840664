"""Bad input gets a clear answer, and nothing is lost."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import App, open_app
from bot.config import Config, load
from bot.conversation import LANGUAGES, Ask, Asker, ChatKind
from bot.conversation.actions import Plain
from bot.conversation.replies import Answer, Notice, Reply
from bot.conversation.requests import Request
from bot.telegram.replies import links, outgoing
from bot.wording.locale import Locale, locale
from bot.wording.replies import render
from tests.commands import small, yinju
from tests.messages import accepted
from tests.querylogs import KEY, locked, raw

ASKER = Asker("telegram", "7", "7", ChatKind.PRIVATE)


def _shown(answer: Reply, words: Locale) -> dict[str, Any]:
    """The answer as Telegram gets it."""
    return accepted(outgoing(render(answer, words, links("yinju_test_bot"))))


def _config(folder: Path, corpus: Path | None = None) -> Config:
    return load(
        environ={
            "YINJU_CORPUS__PATH": str(corpus or small(folder)),
            "YINJU_LOG__PATH": str(folder / "log.db"),
            "YINJU_LOG__KEY": KEY.hex(),
            "YINJU_LIMITS__USER_PER_MINUTE": "0",
            "YINJU_RETRIEVAL__STORE": "memory",  # no processes for a corpus of two documents
        }
    )


def _with_app(config: Config, work: Callable[[App], Awaitable[None]]) -> None:
    async def main() -> None:
        async with open_app(config) as app:
            await work(app)

    asyncio.run(main())


async def _quoted(app: App, question: str = "熊猫吃什么") -> bool:
    answer = await app.assistant.ask(ASKER, Ask(question))
    assert answer is not None
    _shown(answer, locale("zh-Hans"))
    return isinstance(answer, Answer) and any("竹子" in hit.quote for hit in answer.result.hits)


_EMPTY = [
    "",
    "   ",
    "？！……",
    "😀👍🏽",
    "的了吗呢",
    "是什么？",
    "\u200b\u200f\u202e",
    "\x00\x07",
    "\ud800",
]


def test_a_question_without_a_word_is_told_so(tmp_path: Path) -> None:
    async def work(app: App) -> None:
        for question in _EMPTY:
            answer = await app.assistant.ask(ASKER, Ask(question))
            assert isinstance(answer, Answer), repr(question)
            for language in LANGUAGES:
                said = accepted(
                    outgoing(render(answer, locale(language), links("yinju_test_bot")))
                )["text"]
                assert locale(language).text("question-empty") in said, repr(question)

    _with_app(_config(tmp_path), work)


_MARKUP = "<b>熊猫</b> *吃* _什么_ [x](javascript:alert(1)) `'; DROP TABLE questions; --"


@pytest.mark.parametrize(
    "question",
    [
        "熊猫\x00吃\x07什么",
        "熊\u200b猫\u200d吃\ufeff什么",
        "\u202e熊猫吃什么\u200f",
        "熊猫吃什么\ud800",
        "*熊猫* _吃_ `什么`",
        "'; -- 熊猫吃什么 \\",
    ],
)
def test_a_strange_question_is_answered_and_logged(tmp_path: Path, question: str) -> None:
    async def work(app: App) -> None:
        assert await _quoted(app, question)
        await app.ledger.settled()
        ((logged, quotes),) = await app.ledger.log.latest(5)
        assert "熊" in logged.text
        assert quotes

    _with_app(_config(tmp_path), work)


def test_of_a_long_question_the_beginning_is_looked_up_and_the_asker_is_told(
    tmp_path: Path,
) -> None:
    async def work(app: App) -> None:
        answer = await app.assistant.ask(ASKER, Ask("熊猫吃什么" * 1000))
        assert isinstance(answer, Answer)
        assert answer.truncated == 1000
        assert len(answer.result.query.text) <= 1000
        for language in LANGUAGES:
            text = _shown(answer, locale(language))["text"]
            assert "1,000" in text

    _with_app(_config(tmp_path), work)


@settings(max_examples=60)
@given(
    st.lists(
        st.text(max_size=200) | st.text(alphabet='熊猫"-来源:年份:2021 \ud83d\u200b'), max_size=8
    )
)
def test_any_question_has_an_answer_that_can_be_sent(questions: list[str]) -> None:
    async def ask() -> None:
        for question in questions:
            answer = await _shared().assistant.ask(ASKER, Ask(question))
            assert answer is not None
            for language in LANGUAGES:
                _shown(answer, locale(language))
        await _shared().ledger.settled()

    _LOOP.run(ask())


_LOOP = asyncio.Runner()
_APPS: list[App] = []


def _shared() -> App:
    return _APPS[0]


@pytest.fixture(scope="module", autouse=True)
def _app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    opened = open_app(_config(tmp_path_factory.mktemp("shared")))
    _APPS.append(_LOOP.run(opened.__aenter__()))
    yield
    _LOOP.run(opened.__aexit__(None, None, None))
    _LOOP.close()


def test_markup_in_the_corpus_is_quoted_as_text(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    row = {
        "title": "<i>熊猫</i> *[b]*",
        "text": f"{_MARKUP}，大熊猫吃竹子。",
        "publisher": "</a>&amp;",
    }
    (corpus / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")

    async def work(app: App) -> None:
        answer = await app.assistant.ask(ASKER, Ask("熊猫吃竹子"))
        assert answer is not None
        text = _shown(answer, locale("en"))["text"]
        assert "<i>熊猫</i> *[b]*" in text
        assert "DROP TABLE questions" in text

    _with_app(_config(tmp_path, corpus), work)
    done = yinju(tmp_path, "chat", typed="熊猫吃竹子\n/random\n/documents\n", corpus=corpus)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("<i>熊猫</i> *[b]*") == 3


def test_a_lone_surrogate_on_the_command_line_comes_back_in_json(tmp_path: Path) -> None:
    done = yinju(tmp_path, "ask", "熊猫".encode() + b"\xff", "--json", corpus=small(tmp_path))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["question"] == "熊猫\udcff"
    assert done.stdout.isascii()


def _newer(path: Path) -> None:
    _with_app(_config(path.parent, path.parent), _opened)
    with closing(raw(path)) as connection:
        connection.execute("PRAGMA user_version = 9999")


def _no_database(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 100)


def _a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("harm", "reason"),
    [(_newer, "newer"), (_no_database, "not a"), (_a_folder, "log.db")],
)
def test_a_query_log_that_cannot_be_used_costs_no_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: Callable[[Path], None], reason: str
) -> None:
    harm(tmp_path / "log.db")

    async def work(app: App) -> None:
        for _ in range(3):
            assert await _quoted(app)
        await app.ledger.settled()
        outcome = await app.conversation.handle(Request(ASKER, Plain("forget")))
        assert outcome.reply == Notice("not-saved")

    _with_app(_config(tmp_path), work)
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(told) == 1, told
    assert reason in told[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="to root nothing is read-only")
def test_a_read_only_query_log_costs_no_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = _config(tmp_path)
    _with_app(config, _quoted_once)
    (tmp_path / "log.db").chmod(0o400)
    _with_app(config, _quoted_once)
    assert "read-only" in caplog.text


async def _opened(app: App) -> None:
    await app.ledger.log.open()


async def _quoted_once(app: App) -> None:
    assert await _quoted(app)


def test_a_locked_query_log_delays_no_answer_and_is_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = _config(tmp_path)
    _with_app(config, _quoted_once)

    async def work(app: App) -> None:
        with locked(tmp_path / "log.db"):
            assert await _quoted(app)
            await app.ledger.settled()

    _with_app(config, work)
    assert "locked" in caplog.text
    with closing(raw(tmp_path / "log.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
