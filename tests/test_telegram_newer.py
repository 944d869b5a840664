"""Bot API 10: answers in a group that the asker alone sees, and answers as a guest."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.wording.locale import locale
from tests.botapi import Chat
from tests.dialogue import Dialogue, button, buttons, hold

WORDS = locale("zh-Hans")
QUESTION = "青石村的石桥是谁修的？"


def _aloud(chat: Chat) -> list[str]:
    """What everybody in a chat could read of the bot."""
    standing = [chat.messages[number] for number in chat.sent if number in chat.messages]
    return [str(message.get("text")) for message in standing]


def test_an_ephemeral_ask_is_answered_to_its_asker_alone_and_shown_to_all_on_request(
    tmp_path: Path,
) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.supergroup()
        await it.api.idle(0.2)
        menus = [str(call.params) for call in it.api.made("setMyCommands")]
        assert menus
        assert all(("all_group_chats" in menu) == ("is_ephemeral" in menu) for menu in menus)
        await it.asker().whispers(f"/ask {QUESTION}", group)
        (answer,) = await it.api.whispered(group)
        assert answer["receiver_user"]["id"] == it.asker().id
        assert "老石匠青石" in answer["text"]
        assert not group.sent
        press = await it.asker().presses(answer, buttons(answer)[0])
        assert press is not None
        await group.changed.until(
            lambda: "1/2" in str(group.whispers[answer["ephemeral_message_id"]]), 10, "the reader"
        )
        reader = group.whispers[answer["ephemeral_message_id"]]
        await it.asker().presses(reader, WORDS.text("button-back"))
        await group.changed.until(
            lambda: WORDS.text("button-show-all") in str(list(group.whispers.values())), 10, "back"
        )
        back = group.whispers[answer["ephemeral_message_id"]]
        assert not group.sent
        await it.asker().presses(back, WORDS.text("button-show-all"))
        (shown,) = await it.api.replies(group)
        assert "老石匠青石" in shown["text"]

    hold(talk, tmp_path, groups__answers="ask")


def test_private_answers_are_never_given_aloud_when_they_cannot_be_given(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.supergroup()
        # Not an administrator: a message that everybody saw cannot be answered to one alone.
        asked = await it.asker().says(f"/ask {QUESTION}", group)
        (way,) = await it.api.replies(asked)
        assert way["text"] == WORDS.text("answer-in-private")
        assert not group.whispers
        payload = button(way, WORDS.text("button-in-private"))["url"].partition("start=")[2]
        opened = await it.asker().starts(payload)
        assert "老石匠青石" in (await it.api.replies(opened))[0]["text"]
        stranger = await it.other().starts(payload)
        assert (await it.api.replies(stranger))[0]["text"] == WORDS.text("not-yours")
        # As an administrator it may.
        group.members[it.api.bot_id] = "administrator"
        await it.asker().says(f"/ask {QUESTION}", group)
        (answer,) = await it.api.whispered(group)
        assert "老石匠青石" in answer["text"]
        assert WORDS.text("button-show-all") not in buttons(answer)
        # Too late for an unseen question: the way is shown, and nobody is named.
        group.members[it.api.bot_id] = "member"
        it.api.world.eligible = 0.0
        before = len(group.sent)
        await it.asker().whispers(f"/ask {QUESTION}", group)
        await group.changed.until(lambda: len(group.sent) > before, 10, "the way")
        last = group.messages[group.sent[-1]]
        assert last["text"] == WORDS.text("answer-in-private")
        assert "reply_to_message" not in last
        assert not any("石匠" in text for text in _aloud(group))

    hold(talk, tmp_path, groups__answers="private")


@pytest.mark.parametrize("answers", ["ask", "private"])
def test_with_an_older_server_nothing_of_it_shows_but_the_way(tmp_path: Path, answers: str) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.supergroup()
        menus = str([call.params for call in it.api.made("setMyCommands")])
        assert "is_ephemeral" not in menus
        asked = await it.asker().says(f"/ask {QUESTION}", group)
        (way,) = await it.api.replies(asked)
        assert way["text"] == WORDS.text("answer-in-private")
        assert not any("石匠" in text for text in _aloud(group))

    hold(talk, tmp_path, groups__answers=answers, api={"ephemeral": False})


def test_as_a_guest_it_answers_once_briefly_and_keeps_nothing(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        found = await it.asker().summons(f"@{it.api.world.bot['username']} {QUESTION}")
        assert found is not None
        assert "老石匠青石" in found["input_message_content"]["message_text"]
        none = await it.asker().summons(f"@{it.api.world.bot['username']} 怎样申请信用卡")
        assert none is not None
        assert none["input_message_content"]["message_text"] == WORDS.text("answer-none")
        await it.app.ledger.settled()
        assert it.rows("SELECT count(*) FROM question") == [(0,)]

    hold(talk, tmp_path)


def test_where_there_is_no_guest_mode_it_is_not_asked_for(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        assert "guest_message" not in str(it.api.polls[-1])

    hold(talk, tmp_path, api={"supports_guest_queries": False})
