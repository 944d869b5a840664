"""Long polling: what came is kept before the next request tells Telegram that it was received."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest

from bot.telegram.transport import checked

logger = logging.getLogger(__name__)

_LONGEST_BREATH = 30.0
REFUSALS = 2
"""In a row, before a token counts as revoked."""

Deliver = Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]


class RevokedError(Exception):
    """Telegram does not know the token any more."""


class Polling:
    """Asks for updates until it is cancelled."""

    def __init__(
        self, request: BaseRequest, address: str, allowed: list[str], seconds: float, breath: float
    ) -> None:
        """`address` of the method getUpdates; `seconds` that Telegram may hold a request;
        `breath` after a failure, doubled at each in a row."""
        self._request = request
        self._address = address
        self._allowed = json.dumps(allowed)
        self._seconds = seconds
        self._breath = breath
        self._offset = 0
        self._failures = 0
        self._refusals = 0

    async def run(self, deliver: Deliver) -> None:
        """Raises RevokedError."""
        while True:
            wait = 0.0
            try:
                updates = await self._ask(self._seconds)
            except NetworkError as error:
                wait = self._failed(str(error))
            except _NotNowError as refusal:
                wait = max(self._failed(str(refusal)), refusal.seconds)
            else:
                self._failures = self._refusals = 0
                if updates:
                    await deliver(updates)
                    self._offset = max(one["update_id"] for one in updates) + 1
            await asyncio.sleep(wait)

    async def confirm(self) -> None:
        """Tell Telegram what was received last, for another may poll next."""
        if self._offset:
            try:
                async with asyncio.timeout(2):
                    await self._ask(0, limit=1)
            except (TelegramError, _NotNowError, RevokedError, TimeoutError):
                return  # it comes again, and is known

    def _failed(self, why: str) -> float:
        if not self._failures:
            logger.warning("Telegram cannot be reached just now: %s", why)
        wait = min(self._breath * 2.0**self._failures, _LONGEST_BREATH)
        self._failures += self._failures < 10
        return float(wait)

    async def _ask(self, seconds: float, limit: int = 100) -> list[dict[str, Any]]:
        asked = {
            "offset": self._offset,
            "limit": limit,
            "timeout": int(seconds),
            "allowed_updates": self._allowed,
        }
        status, payload = await self._request.do_request(
            f"{self._address}?{urlencode(asked)}",
            "POST",
            read_timeout=seconds + (self._request.read_timeout or 0),
        )
        answer = checked(status, payload)
        if status == HTTPStatus.OK and isinstance(answer.get("result"), list):
            found = [one for one in answer["result"] if isinstance(one, dict)]
            return [one for one in found if isinstance(one.get("update_id"), int)]
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
            self._refusals += 1
            if self._refusals >= REFUSALS:
                raise RevokedError
            raise _NotNowError("the token was refused")
        if status == HTTPStatus.CONFLICT:
            # Another program took over, or will have ended: not both at the same moment again.
            again = random.uniform(1, 3)  # noqa: S311
            raise _NotNowError("another program is polling with the same token", again)
        after = (answer.get("parameters") or {}).get("retry_after") or 0
        raise _NotNowError(f"HTTP {status}", float(after))


class _NotNowError(Exception):
    def __init__(self, why: str, seconds: float = 0.0) -> None:
        super().__init__(why)
        self.seconds = seconds
