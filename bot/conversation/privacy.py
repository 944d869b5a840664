"""What is kept about a person: in memory, what they were shown last; in the log, what they asked:
said, shown, undone, and cleaned up daily."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from bot.config.model import LogConfig
from bot.conversation import Asker
from bot.conversation.actions import Plain
from bot.conversation.inbox import this_event
from bot.conversation.ledger import Ledger
from bot.conversation.replies import (
    Answer,
    Belongings,
    Choice,
    Documents,
    Listing,
    Notice,
    Page,
    Reply,
)
from bot.conversation.typed import Shown
from bot.querylog import QueryLogError
from retrieval.model import Document, Passage, Query

_REMEMBERED = 10_000  # conversations; the one longest silent is forgotten first


class Privacy:
    """Speaks for the running configuration, not for a text that may have grown old. What reads or
    changes the query log raises QueryLogError."""

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
        ledger = self._ledger
        await ledger.settled()
        mine, lasting = ledger.keys(asker), ledger.lasting_key(asker)
        count = await ledger.log.count(mine, lasting, this=this_event())
        if not count:
            return Notice("forget-nothing")
        options = (("button-forget", Plain("forget")), ("button-keep", Plain("keep")))
        return Choice(Notice("forget-confirm", {"rows": count}), options)

    async def belongings(self, asker: Asker) -> Belongings | Notice:
        """All of it, to take away. Only in private."""
        if asker.chat_kind.shared:
            return Notice("only-in-private")
        ledger = self._ledger
        await ledger.settled()
        mine, lasting = ledger.keys(asker), ledger.lasting_key(asker)
        rows = await ledger.log.belongings(mine, lasting, this=this_event())
        return Belongings(tuple(rows)) if rows else Notice("forget-nothing")

    async def forget(self, asker: Asker) -> Notice:
        """Delete all of them, from the file as well."""
        rows, erased = await self._ledger.forget(asker)
        return Notice("forget-done" if erased else "forget-later", {"rows": rows})

    async def choose_language(self, asker: Asker, tag: str | None) -> Notice:
        """Speak `tag` to the asker from now on; None: the language of their Telegram."""
        await self._ledger.set_language(asker, tag)
        return Notice("language-chosen" if tag else "language-automatic")


class Memory:
    """The last reply of each conversation: one person in one chat. It lives in memory alone, under
    pseudonyms, for `conversation.memory_minutes`, and goes with /forget: a restart forgets it too.
    """

    def __init__(self, minutes: int, now: Callable[[], float] = monotonic) -> None:
        self._seconds = 60 * minutes
        self._now = now
        self._shown: OrderedDict[tuple[str, str], tuple[float, bytes]] = OrderedDict()
        """When, and what; pickled, for as objects it takes four times the memory."""

    def remember(self, person: str, chat: str, shown: Shown) -> None:
        """Take the place of what was shown before; what was shown too long ago goes."""
        kept, now = self._shown, self._now()
        kept[person, chat] = (now, pickle.dumps(replace(shown, reply=light(shown.reply)), 5))
        kept.move_to_end((person, chat))
        while len(kept) > _REMEMBERED or (
            kept and now - next(iter(kept.values()))[0] >= self._seconds
        ):
            kept.popitem(last=False)

    def last(self, person: str, chat: str) -> Shown | None:
        """What was shown last, unless that is too long ago."""
        at, kept = self._shown.get((person, chat), (0.0, b""))
        if not kept or self._now() - at >= self._seconds:
            return None
        shown: Shown = pickle.loads(kept)  # noqa: S301 - our own, and never out of this process
        return shown

    def forget(self, person: str) -> None:
        """Everything a person was shown, in every chat."""
        for pair in [pair for pair in self._shown if pair[0] == person]:
            del self._shown[pair]


def light(reply: Reply) -> Reply:
    """A reply without the texts in it: what can be done with it, and not what it says. A document
    would outlive its generation by as long as anyone remembers it."""
    match reply:
        case Answer(result=result):
            query = Query(result.query.text, "", {}, {}, {})
            hits = tuple(
                replace(
                    hit,
                    passage=_passage(hit.passage),
                    excerpt=replace(hit.excerpt, marks=()),
                    newest=None,
                )
                for hit in result.hits
            )
            return replace(reply, result=replace(result, query=query, hits=hits, nearest=()))
        case Page():
            before, after = (p and _passage(p) for p in (reply.before, reply.after))
            passage = _passage(reply.passage)
            return replace(reply, passage=passage, before=before, after=after, newest=None)
        case Listing():
            passages = tuple(map(_passage, reply.passages))
            passage = _passage(reply.passage)
            return replace(reply, passage=passage, passages=passages, lead_in="", items=())
        case Documents():
            return replace(reply, documents=tuple(map(_document, reply.documents)))
        case _:
            return reply


def _passage(passage: Passage) -> Passage:
    return replace(passage, document=_document(passage.document))


def _document(document: Document) -> Document:
    return replace(document, text="", blocks=(), links=(), origins={})


logger = logging.getLogger(__name__)

_LOOK = 600.0
"""Seconds between two looks at whether there is something to do."""
_DAY = 86_400.0
_CONFIRMED = 7 * _DAY
"""Seconds after which a clock that nobody confirmed is believed, if it kept going on."""
_AGREES = timedelta(days=1)


class Cleaning:
    """Deletes by the clock, but not by one that jumped: 100 days ahead, it would delete all."""

    def __init__(self, ledger: Ledger, retention_days: int) -> None:
        self._ledger = ledger
        self._retention = timedelta(days=retention_days)
        self._doubted_since: float | None = None
        self._agreed = False
        self._done = float("-inf")

    def witness(self, said: datetime) -> None:
        """Somebody else's clock, such as the time of a message that has just come in."""
        self._agreed = abs(datetime.now(UTC) - said) < _AGREES

    async def run(self) -> None:
        """Delete what is older than the configured retention, and the keys of pseudonyms whose
        time is over."""
        self._done = monotonic()
        ledger, now = self._ledger, datetime.now(UTC)
        await ledger.refresh()
        try:
            if not await ledger.log.trusts(now, confirmed=self._confirmed()):
                self._doubt(now)
                return
            self._doubted_since = None
            deleted = await ledger.log.purge(now - self._retention)
        except QueryLogError as error:
            ledger.report(error)
            return
        if deleted:
            logger.info("Deleted %d questions older than the retention.", deleted)

    async def keep(self) -> None:
        """Clean up daily, and as soon as a doubted clock is confirmed; wipe again what could not
        be wiped. For ever."""
        while True:
            await asyncio.sleep(_LOOK)
            doubted = self._doubted_since is not None and self._confirmed()
            if doubted or monotonic() - self._done >= _DAY:
                await self.run()
            elif self._ledger.log.unwiped:
                await self._ledger.log.wipe()

    def _confirmed(self) -> bool:
        since = self._doubted_since
        return self._agreed or (since is not None and monotonic() - since >= _CONFIRMED)

    def _doubt(self, now: datetime) -> None:
        if self._doubted_since is None:
            self._doubted_since = monotonic()
            logger.warning(
                "The clock says %s, far from when the query log was last cleaned up. Nothing is "
                "deleted before a message confirms it, or it has run on for a week.",
                f"{now:%Y-%m-%d}",
            )
