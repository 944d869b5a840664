# ruff: noqa: ASYNC240 - the only task that a blocking file operation here could delay is the test
from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.querylogs import QUOTES, Log, asked, locked, refused, using


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "yinju.db"


def test_while_another_program_writes_reads_go_on_and_writes_fail_clearly(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1))
        with locked(path):
            error = await refused(log.record(asked(2)))
            assert (error.path, error.code) == (path, "SQLITE_BUSY")
            assert "another program" in error.reason
            assert await log.question("q1") == asked(1)
        await log.record(asked(2))
        assert len(await log.latest(9)) == 2

    using(path, work)


def test_a_database_that_does_not_open_leaves_no_thread_that_has_yet_to_speak(path: Path) -> None:
    """Its last word would find the loop closed, and end in a traceback of that thread."""

    async def work(log: Log) -> None:
        path.mkdir(parents=True)
        loop, words = asyncio.get_running_loop(), []
        tell = loop.call_soon_threadsafe

        def listening(*said: Any, **how: Any) -> Any:
            if "connection" in threading.current_thread().name:
                words.append(said)
            return tell(*said, **how)

        loop.call_soon_threadsafe = listening  # type: ignore[assignment, method-assign]
        await refused(log.open())
        assert len(words) == 2  # that it failed, and that it ends

    using(path, work)


def test_a_long_queue_before_a_locked_database_fails_together(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(0))
        with locked(path):
            await asyncio.gather(*(refused(log.record(asked(n))) for n in range(1, 201)))
            # One after the other they would wait for the lock 200 times.
            assert 1 <= log._writer._failures < 10
        await log.record(asked(1))

    using(path, work)


def test_a_database_locked_from_the_start_works_once_it_is_free(path: Path) -> None:
    async def work(log: Log) -> None:
        path.parent.mkdir()
        with locked(path):
            assert (await refused(log.open())).code == "SQLITE_BUSY"
            assert (await refused(log.language("alice"))).code == "SQLITE_BUSY"
        await log.record(asked(1))
        assert await log.question("q1") == asked(1)

    using(path, work)


def test_a_folder_in_place_of_the_file_and_a_file_in_place_of_the_folder(path: Path) -> None:
    async def work(log: Log) -> None:
        path.mkdir(parents=True)
        assert "must name a file" in (await refused(log.record(asked(1)))).reason
        path.rmdir()
        await log.record(asked(1))
        assert len(await log.latest(9)) == 1

    async def below_a_file(log: Log) -> None:
        assert f"{path} is not a folder" in (await refused(log.open())).reason

    using(path, work)
    using(path / "below.db", below_a_file)


def test_a_read_only_database_fails_clearly_and_recovers(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1))
        async with log._writer.alone() as db:
            await db.execute("PRAGMA query_only = ON")
        error = await refused(log.record(asked(2)))
        assert error.code == "SQLITE_READONLY"
        assert "write permission" in error.reason
        await log.record(asked(2))
        assert len(await log.latest(9)) == 2

    using(path, work)


@contextmanager
def as_nobody() -> Iterator[None]:
    """For root, who may write everything, permissions only mean something as someone else."""
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(65534)
    except OSError:
        pytest.skip("root here cannot become anyone else")
    try:
        yield
    finally:
        os.seteuid(0)


def test_real_permissions(path: Path) -> None:
    with tempfile.TemporaryDirectory() as name, as_nobody():
        folder = Path(name)
        if os.geteuid() == 65534:
            os.seteuid(0)
            os.chown(folder, 65534, -1)
            os.seteuid(65534)
        database = folder / "y.db"

        async def work(log: Log) -> None:
            folder.chmod(0o500)
            error = await refused(log.open())
            assert "ermission" in error.reason
            folder.chmod(0o700)
            await log.record(asked(1))

        async def read_only(log: Log) -> None:
            database.chmod(0o400)
            error = await refused(log.record(asked(2)))
            assert error.code.startswith("SQLITE_READONLY")
            database.chmod(0o600)
            await log.record(asked(2))

        using(database, work)
        using(database, read_only)


def test_a_full_disk_costs_the_row_and_nothing_else(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1))
        async with log._writer.alone() as db:
            await db.execute_fetchall("PRAGMA max_page_count = 1")
        error = await refused(log.record(asked(2, text="长" * 100_000), QUOTES))
        assert error.code == "SQLITE_FULL"
        assert "no space" in error.reason
        assert [question.id for question, _ in await log.latest(9)] == ["q1"]
        async with log._writer.alone() as db:
            await db.execute_fetchall("PRAGMA max_page_count = 100000")
        await log.record(asked(2, text="长" * 100_000), QUOTES)
        assert await log.quotes("q2") == QUOTES

    using(path, work)


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"my diary\n" * 1000)

    async def work(log: Log) -> None:
        error = await refused(log.record(asked(1)))
        assert error.code == "SQLITE_NOTADB"
        assert "not a database" in error.reason
        assert path.read_bytes() == b"my diary\n" * 1000
        path.unlink()
        await log.record(asked(1))

    using(path, work)


def test_a_damaged_database_says_so_and_makes_room_for_a_new_one(path: Path) -> None:
    async def fill(log: Log) -> None:
        await asyncio.gather(*(log.record(asked(n), QUOTES) for n in range(200)))

    async def work(log: Log) -> None:
        error = await refused(log.latest(500))
        assert error.code.startswith("SQLITE_CORRUPT")
        assert "damaged" in error.reason
        assert await log.latest(500) == []
        await log.record(asked(1))
        assert len(list(path.parent.glob("*.aside-*"))) == 1

    using(path, fill)
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    using(path, work)


def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE question (what TEXT)")
    content = path.read_bytes()

    async def work(log: Log) -> None:
        assert "another program" in (await refused(log.record(asked(1)))).reason

    using(path, work)
    assert b"asked_at" not in path.read_bytes()
    assert len(path.read_bytes()) == len(content)


def test_a_newer_versions_database_is_left_alone(path: Path) -> None:
    async def fill(log: Log) -> None:
        await log.record(asked(1))

    async def work(log: Log) -> None:
        reason = (await refused(log.record(asked(2)))).reason
        assert "a newer Yinju wrote this database (version 99" in reason
        assert "upgrade" in reason

    using(path, fill)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")
    using(path, work)


def test_a_closed_log_says_so(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1))
        await log.close()
        assert "closed" in (await refused(log.record(asked(2)))).reason

    using(path, work)
