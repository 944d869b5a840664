"""The Bot API server itself, as the real python-telegram-bot sees it."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import (
    Bot,
    Update,
)
from telegram.error import (
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)
from telegram.ext import (
    ContextTypes,
    MessageHandler,
    filters,
)

from tests.botapi import BotApi, Chat, Person
from tests.botapi.client import bot_of, refused, running, with_bot
from tests.botapi.entities import boundaries, clean, covered, find_entities, units
from tests.botapi.html import parse_html

Context = ContextTypes.DEFAULT_TYPE


async def echo(update: Update, context: Context) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text(
        f"echo {update.effective_message.text}", do_quote=True
    )


ECHO = MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, echo)


def test_a_dialogue_over_long_polling() -> None:
    async def run() -> None:
        async with BotApi() as api, running(api, ECHO):
            person = api.user(id=7, first_name="A", language_code="zh-hans")
            asked = await person.says("  你好 𠮷 ")
            assert asked["text"] == "你好 𠮷"
            (reply,) = await api.replies(to=asked)
            assert reply["text"] == "echo 你好 𠮷"
            assert reply["from"]["id"] == api.bot_id
            assert reply["reply_to_message"]["message_id"] == asked["message_id"]
            (same,) = await api.replies(to=api.private(person))
            assert same == reply
            await api.idle()
            assert [call.method for call in api.made("sendMessage")] == ["sendMessage"]
            assert api.polls[-1]["offset"] > api.polls[0].get("offset", 0)

    asyncio.run(run())


def test_an_update_is_confirmed_only_by_a_later_offset() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        person = api.user(id=7)
        for text in ("one", "two", "three"):
            await person.says(text, chat)
        first = await bot.get_updates()
        assert [update.message.text for update in first if update.message] == [
            "one",
            "two",
            "three",
        ]
        assert await bot.get_updates(limit=2) == first[:2]
        rest = await bot.get_updates(offset=first[1].update_id)
        assert rest == first[1:]
        assert await bot.get_updates(offset=-1) == first[2:]
        assert await bot.get_updates(offset=first[2].update_id + 1) == ()
        assert api.polls[-1]["offset"] == first[2].update_id + 1

    with_bot(dialogue)


def test_a_long_poll_ends_with_the_first_update() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await api.polled()
        assert not poll.done()
        await api.user(id=7).says("hello", chat)
        assert len(await asyncio.wait_for(poll, 30)) == 1

    with_bot(dialogue)


def test_allowed_updates_are_remembered_and_drop_the_rest() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        person = api.user(id=7)
        await bot.get_updates(allowed_updates=["edited_message"])
        said = await person.says("dropped", chat)
        await person.edits(said, "kept")
        (update,) = await bot.get_updates()
        assert update.edited_message is not None
        assert update.edited_message.text == "kept"
        await bot.get_updates(offset=update.update_id + 1, allowed_updates=[])
        await person.says("kept again", chat)
        assert len(await bot.get_updates()) == 1
        assert len(api.world.updates.dropped) == 1

    with_bot(dialogue)


def test_two_pollers_collide() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await api.polled()
        async with bot_of(api) as other:
            await other.get_updates(timeout=0)
            with pytest.raises(Conflict, match="terminated by other getUpdates request"):
                await poll
        await bot.set_webhook("https://example.org/hook")
        with pytest.raises(Conflict, match="while webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert await bot.get_updates() == ()

    with_bot(dialogue)


@pytest.mark.parametrize(
    ("token", "reason"), [("7000000001:wrong", "Unauthorized"), ("nonsense", "Not Found")]
)
def test_a_wrong_token(token: str, reason: str) -> None:
    async def run() -> None:
        async with BotApi() as api:
            with pytest.raises(InvalidToken, match="rejected by the server"):
                async with bot_of(api, token):
                    pass
            async with httpx.AsyncClient() as client:
                answer = await client.get(f"{api.url}/bot{token}/getMe")
            assert answer.json()["description"] == reason

    asyncio.run(run())


def test_an_unknown_method_and_every_encoding() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        root = f"{api.url}/bot{api.token}"
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{root}/sendNothing")
            assert (answer.status_code, answer.json()["error_code"]) == (404, 404)
            for sent in (
                await client.post(f"{root}/sendMessage", json={"chat_id": 7, "text": "12"}),
                await client.post(f"{root}/sendMessage", data={"chat_id": "7", "text": "12"}),
                await client.get(f"{root}/sendMessage", params={"chat_id": 7, "text": "12"}),
            ):
                assert sent.json()["result"]["text"] == "12"
            mangled = await client.post(
                f"{root}/sendMessage",
                content=b"chat_id=7&text=%FF",
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
            assert mangled.json()["description"] == (
                "Bad Request: strings must be encoded in UTF-8"
            )

    with_bot(dialogue)


def test_who_the_bot_is() -> None:
    async def run() -> None:
        quiet = BotApi(can_read_all_group_messages=False, supports_inline_queries=False)
        async with quiet as api, bot_of(api) as bot:
            me = await bot.get_me()
            assert me.username == "yinju_test_bot"
            assert not me.can_read_all_group_messages
            assert not me.supports_inline_queries
            await bot.set_my_description("长", language_code="zh")
            assert (await bot.get_my_description("zh")).description == "长"
            assert (await bot.get_my_description("en")).description == ""
            with refused("too long"):
                await bot.set_my_short_description("x" * 121)
            with pytest.raises(ValueError, match="inline mode off"):
                await api.user(id=7).queries("x")

    asyncio.run(run())


def test_waiting_in_vain_says_for_what() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        said = await api.user(id=7).says("hello")
        with pytest.raises(TimeoutError, match="1 replies to 1"):
            await api.replies(to=said, timeout=0.01)
        with pytest.raises(TimeoutError):
            await api.idle(timeout=0.01)  # no one fetches the update

    with_bot(dialogue)


def test_many_at_once() -> None:
    async def run() -> None:
        async with BotApi() as api, running(api, ECHO):

            async def asks(person: Person) -> None:
                for number in range(3):
                    said = await person.says(f"{person.id} {number}")
                    (reply,) = await api.replies(to=said, timeout=60)
                    assert reply["text"] == f"echo {person.id} {number}"

            await asyncio.gather(*(asks(api.user(id=number)) for number in range(1, 21)))
            assert len(api.made("sendMessage")) == 60

    asyncio.run(run())


def test_found_entities() -> None:
    text = "😀 /ask@yinju_test_bot 见 https://a.org/路径?x=1，问 @someone a/b x@y.org #标签 /不"
    found = [(one["type"], covered(text, one)) for one in find_entities(text)]
    assert found == [
        ("bot_command", "/ask@yinju_test_bot"),
        ("url", "https://a.org/路径?x=1"),
        ("mention", "@someone"),
        ("hashtag", "#标签"),
    ]


@given(st.text(max_size=60))
def test_found_entities_are_always_inside(text: str) -> None:
    for one in find_entities(text):
        assert covered(text, one)
        assert one["offset"] + one["length"] <= units(text)


@given(st.text(" \n\r\u2028\x00a😀𠮷", max_size=30), st.data())
@settings(max_examples=60)
def test_cleaning_moves_entities_with_their_text(text: str, data: st.DataObject) -> None:
    marks = boundaries(text)
    start, end = sorted(data.draw(st.tuples(*[st.sampled_from(marks)] * 2)))
    entities = [{"type": "bold", "offset": start, "length": end - start}] if end > start else []
    cleaned, moved = clean(text, entities)
    assert cleaned == cleaned.rstrip()
    assert clean(cleaned, moved) == (cleaned, moved)
    for one in moved:
        before = clean(covered(text, entities[0]), [])[0]
        assert covered(cleaned, one).strip() == before


@given(st.text(max_size=60))
def test_escaped_html_comes_back(text: str) -> None:
    source = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parsed, entities = parse_html(f"<b>{source}</b>")
    assert parsed == text
    assert [one["length"] for one in entities] == ([units(text)] if text else [])


SECONDS_AS_TIMEDELTA = ("PTB_TIMEDELTA", "true")
"""Without it the library warns whenever a RetryAfter is made, and warnings are errors here."""


def test_scripted_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*SECONDS_AS_TIMEDELTA)

    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        api.private(api.user(id=8))
        api.fail("sendMessage", 403, "Forbidden: bot was blocked by the user", chat=chat)
        assert await bot.send_message(8, "x")
        with pytest.raises(Forbidden, match="blocked by the user"):
            await bot.send_message(7, "x")
        assert await bot.send_message(7, "x")
        api.fail("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3, times=2)
        for _ in range(2):
            with pytest.raises(RetryAfter):
                await bot.send_message(7, "x")
        api.fail("sendMessage", 400, "Bad Request: upgraded", migrate_to=-100500)
        with pytest.raises(ChatMigrated) as caught:
            await bot.send_message(7, "x")
        assert caught.value.new_chat_id == -100500
        api.fail("getUpdates", 502, "Bad Gateway")
        with pytest.raises(NetworkError):
            await bot.get_updates()
        assert [call.refusal is None for call in api.made("sendMessage", chat)] == [
            False, True, False, False, False,
        ]  # fmt: skip

    with_bot(dialogue)


def test_group_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*SECONDS_AS_TIMEDELTA)

    async def run() -> None:
        async with BotApi(group_limit=2) as api, bot_of(api) as bot:
            group = api.supergroup()
            for _ in range(2):
                await bot.send_message(group.id, "x")
            with pytest.raises(RetryAfter):
                await bot.send_message(group.id, "x")
            api.private(api.user(id=7))
            assert await bot.send_message(7, "x")
            assert len(api.violations) == 1
            assert len(group.sent) == 2

    asyncio.run(run())
