"""What is kept about a person, said, shown and undone."""

from __future__ import annotations

from bot.config.model import LogConfig
from bot.conversation.actions import Plain
from bot.conversation.ledger import Ledger
from bot.conversation.messages import Asker
from bot.conversation.replies import Belongings, Choice, Notice
from bot.querylog import QueryLogError


class Privacy:
    """Speaks for the running configuration, not for a text that may have grown old."""

    def __init__(self, ledger: Ledger, config: LogConfig) -> None:
        self._ledger = ledger
        self._config = config

    def policy(self) -> Notice:
        """What is kept, for how long and why."""
        config = self._config
        params = {
            "days": config.retention_days,
            "text": config.questions,
            "pseudonyms": config.pseudonym_days,
            "findable": config.pseudonym_days // 2,
            "encrypted": "yes" if config.encrypted else "no",
        }
        return Notice("privacy", params)

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
        """How many entries are kept under the asker's pseudonyms."""
        ledger = self._ledger
        try:
            await ledger.settled()
            return (await ledger.log.count(ledger.keys(asker), ledger.lasting_key(asker))).total
        except QueryLogError as error:
            ledger.report(error)
            return Notice("not-saved")

    async def belongings(self, asker: Asker) -> Belongings | Notice:
        """All of it, to take away. Only in private."""
        if asker.chat_kind.shared:
            return Notice("only-in-private")
        ledger = self._ledger
        try:
            await ledger.settled()
            rows = await ledger.log.belongings(ledger.keys(asker), ledger.lasting_key(asker))
        except QueryLogError as error:
            ledger.report(error)
            return Notice("not-saved")
        return Belongings(tuple(rows)) if rows else Notice("forget-nothing")

    async def forget(self, asker: Asker) -> Notice:
        """Delete all of them, from the file as well."""
        try:
            rows, erased = await self._ledger.forget(asker)
        except QueryLogError as error:
            self._ledger.report(error)
            return Notice("not-saved")
        return Notice("forget-done" if erased else "forget-later", {"rows": rows})

    async def choose_language(self, asker: Asker, tag: str | None) -> Notice:
        """Speak `tag` to the asker from now on; None: the language of their Telegram."""
        try:
            await self._ledger.set_language(asker, tag)
        except QueryLogError as error:
            self._ledger.report(error)
            return Notice("not-saved")
        return Notice("language-chosen" if tag else "language-automatic")
