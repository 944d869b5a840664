"""What becomes of each call to Telegram: in its turn, tried again when that may help, given up
when it may not, and a message that may have arrived sent again at most once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import timedelta
from time import monotonic
from typing import Any

from telegram import Bot
from telegram._utils.types import JSONDict
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.conversation.inbox import HANDLING, Handling, Send
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
"""A message whose answer is lost is sent this often in all."""
_TRIES = 10
"""And where the bot was ended in the midst of it, which may have been before it was written: once
too often is better than never."""

Result = bool | JSONDict | list[JSONDict]


class GaveUpError(TelegramError):
    """It was tried for as long as it may be, or once more might say it three times."""


async def call(bot: Bot, method: str, data: Mapping[str, Any], urgency: str | None = None) -> Any:  # noqa: ANN401
    """Call a method of the Bot API with plain data; what Telegram answers, as plain data too. The
    library's own methods make objects of both, which costs several times what sending does."""
    given = {name: value for name, value in data.items() if value is not None}
    request = RequestData([RequestParameter(name, one, None) for name, one in given.items()])
    assert isinstance(bot, ExtBot)
    assert isinstance(bot.rate_limiter, Sending)
    return await bot.rate_limiter.process_request(
        bot.request.post, (f"{bot.base_url}/{method}", request), {}, method, given, urgency
    )


class Sending(BaseRateLimiter[str]):
    """Where the library passes every call but getUpdates."""

    def __init__(
        self,
        outbox: Outbox,
        give_up_after: float,
        reachable: Callable[[], Awaitable[object]],
        breath: float = _BREATH,
    ) -> None:
        """`reachable` asks Telegram for something harmless, and raises TelegramError when it does
        not answer."""
        self._outbox = outbox
        self._patience = give_up_after
        self._reachable = reachable
        self._breath = breath
        self._asking: asyncio.Task[bool] | None = None

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
        send = None
        if endpoint.startswith("send") and endpoint != "sendChatAction":
            send = handling.message() if handling is not None else Send()
            if send.number is not None:  # before the bot was ended
                return {"message_id": int(send.number), "date": 0, "chat": _chat(chat)}

        async def call() -> Result:
            return await callback(*args, **kwargs)

        attempt = _Attempt(call, endpoint, handling, send, notice=rate_limit_args == NOTICE)
        try:
            if not _writes(endpoint) or not isinstance(chat, int):
                return await self._persist(attempt)
            async with self._outbox.lane(
                str(chat), attempt.member, shared=chat < 0, notice=attempt.notice, wait=attempt.wait
            ) as lane:
                return await self._persist(attempt, lane)
        except StoppingError as error:
            if handling is not None:
                handling.put_off = True
            raise GaveUpError("the bot is stopping") from error

    async def _persist(self, attempt: _Attempt, lane: Lane | None = None) -> Result:
        endpoint = attempt.endpoint
        until = monotonic() + self._patience_for(endpoint)
        breath = self._breath
        while True:
            in_doubt = False
            try:
                async with self._outbox.slot(lane, notice=attempt.notice, wait=attempt.wait):
                    return await attempt.make()
            except RetryAfter as error:
                asked = error.retry_after
                wait = asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
                if monotonic() + wait > until:
                    raise self._given_up(endpoint, error) from error
                logger.warning("Telegram asks to wait %.0f s before %s.", wait, endpoint)
                if lane is not None:
                    self._outbox.hold(lane, wait)
                    continue
            except BadRequest:
                raise
            except NetworkError as error:
                wait, breath = breath, min(2 * breath, _LONGEST_BREATH)
                if endpoint.startswith("get"):
                    raise
                if monotonic() + wait > until:
                    raise self._given_up(endpoint, error) from error
                in_doubt = attempt.send is not None and doubtful(error)
            attempt.wait()
            await self._outbox.pause(wait)
            while in_doubt and not await self._answers() and monotonic() + wait <= until:
                # The one more time that it may be sent shall not go to waste.
                await self._outbox.pause(wait)
                wait = min(2 * wait, _LONGEST_BREATH)

    async def _answers(self) -> bool:
        """Whether Telegram answers just now; asked once for all who want to know."""
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        try:
            return await asyncio.shield(self._asking)
        finally:
            self._asking = None

    async def _ask(self) -> bool:
        try:
            await self._reachable()
        except NetworkError:
            return False
        except TelegramError:
            return True
        return True

    def _patience_for(self, endpoint: str) -> float:
        if endpoint.startswith("answer"):
            return min(_QUERY_SECONDS, self._patience)
        if endpoint.startswith("get"):
            return 0.0  # asked at the start: who starts it hears of it
        return self._patience if _writes(endpoint) else min(_SETTING_SECONDS, self._patience)

    def _given_up(self, endpoint: str, error: TelegramError) -> GaveUpError:
        logger.warning("%s was given up: %s", endpoint, type(error).__name__)
        return GaveUpError(f"{endpoint} was given up")


class _Attempt:
    """One call, and what is known of its message when it sends one."""

    def __init__(
        self,
        call: Callable[[], Awaitable[Result]],
        endpoint: str,
        handling: Handling | None,
        send: Send | None,
        *,
        notice: bool,
    ) -> None:
        self.endpoint = endpoint
        self.send = send
        self.notice = notice
        self.member = handling.member if handling is not None else ""
        self._call = call
        self._handling = handling
        self._doubts = 0

    def wait(self) -> None:
        """To be called before waiting for what concerns this chat alone."""
        if self._handling is not None:
            self._handling.leave()

    async def make(self) -> Result:
        """Make the call once. Raises GaveUpError when that might say it three times."""
        send, handling = self.send, self._handling
        if send is None:
            return await self._call()
        if self._doubts >= _DOUBTS or send.tries >= _TRIES:
            logger.warning("A message was sent time and again without an answer: it is given up.")
            raise GaveUpError("in doubt")
        if handling is None:
            send.tries += 1
        else:
            await handling.begin(send)
        try:
            result = await self._call()
        except TelegramError as error:
            if isinstance(error, NetworkError) and doubtful(error):
                self._doubts += 1
            elif handling is None:
                send.tries -= 1
            else:
                handling.ended(send, None)
            raise
        if isinstance(result, dict) and handling is not None:
            handling.ended(send, str(result["message_id"]))
        return result


def _writes(endpoint: str) -> bool:
    """Whether a call writes to a chat, and counts for Telegram's limits."""
    return endpoint.startswith(("send", "editMessage")) and endpoint != "sendChatAction"


def _chat(chat: object) -> JSONDict:
    private = isinstance(chat, int) and chat > 0
    return {"id": chat if isinstance(chat, int) else 0, "type": "private" if private else "group"}
