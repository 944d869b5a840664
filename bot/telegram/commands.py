"""Commands other than /ask."""

from __future__ import annotations

from telegram import Message, Update

from bot.conversation.messages import Asker, Notice, Reply
from bot.telegram.buttons import ChooseLanguage, Plain
from bot.telegram.desk import Context, Desk
from bot.telegram.menus import set_admin_menu
from bot.telegram.outgoing import button, outgoing, plain
from bot.telegram.people import asker_of
from bot.telegram.replies import reply
from bot.telegram.richtext import RichText
from bot.wording.locale import LANGUAGES
from retrieval.places import Place

LANGUAGE_NAMES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}


class Commands:
    """Handlers for commands, each a method of the command's name."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def start(self, update: Update, context: Context) -> None:
        """A greeting, or the place that a deep link names."""
        message, asker = self._sender(update)
        if message is None or asker is None:
            return
        if asker.admin and not asker.chat_kind.shared:
            # At the first start of the bot they may have had no chat with it yet.
            await set_admin_menu(context.bot, message.chat_id)
        place = Place.decode(context.args[0]) if context.args else None
        if place is not None:
            await self._say(message, asker, self._desk.app.reading.open(place))
        elif context.args and context.args[0] != "ask":
            await self._say(message, asker, Notice("place-unknown"))
        elif example := self._desk.example():
            await self._say(message, asker, Notice("start", {"example": example}))
        else:
            await self._say(message, asker, Notice("start-empty"))

    async def help(self, update: Update, context: Context) -> None:
        """How to ask."""
        message, asker = self._sender(update)
        if message is None or asker is None:
            return
        words = await self._desk.locale(asker)
        lines = [words.text("help")]
        if context.bot.supports_inline_queries:
            lines.append(words.text("help-inline", username=self._desk.username))
        await reply(message, plain("\n\n".join(lines)))

    async def about(self, update: Update, context: Context) -> None:
        """What the corpus holds."""
        message, asker = self._sender(update)
        if message and asker:
            await self._say(message, asker, self._desk.app.reading.summary())

    async def documents(self, update: Update, context: Context) -> None:
        """The list of documents."""
        message, asker = self._sender(update)
        if message and asker:
            await self._say(message, asker, self._desk.app.reading.catalogue())

    async def random(self, update: Update, context: Context) -> None:
        """A passage to read."""
        message, asker = self._sender(update)
        if message and asker:
            await self._say(message, asker, self._desk.app.reading.random())

    async def language(self, update: Update, context: Context) -> None:
        """The languages to choose from."""
        message, asker = self._sender(update)
        if message is None or asker is None:
            return
        words = await self._desk.locale(asker)
        rows = [[button(LANGUAGE_NAMES[tag], ChooseLanguage(tag))] for tag in LANGUAGES]
        rows.append([button(words.text("button-automatic"), ChooseLanguage(None))])
        await reply(message, outgoing(RichText().add(words.text("language-choose")), rows))

    async def privacy(self, update: Update, context: Context) -> None:
        """What is kept about the asker."""
        message, asker = self._sender(update)
        if message and asker:
            await self._say(message, asker, self._desk.app.privacy.policy())

    async def forget(self, update: Update, context: Context) -> None:
        """Ask once whether to delete it."""
        message, asker = self._sender(update)
        if message is None or asker is None:
            return
        if asker.chat_kind.shared:
            await self._say(message, asker, Notice("only-in-private"))
            return
        count = await self._desk.app.privacy.count(asker)
        if not count:
            await self._say(message, asker, Notice("forget-nothing"))
            return
        if isinstance(count, Notice):
            await self._say(message, asker, count)
            return
        words = await self._desk.locale(asker)
        rows = [
            [button(words.text("button-forget"), Plain("forget"))],
            [button(words.text("button-keep"), Plain("keep"))],
        ]
        text = RichText().add(words.text("forget-confirm", rows=count))
        await reply(message, outgoing(text, rows))

    async def reload(self, update: Update, context: Context) -> None:
        """Put a new generation of the corpus in service; for admins, in private."""
        message, asker = self._sender(update)
        if message is None or asker is None:
            return
        administration = self._desk.app.administration
        if refusal := administration.refuses(asker):
            await self._say(message, asker, refusal)
            return
        done = await administration.reload(lambda begun: self._say(message, asker, begun))
        await self._say(message, asker, done)

    async def unknown(self, update: Update, context: Context) -> None:
        """A command that does not exist, in private: say what does."""
        await self.help(update, context)

    async def nothing_to_ask(self, update: Update, context: Context) -> None:
        """A picture, a voice, a sticker, in private."""
        message, asker = self._sender(update)
        if message and asker:
            await self._say(message, asker, Notice("question-empty"))

    def _sender(self, update: Update) -> tuple[Message | None, Asker | None]:
        return update.effective_message, asker_of(update, self._desk.app.config)

    async def _say(self, message: Message, asker: Asker, answer: Reply) -> None:
        await reply(message, await self._desk.render(answer, asker))
