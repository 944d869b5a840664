"""Ids, names and questions are planted, failures caused, and every file is searched for them."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import stat
import tempfile
import warnings
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from telegram.ext import Application

from bot.cli import JsonLine, Line
from bot.conversation.conversation import Conversation
from tests.commands import small, yinju
from tests.dialogue import Dialogue, hold
from tests.querylogs import KEY, locked
from tests.tales import TALES

ID, GROUP_ID = 987654321987, -1009876543219
NAME, USERNAME, QUESTION = "Wilhelmina Quastenfloß", "wilhelmina_q", "青石村的石桥有多长呢"
PLANTED = (str(ID), str(GROUP_ID), "Wilhelmina", "Quasten", USERNAME, QUESTION, QUESTION[:6])


@pytest.fixture
def journal() -> Iterator[tuple[StringIO, StringIO]]:
    """All that the program and its libraries log, down to DEBUG, as the two formats write it."""
    root, streams = logging.getLogger(), (StringIO(), StringIO())
    handlers = [logging.StreamHandler(stream) for stream in streams]
    for handler, formatter in zip(handlers, (Line(), JsonLine()), strict=True):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    before = root.level
    root.setLevel(logging.DEBUG)
    yield streams
    root.setLevel(before)
    for handler in handlers:
        root.removeHandler(handler)


def found(where: bytes) -> list[str]:
    return [planted for planted in PLANTED if planted.encode() in where]


def test_nobody_who_wrote_is_kept_in_a_list(tmp_path: Path) -> None:
    """As the library would, of everyone, as long as it runs."""

    async def talk(it: Dialogue) -> None:
        await it.ask(QUESTION, it.api.user(ID, NAME, "zh-hans", USERNAME))
        await it.done()
        libraries = [one for one in gc.get_objects() if isinstance(one, Application)]
        assert libraries
        for library in libraries:  # of other tests too
            assert not library._user_ids_to_be_updated_in_persistence
            assert not library._chat_ids_to_be_updated_in_persistence
            assert (library.user_data, library.chat_data) == ({}, {})

    hold(talk, tmp_path)


def test_nothing_planted_is_in_any_file_that_the_bot_leaves(
    tmp_path: Path, journal: tuple[StringIO, StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))

    async def talk(it: Dialogue) -> None:
        person = it.api.user(ID, NAME, "zh-hans", USERNAME)
        answer = await it.ask(QUESTION, person)
        await person.presses(answer, "👍")
        await it.ask("/language zh-Hant", person)
        # Files are searched while they are in use, write-ahead log and all.
        assert found(_files(it.config.log.path.parent, temporary)) == []

        handle = Conversation.handle

        async def fails(self: Conversation, *args: object) -> object:
            raise ValueError(f"cannot handle {args!r} of {NAME}")

        with monkeypatch.context() as broken:
            broken.setattr(Conversation, "handle", fails)
            await it.ask(QUESTION, person)
        assert Conversation.handle is handle
        with locked(it.config.log.path):
            await it.ask(QUESTION, person)
            await it.app.ledger.settled()

        async def stray() -> None:
            raise KeyError(f"{ID} {NAME} {QUESTION}")

        task = asyncio.create_task(stray())
        await asyncio.wait({task})
        asyncio.get_running_loop().call_exception_handler(
            {"message": f"Task was lost: '{NAME}'", "task": task, "exception": task.exception()}
        )

    # The index holds the documents, whose words people ask for; of people it holds nothing.
    hold(talk, tmp_path, retrieval__store=str(tmp_path / "index"))
    assert set(found(_files(tmp_path / "index"))) <= set(found("".join(TALES.values()).encode()))
    for name in ("telegram", "httpx", "aiohttp.access", "aiosqlite", "apscheduler"):
        library = logging.getLogger(name)
        library.error("Update %s from %s caused error", ID, NAME)
        library.error(f"Update '{ID}' from <User({NAME!r})> {QUESTION}")
    lines, objects = (stream.getvalue() for stream in journal)
    assert "could not be handled" in lines
    assert "ValueError at tests/test_planted.py" in lines
    assert "Update %s from %s caused error" in lines
    for text in (lines, objects):
        assert [line for line in text.splitlines() if found(line.encode())] == []
    for line in objects.splitlines():
        assert {"time", "level", "logger", "message"} <= set(json.loads(line))
    assert found(_files(tmp_path / "log", temporary)) == []


def _files(*folders: Path) -> bytes:
    content = [
        file.read_bytes()
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file() and stat.S_ISREG(file.stat().st_mode)
    ]
    return b"\0".join(content)


def test_an_event_with_an_exception_and_a_warning_are_one_line_each() -> None:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Line())
    logger = logging.getLogger("bot.somewhere")
    logger.addHandler(handler)
    try:
        raise RuntimeError(QUESTION) from OSError(NAME)
    except RuntimeError:
        logger.exception("Two\nlines of 123456:AAsecretsecretsecret.")
    finally:
        logger.removeHandler(handler)
    (line,) = stream.getvalue().splitlines()
    assert "Two lines of …." in line
    assert "RuntimeError at tests/test_planted.py:" in line
    assert "caused by OSError" in line
    assert found(line.encode()) == []
    warning = logging.makeLogRecord(
        {"name": "py.warnings", "msg": "%s", "args": (f"x.py:1: W: '{NAME}'",)}
    )
    assert "Wilhelmina" not in Line().format(warning)
    assert warnings is not None


def test_wipe_destroys_key_and_database_and_asks_first(tmp_path: Path) -> None:
    corpus, key = small(tmp_path), tmp_path / "state" / "its.key"
    given = {"YINJU_LOG__KEY": "", "YINJU_LOG__KEY_FILE": str(key)}
    done = yinju(tmp_path, "chat", typed="熊猫", corpus=corpus, **given)
    assert done.returncode == 0, done
    assert key.exists()
    refused = yinju(tmp_path, "wipe", typed="n\n", corpus=corpus, **given)
    assert refused.returncode == 1
    assert key.exists()
    linked = tmp_path / "blocks"
    linked.hardlink_to(key)
    done = yinju(tmp_path, "wipe", "--yes", corpus=corpus, **given)
    assert done.returncode == 0, done.stderr
    assert not key.exists()
    assert set(linked.read_bytes()) == {0}
    assert [file.name for file in tmp_path.glob("log.db*")] == ["log.db.lock"]


def test_check_refuses_secrets_that_others_can_read_and_a_key_beside_its_database(
    tmp_path: Path,
) -> None:
    corpus, key = small(tmp_path), tmp_path / "beside.key"
    key.write_bytes(KEY)
    key.chmod(0o644)
    config = tmp_path / "config.toml"
    config.write_text('[telegram]\ntoken = "123456:AAsecretsecretsecretsecret"\n')
    config.chmod(0o644)
    done = yinju(
        tmp_path,
        "check",
        corpus=corpus,
        YINJU_LOG__KEY="",
        YINJU_LOG__KEY_FILE=str(key),
        YINJU_TELEGRAM__API_URL="http://127.0.0.1:9",
    )
    assert done.returncode == 1
    assert "holds a secret and can be read by others" in done.stdout
    assert f"chmod 600 {key}" in done.stdout
    assert "stands beside the database" in done.stdout
    assert "AAsecret" not in done.stdout + done.stderr


def test_secrets_come_from_systemds_credentials(tmp_path: Path) -> None:
    from bot.config import load

    (tmp_path / "log.key").write_text(KEY.hex() + "\n")
    config = load(None, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert config.log.key.get_secret_value() == KEY.hex()
    assert os.fspath(tmp_path) not in repr(config)
