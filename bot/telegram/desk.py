"""What every handler needs: the app, and the language to answer in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from telegram.ext import ContextTypes

from bot.app import App
from bot.conversation.messages import Asker
from bot.conversation.replies import Reply
from bot.telegram.replies import Outgoing, links, outgoing
from bot.wording.citation import Links
from bot.wording.locale import Locale, locale
from bot.wording.replies import render

Context = ContextTypes.DEFAULT_TYPE


@dataclass(frozen=True)
class Desk:
    """The app and the bot's user name; handlers are methods of classes that hold one."""

    app: App
    username: str
    bot_id: int

    @cached_property
    def links(self) -> Links:
        """What can be linked to, on Telegram and in the bot."""
        return links(self.username, self.app.config.corpus.site_url)

    async def locale(self, asker: Asker, language: str | None = None) -> Locale:
        """Of this language, or the one the asker chose, or that of their Telegram."""
        return locale(language or await self.app.conversation.language(asker))

    async def render(self, reply: Reply, asker: Asker) -> Outgoing:
        """The reply as a message in the asker's language."""
        return self.message(reply, await self.locale(asker))

    def message(self, reply: Reply, words: Locale) -> Outgoing:
        """The reply as a message in that language."""
        return outgoing(render(reply, words, self.links))
