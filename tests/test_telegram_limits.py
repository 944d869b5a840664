"""How much, how fast and where: questions a minute, messages a minute, chats that are served."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from bot.conversation.outbox import Pace
from bot.telegram.run import Tempo
from bot.wording.locale import locale
from tests.dialogue import Dialogue, hold

WORDS = locale("zh-Hans")
TOO_MANY = WORDS.text("too-many", seconds=60)[:8]
PRIVATE_BOT = WORDS.text("chat-not-served")


def test_a_person_who_asks_too_much_is_told_once(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        asker, group = it.asker(), it.api.group()
        for chat in (None, group, None):
            assert "2011" in (await it.ask("/ask 青石村的石桥", chat=chat))["text"]
        told = await it.ask("青石村的石桥")
        assert told["text"].startswith(TOO_MANY)
        silent = [
            await asker.says("青石村的石桥"),
            await asker.says("/ask 青石村的石桥", group),
            await asker.says("青石村的石桥"),
        ]
        assert "2011" in (await it.ask("青石村的石桥", it.other()))["text"]
        await it.silence(*silent)
        # The rest of the bot still answers.
        assert (await it.ask("/help"))["text"].startswith(WORDS.text("help")[:10])
        assert it.rows("SELECT count(*) FROM question") == [(4,)]

    hold(talk, tmp_path, limits__user_per_minute="3")


def test_a_group_that_asks_too_much_is_told_once_and_others_are_not(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group, elsewhere = it.api.group(), it.api.supergroup()
        for person in (it.asker(), it.other()):
            await it.ask("/ask 青石村的石桥", person, group)
        third, fourth = it.api.user(11, "Third", "zh-hans"), it.api.user(12, "Fourth", "zh-hans")
        assert (await it.ask("/ask 青石村的石桥", third, group))["text"].startswith(TOO_MANY)
        silent = await fourth.says("/ask 青石村的石桥", group)
        assert "2011" in (await it.ask("/ask 青石村的石桥", fourth, elsewhere))["text"]
        for _ in range(4):
            assert "2011" in (await it.ask("青石村的石桥", fourth))["text"]
        await it.silence(silent)

    hold(talk, tmp_path, limits__chat_per_minute="2")


def test_a_group_is_written_to_no_faster_than_telegram_takes_it(tmp_path: Path) -> None:
    window = 1.0

    async def talk(it: Dialogue) -> None:
        group, asker = it.api.group(), it.asker()
        asked = [await asker.says("/ask 青石村的石桥", group) for _ in range(11)]
        began = monotonic()
        private = await it.ask("青石村的石桥", it.other())
        assert "2011" in private["text"]
        for one in asked:
            assert "2011" in (await it.api.replies(one))[0]["text"]
        assert monotonic() - began >= 2 * window * 0.9
        assert it.api.violations == []

    hold(
        talk,
        tmp_path,
        api={"group_limit": 4, "window": window},
        # More than the server's, whose clock starts as the message arrives.
        tempo=Tempo(Pace(1000, 1000, 4, window * 2)),
    )


def test_a_busy_group_holds_up_nobody_and_no_stop(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group, asker = it.api.group(), it.asker()
        for _ in range(150):
            await asker.says("/about", group)
        assert "2011" in (await it.ask("青石村的石桥", it.other()))["text"]
        began = monotonic()
        await it.stop()
        assert monotonic() - began < 600
        assert len(group.sent) == 2
        await it.start()

    hold(talk, tmp_path, tempo=Tempo(Pace(1000, 1000, 2, 3600.0)), limits__commands_per_minute="0")


def test_a_flood_wait_is_sat_out_and_the_answer_comes(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        for chat in (it.api.private(it.asker()), it.api.group()):
            it.api.fail(
                "sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1, chat=chat
            )
            assert "2011" in (await it.ask("/ask 青石村的石桥", chat=chat))["text"]
            assert len(it.api.made("sendMessage", chat)) == 2

    hold(talk, tmp_path)


def test_a_long_flood_wait_is_not_sat_out_nor_made_worse(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        chat = it.api.private(it.asker())
        it.api.fail(
            "sendMessage", 429, "Too Many Requests: retry after 900", retry_after=900, chat=chat
        )
        await it.asker().says("青石村的石桥")
        await it.silence()
        assert len(it.api.made("sendMessage", chat)) == 1

    hold(talk, tmp_path)


def test_elsewhere_than_in_allowed_chats_it_says_once_that_it_is_private(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        stranger = it.other()
        assert (await it.ask("青石村的石桥", stranger))["text"] == PRIVATE_BOT
        group = it.api.supergroup()
        said = await it.asker().says("hello", group)
        (notice,) = await it.api.replies(said)
        assert notice["text"] == PRIVATE_BOT
        await it.restart()
        silent = [
            await stranger.says("/start"),
            await it.asker().says("/ask 青石村的石桥", group),
        ]
        answer = await it.ask("青石村的石桥")
        assert "2011" in answer["text"]
        assert "2011" in (await it.ask("青石村的石桥", it.admin()))["text"]
        shown = await stranger.presses(notice, "p:random", forged=True)
        assert shown is not None
        assert (shown.text, shown.show_alert) == (PRIVATE_BOT, True)
        await it.app.ledger.settled()
        home = it.api.private(stranger)
        assert silent[0]["message_id"] not in home.answers
        assert silent[1]["message_id"] not in group.answers
        assert it.api.made("leaveChat") == []
        assert it.rows("SELECT count(*) FROM question") == [(2,)]

    hold(talk, tmp_path, telegram__allowed_chats="7,99")


def test_it_can_leave_other_chats_and_says_nothing_to_a_channel(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group, channel = it.api.group(), it.api.channel()
        it.api.membership(group, "member", it.asker())
        it.api.membership(channel, "administrator", it.asker())
        await it.api.until(lambda: len(it.api.made("leaveChat")) == 2)
        (notice,) = await it.api.replies(group)
        assert notice["text"] == PRIVATE_BOT
        assert channel.sent == []

    hold(talk, tmp_path, telegram__allowed_chats="7", telegram__leave_other_chats="true")


def test_an_allowed_group_stays_allowed_as_a_supergroup(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.group(id=-100)
        await it.ask("/ask 青石村的石桥", chat=group)
        moved = it.api.migrate(group)
        assert "2012" in (await it.ask("/ask 白云村的石桥", chat=moved))["text"]
        await it.restart()
        assert "2013" in (await it.ask("/ask 红枫村的石桥", chat=moved))["text"]
        assert it.api.made("leaveChat") == []

    hold(talk, tmp_path, telegram__allowed_chats="-100,99", telegram__leave_other_chats="true")


def test_one_member_of_a_group_who_wants_much_is_followed_by_the_next(tmp_path: Path) -> None:
    """Sixty of one are waiting while the group may not be written to; by order, not by time."""

    async def talk(it: Dialogue) -> None:
        group, greedy, next_one = it.api.group(), it.asker(), it.other()
        wait = "Too Many Requests: retry after 2"
        it.api.fail("sendMessage", 429, wait, retry_after=2, chat=group)
        for _ in range(60):
            await greedy.says("/random", group)
        patient = await next_one.says("/random", group)
        await it.api.until(lambda: not it.api.world.updates.waiting)
        (answer,) = await it.api.replies(patient, timeout=30)
        assert group.sent.index(answer["message_id"]) < 6

    hold(talk, tmp_path)
