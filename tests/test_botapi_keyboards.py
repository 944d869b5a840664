"""Buttons, inline results and menus: what the server takes, and what pressing does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.ext import (
    CallbackQueryHandler,
    ContextTypes,
    InlineQueryHandler,
    TypeHandler,
)

from tests.botapi import BotApi, Chat
from tests.botapi.client import bot_of, keyboard, refused, running, with_bot

Context = ContextTypes.DEFAULT_TYPE


def button(**fields: Any) -> InlineKeyboardButton:
    return InlineKeyboardButton(**{"text": "b", **fields})


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[button(callback_data="x" * 65)]], "BUTTON_DATA_INVALID"),
        ([[button(callback_data="字" * 22)]], "BUTTON_DATA_INVALID"),
        ([[button(text=" ", callback_data="x")]], "text must be non-empty"),
        ([[button()]], "text buttons are unallowed"),
        ([[button(url="ht!tp://x")]], "is invalid: Wrong HTTP URL"),
        ([[button(copy_text=CopyTextButton("x" * 257))]], "BUTTON_COPY_TEXT_INVALID"),
        ([[button(callback_data="x")] * 9], "REPLY_MARKUP_INVALID"),
        ([[button(callback_data="x")]] * 101, "REPLY_MARKUP_TOO_LONG"),
    ],
)
def test_keyboards_that_are_refused(rows: list[list[InlineKeyboardButton]], reason: str) -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        with refused(reason):
            await bot.send_message(7, "x", reply_markup=InlineKeyboardMarkup(rows))

    with_bot(dialogue)


def article(name: str, text: str = "text") -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        name, "title", InputTextMessageContent(text), reply_markup=keyboard("more")
    )


def test_buttons() -> None:
    async def press(update: Update, context: Context) -> None:
        query = update.callback_query
        assert query is not None
        await query.answer(f"pressed {query.data}", show_alert=True)
        with refused("query is too old and response timeout expired"):
            await query.answer("again")

    async def run() -> None:
        async with BotApi() as api, running(api, CallbackQueryHandler(press)), bot_of(api) as bot:
            person = api.user(id=7)
            chat = api.private(person)
            sent = await bot.send_message(7, "x", reply_markup=keyboard("more"))
            message = chat.messages[sent.message_id]
            for name in ("more", "do:more"):
                answer = await person.presses(message, name)
                assert answer is not None
                assert (answer.text, answer.show_alert) == ("pressed do:more", True)
            with pytest.raises(LookupError, match="no button"):
                await person.presses(message, "less")
            forged = await person.presses(message, "forged", forged=True)
            assert forged is not None
            assert forged.text == "pressed forged"
            await bot.delete_message(7, sent.message_id)
            assert await person.presses(message, "more")
            with refused("query is too old"):
                await bot.answer_callback_query("123")

    asyncio.run(run())


def test_a_query_that_expired_and_one_that_is_too_long() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        sent = await bot.send_message(7, "x", reply_markup=keyboard("more"))
        message = chat.messages[sent.message_id]
        for expired in (True, False):
            press = asyncio.create_task(api.user(id=7).presses(message, "more", expired=expired))
            (update,) = await bot.get_updates(timeout=10)
            await bot.get_updates(offset=update.update_id + 1)
            assert update.callback_query is not None
            with refused("too old" if expired else "MESSAGE_TOO_LONG"):
                await update.callback_query.answer("x" * 201)
            if not expired:
                await update.callback_query.answer("x" * 200)
            assert (await press is None) == expired

    with_bot(dialogue)


def test_inline_queries() -> None:
    async def results(update: Update, context: Context) -> None:
        query = update.inline_query
        assert query is not None
        good = [article(str(number)) for number in range(3)]
        too_long_button = InlineQueryResultsButton("b", start_parameter="中")
        for wrong, options, reason in (
            ([article(str(number)) for number in range(51)], {}, "RESULTS_TOO_MUCH"),
            ([article("a"), article("a")], {}, "RESULT_ID_DUPLICATE"),
            ([article("x" * 65)], {}, "RESULT_ID_INVALID"),
            ([article("a", " ")], {}, "message text is empty"),
            (good, {"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
            (good, {"button": too_long_button}, "START_PARAM_INVALID"),
        ):
            with refused(reason):
                await context.bot.answer_inline_query(query.id, wrong, **options)
        await query.answer(good, cache_time=5, next_offset="3", is_personal=True)
        with refused("query is too old"):
            await query.answer(good)

    async def press(update: Update, context: Context) -> None:
        assert update.callback_query is not None
        await update.callback_query.edit_message_text("changed")
        await update.callback_query.answer()

    async def run() -> None:
        handlers = [InlineQueryHandler(results), CallbackQueryHandler(press)]
        async with BotApi() as api, running(api, *handlers):
            person = api.user(id=7)
            answer = await person.queries("问题", offset="0")
            assert answer is not None
            assert [result["id"] for result in answer.results] == ["0", "1", "2"]
            assert (answer.cache_time, answer.next_offset, answer.is_personal) == (5, "3", True)
            sent = await person.picks(answer.results[0])
            assert sent["via_bot"]["id"] == api.bot_id
            assert await person.presses(sent, "more")
            chat, number = api.world.inline_messages[sent["inline_message_id"]]
            assert chat.messages[number]["text"] == "changed"

    asyncio.run(run())


def test_a_guest_call() -> None:
    async def guest(update: Update, context: Context) -> None:
        if update.guest_message is not None and update.guest_message.guest_query_id:
            await context.bot.answer_guest_query(update.guest_message.guest_query_id, article("a"))

    async def run() -> None:
        handler = TypeHandler(Update, guest)
        async with BotApi() as api, running(api, handler, allowed_updates=Update.ALL_TYPES):
            answer = await api.user(id=7).summons("@yinju_test_bot hello")
            assert answer is not None
            assert answer["id"] == "a"

    asyncio.run(run())


def test_menus() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        english, chinese = api.user(id=7), api.user(id=8, language_code="zh-hans")
        group = api.supergroup()
        await bot.set_my_commands([BotCommand("ask", "Ask")])
        await bot.set_my_commands([("ask", "提问")], language_code="zh")
        scope = BotCommandScopeAllGroupChats()
        await bot.set_my_commands([("group", "Group")], scope=scope)
        await bot.set_my_commands([("reload", "Reload")], scope=BotCommandScopeChat(7))
        assert [one["command"] for one in api.menu(english)] == ["reload"]
        assert [one["description"] for one in api.menu(chinese)] == ["提问"]
        assert [one["command"] for one in api.menu(chinese, group)] == ["group"]
        await bot.delete_my_commands(scope=scope)
        assert await bot.get_my_commands(scope=scope) == ()
        for commands, options, reason in (
            ([("Ask", "x")], {}, "BOT_COMMAND_INVALID"),
            ([("提问", "x")], {}, "BOT_COMMAND_INVALID"),
            ([("ask", "x" * 257)], {}, "BOT_COMMAND_DESCRIPTION_INVALID"),
            ([("ask", "x")] * 101, {}, "BOT_COMMANDS_TOO_MUCH"),
            ([("ask", "x")], {"language_code": "zh-hans"}, "invalid language code"),
            ([("ask", "x")], {"scope": BotCommandScopeChat(99)}, "chat not found"),
        ):
            with refused(reason):
                await bot.set_my_commands(commands, **options)

    with_bot(dialogue)
