"""In a private chat: questions, commands, and what is no question."""

from __future__ import annotations

from pathlib import Path

from bot.wording.locale import locale
from tests.botapi.entities import covered
from tests.dialogue import Dialogue, button, buttons, hold

WORDS = locale("zh-Hans")


def marked(message: dict[str, object], kind: str) -> list[str]:
    """What the entities of a kind cover."""
    entities = message["entities"]
    assert isinstance(entities, list)
    return [covered(str(message["text"]), one) for one in entities if one["type"] == kind]


def test_a_question_on_the_seeds_is_answered_with_their_own_words(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        question = await it.asker().says("谁代表自由之家签名？")
        (answer,) = await it.api.replies(question)
        assert answer["reply_to_message"]["message_id"] == question["message_id"]
        quotes = marked(answer, "blockquote")
        assert 1 <= len(quotes) <= 3
        assert any("安妮·博雅坚 (Annie Boyajian) | 自由之家" in quote for quote in quotes)
        texts = [document.text for document in it.app.library.current.documents]
        assert all(any(quote.strip("…") in text for text in texts) for quote in quotes)
        assert set(marked(answer, "bold")) >= {"自由"}
        links = [one["url"] for one in answer["entities"] if one["type"] == "text_link"]
        assert links[0].startswith("https://www.hrichina.org/chs/node/27648#:~:text=")
        assert len(links) == len(quotes)
        await it.app.ledger.settled()
        assert it.rows("SELECT text, chat_kind, platform FROM question") == [
            ("谁代表自由之家签名？", "private", "telegram")
        ]
        ranks = it.rows("SELECT rank FROM quote")
        assert len(ranks) == len(quotes)

    hold(talk, tmp_path, None)


def test_what_the_seeds_do_not_hold_gets_no_quote(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("how to bake bread")
        assert answer["text"].startswith(WORDS.text("answer-none"))
        assert "bake" in answer["text"]
        assert WORDS.text("answer-language") in answer["text"]
        assert WORDS.text("answer-nearest") not in answer["text"]  # no title has such a word
        assert not marked(answer, "blockquote")
        assert buttons(answer) == []

    hold(talk, tmp_path, None)


def test_a_text_without_words_is_met_with_a_notice_and_no_quote(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        for text in ("？？？", "😀", "的", "ว่า​‮", "<b>&amp;"):
            answer = await it.ask(text)
            assert not marked(answer, "blockquote")
            first = answer["text"].split("\n")[0]
            assert first in (WORDS.text("question-empty"), WORDS.text("answer-none"))

    hold(talk, tmp_path)


def test_markup_and_sql_in_a_question_are_kept_to_the_letter(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        nasty = "'; DROP TABLE question; -- <b>青石村的石桥</b> *石桥* [x](http://a.b)"
        await it.ask(nasty)
        await it.app.ledger.settled()
        assert it.rows("SELECT text FROM question") == [(nasty,)]

    hold(talk, tmp_path)


def test_a_long_question_is_cut_and_the_asker_is_told(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("青石村的石桥" + "长" * 4000)
        assert WORDS.text("answer-truncated", characters=1000) in answer["text"]
        await it.app.ledger.settled()
        assert it.rows("SELECT length(text) FROM question") == [(1000,)]

    hold(talk, tmp_path)


PRIVACY: dict[str, str | int] = {
    "days": 90,
    "text": "text",
    "pseudonyms": 30,
    "findable": 15,
    "encrypted": "yes",
}


def test_commands_answer_each_with_their_own(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        example = "稻谷记"
        expected = {
            "/start": WORDS.text("start"),
            "/start ask": WORDS.text("start"),
            "/start nonsense!": WORDS.text("place-unknown"),
            "/help": WORDS.text("help"),
            "/nosuchcommand": WORDS.text("help"),
            "/about": WORDS.text("about", documents=21, passages=30),
            "/documents": WORDS.text("catalogue-heading", count=21),
            "/language": WORDS.text("language-choose"),
            "/privacy": WORDS.text("privacy", **PRIVACY),
            "/mydata": WORDS.text("forget-nothing"),
            "/forget": WORDS.text("forget-nothing"),
            "/ask": WORDS.text("ask-usage", example=example),
        }
        for command, beginning in expected.items():
            answer = await it.ask(command)
            assert answer["text"].startswith(beginning), command
        help_text = (await it.ask("/help"))["text"]
        assert help_text.endswith(WORDS.text("help-inline", username="yinju_test_bot"))

    hold(talk, tmp_path)


def test_ask_takes_its_question_after_a_space_a_line_break_or_a_comma(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        for command in ("/ask ", "/ask\n", "/ask，", "/ask@yinju_test_bot "):
            answer = await it.ask(f"{command}青石村的石桥")
            assert "青石村的石桥在2011年修好" in answer["text"]

    hold(talk, tmp_path)


def test_ask_in_reply_to_a_message_looks_that_message_up(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        earlier = await it.asker().says("青石村的石桥是哪年修好的")
        await it.api.replies(earlier)
        assert "青石村" in (await it.ask("/ask", reply_to=earlier))["text"]
        other = await it.ask("/ask 白云村", reply_to=earlier)
        assert "白云村" in other["text"].split("\n")[4]

    hold(talk, tmp_path)


def test_a_caption_is_a_question(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        asker = it.asker()
        sent = await asker.sends("a.png", b"x", caption="青石村的石桥")
        assert "2011" in (await it.api.replies(sent))[0]["text"]
        sent = await asker.sends("a.png", b"x", caption="/ask 青石村的石桥")
        assert "2011" in (await it.api.replies(sent))[0]["text"]

    hold(talk, tmp_path)


FILE = {"file_id": "f", "file_unique_id": "u"}
SIZED = {**FILE, "width": 1, "height": 1}
CHANNEL = {"id": -1001, "type": "channel", "title": "Channel"}
WORDLESS = {
    "photo": ("talk-picture", [SIZED]),
    "video": ("talk-picture", {**SIZED, "duration": 1}),
    "animation": ("talk-picture", {**SIZED, "duration": 1}),
    "story": ("talk-picture", {"chat": CHANNEL, "id": 3}),
    "paid_media": ("talk-picture", {"star_count": 1, "paid_media": [{"type": "preview"}]}),
    "voice": ("talk-voice", {**FILE, "duration": 1}),
    "audio": ("talk-voice", {**FILE, "duration": 1}),
    "video_note": ("talk-voice", {**FILE, "length": 1, "duration": 1}),
    "sticker": ("talk-sticker", {**SIZED, "type": "regular", "is_animated": 0, "is_video": 0}),
    "document": ("talk-other", FILE),
    "location": ("talk-other", {"latitude": 1.0, "longitude": 1.0}),
    "contact": ("talk-other", {"phone_number": "1", "first_name": "A"}),
    "dice": ("talk-other", {"emoji": "🎲", "value": 3}),
    "checklist": ("talk-other", {"title": "石桥", "tasks": [{"id": 1, "text": "修"}]}),
    "poll": (
        "talk-other",
        {
            "id": "1",
            "question": "石桥在哪一年修好？",
            "options": [{"text": "2011", "voter_count": 0, "persistent_id": "a"}],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        },
    ),
    "hologram": ("talk-other", {"of": "a later Bot API"}),
}


def test_what_has_no_words_is_answered_by_what_it_is_and_an_album_once(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        asker = it.asker()
        sent = {name: asker.posts({name: content}) for name, (_, content) in WORDLESS.items()}
        for name, (key, _) in WORDLESS.items():
            assert (await it.api.replies(sent[name]))[0]["text"] == WORDS.text(key), name
        album = [asker.posts({"photo": [SIZED], "media_group_id": "1"}) for _ in range(3)]
        assert (await it.api.replies(album[0]))[0]["text"] == WORDS.text("talk-picture")
        told = {"media_group_id": "2", "caption": "青石村的石桥"}
        captioned = asker.posts({"photo": [SIZED], **told})
        beside = asker.posts({"photo": [SIZED], "media_group_id": "2"})
        assert "2011" in (await it.api.replies(captioned))[0]["text"]
        await it.silence(*album[1:], beside)

    hold(talk, tmp_path, limits__user_per_minute="0")


def test_a_text_without_words_takes_nothing_from_what_was_shown(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        await it.ask("青石村的石桥")
        assert (await it.ask("？？"))["text"] == WORDS.text("question-empty")
        assert (await it.ask("👍"))["text"] == WORDS.text("vote-up")
        assert WORDS.text("button-back") in buttons(await it.ask("1"))

    hold(talk, tmp_path)


def test_service_messages_and_its_own_inline_quotes_are_met_with_silence(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        asker = it.asker()
        chat = it.api.private(asker)
        answer = await it.ask("青石村的石桥")
        pinned = chat.add({"from": asker.json, "pinned_message": answer})
        it.api.updates({"message": pinned})
        result = await asker.queries("青石村的石桥")
        assert result is not None
        inserted = await asker.picks(result.results[0], chat)
        await it.silence(pinned, inserted)

    hold(talk, tmp_path)


def test_forwarded_text_in_private_is_looked_up(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        origin = {"type": "hidden_user", "date": 1, "sender_user_name": "X"}
        answer = await it.ask("青石村的石桥", forward_origin=origin)
        assert "2011" in answer["text"]

    hold(talk, tmp_path)


def test_random_gives_a_passage_to_read_and_another(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        page = await it.ask("/random")
        assert WORDS.text("button-another") in buttons(page)
        before = page["text"]
        for _ in range(20):
            await it.asker().presses(page, WORDS.text("button-another"))
            await it.api.idle(0.05)
            if it.now(page)["text"] != before:
                break
        assert it.now(page)["text"] != before

    hold(talk, tmp_path)


def test_an_empty_corpus_says_so_everywhere(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        for command, key in {
            "/start": "start-empty",
            "/documents": "catalogue-empty",
            "/random": "catalogue-empty",
            "青石村的石桥": "answer-none",
        }.items():
            assert (await it.ask(command))["text"].startswith(WORDS.text(key))

    hold(talk, tmp_path, {})


def test_forget_asks_once_counts_and_deletes(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        asker = it.asker()
        answer = await it.ask("青石村的石桥")
        await it.ask("白云村的石桥")
        await it.ask("红枫村的石桥", it.other())
        await asker.presses(answer, "👍")
        asked = await it.ask("/forget")
        assert asked["text"] == WORDS.text("forget-confirm", rows=3)
        _, kept = await it.press(asked, WORDS.text("button-keep"))
        assert kept["text"] == WORDS.text("forget-kept")
        assert len(it.rows("SELECT * FROM question")) == 3
        asked = await it.ask("/forget")
        _, done = await it.press(asked, WORDS.text("button-forget"))
        assert done["text"] == WORDS.text("forget-done", rows=3)
        assert it.rows("SELECT text FROM question") == [("红枫村的石桥",)]
        assert it.rows("SELECT * FROM feedback") == []
        assert await it.alert(answer, "👎") == WORDS.text("question-expired")
        read = button(answer, "📖 1")["callback_data"]
        assert await it.alert(answer, read) == WORDS.text("question-expired")

    hold(talk, tmp_path)


def test_the_log_knows_nobody(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        person = it.api.user(123456789, "Greta Someone", "en", "greta_some")
        await it.ask("青石村的石桥", person)
        await it.app.ledger.settled()
        raw = b"".join(path.read_bytes() for path in it.config.log.path.parent.glob("yinju.db*"))
        for trace in (b"123456789", b"Greta", b"greta_some"):
            assert trace not in raw

    hold(talk, tmp_path)
