"""What is forgotten is gone, what is old is nobody's, and the log never lies about either."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation import Ask, Asker, ChatKind
from bot.conversation.backlog import LIMIT, Backlog
from bot.conversation.ledger import Ledger
from bot.querylog import QueryLog, QueryLogError
from bot.querylog.file import InstanceError, only_instance
from bot.querylog.keys import Keyring
from bot.querylog.writes import Arrival
from bot.wording.locale import locale
from tests.commands import ROOT
from tests.dialogue import Dialogue, hold
from tests.querylogs import KEY, NOW, QUOTES, Log, asked, contents, locked, raw, using

WORDS = locale("zh-Hans")
PRIVATE = Asker("telegram", "7", "7", ChatKind.PRIVATE)
GROUP = Asker("telegram", "7", "-100", ChatKind.SUPERGROUP)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "yinju.db"


def name(person: int) -> str:
    return f"{person + 1:032x}"


@pytest.mark.parametrize("seed", range(4))
def test_no_words_of_a_forgotten_person_are_left_anywhere_in_the_file(
    path: Path, seed: int
) -> None:
    """In a plain file, where they can be seen; among many who write, edit and forget."""
    chance = random.Random(seed)
    lengths = (2, 20, 60, 200, 900)

    def words(person: int, number: int) -> str:
        return f"SECRET{person:03d}-{number}" + "文" * chance.choice(lengths)

    async def work(log: Log) -> None:
        number = 0
        living: dict[int, list[str]] = {person: [] for person in range(20)}
        for _ in range(600):
            person = chance.randrange(20)
            if living[person] and chance.random() < 0.15:
                changed = chance.choice(living[person])
                question = asked(1, id=changed, asker=name(person), text=words(person, number))
                await log.update(question, QUOTES)
            elif chance.random() < 0.04:
                await log.forget([name(person)])
                living[person] = []
                assert b"SECRET%03d" % person not in contents(path)
            else:
                number += 1
                question = asked(
                    number,
                    id=f"{chance.getrandbits(72):018x}",
                    asker=name(person),
                    chat=name(99),
                    text=words(person, number),
                )
                await log.record(question, QUOTES)
                living[person].append(question.id)
        for person in range(20):
            gone, erased = await log.forget([name(person)])
            assert gone == len(living[person])
            assert erased
            assert b"SECRET%03d" % person not in contents(path)
        assert await log.latest(9) == []

    using(path, work)


def test_pseudonyms_cannot_be_chained_for_longer_than_their_time(path: Path) -> None:
    async def work(log: Log) -> None:
        async def names(day: int, asker: Asker = PRIVATE) -> list[str]:
            ledger.keyring = Keyring.made(KEY, await log.secrets(30, NOW + timedelta(days=day)))
            return ledger.keys(asker) if asker is PRIVATE else [ledger.key(asker)]

        ledger = Ledger(log, KEY)
        first = await names(0)
        assert ledger.key(PRIVATE) != ledger.key(GROUP)
        assert ledger.key(GROUP) in first  # /forget in private reaches what was asked in groups
        lasting = ledger.lasting_key(PRIVATE)
        assert await names(14) == first
        middle = await names(16)
        assert set(first) < set(middle)
        assert ledger.key(PRIVATE) not in first
        assert not set(await names(31)) & set(first)
        assert set(await names(31)) & set(middle)
        assert not set(await names(80)) & set(middle)
        assert ledger.lasting_key(PRIVATE) == lasting
        # A clock that was ahead leaves no secret that never ends.
        late = await names(5000)
        assert not set(await names(81)) & set(late)

    using(path, work)


def test_a_key_that_was_thrown_away_is_gone_from_the_file(path: Path) -> None:
    async def work(log: Log) -> None:
        old = await log.secrets(30, NOW)
        assert old["private"][0] in contents(path)
        await log.secrets(30, NOW + timedelta(days=40))
        for secret in (*old["private"], *old["shared"]):
            assert secret not in contents(path)

    using(path, work)


def test_nothing_is_deleted_by_a_clock_that_jumped(path: Path) -> None:
    async def work(log: Log) -> None:
        assert await log.trusts(NOW)
        jumped = NOW + timedelta(days=100)
        assert not await log.trusts(jumped)
        assert not await log.trusts(jumped)
        assert await log.trusts(NOW + timedelta(days=5))
        await log.record(asked(1, asked_at=jumped))
        assert await log.trusts(NOW + timedelta(days=6))
        # What was asked under the wrong clock is not kept longer for it.
        assert (await log.latest(1))[0][0].asked_at == NOW + timedelta(days=6)
        assert await log.trusts(jumped, confirmed=True)
        assert await log.trusts(jumped + timedelta(days=1))

    using(path, work)


def test_forgetting_in_dialogue_and_taking_ones_data_away(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        asker = it.asker()
        await it.ask("青石村的石桥")
        await it.ask("白云村的石桥", it.other())
        sent = await it.ask("/mydata")
        document = sent["document"]
        assert document["file_name"] == "yinju-mydata.json"
        question = await it.ask("/forget")
        _, done = await it.press(question, WORDS.text("button-forget"), asker)
        assert done["text"] == WORDS.text("forget-done", rows=1)
        assert [text for (text,) in it.rows("SELECT text FROM question")] == ["白云村的石桥"]

    hold(talk, tmp_path)


def test_what_waits_in_the_inbox_is_among_ones_data(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.supergroup()
        it.api.fail("sendMessage", 429, "Too Many Requests", retry_after=60, chat=group)
        await it.asker().says("/ask 青石村的石桥", group)
        await it.api.until(lambda: bool(it.api.made("sendMessage", group)))
        sent = await it.ask("/mydata")
        kept = json.loads(it.api.world.files[sent["document"]["file_id"]][1])
        (waiting,) = (row for row in kept if "waits for an answer" in row)
        assert waiting["waits for an answer"] == "message"
        assert json.loads(waiting["as"])["message"]["text"] == "/ask 青石村的石桥"
        sent = await it.ask("/mydata", it.other())
        assert sent["text"] == WORDS.text("forget-nothing")

    hold(talk, tmp_path)


def test_a_question_that_was_being_looked_up_is_not_logged_after_forgetting(
    tmp_path: Path,
) -> None:
    async def talk(it: Dialogue) -> None:
        ledger, assistant = it.app.ledger, it.app.assistant
        lookup = asyncio.create_task(assistant.ask(PRIVATE, Ask("青石村的石桥")))
        await asyncio.sleep(0)
        await ledger.forget(PRIVATE)
        assert await lookup is not None
        await ledger.settled()
        assert it.rows("SELECT * FROM question") == []
        await assistant.ask(PRIVATE, Ask("青石村的石桥"))
        await ledger.settled()
        assert len(it.rows("SELECT * FROM question")) == 1

    hold(talk, tmp_path)


def test_rows_wait_for_a_locked_database_in_order_and_none_is_lost(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        ledger = it.app.ledger
        ledger.backlog._again = 0.01
        await it.ask("青石村的石桥")
        await ledger.settled()
        with locked(it.config.log.path):
            for village in ("白云村", "红枫村", "青石村"):
                await it.ask(f"{village}的石桥")
            await ledger.settled()
            assert len(ledger.backlog) >= 3
        while len(ledger.backlog):  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.01)
        asked_for = [text for (text,) in it.rows("SELECT text FROM question ORDER BY rowid")]
        assert asked_for == [f"{v}的石桥" for v in ("青石村", "白云村", "红枫村", "青石村")]

    hold(talk, tmp_path)


def test_what_waits_is_bounded_dropped_on_request_and_counted_when_lost(path: Path) -> None:
    async def main() -> None:
        log = QueryLog(path)
        failures: list[QueryLogError] = []

        async def fails() -> None:
            raise QueryLogError(Path("x"), "locked", "SQLITE_BUSY")

        async def wrote() -> None:
            raise AssertionError

        backlog = Backlog(log, failures.append, wrote, again=60)
        for number in range(LIMIT + 5):
            backlog.add(fails, f"owner{number % 2}")
        await backlog.settled()
        assert (len(backlog), backlog.lost, len(failures)) == (LIMIT, 5, 1)
        assert backlog.drop(["owner1"]) > 400
        left = len(backlog)
        await backlog.close()
        assert backlog.lost == 5 + left
        await log.close()

    asyncio.run(main())


def test_nobody_waits_for_the_next_try_of_a_database_that_takes_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        (tmp_path / "yinju.db").mkdir()
        log = QueryLog(tmp_path / "yinju.db")
        failures: list[QueryLogError] = []

        async def wrote() -> None:
            raise AssertionError

        backlog = Backlog(log, failures.append, wrote, again=3600)
        arrival = Arrival("telegram", "1", "message", "{}", 0.0)
        assert await backlog.arrived([arrival]) is None
        assert failures
        assert backlog.arrived([arrival]).result() is None  # at once, not in an hour
        await backlog.close()
        await log.close()

    asyncio.run(main())


def test_without_text_no_words_are_written_and_buttons_work_until_a_restart(
    tmp_path: Path,
) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("青石村的石桥")
        assert it.rows("SELECT text FROM question") == [("",)]
        await it.press(answer, "📖 1")
        again = await it.ask("白云村的石桥")
        await it.restart()
        assert await it.alert(again, "📖 1") == WORDS.text("question-expired")

    hold(talk, tmp_path, log__questions="none")


def test_a_second_instance_hears_who_the_first_is(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.querylog.file import only_instance\n"
        "with only_instance(Path(sys.argv[1])): print('in', flush=True); sys.stdin.readline()"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == b"in\n"
        with pytest.raises(InstanceError) as caught, only_instance(path):
            pass
        assert caught.value.pid == first.pid
        assert first.poll() is None
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.communicate()
    with only_instance(path):  # a killed process leaves no lock
        pass


def test_the_time_of_day_is_not_in_the_log(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        await it.ask("青石村的石桥")
        await it.app.ledger.settled()
        with closing(raw(it.config.log.path)) as db:
            ((at,),) = db.execute("SELECT asked_at FROM question").fetchall()
        assert at.endswith(":00:00Z")
        assert datetime.now(UTC) - datetime.fromisoformat(at) < timedelta(hours=2)

    hold(talk, tmp_path)
