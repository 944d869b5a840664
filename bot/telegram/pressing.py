"""Buttons: what they carry is checked, whose they are is checked, then they do their one thing."""

from __future__ import annotations

from typing import assert_never

from telegram import CallbackQuery, InlineKeyboardButton, Message, Update

from bot.conversation.messages import Asker, Notice, Reason, Reply
from bot.querylog.records import DownReason
from bot.telegram.buttons import (
    Button,
    CastVote,
    ChooseLanguage,
    GiveReason,
    Plain,
    ShowCatalogue,
    ShowPlace,
    ShowReason,
    ShowView,
    decode,
)
from bot.telegram.desk import Context, Desk
from bot.telegram.outgoing import button
from bot.telegram.people import asker_of
from bot.telegram.render import alert, render
from bot.telegram.replies import pop_up, rearm, turn
from bot.wording.locale import Locale, language_for, locale

_REASONS: tuple[DownReason, ...] = ("irrelevant", "outdated", "misunderstood")


class Pressing:
    """The handler of every button."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def press(self, update: Update, context: Context) -> None:
        """Do what the pressed button says, or say why not."""
        query = update.callback_query
        asker = asker_of(update, self._desk.app.config)
        if query is None or asker is None:
            return
        words = await self._desk.locale(asker)
        action, message = decode(query.data or ""), query.message
        # The library makes a Message of an InaccessibleMessage too.
        if action is None or not isinstance(message, Message) or not message.is_accessible:
            await pop_up(query, words.text("button-unknown"), alert=True)
        elif self._foreign(action, message, asker):
            await pop_up(query, words.text("not-yours"), alert=True)
        else:
            await self._do(action, query, message, asker, words)

    async def _do(
        self, action: Button, query: CallbackQuery, message: Message, asker: Asker, words: Locale
    ) -> None:
        app, shared = self._desk.app, self._desk.app.config.telegram.shared_buttons
        match action:
            case ShowView():
                answer = await app.assistant.view(asker, action.question, action.view, shared)
                await self._show(answer, query, words)
            case ShowPlace():
                await self._show(await self._open(action, asker), query, words)
            case ShowReason():
                why = await app.assistant.why(
                    asker, action.question, action.view, action.place, shared
                )
                await pop_up(query, alert(why, words), alert=True)
            case CastVote():
                vote = await app.assistant.vote(asker, action.question, action.value, shared)
                await self._voted(vote, action, query, message, words)
            case GiveReason():
                notice = await app.assistant.complain(asker, action.question, action.reason, shared)
                await pop_up(query, alert(notice, words), alert=notice.key != "vote-reason")
                if notice.key == "vote-reason":
                    await rearm(query, _without_reasons(message))
            case ShowCatalogue():
                listing = app.reading.catalogue(action.page, action.publisher)
                await self._show(listing, query, words)
            case ChooseLanguage():
                notice = await app.privacy.choose_language(asker, action.tag)
                spoken = locale(action.tag or language_for(asker.language_code))
                await self._show(notice, query, spoken, instead=True)
            case Plain():
                await self._plain(action, query, asker, words)
            case _:
                assert_never(action)

    async def _plain(
        self, action: Plain, query: CallbackQuery, asker: Asker, words: Locale
    ) -> None:
        match action.name:
            case "random":
                await self._show(self._desk.app.reading.random(), query, words)
            case "forget":
                done = await self._desk.app.privacy.forget(asker)
                # The choice of a language is forgotten too.
                await self._show(done, query, await self._desk.locale(asker), instead=True)
            case "keep":
                await self._show(Notice("forget-kept"), query, words, instead=True)
            case "nothing":
                await pop_up(query)
            case _:
                assert_never(action.name)

    async def _open(self, action: ShowPlace, asker: Asker) -> Reply:
        reading, shared = self._desk.app.reading, self._desk.app.config.telegram.shared_buttons
        if action.question is None:
            return reading.open(action.place)
        question = await self._desk.app.assistant.own_question(asker, action.question, shared)
        if isinstance(question, Notice):
            return question
        return reading.open(action.place, action.question, action.view)

    async def _show(
        self, answer: Reply, query: CallbackQuery, words: Locale, *, instead: bool = False
    ) -> None:
        """Turn the message into `answer`; a notice pops up and leaves it, unless it is to stand
        `instead` of it."""
        if isinstance(answer, Notice | Reason) and not instead:
            await pop_up(query, alert(answer, words), alert=True)
            return
        await pop_up(query)
        await turn(query, render(answer, words, self._desk.username))

    async def _voted(
        self,
        notice: Notice,
        action: CastVote,
        query: CallbackQuery,
        message: Message,
        words: Locale,
    ) -> None:
        """Thank for the vote; for the first 👎 on an answer, offer to say what was wrong."""
        plain_rows = _without_reasons(message)
        if notice.key not in ("vote-up", "vote-down"):
            await pop_up(query, alert(notice, words), alert=True)
        elif action.value < 0 and await self._desk.app.ledger.first_complaint(action.question):
            await pop_up(query, alert(notice, words))
            reasons = [
                [button(words.text(f"button-{reason}"), GiveReason(action.question, reason))]
                for reason in _REASONS
            ]
            await rearm(query, [*plain_rows, *reasons])
        else:
            await pop_up(query, words.text("vote-up"))
            if action.value > 0 and plain_rows != _rows(message):
                await rearm(query, plain_rows)

    def _foreign(self, action: Button, message: Message, asker: Asker) -> bool:
        """In groups, whether a button that names no question is under somebody else's message."""
        if self._desk.app.config.telegram.shared_buttons or not asker.chat_kind.shared:
            return False
        if isinstance(action, ShowPlace) and action.question is not None:
            return False
        if not isinstance(action, ShowPlace | ShowCatalogue | ChooseLanguage | Plain):
            return False
        asked = message.reply_to_message
        if asked is None or asked.sender_chat is not None or asked.from_user is None:
            return False
        return str(asked.from_user.id) != asker.id


def _rows(message: Message) -> list[list[InlineKeyboardButton]]:
    keyboard = message.reply_markup
    return [list(row) for row in keyboard.inline_keyboard] if keyboard else []


def _without_reasons(message: Message) -> list[list[InlineKeyboardButton]]:
    """The buttons under a message, without those that ask what was wrong."""
    return [
        row
        for row in _rows(message)
        if not any(isinstance(decode(str(b.callback_data or "")), GiveReason) for b in row)
    ]
