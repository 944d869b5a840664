"""Updates → requests of the conversation, and what comes of them → calls of Telegram."""

from __future__ import annotations

from collections import deque

from telegram import CallbackQuery, Message, Update

from bot.conversation import Say
from bot.conversation.actions import Action, GiveReason, Plain, ShowPlace, decode
from bot.conversation.replies import Belongings, File, Notice, Reason
from bot.conversation.requests import Manner, Outcome, Request
from bot.conversation.understanding import command
from bot.telegram.newer import Whispers, secret
from bot.telegram.people import Context, Desk
from bot.telegram.profile import set_admin_menu
from bot.telegram.replies import Rows, attach, button, edit, plain, pop_up, rearm, reply
from bot.wording import Offer
from bot.wording.locale import Locale
from bot.wording.replies import alert, belongings_text, file_name, file_text
from retrieval.places import Place

_ALBUMS = 1000
"""Albums that are remembered: Telegram brings their pictures one by one."""


class Talking:
    """The handlers of everything that people say and press."""

    def __init__(self, desk: Desk, whispers: Whispers) -> None:
        self._desk = desk
        self._whispers = whispers
        self._albums: deque[str] = deque(maxlen=_ALBUMS)

    async def ask(self, update: Update, context: Context) -> None:
        """`/ask question`, or `/ask` in reply to the message to look up."""
        message = update.effective_message
        if message is not None and message.text:
            # Not split at white space: a full-width comma may follow the command at once.
            text = message.text[message.entities[0].length :].strip()
            await self._say(update, self._said(message, text))

    async def text(self, update: Update, context: Context) -> None:
        """Any text in a private chat; in a group only what is meant for the bot."""
        message = update.effective_message
        asker = self._desk.asker(update)
        if message is None or asker is None:
            return
        if message.via_bot is not None and message.via_bot.id == self._desk.bot_id:
            return  # a quote that somebody inserted inline
        if asker.chat_kind.shared and not self._desk.addressed(message):
            return
        self._begins(message)
        await self._say(update, self._said(message, self._desk.question_in(message)))

    def _said(self, message: Message, text: str) -> Say:
        """What a message says; what it says of somebody else's message is said of that one."""
        about = self._desk.replied_text(message)
        return Say(text, forwarded=message.forward_origin is not None, about=about)

    async def start(self, update: Update, context: Context) -> None:
        """A greeting, or the place that a deep link names."""
        message, asker = update.effective_message, self._desk.asker(update)
        if message is None or asker is None:
            return
        if asker.admin and not asker.chat_kind.shared:
            # At the first start of the bot they may have had no chat with it yet.
            await set_admin_menu(context.bot, message.chat_id)
        payload = context.args[0] if context.args else "ask"
        place = Place.decode(payload)
        if place is not None:
            await self._say(update, ShowPlace(place))
        elif payload == "ask":
            await self._say(update, Plain("start"))
        elif meant := await self._whispers.asked_elsewhere(payload, asker):
            if isinstance(meant, Notice):
                await reply(message, await self._desk.render(meant, asker))
            else:
                await self._say(update, meant)
        else:
            await reply(message, await self._desk.render(Notice("place-unknown"), asker))

    async def command(self, update: Update, context: Context) -> None:
        """Any other command; in private, one that does not exist is answered with help."""
        message = update.effective_message
        if message is not None and message.text:
            await self._say(update, command(message.text) or Plain("help"))

    async def nothing_to_ask(self, update: Update, context: Context) -> None:
        """A picture, a voice, a sticker, in private; one word for a whole album."""
        message, asker = update.effective_message, self._desk.asker(update)
        if message is not None and asker is not None and self._begins(message):
            await reply(message, await self._desk.render(Notice(_unreadable(message)), asker))

    def _begins(self, message: Message) -> bool:
        """Whether nothing before a message came of the same album."""
        album = message.media_group_id
        if album is None or album in self._albums:
            return album is None
        self._albums.append(album)
        return True

    async def press(self, update: Update, context: Context) -> None:
        """Do what the pressed button says, or say why not."""
        query = update.callback_query
        asker = self._desk.asker(update)
        if query is None or asker is None:
            return
        action, message = decode(query.data or ""), query.message
        # The library makes a Message of an InaccessibleMessage too.
        if action is None or not isinstance(message, Message) or not message.is_accessible:
            words = await self._desk.locale(asker)
            await pop_up(query, words.text("button-unknown"), alert=True)
            return
        request = Request(asker, action, offered=True, owner=_owner(message))
        outcome = await self._desk.app.conversation.handle(request)
        words = await self._desk.locale(asker, outcome.language)
        await self._answer_press(query, message, request, outcome, words)

    async def _say(self, update: Update, action: Action) -> None:
        message, asker = update.effective_message, self._desk.asker(update)
        if message is None or asker is None:
            return
        conversation = self._desk.app.conversation
        request = Request(
            asker, action, str(message.message_id), edited=update.edited_message is not None
        )

        async def announce(notice: Notice) -> None:
            await reply(message, await self._desk.render(notice, asker))

        async with conversation.turn(asker, request.message):
            outcome = await conversation.handle(request, announce)
            words = await self._desk.locale(asker, outcome.language)
            await self._deliver(message, request, outcome, words)

    async def _deliver(
        self, message: Message, request: Request, outcome: Outcome, words: Locale
    ) -> None:
        if outcome.reply is None:
            return
        if self._whispers.concerns(message, request.asker):
            await self._whispers.deliver(message, outcome, words)
            return
        if isinstance(outcome.reply, File):
            await attach(message, file_name(outcome.reply), file_text(outcome.reply))
            return
        if isinstance(outcome.reply, Belongings):
            await attach(message, "yinju-mydata.json", belongings_text(outcome.reply))
            return
        out = self._desk.message(outcome.reply, words)
        if outcome.manner is Manner.EDIT:
            await edit(message, int(outcome.number), out)
        elif isinstance(outcome.reply, Notice) and outcome.reply.key == "help":
            await reply(message, plain(self._help(words, message)))
        elif (sent := await reply(message, out)) is not None:
            self._desk.app.conversation.sent(request, outcome, sent)

    def _help(self, words: Locale, message: Message) -> str:
        lines = [words.text("help")]
        if message.get_bot().supports_inline_queries:
            lines.append(words.text("help-inline", username=self._desk.username))
        return "\n\n".join(lines)

    async def _answer_press(
        self,
        query: CallbackQuery,
        message: Message,
        request: Request,
        outcome: Outcome,
        words: Locale,
    ) -> None:
        shown, hidden = outcome.reply, secret(message) is not None
        if outcome.manner is Manner.TURN:
            assert shown is not None, "silence is never what a press is turned into"
            await pop_up(query)
            out = self._desk.message(shown, words)
            if hidden:
                rows = self._whispers.rows(out, shown, words)
                await self._whispers.edit(query, message, rows, out)
            else:
                await edit(message, message.message_id, out)
            return
        if outcome.manner is Manner.SAY:
            await pop_up(query)
            if hidden:
                await self._whispers.deliver(message, outcome, words, query)
            else:
                await self._deliver(message, request, outcome, words)
            return
        assert shown is None or isinstance(shown, Notice | Reason), "only a short word pops up"
        quiet = isinstance(shown, Notice) and shown.key.startswith("vote-")
        text = None if shown is None else alert(shown, words)
        await pop_up(query, text, alert=not (text is None or quiet))
        if outcome.reasons is None:
            return
        rows = _without_reasons(message)
        for reason in outcome.reasons:
            rows.append([button(Offer(words.text(f"button-{reason.reason}"), reason))])
        if rows != _rows(message):
            if hidden:
                await self._whispers.edit(query, message, rows)
            else:
                await rearm(message, rows)


def _unreadable(message: Message) -> str:
    """What to say of a message without words."""
    if message.sticker is not None:
        return "talk-sticker"
    if message.voice is not None or message.audio is not None or message.video_note is not None:
        return "talk-voice"
    seen = message.photo or message.video or message.animation or message.story
    return "talk-picture" if seen or message.paid_media else "talk-other"


def _owner(message: Message) -> str | None:
    """Whom our message answers, None where Telegram does not tell."""
    asked = message.reply_to_message
    if asked is None or asked.sender_chat is not None or asked.from_user is None:
        return None
    return str(asked.from_user.id)


def _rows(message: Message) -> Rows:
    keyboard = message.reply_markup
    rows = keyboard.inline_keyboard if keyboard is not None else ()
    return [[one.to_dict() for one in row] for row in rows]


def _without_reasons(message: Message) -> Rows:
    """The buttons under a message, without those that ask what was wrong."""
    return [
        row
        for row in _rows(message)
        if not any(isinstance(decode(b.get("callback_data", "")), GiveReason) for b in row)
    ]
