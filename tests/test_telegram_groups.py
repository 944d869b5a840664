"""In groups: when to speak, when to be silent, and whom the buttons serve."""

from __future__ import annotations

from pathlib import Path

from bot.wording.locale import locale
from tests.botapi import Message
from tests.dialogue import Dialogue, button, buttons, hold

WORDS = locale("zh-Hans")
NAME = "@yinju_test_bot"


ADDRESSED = (
    "/ask 青石村的石桥",
    f"/ask{NAME} 青石村的石桥",
    f"/ASK{NAME.upper()} 青石村的石桥",
    "/ask\n青石村的石桥",
    f"{NAME} 青石村的石桥",
    f"请问 {NAME} 青石村的石桥",
    f"𠮷😀 青石村的石桥 {NAME.upper()}",
    f"青石村的石桥\n{NAME}",
)


def test_what_is_addressed_to_it_gets_one_compact_reply(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        for chat in (it.api.group(), it.api.supergroup()):
            for text in ADDRESSED:
                question = await it.asker().says(text, chat)
                answer = (await it.api.replies(question))[0]
                assert answer["reply_to_message"]["message_id"] == question["message_id"]
                assert "青石村的石桥在2011年修好" in answer["text"]
                assert sum(e["type"] == "blockquote" for e in answer["entities"]) == 1
                read, more, *_ = buttons(answer)
                assert (read, more) == (WORDS.text("button-read-one"), WORDS.text("button-more"))
                call = it.api.made("sendMessage", chat)[-1]
                assert call.params.object_of("reply_parameters") == {
                    "message_id": question["message_id"],
                    "allow_sending_without_reply": True,
                }
                assert "message_thread_id" not in call.params
            assert len(chat.sent) == len(ADDRESSED)

    hold(talk, tmp_path)


def test_whatever_is_not_addressed_to_it_is_met_with_silence(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group, asker, other = it.api.supergroup(), it.asker(), it.other()
        first = await other.says("大家好，青石村的石桥呢？", group)
        said = [
            first,
            await asker.says("/ask@otherbot 青石村的石桥", group),
            await asker.says("/nosuchcommand", group),
            await asker.says("@otherbot 青石村的石桥", group),
            await asker.says(f"mail{NAME} 青石村的石桥", group),
            await asker.says("青石村的石桥", group, reply_to=first),
            await asker.sends("a.png", b"x", group),
            await asker.sends("a.png", b"x", group, caption="青石村的石桥"),
            group.add({"from": asker.json, "new_chat_members": [other.json]}),
            group.add({"from": asker.json, "pinned_message": first}),
        ]
        for service in said[-2:]:
            it.api.updates({"message": service})
        await it.silence(*said, chat=group)

    hold(talk, tmp_path)


def test_a_reply_to_it_is_a_question_and_one_to_somebody_with_ask_looks_that_up(
    tmp_path: Path,
) -> None:
    async def talk(it: Dialogue) -> None:
        group, asker = it.api.group(), it.asker()
        answer = await it.ask("/ask 青石村的石桥", chat=group)
        assert "白云村的石桥在2012" in (await it.ask("白云村", chat=group, reply_to=answer))["text"]
        story = await it.other().says("听说红枫村的石桥很有名", group)
        for text in ("/ask", f"/ask{NAME}", NAME):
            found = await it.ask(text, asker, group, reply_to=story)
            assert "红枫村的石桥在2013" in found["text"]
        usage = await it.ask("/ask", asker, group, reply_to=answer)
        assert usage["text"].startswith(WORDS.text("ask-usage", example="")[:8])

    hold(talk, tmp_path)


def test_a_caption_with_a_mention_or_ask_is_a_question(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.supergroup()
        for caption in (f"{NAME} 青石村的石桥", "/ask 青石村的石桥"):
            sent = await it.asker().sends("a.png", b"x", group, caption=caption)
            assert "2011" in (await it.api.replies(sent))[0]["text"]

    hold(talk, tmp_path)


def test_channels_and_bots_get_no_answer_and_anonymous_admins_do(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        channel, group = it.api.channel(), it.api.supergroup()
        post = await it.asker().says(f"/ask 青石村的石桥 {NAME}", channel)
        robot = it.api.user(555, "Robot")
        robot.json["is_bot"] = True
        machine = await robot.says(f"{NAME} 青石村的石桥", group)
        forwarded = group.add(
            {
                "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
                "sender_chat": channel.as_json(),
                "is_automatic_forward": True,
                "text": f"{NAME} 青石村的石桥",
                "entities": [{"type": "mention", "offset": 0, "length": len(NAME)}],
            }
        )
        it.api.updates({"message": forwarded})
        await it.silence(post, machine, forwarded, chat=group)
        # Whoever presses is known by name, so what the chat itself asked is everyone's.
        anonymous = it.api.anonymous(group)
        answer = await it.ask(f"/ask{NAME} 石桥", anonymous, group)
        english = locale("en")
        _, more = await it.press(answer, english.text("button-more"), it.other())
        assert WORDS.text("answer-page", page=2, pages=5) in more["text"]
        page = await it.ask("/random", anonymous, group)
        await it.press(page, english.text("button-all"), it.other())

    hold(talk, tmp_path)


def test_buttons_serve_the_asker_alone_and_leave_the_message_as_it_was(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.supergroup()
        answer = await it.ask("/ask 石桥", chat=group)
        for label in buttons(answer)[:-1]:  # the last one shares, and is Telegram's own
            assert await it.alert(answer, label, it.other()) == WORDS.text("not-yours")
        for command in ("/documents", "/random", "/language"):
            listing = await it.ask(command, chat=group)
            first = next(b for row in listing["reply_markup"]["inline_keyboard"] for b in row)
            alert = await it.alert(listing, first["callback_data"], it.other())
            assert alert == WORDS.text("not-yours")
        assert not it.api.made("editMessageText")
        assert it.rows("SELECT * FROM feedback") == []

    hold(talk, tmp_path)


def test_shared_buttons_serve_everyone_with_one_voice_each(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.supergroup()
        answer = await it.ask("/ask 石桥", chat=group)
        _, more = await it.press(answer, WORDS.text("button-more"), it.other())
        assert WORDS.text("answer-page", page=2, pages=5) in more["text"]
        for person in (it.asker(), it.other(), it.other()):
            await person.presses(it.now(answer), "👍")
        await it.app.ledger.settled()
        assert it.rows("SELECT count(*) FROM feedback") == [(2,)]
        # A button of another chat stays a stranger's all the same.
        elsewhere = await it.ask("/documents", it.other(), it.api.group())
        forged = button(answer, "👍")["callback_data"]
        shown = await it.other().presses(elsewhere, forged, forged=True)
        assert shown is not None
        assert shown.text == WORDS.text("question-expired")

    hold(talk, tmp_path, groups__shared_buttons="true")


def test_admin_commands_and_forget_are_for_private_chats(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.group()
        assert (await it.ask("/forget", chat=group))["text"] == WORDS.text("only-in-private")
        answer = await it.ask("/reload", it.admin(), group)
        assert answer["text"] == WORDS.text("only-in-private")
        answer = await it.ask("/reload", chat=group)
        assert answer["text"] == WORDS.text("only-admins")

    hold(talk, tmp_path)


def test_a_group_that_becomes_a_supergroup_takes_its_rows_along(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.group()
        answer = await it.ask("/ask 石桥", chat=group)
        moved = it.api.migrate(group)
        listing = await it.ask("/documents", chat=moved)
        await it.app.ledger.settled()
        more = button(answer, WORDS.text("button-more"))["callback_data"]
        shown = await it.asker().presses(listing, more, forged=True)
        assert shown is not None
        assert not shown.show_alert
        after = await it.api.edited(listing)
        assert WORDS.text("answer-page", page=2, pages=5) in after["text"]
        # The old chat takes no changes any more; that ends quietly.
        await it.asker().presses(answer, "👍")
        assert "2011" in (await it.ask("/ask 青石村的石桥", chat=moved))["text"]

    hold(talk, tmp_path)


def test_what_was_asked_before_the_move_is_answered_after_it(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group = it.api.group()
        moved = it.api.migrate(group)
        late: Message = group.add(
            {
                "from": it.asker().json,
                "text": "/ask 青石村的石桥",
                "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
            }
        )
        it.api.updates({"message": late})
        (answer,) = await it.api.replies(moved)
        assert "2011" in answer["text"]

    hold(talk, tmp_path)


def test_it_survives_being_promoted_restricted_removed_and_invited_again(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        group, asker = it.api.supergroup(), it.asker()
        for status in ("administrator", "restricted", "member"):
            it.api.membership(group, status, asker)
            assert "2011" in (await it.ask("/ask 青石村的石桥", chat=group))["text"]
        it.api.membership(group, "kicked", asker)
        await asker.says("/ask 青石村的石桥", group)
        await it.silence()
        it.api.membership(group, "member", asker)
        group.seen = len(group.sent)
        assert "2012" in (await it.ask("/ask 白云村的石桥", chat=group))["text"]

    hold(talk, tmp_path)


def test_a_mention_in_another_language_is_answered_in_it(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask(f"{NAME} 青石村的石桥", it.other("fr"), it.api.group())
        assert answer["text"].startswith(locale("en").text("answer-found"))

    hold(talk, tmp_path)


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
