"""What every handler needs: the app, and the language to answer in."""

from __future__ import annotations

from dataclasses import dataclass

from telegram.ext import ContextTypes

from bot.app import App
from bot.conversation.messages import Asker, Reply
from bot.telegram.outgoing import Outgoing
from bot.telegram.render import render
from bot.wording.locale import Locale, language_for, locale

Context = ContextTypes.DEFAULT_TYPE


@dataclass(frozen=True, slots=True)
class Desk:
    """The app and the bot's user name; handlers are methods of classes that hold one."""

    app: App
    username: str
    bot_id: int

    async def locale(self, asker: Asker) -> Locale:
        """The language the asker chose, else that of their Telegram."""
        chosen = await self.app.ledger.language(asker)
        return locale(chosen or language_for(asker.language_code))

    async def render(self, reply: Reply, asker: Asker) -> Outgoing:
        """The reply as a message in the asker's language."""
        return render(reply, await self.locale(asker), self.username)

    def example(self) -> str:
        """A question to show: the title of one of the corpus's own documents."""
        documents = self.app.library.current.documents
        return min((d.title for d in documents), key=len, default="")
