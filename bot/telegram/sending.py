"""What becomes of each call to Telegram: in its turn, tried again when that may help, given up
when it may not, and a message that may have arrived sent again at most once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from telegram._utils.types import JSONDict
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.conversation.inbox import Inbox
from bot.conversation.outbox import Lane, Outbox, StoppingError
from bot.telegram.transport import doubtful

logger = logging.getLogger(__name__)

NOTICE = "notice"
"""For `rate_limit_args`: what the bot says of its own accord, after all answers."""
_QUERY_SECONDS = 15.0
"""A press or an inline query that was not answered by then is too old to be."""
_SETTING_SECONDS = 120.0
"""Menus and descriptions: they are set again at the next start."""
_BREATH, _LONGEST_BREATH = 0.5, 30.0
"""Seconds before the second try, doubled at each, and at most."""
_DOUBTS = 2
"""A message whose arrival is in doubt is sent this often in all."""

Result = bool | JSONDict | list[JSONDict]


class GaveUpError(TelegramError):
    """It was tried for as long as it may be, or once more might say it three times."""


@dataclass(eq=False, slots=True)
class Handling:
    """The update that is being handled, as far as sending has to know it."""

    event: str
    member: str
    inbox: Inbox
    leave: Callable[[], None]
    """To be called before anything that may have to wait: gives its place to another update."""
    sends: int = 0
    """Messages whose sending was begun and not seen to end."""
    put_off: bool = False
    """The bot stopped before all was sent: the next start does it."""
    beside: list[asyncio.Task[None]] = field(default_factory=list)
    """What need not be waited for to go on, but to be done."""


HANDLING: ContextVar[Handling | None] = ContextVar("handling", default=None)


class Sending(BaseRateLimiter[str]):
    """Where the library passes every call but getUpdates."""

    def __init__(self, outbox: Outbox, give_up_after: float, breath: float = _BREATH) -> None:
        self._outbox = outbox
        self._patience = give_up_after
        self._breath = breath

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """Nothing to tear down."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,  # noqa: ANN401 (the library's signature)
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Result:
        """Make the call. Raises what Telegram answers, or GaveUpError."""
        handling, chat = HANDLING.get(), data.get("chat_id")
        if handling is not None:
            handling.leave()

        async def call() -> Result:
            return await callback(*args, **kwargs)

        try:
            if not _writes(endpoint) or not isinstance(chat, int):
                return await self._persist(call, endpoint)
            member = handling.member if handling is not None else ""
            notice = rate_limit_args == NOTICE
            async with self._outbox.lane(str(chat), member, shared=chat < 0, notice=notice) as lane:
                return await self._persist(call, endpoint, lane, notice=notice)
        except StoppingError as error:
            if handling is not None:
                handling.put_off = True
            raise GaveUpError("the bot is stopping") from error

    async def _persist(
        self,
        call: Callable[[], Coroutine[Any, Any, Result]],
        endpoint: str,
        lane: Lane | None = None,
        *,
        notice: bool = False,
    ) -> Result:
        until = monotonic() + self._patience_for(endpoint)
        breath = self._breath
        doubts = _Doubts(HANDLING.get() if endpoint.startswith("send") else None)
        creates = endpoint.startswith("send") and endpoint != "sendChatAction"
        while True:
            try:
                async with self._outbox.slot(lane, notice=notice):
                    if creates:
                        await doubts.begin()
                    return await call()
            except RetryAfter as error:
                doubts.dispel()
                asked = error.retry_after
                wait = asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
                if monotonic() + wait > until:
                    raise self._given_up(endpoint, error) from error
                logger.warning("Telegram asks to wait %.0f s before %s.", wait, endpoint)
                if lane is not None:
                    self._outbox.hold(lane, wait)
                    continue
            except NetworkError as error:
                if isinstance(error, BadRequest) or not doubtful(error):
                    doubts.dispel()
                if isinstance(error, BadRequest):
                    raise
                wait, breath = breath, min(2 * breath, _LONGEST_BREATH)
                if endpoint.startswith("get"):
                    raise
                if monotonic() + wait > until:
                    raise self._given_up(endpoint, error) from error
            except TelegramError:
                doubts.dispel()
                raise
            await self._outbox.pause(wait)

    def _patience_for(self, endpoint: str) -> float:
        if endpoint.startswith("answer"):
            return min(_QUERY_SECONDS, self._patience)
        if endpoint.startswith("get"):
            return 0.0  # asked at the start: who starts it hears of it
        return self._patience if _writes(endpoint) else min(_SETTING_SECONDS, self._patience)

    def _given_up(self, endpoint: str, error: TelegramError) -> GaveUpError:
        logger.warning("%s was given up: %s", endpoint, type(error).__name__)
        return GaveUpError(f"{endpoint} was given up")


class _Doubts:
    """Counts the sendings of one message that were begun and not seen to end."""

    def __init__(self, handling: Handling | None) -> None:
        self._handling = handling
        self._own = 0

    async def begin(self) -> None:
        handling = self._handling
        standing = handling.sends if handling is not None else self._own
        if standing >= _DOUBTS:
            logger.warning("A message was sent twice without an answer: it may have arrived.")
            raise GaveUpError("in doubt")
        self._own += 1
        if handling is not None:
            handling.sends += 1
            await handling.inbox.sending(handling.event)

    def dispel(self) -> None:
        """It certainly did not arrive."""
        if not self._own:
            return
        self._own -= 1
        if self._handling is not None:
            self._handling.sends -= 1
            self._handling.inbox.unsent(self._handling.event)


def _writes(endpoint: str) -> bool:
    """Whether a call writes to a chat, and counts for Telegram's limits."""
    return endpoint.startswith(("send", "editMessage")) and endpoint != "sendChatAction"
