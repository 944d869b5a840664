"""The query log as the conversation uses it: pseudonyms in, failures reported, never in the way.

What concerns an asker's own wish (a vote, a language, forgetting) raises QueryLogError, so that
they are told the truth; what only we want to know is written behind the answer, and a failure
goes to the operator.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic, perf_counter

from bot.conversation import Asker, ChatKind, Identities
from bot.conversation.backlog import Backlog
from bot.conversation.inbox import HANDLING, begun_before, this_event
from bot.conversation.replies import Answer
from bot.metrics import QUESTIONS, SEARCH
from bot.querylog import QueryLog, QueryLogError, Question, Quote, SentReply
from bot.querylog.keys import Keyring, new_secrets
from bot.querylog.writes import Batch

logger = logging.getLogger(__name__)

_REMEMBERED = 10_000
_BLIND = 10.0
"""Seconds without asking for languages after the log could not be read."""


class Ledger(Identities):
    """Writes and reads the query log for askers. One for the whole bot."""

    def __init__(
        self, log: QueryLog, key: bytes, *, keep_text: bool = True, pseudonym_days: int = 30
    ) -> None:
        """`key` is the log's own. Without `keep_text`, the words of questions stay in memory
        alone, for the buttons below their answers."""
        self.log = log
        self._key = key
        self._keep_text = keep_text
        self._days = pseudonym_days
        # Until the log could be read, and beside it if that was late, pseudonyms of this run.
        self._secrets = new_secrets()
        self._provisional = True
        super().__init__(Keyring.made(key, self._secrets))
        self.backlog = Backlog(log, self.report, self._wrote)
        self._recording: dict[str, object] = {}
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._languages: dict[str, str | None] = {}
        self._reported, self._told_lost = "", 0
        self._unreadable_until = 0.0

    async def refresh(self) -> None:
        """Throw away old secrets of pseudonyms. To be called at the start and daily."""
        try:
            secrets = await self.log.secrets(self._days, datetime.now(UTC))
        except QueryLogError as error:
            self.report(error)
            return
        if self._provisional and len(self.backlog):
            for circle, held in secrets.items():
                held += self._secrets[circle]
        self._provisional = False
        self.keyring = Keyring.made(self._key, secrets)

    def record(
        self, asker: Asker, text: str, answer: Answer, elapsed_ms: float, *, again: bool = False
    ) -> None:
        """Log a question, and what was quoted, behind the answer. `again`: it was edited. What was
        said before its asker had everything deleted is not logged."""
        result = answer.result
        QUESTIONS.labels(asker.platform, result.verdict.value).inc()
        SEARCH.observe(elapsed_ms / 1000)
        handling = HANDLING.get()
        said = handling.heard if handling is not None else perf_counter() - elapsed_ms / 1000
        if self.backlog.forgotten.get(self.lasting_key(asker), 0.0) > said:
            return
        if not self._keep_text:
            self._texts[answer.question] = text
            while len(self._texts) > _REMEMBERED:
                self._texts.popitem(last=False)
        question = Question(
            id=answer.question,
            asked_at=datetime.now(UTC),
            platform=asker.platform,
            chat_kind=asker.chat_kind.value,
            asker=self.key(asker),
            chat=None if asker.chat_kind is ChatKind.INLINE else self.chat_key(asker),
            text=text if self._keep_text else "",
            verdict=result.verdict.value,
            confidence=result.confidence,
            elapsed_ms=round(elapsed_ms, 3),
            generation=result.generation,
        )
        quotes = [
            Quote(rank, hit.passage.document.id, hit.passage.id, hit.score)
            for rank, hit in enumerate(result.hits, start=1)
        ]
        # What was begun before the bot was ended may stand there already.
        again = again or begun_before()
        batch = Batch()
        (batch.updates if again else batch.questions).append((question, quotes))
        self._recording[question.id] = tried = self.backlog.add(batch, question.asker)
        tried.add_done_callback(lambda _: self._recording.pop(question.id, None))
        if handling is not None:
            handling.note()

    async def settled(self) -> None:
        """Wait until what is under way now is written, or could not be for now."""
        await self.backlog.settled()

    async def close(self) -> None:
        """Write what waits, if that is possible; say how much is lost."""
        await self.backlog.close()
        self._tell_lost()

    async def _wrote(self) -> None:
        if self._reported:
            logger.warning("The query log can be written again.")
        self._reported = ""
        self._tell_lost()
        if self._provisional:
            await self.refresh()

    def _tell_lost(self) -> None:
        if lost := self.backlog.lost - self._told_lost:
            self._told_lost = self.backlog.lost
            logger.error("%d rows of the query log are lost: they could not be written.", lost)

    def report(self, error: QueryLogError) -> None:
        """Tell the operator, once for as long as the same thing goes wrong."""
        if str(error) != self._reported:
            self._reported = str(error)
            logger.error("The query log cannot be used: %s. Questions are still answered.", error)

    def remember_reply(self, asker: Asker, message: str, number: str, question_id: str) -> None:
        """Which of our messages answers that one of the asker's, behind the answer."""
        self.backlog.add(Batch(replies=[(self.message_key(asker, message), number, question_id)]))

    async def reply_to(self, asker: Asker, message: str) -> SentReply | None:
        """Our reply to that message of the asker's, if it is remembered."""
        try:
            await self.settled()
            for key in self.message_keys(asker, message):
                if (found := await self.log.reply_to(key)) is not None:
                    return found
        except QueryLogError as error:
            self.report(error)
        return None

    async def question(self, question_id: str) -> Question | None:
        """The logged question, or None if it is not there (any more)."""
        if question_id in self._recording:
            await self.settled()
        try:
            found = await self.log.question(question_id)
        except QueryLogError as error:
            self.report(error)
            return None
        if found is None or found.text or self._keep_text:
            return found
        text = self._texts.get(question_id)
        return None if text is None else replace(found, text=text)

    async def language(self, asker: Asker) -> str | None:
        """The language the asker chose, if any."""
        key = self.lasting_key(asker)
        if key not in self._languages:
            if monotonic() < self._unreadable_until:
                return None
            try:
                chosen = await self.log.language(key)
            except QueryLogError as error:
                self.report(error)
                # Waiting for a locked file anew at every question would keep everyone waiting.
                self._unreadable_until = monotonic() + _BLIND
                return None
            if len(self._languages) >= _REMEMBERED:
                self._languages.clear()
            self._languages[key] = chosen
        return self._languages[key]

    async def set_language(self, asker: Asker, tag: str | None) -> None:
        """Remember the language the asker chose, None to forget it. Raises QueryLogError."""
        await self.log.set_language(self.lasting_key(asker), tag)
        self._languages[self.lasting_key(asker)] = tag

    # Forgetting, moving

    async def forget(self, asker: Asker) -> tuple[int, bool]:
        """Delete all that is kept of the asker, and what they said that waits: how many entries,
        and whether their bytes are gone already. Raises QueryLogError."""
        lasting, mine = self.lasting_key(asker), self.keys(asker)
        since = self.backlog.forgotten
        since[lasting] = perf_counter()
        while len(since) > _REMEMBERED:
            since.popitem(last=False)
        self.backlog.drop(mine)
        await self.settled()
        own = [self.chat_key_of(asker.platform, asker.chat)]
        chats = own if asker.chat_kind is ChatKind.PRIVATE else ()
        try:
            forgotten = await self.log.forget(mine, lasting, chats=chats, this=this_event())
        except QueryLogError:
            del since[lasting]  # what waits is answered
            raise
        self._languages.pop(lasting, None)
        return forgotten

    def move_chat(self, platform: str, old: str, new: str) -> None:
        """A chat got a new id: its rows follow, behind whatever else is going on."""
        lasting = (self.chat_key_of(platform, old), self.chat_key_of(platform, new))
        self.backlog.add(partial(self.log.move_chat, *lasting))
        for names in self.keyring.shared:
            was, now = (names.of("chat", platform, chat) for chat in (old, new))
            itself = (names.of("asker", platform, old), names.of("asker", platform, new))
            self.backlog.add(partial(self.log.move_chat, was, now, itself))

    def inherit(self, chat_key: str) -> None:
        """A chat that is served moved to this one: it is served too, behind the update."""
        self.backlog.add(partial(self.log.first_time, chat_key, "heir", datetime.now(UTC)))

    async def is_heir(self, chat_key: str) -> bool | None:
        """Whether the chat took a served one's place; None when the log cannot tell."""
        try:
            await self.settled()
            return await self.log.was_told(chat_key, "heir")
        except QueryLogError as error:
            self.report(error)
            return None

    async def first_time_in(self, chat_key: str, what: str) -> bool:
        """Whether `what` was never said in that chat; False when the log cannot tell."""
        try:
            return await self.log.first_time(chat_key, what, datetime.now(UTC))
        except QueryLogError as error:
            self.report(error)
            return False
