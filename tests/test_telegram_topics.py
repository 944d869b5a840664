"""In forums: the answer comes in the topic of the question."""

from __future__ import annotations

from pathlib import Path

from bot.wording.locale import locale
from tests.dialogue import Dialogue, hold

WORDS = locale("zh-Hans")


def test_answers_stay_in_their_topic(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        forum = it.api.supergroup(forum=True)
        for topic in (it.api.topic(forum, "桥"), it.api.topic(forum, "村")):
            for text in (
                "/ask 青石村的石桥",
                "@yinju_test_bot 青石村的石桥",
                "/about",
                "/documents",
            ):
                answer = await it.ask(text, chat=forum, thread=topic)
                assert answer["message_thread_id"] == topic
                assert answer["is_topic_message"]
        general = await it.ask("/ask 青石村的石桥", chat=forum)
        assert "message_thread_id" not in general
        assert all(call.refusal is None for call in it.api.made("sendMessage"))

    hold(talk, tmp_path)


def test_a_thread_of_replies_is_no_topic(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.supergroup()
        answer = await it.ask("/ask 青石村的石桥", chat=group)
        again = await it.ask("白云村的石桥", chat=group, reply_to=answer)
        assert "2012" in again["text"]
        assert all("message_thread_id" not in c.params for c in it.api.made("sendMessage"))

    hold(talk, tmp_path)


def test_the_first_message_of_a_topic_is_nothing_to_look_up(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        forum = it.api.supergroup(forum=True)
        topic = it.api.topic(forum, "青石村的石桥")
        # Everything said in a topic looks like a reply to the message that opened it.
        usage = await it.ask("/ask", chat=forum, thread=topic)
        assert usage["text"].startswith(WORDS.text("ask-usage", example="")[:8])
        said = await it.asker().says("白云村的石桥", forum, thread=topic)
        forum.messages[topic]["from"] = it.api.world.bot_user()
        mine = await it.asker().says("白云村的石桥", forum, thread=topic)
        forum.seen = len(forum.sent)
        await it.silence(said, mine, chat=forum)

    hold(talk, tmp_path)


def test_buttons_work_in_a_topic(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        forum = it.api.supergroup(forum=True)
        topic = it.api.topic(forum, "桥")
        answer = await it.ask("/ask 石桥", chat=forum, thread=topic)
        _, more = await it.press(answer, WORDS.text("button-more"))
        assert more["message_thread_id"] == topic
        assert WORDS.text("answer-page", page=2, pages=5) in more["text"]

    hold(talk, tmp_path)
