"""The query log as the conversation uses it: pseudonyms in, failures reported, never in the way.

What concerns an asker's own wish (a vote, a language, forgetting) raises QueryLogError, so that
they are told the truth; what only we want to know is written behind the answer, and a failure
goes to the operator.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from bot.conversation.messages import Answer, Asker, ChatKind
from bot.querylog import QueryLog, QueryLogError, Question, Quote, SentReply
from bot.querylog.pseudonyms import Pseudonyms

logger = logging.getLogger(__name__)

_REMEMBERED = 10_000
_BLIND = 10.0
"""Seconds without asking for languages after the log could not be read."""


class Ledger:
    """Writes and reads the query log for askers. One for the whole bot."""

    def __init__(self, log: QueryLog, pseudonyms: Pseudonyms) -> None:
        self.log = log
        self._pseudonyms = pseudonyms
        self._writing: set[asyncio.Task[None]] = set()
        self._recording: dict[str, asyncio.Task[None]] = {}
        self._languages: dict[str, str | None] = {}
        self._reported = ""
        self._unreadable_until = 0.0

    def key(self, asker: Asker) -> str:
        """The asker's pseudonym."""
        return self._pseudonyms.of("asker", asker.platform, asker.id)

    def chat_key(self, asker: Asker) -> str:
        """The pseudonym of the chat they are in."""
        return self.chat_key_of(asker.platform, asker.chat)

    def chat_itself(self, asker: Asker) -> str:
        """The pseudonym under which their chat asks, for those who write in its name."""
        return self._pseudonyms.of("asker", asker.platform, asker.chat)

    def chat_key_of(self, platform: str, chat: str) -> str:
        return self._pseudonyms.of("chat", platform, chat)

    def message_key(self, asker: Asker, number: str) -> str:
        """The pseudonym of a message in the asker's chat."""
        return self._pseudonyms.of("message", asker.platform, asker.chat, number)

    def record(
        self,
        asker: Asker,
        text: str,
        answer: Answer,
        elapsed_ms: float,
        *,
        again: bool = False,
    ) -> None:
        """Log a question, as it was asked, and what was quoted, behind the answer. `again`: it
        was edited."""
        result = answer.result
        question = Question(
            id=answer.question,
            asked_at=datetime.now(UTC),
            platform=asker.platform,
            chat_kind=asker.chat_kind.value,
            asker=self.key(asker),
            chat=None if asker.chat_kind is ChatKind.INLINE else self.chat_key(asker),
            text=text,
            verdict=result.verdict.value,
            confidence=result.confidence,
            elapsed_ms=round(elapsed_ms, 3),
            generation=result.generation,
        )
        quotes = [
            Quote(rank, hit.passage.document.id, hit.passage.id, hit.score)
            for rank, hit in enumerate(result.hits, start=1)
        ]
        write = self.log.update if again else self.log.record
        task = self.behind(write(question, quotes))
        self._recording[question.id] = task
        task.add_done_callback(lambda _: self._recording.pop(question.id, None))

    def behind(self, write: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        """Let a write happen behind the answer; a failure is reported to the operator."""
        task = asyncio.create_task(self._write(write))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return task

    async def settled(self) -> None:
        """Wait until everything that is now under way is written."""
        if self._writing:
            await asyncio.wait(set(self._writing))

    async def _write(self, write: Coroutine[Any, Any, object]) -> None:
        try:
            await write
            self._reported = ""
        except QueryLogError as error:
            self.report(error)

    def report(self, error: QueryLogError) -> None:
        """Tell the operator, once for as long as the same thing goes wrong."""
        if str(error) != self._reported:
            self._reported = str(error)
            logger.error("The query log cannot be used: %s. Questions are still answered.", error)

    def remember_reply(self, message: str, number: str, question_id: str) -> None:
        """Which of our messages answers the message of that pseudonym, behind the answer."""
        self.behind(self._remember(message, number, question_id))

    async def _remember(self, message: str, number: str, question_id: str) -> None:
        # The question's own row must stand first.
        if (recording := self._recording.get(question_id)) is not None:
            await recording
        await self.log.remember_reply(message, number, question_id)

    async def reply_to(self, message: str) -> SentReply | None:
        """Our reply to the message of that pseudonym, if it is remembered."""
        try:
            await self.settled()
            return await self.log.reply_to(message)
        except QueryLogError as error:
            self.report(error)
            return None

    async def first_complaint(self, question_id: str) -> bool:
        """Whether nobody was asked yet what was wrong with this answer."""
        return await self.first_time_in(question_id, "complaint")

    async def question(self, question_id: str) -> Question | None:
        """The logged question, or None if it is not there (any more)."""
        if (recording := self._recording.get(question_id)) is not None:
            await asyncio.wait({recording})
        try:
            return await self.log.question(question_id)
        except QueryLogError as error:
            self.report(error)
            return None

    async def language(self, asker: Asker) -> str | None:
        """The language the asker chose, if any."""
        key = self.key(asker)
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
        await self.log.set_language(self.key(asker), tag)
        self._languages[self.key(asker)] = tag

    def move_chat(self, platform: str, old: str, new: str) -> None:
        """A chat got a new id: its rows follow, behind whatever else is going on."""
        old_key, new_key = self.chat_key_of(platform, old), self.chat_key_of(platform, new)
        itself = (
            self._pseudonyms.of("asker", platform, old),
            self._pseudonyms.of("asker", platform, new),
        )
        self.behind(self.log.move_chat(old_key, new_key, itself))

    def forget_language(self, asker: Asker) -> None:
        """After the asker's rows are gone."""
        self._languages.pop(self.key(asker), None)

    def inherit(self, chat_key: str) -> None:
        """A chat that is served moved to this one: it is served too, behind the update."""
        self.behind(self.log.first_time(chat_key, "heir", datetime.now(UTC)))

    async def is_heir(self, chat_key: str) -> bool | None:
        """Whether the chat took the place of one that is served; None when the log cannot tell."""
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
