"""People and chats: groups, topics, channels, what no client sends."""

from __future__ import annotations

import asyncio

import pytest
from telegram import (
    Bot,
    ReplyParameters,
)
from telegram.error import (
    ChatMigrated,
    Forbidden,
)

from tests.botapi import BotApi, Chat, Person
from tests.botapi.client import bot_of, refused, with_bot


def test_groups_with_privacy_mode() -> None:
    async def dialogue(api: BotApi, bot: Bot, person: Person) -> None:
        group = api.supergroup()
        mine = await bot.send_message(group.id, "from the bot")
        await person.says("not for the bot", group)
        await person.says("@yinju_test_bot hello", group)
        await person.says("/ask@other_bot x", group)
        await person.says("/ask x", group)
        await person.says("/ask@Yinju_Test_Bot x", group)
        await person.says("a reply", group, reply_to=mine.message_id)
        updates = await bot.get_updates()
        assert [update.message.text for update in updates if update.message] == [
            "/ask x",
            "/ask@Yinju_Test_Bot x",
            "a reply",
        ]
        last = updates[-1].message
        assert last is not None
        assert (last.message_thread_id, last.is_topic_message) == (mine.message_id, None)
        member = await bot.get_chat_member(group.id, 7)
        assert member.status == "member"
        assert (await bot.get_chat(group.id)).title == group.title
        assert await bot.get_chat_member_count(group.id) == 2

    async def run() -> None:
        async with BotApi(can_read_all_group_messages=False) as api, bot_of(api) as bot:
            await dialogue(api, bot, api.user(id=7))

    asyncio.run(run())


def test_topics() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        person, forum = api.user(id=7), api.supergroup(forum=True)
        topic = api.topic(forum, "news")
        said = await person.says("in a topic", forum, thread=topic)
        assert said["is_topic_message"]
        assert said["reply_to_message"]["forum_topic_created"]["name"] == "news"
        general = await person.says("in General", forum)
        assert "message_thread_id" not in general
        reply = ReplyParameters(said["message_id"])
        sent = await bot.send_message(forum.id, "x", reply_parameters=reply)
        assert (sent.message_thread_id, sent.is_topic_message) == (topic, True)
        assert (await bot.send_message(forum.id, "x", message_thread_id=topic)).is_topic_message
        for chat_id, thread in ((forum.id, 1), (forum.id, 99), (7, topic)):
            with refused("message thread not found"):
                await bot.send_message(chat_id, "x", message_thread_id=thread)
        with pytest.raises(ValueError, match="thread not found"):
            await person.says("x", forum, thread=99)

    with_bot(dialogue)


def test_channels_anonymous_admins_and_raw_updates() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        channel, group = api.channel(), api.supergroup()
        await api.user(id=7).says("a post", channel)
        await api.anonymous(group).says("an order", group)
        api.updates({"edited_message": await api.user(id=7).says("raw")})
        post, order, _, raw = await bot.get_updates()
        assert post.channel_post is not None
        assert post.effective_user is None
        assert order.message is not None
        assert order.message.from_user is not None
        assert order.message.from_user.id == 1087968824
        assert order.message.sender_chat == order.message.chat
        assert raw.edited_message is not None

    with_bot(dialogue)


def test_blocked_kicked_and_migrated() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        person, group = api.user(id=7), api.group(id=-5)
        api.membership(chat, "kicked", person)
        with pytest.raises(Forbidden, match="blocked by the user"):
            await bot.send_chat_action(7, "typing")
        await person.says("back again")
        assert await bot.send_chat_action(7, "typing")
        for status in ("administrator", "restricted", "kicked", "member"):
            api.membership(group, status, person)
        after = api.migrate(group)
        with pytest.raises(ChatMigrated) as caught:
            await bot.send_message(group.id, "x")
        assert caught.value.new_chat_id == after.id
        assert await bot.leave_chat(after.id)
        with pytest.raises(Forbidden, match="not a member of the supergroup chat"):
            await bot.send_message(after.id, "x")
        updates = await bot.get_updates()
        statuses = [
            one.my_chat_member.new_chat_member.status for one in updates if one.my_chat_member
        ]
        assert statuses == ["kicked", "administrator", "restricted", "kicked", "member"]
        moved = [one.message for one in updates if one.message]
        assert (moved[1].migrate_to_chat_id, moved[2].migrate_from_chat_id) == (after.id, group.id)

    with_bot(dialogue)


def test_what_no_client_sends() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        for text in ("", " \n ", "x" * 4097, "\ud800"):
            with pytest.raises(ValueError, match="no client sends"):
                await api.user(id=7).says(text)

    with_bot(dialogue)


def test_what_only_an_admin_deletes() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        person, group = api.user(id=7), api.supergroup()
        said = await person.says("hello", group)
        with refused("message can't be deleted"):
            await bot.delete_message(group.id, said["message_id"])
        api.membership(group, "administrator", person)
        await bot.delete_message(group.id, said["message_id"])
        assert api.current(said) is None

    with_bot(dialogue)


def test_the_first_topic_is_not_the_general_one() -> None:
    async def run() -> None:
        async with BotApi() as api, bot_of(api) as bot:
            forum = api.supergroup(forum=True)
            topic = api.topic(forum, "news")
            assert (await bot.send_message(forum.id, "x", message_thread_id=topic)).is_topic_message

    asyncio.run(run())
