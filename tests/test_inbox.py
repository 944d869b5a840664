"""The inbox: nothing accepted is lost, nothing is said three times, and nobody waits for others."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from telegram.ext import ExtBot

from bot.conversation import Asker, ChatKind
from bot.conversation.backlog import Backlog
from bot.conversation.inbox import HANDLING, Handling, Inbox
from bot.conversation.ledger import Ledger
from bot.conversation.limits import Turns, Whose
from bot.conversation.outbox import Outbox, Pace
from bot.conversation.reception import Reception
from bot.querylog import QueryLog, QueryLogError
from bot.querylog.writes import Arrival, Batch, Progress
from bot.telegram.people import packed
from bot.telegram.sending import Sending
from bot.wording.locale import locale
from tests.botapi import BotApi
from tests.dialogue import ASKER, Dialogue, hold
from tests.querylogs import KEY, Log, asked, contents, locked, raw, using
from tests.starts import Bot

WORDS = locale("zh-Hans")


def arrival(number: int, person: str = "p", content: str = "{}") -> Arrival:
    return Arrival("toy", str(number), "message", content, float(number), person)


class Toy:
    """A platform whose events are handled when told to."""

    def __init__(self, path: Path) -> None:
        self.log = QueryLog(path, busy_timeout=0.05)
        self.failures: list[QueryLogError] = []
        self.backlog = Backlog(self.log, self.failures.append, self._wrote, again=0.02)
        self.handled: list[str] = []
        self.go = asyncio.Event()
        inbox = Inbox(self.log, self.backlog, "toy")
        self.reception = Reception(inbox, self._handle, lambda one: ("chat", one.person))

    async def _wrote(self) -> None:
        """Nothing to be told."""

    async def _handle(self, handling: Handling) -> None:
        await self.go.wait()
        self.handled.append(handling.arrival.event)

    async def until(self, count: int) -> None:
        while len(self.handled) < count:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)

    async def close(self) -> None:
        await self.reception.stop()
        await self.backlog.close()
        await self.log.close()


def test_what_was_not_done_is_replayed_oldest_first_and_what_was_is_not(tmp_path: Path) -> None:
    async def scene() -> None:
        first = Toy(tmp_path / "x.db")
        await first.reception.replay(first.failures.append)
        await first.reception.take([arrival(n) for n in (3, 1, 2)])
        first.go.set()
        await first.until(3)
        first.go.clear()
        await first.reception.take([arrival(n) for n in (9, 7, 8, 6, 5)])
        for task in first.reception._tasks:
            task.cancel()  # as a kill would
        await first.close()
        second = Toy(tmp_path / "x.db")
        await second.reception.replay(second.failures.append)
        second.go.set()
        # Delivered again, as by a platform that was not told: both the done and the waiting.
        await second.reception.take([arrival(n) for n in (3, 9, 10)])
        await second.until(6)
        assert second.handled == ["9", "7", "8", "6", "5", "10"]
        await second.close()

    asyncio.run(scene())


def test_a_flood_of_one_delays_nobody_else_by_more_than_a_turn(tmp_path: Path) -> None:
    """By order, not by time: 500 events of one person, then one each of ten others."""

    async def scene() -> None:
        toy = Toy(tmp_path / "x.db")
        await toy.reception.replay(toy.failures.append)
        await toy.reception.take([arrival(n, "flood") for n in range(500)])
        await toy.reception.take([arrival(1000 + n, f"other{n}") for n in range(10)])
        toy.go.set()
        await toy.until(510)
        last = max(toy.handled.index(str(1000 + n)) for n in range(10))
        assert last < 30
        await toy.close()

    asyncio.run(scene())


def test_turns_are_given_round_and_none_has_more_than_its_share_under_way() -> None:
    started: list[str] = []

    def start(whose: Whose, one: str) -> None:
        started.append(one)

    turns: Turns[str] = Turns(start, places=3, each=2)
    for number in range(4):
        turns.add(("c", "a"), f"a{number}")
    turns.add(("c", "b"), "b0")
    turns.add(("d", ""), "d0")
    assert started == ["a0", "a1", "b0"]  # two of a's at once, and three places
    turns.left()
    assert started[3:] == ["d0"]
    turns.left()  # a waits for its own: what waits for a chat holds no place
    assert turns.waiting == 2
    turns.ended(("c", "a"))
    assert started[4:] == ["a2"]


def test_a_database_that_cannot_be_written_keeps_nobody_waiting(tmp_path: Path) -> None:
    async def scene() -> None:
        toy = Toy(tmp_path / "x.db")
        await toy.reception.replay(toy.failures.append)
        toy.go.set()
        with locked(tmp_path / "x.db"):
            await toy.reception.take([arrival(1)])
            assert toy.handled == ["1"]
            assert toy.failures
        while toy.backlog.failing:
            await toy.backlog.noted()
            await asyncio.sleep(0.01)
        await toy.reception.take([arrival(2)])
        await toy.until(2)
        await toy.close()
        with raw(tmp_path / "x.db") as db:
            assert db.execute("SELECT event, content FROM inbox").fetchall() == [("2", None)]

    asyncio.run(scene())


def test_rows_of_a_burst_are_one_commit_and_a_bad_one_costs_itself(tmp_path: Path) -> None:
    async def scene() -> None:
        toy = Toy(tmp_path / "x.db")
        await toy.log.open()
        commits = 0
        write = toy.log.write

        async def counted(batch: Batch) -> frozenset[tuple[str, str]]:
            nonlocal commits
            commits += 1
            return await write(batch)

        toy.log.write = counted  # type: ignore[method-assign]
        for number in range(200):
            toy.backlog.add(Batch(questions=[(asked(number), ())]))
            toy.backlog.done(("toy", str(number)))
        await toy.backlog.settled()
        assert commits <= 2
        toy.backlog.add(Batch(questions=[(asked(7), ())]))  # its id is taken
        toy.backlog.add(Batch(questions=[(asked(900), ())]))
        await toy.backlog.settled()
        assert await toy.log.question("q900") is not None
        assert [error.code for error in toy.failures] == ["SQLITE_CONSTRAINT_PRIMARYKEY"]
        await toy.close()

    asyncio.run(scene())


def test_halves_of_characters_are_kept_as_they_came(tmp_path: Path) -> None:
    raw_update = {"update_id": 1, "message": {"text": "\ud83d alone"}}

    async def work(log: Log) -> None:
        await log.write(Batch(arrived=[arrival(1, content=packed(raw_update))]))
        (left,), _ = await log.waiting_in_inbox("toy")
        assert json.loads(left.content) == raw_update

    using(tmp_path / "x.db", work)


def test_nothing_of_what_is_done_with_is_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.db"

    async def work(log: Log) -> None:
        for start in range(0, 300, 10):
            numbers = range(start, start + 10)
            secret = "SECRET" * (1 + start % 7 * 20)
            await log.write(Batch(arrived=[arrival(n, "mine", secret) for n in numbers]))
            waits = [n for n in numbers if n % 3]
            await log.write(Batch(progress={("toy", str(n)): Progress(1, "[]") for n in waits}))
            await log.write(Batch(done=[("toy", str(n)) for n in numbers if n not in waits]))
        await log.write(Batch(done=[("toy", str(n)) for n in range(300)]))
        await log.wipe()
        assert b"SECRET" not in contents(path)

    using(path, work)


def test_what_waits_goes_with_all_else_when_its_sender_has_everything_deleted(
    tmp_path: Path,
) -> None:
    """No byte of it is left in database or write-ahead log when that is said, nor is it handled."""
    asker = Asker("toy", "7", "7", ChatKind.PRIVATE)

    async def scene() -> None:
        toy = Toy(tmp_path / "x.db")
        ledger = Ledger(toy.log, KEY)
        await ledger.refresh()
        ledger.backlog = toy.backlog
        mine, other = ledger.lasting_key(asker), ledger.lasting_key_of("toy", "8")
        long = "SECRET" * 2000
        arrivals = [arrival(n, mine, f"SECRET {n}") for n in range(5)]
        arrivals += [arrival(5, mine, long), arrival(6, other, "OTHER")]
        await toy.reception.take(arrivals)
        await asyncio.sleep(0.01)  # two of each are begun, and wait for `go`
        assert b"SECRET" in contents(tmp_path / "x.db")
        assert await ledger.forget(asker) == (6, True)
        assert b"SECRET" not in contents(tmp_path / "x.db")
        await toy.reception.take([arrival(7, mine, "asked afterwards")])
        toy.go.set()
        await toy.until(4)
        assert sorted(toy.handled) == ["0", "1", "6", "7"]
        await toy.close()
        assert b"SECRET" not in contents(tmp_path / "x.db")

    asyncio.run(scene())


def test_what_waits_is_answered_when_it_could_not_be_deleted(tmp_path: Path) -> None:
    asker = Asker("toy", "7", "7", ChatKind.PRIVATE)

    async def scene() -> None:
        toy = Toy(tmp_path / "x.db")
        ledger = Ledger(toy.log, KEY)
        await ledger.refresh()
        ledger.backlog = toy.backlog
        mine = ledger.lasting_key(asker)
        await toy.reception.take([arrival(n, mine, "SECRET") for n in range(4)])
        with locked(tmp_path / "x.db"), pytest.raises(QueryLogError):
            await ledger.forget(asker)
        await toy.backlog.settled()
        toy.go.set()
        await toy.until(4)
        await toy.close()

    asyncio.run(scene())


def test_a_question_that_is_looked_up_while_all_is_deleted_is_answered_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    async def talk(it: Dialogue) -> None:
        asker = it.asker()
        await it.ask("白云村的石桥")
        options = await it.ask("/forget")
        turns = it.app.conversation
        # Held until everything is forgotten: it has arrived, and is not looked up.
        lock = asyncio.Lock()
        await lock.acquire()
        turns.turn = lambda *_: lock  # type: ignore[method-assign]
        question = await asker.says("青石村的石桥")
        await it.api.until(lambda: not it.api.world.updates.waiting)
        _, said = await it.press(options, WORDS.text("button-forget"))
        assert said["text"] == WORDS.text("forget-done", rows=2)
        for secret in ("村的石桥", f'"id":{ASKER}', "Asker"):
            assert secret.encode() not in contents(it.config.log.path)
        lock.release()
        assert "2011" in (await it.api.replies(question))[0]["text"]
        await it.app.ledger.settled()
        assert it.rows("SELECT count(*) FROM question") == [(0,)]
        assert it.rows("SELECT * FROM inbox WHERE content IS NOT NULL OR person <> ''") == []

    hold(talk, tmp_path, log__encrypted="false")


def test_what_waits_for_a_chat_is_deleted_and_not_answered_after_a_restart(tmp_path: Path) -> None:
    """Three questions in a group that may not be written to for long."""

    async def talk(it: Dialogue) -> None:
        group = it.api.supergroup()
        it.api.fail("sendMessage", 429, "Too Many Requests", retry_after=900, chat=group)
        for village in ("青石村", "白云村", "红枫村"):
            await it.asker().says(f"/ask {village}的石桥", group)
        waiting = await it.other().says("/ask 黄梅村的石桥", group)
        # Two of the one are looked up, and the other's; the third waits for its turn.
        while it.rows("SELECT count(*) FROM question") != [(3,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        options = await it.ask("/forget")
        assert options["text"] == WORDS.text("forget-confirm", rows=5)  # two of them are logged
        _, said = await it.press(options, WORDS.text("button-forget"))
        assert said["text"] == WORDS.text("forget-done", rows=5)
        await it.restart()
        assert "2014" in (await it.api.replies(waiting))[0]["text"]
        assert len(group.sent) == 1

    hold(talk, tmp_path)


def test_an_update_of_a_strange_shape_stops_nobody_and_leaves_its_id_and_kind(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    strange = {"id": "1", "question": "SECRET", "options": 5}

    async def talk(it: Dialogue) -> None:
        it.api.world.updates.allowed |= {"poll"}
        it.api.updates({"poll": strange}, {"message": {"text": "SECRET"}})
        assert "2011" in (await it.ask("青石村的石桥"))["text"]
        await it.stop()
        rows = it.rows("SELECT kind, content FROM inbox ORDER BY place")
        assert rows == [("poll", None), ("message", None), ("message", None)]

    hold(talk, tmp_path)
    said = [r.getMessage() for r in caplog.records if "set aside" in r.getMessage()]
    assert len(said) == 2
    assert "SECRET" not in caplog.text


def test_updates_that_nobody_asked_for_are_met_with_silence_and_are_done_with(
    tmp_path: Path,
) -> None:
    async def talk(it: Dialogue) -> None:
        asker, now = it.asker(), int(time.time())
        who, chat = asker.json, it.api.private(asker)
        said = {"message_id": 900, "date": now, "chat": chat.as_json(), "from": who, "text": "石桥"}
        channel = {"id": -1001, "type": "channel", "title": "Channel"}
        kinds: dict[str, dict[str, Any]] = {
            "channel_post": {**said, "chat": channel},
            "business_message": {**said, "business_connection_id": "b"},
            "edited_business_message": {**said, "business_connection_id": "b"},
            "deleted_business_messages": {
                "business_connection_id": "b", "chat": chat.as_json(), "message_ids": [1],
            },
            "message_reaction": {
                "chat": chat.as_json(), "message_id": 1, "user": who, "date": now,
                "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}],
            },
            "chosen_inline_result": {"result_id": "x", "from": who, "query": "石桥"},
            "pre_checkout_query": {
                "id": "1", "from": who, "currency": "XTR", "total_amount": 1,
                "invoice_payload": "x",
            },
            "chat_join_request": {"chat": channel, "from": who, "user_chat_id": 7, "date": now},
            "purchased_paid_media": {"from": who, "paid_media_payload": "x"},
            "poll_answer": {"poll_id": "1", "user": who, "option_ids": [0]},
            "hologram": {"from": who, "text": "石桥"},
        }  # fmt: skip
        for kind, content in kinds.items():
            it.api.world.updates.allowed |= {kind}
            it.api.updates({kind: content})
        for service in ("users_shared", "write_access_allowed", "boost_added"):
            asker.posts({service: {"request_id": 1, "users": [], "boost_count": 1}}, it.api.group())
        await it.silence(chat=chat)
        await it.done()

    hold(talk, tmp_path)


def test_what_is_too_old_gets_one_short_notice_a_chat(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        await it.stop()
        old = [await it.asker().says("青石村的石桥") for _ in range(3)]
        for message in old:
            message["date"] -= 4000
        fresh = await it.other().says("白云村的石桥")
        await it.start()
        assert "2012" in (await it.api.replies(fresh))[0]["text"]
        await it.silence(*old[1:])
        (notice,) = await it.api.replies(old[0])
        assert notice["text"] == WORDS.text("stale")

    hold(talk, tmp_path)


def test_three_messages_of_an_update_are_sent_and_after_a_kill_only_what_is_left(
    tmp_path: Path,
) -> None:
    async def scene() -> None:
        async with BotApi() as api:
            chat = api.private(api.user(7))
            toy = Toy(tmp_path / "x.db")
            sending = Sending(Outbox(Pace(per_second=0)), 60.0, asyncio.Event().wait)
            bot = ExtBot(api.token, base_url=f"{api.url}/bot", rate_limiter=sending)
            await toy.log.write(Batch(arrived=[arrival(1)]))

            async def handle(one: Arrival, texts: tuple[str, ...]) -> None:
                HANDLING.set(Handling(one, "7", toy.reception._inbox, lambda: None))
                for text in texts:
                    await bot.send_message(7, text)

            async with bot:
                ((one,), _) = await toy.log.waiting_in_inbox("toy")
                await asyncio.create_task(handle(one, ("a", "b", "c")))
                await toy.backlog.settled()
                ((one,), _) = await toy.log.waiting_in_inbox("toy")
                assert json.loads(one.sends) == ["", [1, "1"], [1, "2"], [1, "3"]]
                await asyncio.create_task(handle(one, ("a", "b", "c", "d")))
            assert [chat.messages[n]["text"] for n in chat.sent] == ["a", "b", "c", "d"]
            await toy.close()

    asyncio.run(scene())


def test_a_message_that_was_in_doubt_at_three_ends_is_said_once_more(tmp_path: Path) -> None:
    """None of them may have come before it was written."""

    async def talk(it: Dialogue) -> None:
        await it.stop()
        question = await it.asker().says("青石村的石桥")
        (update,) = it.api.world.updates.waiting
        kept = arrival(int(update["update_id"]), content=packed(update))
        kept = replace(kept, platform="telegram", starts=3, sends='["q",[3,null]]')
        async with QueryLog(it.config.log.path, lambda: KEY) as log:
            await log.write(Batch(arrived=[kept]))
        await it.start()
        assert "2011" in (await it.api.replies(question))[0]["text"]

    hold(talk, tmp_path)


def test_at_a_signal_nothing_that_waits_is_lost(tmp_path: Path) -> None:
    """Thirty questions wait in a group that may not be written to."""

    async def talk() -> None:
        async with BotApi() as api:
            group = api.group()
            people = [api.user(100 + n, "Any", "zh-hans") for n in range(30)]
            api.fail("sendMessage", 429, "Too Many Requests", retry_after=900, chat=group)
            settings = {"YINJU_LOG__KEY": KEY.hex(), "YINJU_TELEGRAM__MESSAGES_PER_SECOND": "0"}
            bot = Bot(tmp_path, api, **settings)
            asked = [await one.says("/ask 青石村的石桥", group) for one in people]
            await api.until(lambda: bool(api.made("sendMessage", group)), 120)
            await api.until(lambda: not api.world.updates.waiting)
            bot.send(signal.SIGTERM)
            status, said = await bot.ended()
            assert status == 0, said
            assert group.sent == []
            bot = Bot(tmp_path, api, **settings)
            for question in asked:
                (answer,) = await api.replies(question, timeout=120)
                assert "2011" in answer["text"]
            bot.send(signal.SIGTERM)
            await bot.ended()
            assert len(group.sent) == 30

    asyncio.run(talk())


def test_a_second_instance_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    async def talk() -> None:
        async with BotApi() as api:
            first = Bot(tmp_path, api)
            await api.polled(120)
            status, said = await Bot(tmp_path, api).ended()
            assert status == 75
            assert f"process {first.pid} serves" in said
            question = await api.user(7, "A", "zh-hans").says("青石村的石桥")
            assert "2011" in (await api.replies(question, timeout=120))[0]["text"]
            first.send(signal.SIGTERM)
            assert (await first.ended())[0] == 0

    asyncio.run(talk())
