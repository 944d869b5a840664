"""Updates on their way here, asked for or called in: what came is kept before Telegram hears that
it was received."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import random
import secrets
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.request import BaseRequest

from bot.listener import Listener, add_health
from bot.metrics import WEBHOOK, Health
from bot.telegram import TelegramConfig
from bot.telegram.transport import checked, read

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


_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_BODY = 2**20
"""Bytes of an update; the largest that Telegram sends are some 30 KB."""
_BODY_SECONDS = 10.0
_AT_ONCE = 100
"""Connections that Telegram may open, the most it does: what comes together is kept together."""


class Webhook:
    """Takes updates while it listens."""

    def __init__(
        self, config: TelegramConfig, deliver: Deliver, room: Callable[[], bool], health: Health
    ) -> None:
        """`deliver` returns when an update is kept; `room` tells whether it would have to wait.
        Raises OSError for a certificate that cannot be used."""
        self._config = config
        self._deliver = deliver
        self._room = room
        self._secret = config.webhook_secret.get_secret_value() or secrets.token_urlsafe(32)
        web_app = web.Application(client_max_size=_BODY)
        web_app.router.add_post(
            config.webhook_path or urlsplit(config.webhook_url).path or "/", self._receive
        )
        add_health(web_app, health)
        self._tls: ssl.SSLContext | None = None
        self._renewed: tuple[int, int] | None = None
        if config.webhook_private_key is not None:
            self._tls = _server_tls()
            self._renew_certificate()
        self._listener = Listener(web_app, config.webhook_listen, config.webhook_port, self._tls)

    async def run(self, bot: Bot, allowed: list[str], seconds: float) -> None:
        """Listen until cancelled, and look every so many seconds whether Telegram still calls
        here. Raises RevokedError, TelegramError where Telegram refuses, ListenError."""
        async with self._listener:
            await self._announce(bot, allowed)
            logger.info(
                "Telegram calls %s, heard at %s.", self._config.webhook_url, self._listener.where
            )
            refusals, told = 0, None
            while True:
                await asyncio.sleep(seconds)
                self._renew_certificate()
                try:
                    info = await bot.get_webhook_info()
                    if info.url != self._config.webhook_url:
                        logger.warning("The webhook was changed elsewhere: it is set again.")
                        await self._announce(bot, allowed)
                except InvalidToken:
                    refusals += 1
                    if refusals >= REFUSALS:
                        raise RevokedError from None
                    continue
                except TelegramError:
                    continue  # Telegram calls by itself
                refusals = 0
                if info.last_error_date is not None and info.last_error_date != told:
                    told = info.last_error_date
                    logger.warning("Telegram could not deliver: %s", info.last_error_message)

    async def _announce(self, bot: Bot, allowed: list[str]) -> None:
        certificate = self._config.webhook_certificate if self._config.webhook_self_signed else None
        await bot.set_webhook(
            self._config.webhook_url,
            certificate=certificate,
            max_connections=_AT_ONCE,
            allowed_updates=allowed,
            secret_token=self._secret,
        )

    def _renew_certificate(self) -> None:
        """Take the certificate as it stands on the disk now, for connections to come."""
        chain, key = self._config.webhook_certificate, self._config.webhook_private_key
        if self._tls is None or chain is None or key is None:
            return
        try:
            stamp = _changed(chain), _changed(key)
            if stamp != self._renewed:
                _server_tls().load_cert_chain(chain, key)  # a pair that does not fit ends here
                self._tls.load_cert_chain(chain, key)
                self._renewed = stamp
        except OSError:  # ssl.SSLError is one
            if self._renewed is None:
                raise
            logger.warning("The new certificate cannot be used; the old one stays.")

    async def _receive(self, request: web.Request) -> web.Response:
        """Refuse what is cheap to refuse before the body is read."""
        given = request.headers.get(_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
            return _refused(403, "secret")
        if (request.content_length or 0) > _BODY:
            return _refused(413, "size")
        if not self._room():
            return _refused(503, "busy")  # Telegram tries again
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                update = read(await request.read())
        except TimeoutError:
            return _refused(408, "slow")
        except web.HTTPRequestEntityTooLarge:
            return _refused(413, "size")
        except (ValueError, RecursionError):
            return _refused(400, "form")
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return _refused(400, "form")
        await self._deliver([update])
        return web.Response()


def _refused(status: int, reason: str) -> web.Response:
    WEBHOOK.labels(reason).inc()
    response = web.Response(status=status)
    response.force_close()
    return response


def _server_tls() -> ssl.SSLContext:
    return ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns
