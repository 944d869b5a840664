"""The log's file is unreadable without its key, and is never written into the void."""
# ruff: noqa: ASYNC240 - the only task that a blocking file operation here could delay is the test

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.querylog import encryption
from tests.querylogs import KEY, QUOTES, Log, asked, contents, raw, refused, using

SECRET = "告诉我那件不能说的事"
OTHER_KEY = KEY[::-1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "yinju.db"


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_nothing_can_be_read_in_file_or_write_ahead_log(path: Path) -> None:
    async def work(log: Log) -> None:
        for number in range(300):
            await log.record(asked(number, text=f"{SECRET}{number}"), QUOTES)
        assert (path.with_name("yinju.db-wal")).stat().st_size
        found = everything(path.parent)
        for trace in (SECRET.encode(), b"alice", b"charter", b"question", b"SQLite"):
            assert trace not in found, trace

    async def again(log: Log) -> None:
        assert (await log.latest(1))[0][0].text == f"{SECRET}299"

    using(path, work, KEY)
    using(path, again, KEY)


def _old(path: Path, kept: bool = False) -> None:
    """A plain database of an earlier version; with `kept`, with a write-ahead log left over."""

    async def fill(log: Log) -> None:
        for number in range(100):
            await log.record(asked(number, text=f"{SECRET}{number}"), QUOTES)
        if kept:
            for file in path.parent.iterdir():
                shutil.copy(file, path.parent.parent / file.name)

    using(path, fill)
    if kept:
        for name in ("yinju.db", "yinju.db-wal"):
            (path.parent.parent / name).replace(path.parent / name)
        (path.parent.parent / "yinju.db-shm").unlink()


@pytest.mark.parametrize("kept", [False, True])
def test_a_plain_database_of_an_earlier_version_is_encrypted_in_place(
    path: Path, kept: bool
) -> None:
    _old(path, kept)
    assert SECRET.encode() in everything(path.parent)
    # Other names of the same bytes: what a look at the disk's blocks would find.
    blocks = path.parent.parent / "blocks"
    blocks.mkdir()
    for file in path.parent.iterdir():
        (blocks / file.name).hardlink_to(file)

    async def work(log: Log) -> None:
        found = await log.latest(1000)
        assert len(found) == 100
        assert found[0] == (asked(99, text=f"{SECRET}99"), QUOTES)
        await log.record(asked(200))

    using(path, work, KEY)
    using(path, _opened, KEY)
    for place in (path.parent, blocks):
        assert SECRET.encode() not in everything(place)
    assert [file.name for file in path.parent.iterdir()] == ["yinju.db"]


async def _opened(log: Log) -> None:
    await log.open()


@pytest.mark.parametrize("step", ["rename", "replace", "shred"])
def test_an_encryption_that_is_cut_off_is_finished_at_the_next_start(
    path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _old(path)

    class CutError(Exception):
        pass

    def cut(*_: object) -> None:
        raise CutError

    with monkeypatch.context() as patched:
        if step == "shred":
            patched.setattr(encryption, "shred", cut)
        else:
            patched.setattr(Path, step, cut)
        with pytest.raises(CutError):
            encryption.encrypt_in_place(path, KEY, 1.0)

    async def work(log: Log) -> None:
        assert len(await log.latest(1000)) == 100

    using(path, work, KEY)
    assert SECRET.encode() not in everything(path.parent)
    assert [file.name for file in path.parent.iterdir()] == ["yinju.db"]


def test_a_plain_database_that_another_program_holds_is_left_until_it_is_free(path: Path) -> None:
    _old(path)

    async def work(log: Log) -> None:
        # A process of its own, for locks of one process do not keep itself out.
        reads = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None); "
        reads += "db.execute('BEGIN'); db.execute('SELECT * FROM question').fetchone(); "
        reads += "print(flush=True); input()"
        with subprocess.Popen(  # noqa: ASYNC220 - nothing else runs
            [sys.executable, "-c", reads, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as other:
            assert other.stdout is not None
            other.stdout.readline()
            assert (await refused(log.open())).code == "SQLITE_BUSY"
            assert SECRET.encode() in contents(path)
            other.communicate(b"\n")
        assert len(await log.latest(1000)) == 100

    using(path, work, KEY)
    assert SECRET.encode() not in everything(path.parent)


def test_another_programs_plain_database_is_not_encrypted(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE diary (what TEXT)")

    async def work(log: Log) -> None:
        assert "another program" in (await refused(log.open())).reason

    using(path, work, KEY)
    assert path.read_bytes().startswith(b"SQLite format 3")
    assert [file.name for file in path.parent.iterdir()] == ["yinju.db"]


def test_losing_the_key_loses_the_log_and_nothing_else_and_is_said(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def fill(log: Log) -> None:
        await log.record(asked(1))

    async def work(log: Log) -> None:
        assert await log.latest(9) == []
        await log.record(asked(2))

    using(path, fill, KEY)
    using(path, work, OTHER_KEY)
    assert "its key" in caplog.text
    (aside,) = path.parent.glob("*.aside-*")
    # Whoever finds the key again reads it.
    with closing(raw(aside)) as old:
        assert old.execute("SELECT id FROM question").fetchall() == [("q1",)]


def test_without_sqlcipher_nothing_is_kept_in_plain(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encryption, "sqlcipher", None)

    async def work(log: Log) -> None:
        reason = (await refused(log.record(asked(1, text=SECRET)))).reason
        assert "sqlcipher3 is not installed" in reason
        assert "log.encrypted = false" in reason

    using(path, work, KEY)
    assert SECRET.encode() not in everything(path.parent)


# Files that change under a running bot


@pytest.mark.parametrize("key", [None, KEY])
def test_a_database_deleted_while_in_use_is_noticed_and_begun_anew(
    path: Path, key: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1))
        assert await log.question("q1") is not None
        path.unlink()
        await log.record(asked(2))
        assert [question.id for question, _ in await log.latest(9)] == ["q2"]

    using(path, work, key)
    using(path, _has("q2"), key)
    assert "vanished while it was in use" in caplog.text


def _has(*ids: str):  # type: ignore[no-untyped-def] # noqa: ANN202
    async def work(log: Log) -> None:
        assert {question.id for question, _ in await log.latest(9)} == set(ids)

    return work


@pytest.mark.parametrize("key", [None, KEY])
def test_a_copy_put_in_its_place_while_in_use_is_served_whole(
    path: Path, key: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    copy = path.with_name("copy.db")

    async def fill(log: Log) -> None:
        await log.record(asked(7))

    async def work(log: Log) -> None:
        await log.record(asked(1))
        assert await log.question("q1") is not None
        copy.replace(path)
        assert {question.id for question, _ in await log.latest(9)} == {"q7"}
        await log.record(asked(8))

    using(copy, fill, key)
    using(path, work, key)
    using(path, _has("q7", "q8"), key)
    assert "was replaced by another file" in caplog.text
    with closing(raw(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("key", [None, KEY])
def test_a_database_damaged_while_in_use_is_put_aside_and_begun_anew(
    path: Path, key: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(log: Log) -> None:
        for number in range(200):
            await log.record(asked(number, text=SECRET * 9))
        async with log._writer.alone() as db:
            await db.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (path.stat().st_size - 4096))
        await log._writer.discard()
        await log._reader.discard()
        assert "damaged" in (await refused(log.latest(500))).reason
        await log.record(asked(500))
        assert [question.id for question, _ in await log.latest(9)] == ["q500"]

    using(path, work, key)
    assert "put aside" in caplog.text
    assert len(list(path.parent.glob("*.aside-*"))) == 1


def test_garbage_put_in_its_place_while_in_use_is_put_aside(path: Path) -> None:
    async def work(log: Log) -> None:
        await log.record(asked(1))
        path.unlink()
        path.write_bytes(b"my diary\n" * 1000)
        await log.record(asked(2))
        assert [question.id for question, _ in await log.latest(9)] == ["q2"]

    using(path, work, KEY)
    (aside,) = path.parent.glob("*.aside-*")
    assert aside.read_bytes() == b"my diary\n" * 1000
