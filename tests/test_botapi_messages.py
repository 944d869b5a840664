"""Texts, entities, keyboards, edits and files: what the server takes and what it refuses."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    ForceReply,
    MessageEntity,
    ReplyParameters,
)

from tests.botapi import BotApi, Chat
from tests.botapi.client import keyboard, refused, with_bot

ENTITY = MessageEntity


def entity(kind: str, offset: int, length: int, url: str | None = None) -> MessageEntity:
    return MessageEntity(kind, offset, length, url=url)


@pytest.mark.parametrize(
    ("text", "entities", "reason"),
    [
        (" \n\u2028 ", [], "message text is empty"),
        ("\u200b\u2800", [], "message text is empty"),
        ("x" * 4097, [], "message is too long"),
        ("😀" * 2049, [], "message is too long"),
        ("abc", [entity(ENTITY.BOLD, 1, 3)], "ends after the end of the text at UTF-16 offset 3"),
        ("a😀b", [entity(ENTITY.BOLD, 2, 2)], "begins in a middle of a UTF-16 symbol"),
        ("a😀b", [entity(ENTITY.BOLD, 0, 2)], "ends in a middle of a UTF-16 symbol"),
        ("abcd", [entity(ENTITY.BOLD, 0, 0)], "ENTITY_BOUNDS_INVALID"),
        ("x" * 200, [entity(ENTITY.BOLD, at, 1) for at in range(101)], "ENTITIES_TOO_LONG"),
        (
            "abcd",
            [entity(ENTITY.BOLD, 0, 3), entity(ENTITY.ITALIC, 1, 3)],
            "ENTITY_BOUNDS_INVALID",
        ),
        (
            "abcd",
            [entity(ENTITY.BLOCKQUOTE, 0, 4), entity(ENTITY.EXPANDABLE_BLOCKQUOTE, 1, 2)],
            "ENTITY_BOUNDS_INVALID",
        ),
        ("abcd", [entity(ENTITY.CODE, 0, 4), entity(ENTITY.BOLD, 1, 2)], "ENTITY_BOUNDS_INVALID"),
        ("abcd", [entity(ENTITY.BOLD, 0, 4), entity(ENTITY.PRE, 1, 2)], "ENTITY_BOUNDS_INVALID"),
        ("abcd", [entity(ENTITY.TEXT_LINK, 0, 4, "not a link")], "ENTITY_TEXT_URL_INVALID"),
        ("abcd", [entity(ENTITY.TEXT_LINK, 0, 4, "https://localhost/")], "ENTITY_TEXT_URL_INVALID"),
        (
            "abcd",
            [entity(ENTITY.TEXT_LINK, 0, 4, "https://a.org/" + "x" * 2048)],
            "ENTITY_TEXT_URL_INVALID",
        ),
    ],
)
def test_texts_and_entities_that_are_refused(
    text: str, entities: list[MessageEntity], reason: str
) -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        with refused(reason):
            await bot.send_message(7, text, entities=entities)
        assert not chat.messages
        assert api.calls[-1].refusal is not None

    with_bot(dialogue)


def test_texts_and_entities_that_are_taken() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        assert (await bot.send_message(7, "x" * 4096)).text == "x" * 4096
        assert (await bot.send_message(7, "😀" * 2048)).text == "😀" * 2048
        nested = [
            entity(ENTITY.EXPANDABLE_BLOCKQUOTE, 0, 6),
            entity(ENTITY.BOLD, 1, 2),
            entity(ENTITY.ITALIC, 1, 2),
            entity(ENTITY.CODE, 3, 2),
            entity(ENTITY.TEXT_LINK, 6, 2, "https://例子.org/路?a=b#:~:text=%E4%BD%A0"),
        ]
        sent = await bot.send_message(7, "a😀bcdefg", entities=nested)
        assert sent.entities == tuple(nested)
        trimmed = await bot.send_message(
            7, "  ab  \n", entities=[entity(ENTITY.BOLD, 2, 4), entity(ENTITY.ITALIC, 5, 1)]
        )
        assert trimmed.text == "ab"
        assert trimmed.entities == (entity(ENTITY.BOLD, 0, 2),)

    with_bot(dialogue)


def test_html() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        sent = await bot.send_message(
            7,
            '<b>𠮷 &lt;</b><a href="https://a.org/?x=1&amp;y=2">l</a>'
            "<blockquote expandable><i>q</i></blockquote>"
            '<pre><code class="language-py">c</code></pre>',
            parse_mode="HTML",
        )
        assert sent.text == "𠮷 <lqc"
        assert [(one.type, one.offset, one.length) for one in sent.entities] == [
            ("bold", 0, 4),
            ("text_link", 4, 1),
            ("expandable_blockquote", 5, 1),
            ("italic", 5, 1),
            ("pre", 6, 1),
        ]
        assert sent.entities[1].url == "https://a.org/?x=1&y=2"
        assert sent.entities[4].language == "py"
        for source, reason in {
            "a < b": 'Unsupported start tag "" at byte offset 2',
            "你<div>": 'Unsupported start tag "div" at byte offset 3',
            "<b>x": 'Can\'t find end tag corresponding to start tag "b"',
            "x</b>": "Unexpected end tag at byte offset 1",
            "<b><i>x</b></i>": 'Unmatched end tag at byte offset 7, expected "</i>"',
        }.items():
            with refused(f"can't parse entities: {reason}"):
                await bot.send_message(7, source, parse_mode="HTML")

    with_bot(dialogue)


def test_edits_and_deletions() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        sent = await bot.send_message(7, "one", reply_markup=keyboard("more"))
        snapshot = chat.messages[sent.message_id]
        with refused("message is not modified: specified new"):
            await bot.edit_message_text("one ", 7, sent.message_id, reply_markup=keyboard("more"))
        await bot.edit_message_reply_markup(7, sent.message_id, reply_markup=keyboard("less"))
        assert (await api.edited(snapshot))["text"] == "one"
        edited = await bot.edit_message_text("two", 7, sent.message_id)
        assert not isinstance(edited, bool)
        assert (edited.text, edited.reply_markup) == ("two", None)
        with refused("inline keyboard expected"):
            await bot.edit_message_text("x", 7, sent.message_id, reply_markup=ForceReply())  # type: ignore[arg-type]
        with refused("message to edit not found"):
            await bot.edit_message_text("x", 7, 99)
        theirs = await api.user(id=7).says("mine")
        with refused("message can't be edited"):
            await bot.edit_message_text("x", 7, theirs["message_id"])
        await bot.delete_message(7, sent.message_id)
        assert api.current(snapshot) is None
        with refused("message to delete not found"):
            await bot.delete_message(7, sent.message_id)

    with_bot(dialogue)


def test_replies_and_quotes() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        said = await api.user(id=7).says("the words of the corpus")
        number = said["message_id"]
        for wrong in (ReplyParameters(99), ReplyParameters(99, quote="x")):
            with refused("message to be replied not found"):
                await bot.send_message(7, "x", reply_parameters=wrong)
        with refused("QUOTE_TEXT_INVALID"):
            await bot.send_message(
                7, "x", reply_parameters=ReplyParameters(number, quote="other words")
            )
        lenient = ReplyParameters(99, allow_sending_without_reply=True)
        assert (await bot.send_message(7, "x", reply_parameters=lenient)).reply_to_message is None
        quoting = ReplyParameters(number, quote="words of")
        sent = await bot.send_message(7, "x", reply_parameters=quoting)
        assert sent.quote is not None
        assert sent.quote.text == "words of"
        with refused("chat not found"):
            await bot.send_message(8, "x")

    with_bot(dialogue)


def test_files_captions_and_reactions() -> None:
    async def dialogue(api: BotApi, bot: Bot, chat: Chat) -> None:
        said = await api.user(id=7).sends("a.txt", b"content", caption="/add")
        (update,) = await bot.get_updates()
        assert update.message is not None
        assert update.message.document is not None
        file = await update.message.document.get_file()
        assert bytes(await file.download_as_bytearray()) == b"content"
        sent = await bot.send_document(7, b"chart", filename="c.csv", caption="12")
        assert sent.caption == "12"
        assert sent.document is not None
        assert api.world.files[sent.document.file_id] == ("c.csv", b"chart")
        assert (await bot.send_photo(7, b"png")).photo
        with refused("caption is too long"):
            await bot.send_photo(7, b"png", caption="x" * 1025)
        await bot.set_message_reaction(7, said["message_id"], "👀")
        assert chat.reactions[said["message_id"]] == ["👀"]
        with refused("REACTION_INVALID"):
            await bot.set_message_reaction(7, said["message_id"], "✅")

    with_bot(dialogue)
