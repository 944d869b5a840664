"""What is kept about a person, said and undone."""

from __future__ import annotations

from bot.conversation.actions import Plain
from bot.conversation.ledger import Ledger
from bot.conversation.messages import Asker, ChatKind, Choice, Notice
from bot.querylog import QueryLogError


class Privacy:
    """Speaks for the running configuration, not for a text that may have grown old."""

    def __init__(self, ledger: Ledger, retention_days: int) -> None:
        self._ledger = ledger
        self._days = retention_days

    def policy(self) -> Notice:
        """What is kept, for how long and why."""
        return Notice("privacy", {"days": self._days})

    async def ask(self, asker: Asker) -> Choice | Notice:
        """Ask once whether everything is to be deleted."""
        if asker.chat_kind.shared:
            return Notice("only-in-private")
        count = await self.count(asker)
        if isinstance(count, Notice):
            return count
        if not count:
            return Notice("forget-nothing")
        options = (("button-forget", Plain("forget")), ("button-keep", Plain("keep")))
        return Choice(Notice("forget-confirm", {"rows": count}), options)

    async def count(self, asker: Asker) -> int | Notice:
        """How many entries are kept under the asker's pseudonym."""
        try:
            await self._ledger.settled()
            return (await self._ledger.log.count(self._ledger.key(asker))).total
        except QueryLogError as error:
            self._ledger.report(error)
            return Notice("not-saved")

    async def forget(self, asker: Asker) -> Notice:
        """Delete all of them, from the file as well."""
        private = self._ledger.chat_key(asker) if asker.chat_kind is ChatKind.PRIVATE else None
        try:
            await self._ledger.settled()
            forgotten = await self._ledger.log.forget(self._ledger.key(asker), chat=private)
        except QueryLogError as error:
            self._ledger.report(error)
            return Notice("not-saved")
        self._ledger.forget_language(asker)
        return Notice("forget-done", {"rows": forgotten.total})

    async def choose_language(self, asker: Asker, tag: str | None) -> Notice:
        """Speak `tag` to the asker from now on; None: the language of their Telegram."""
        try:
            await self._ledger.set_language(asker, tag)
        except QueryLogError as error:
            self._ledger.report(error)
            return Notice("not-saved")
        return Notice("language-chosen" if tag else "language-automatic")
