"""Webhooks: Telegram calls, and hears that an update was received once it is kept."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.listener import Listener, add_health
from bot.metrics import WEBHOOK, Health
from bot.telegram.polling import REFUSALS, RevokedError
from bot.telegram.settings import TelegramConfig
from bot.telegram.transport import read

logger = logging.getLogger(__name__)

_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_BODY = 2**20
"""Bytes of an update; the largest that Telegram sends are some 30 KB."""
_BODY_SECONDS = 10.0
_AT_ONCE = 100
"""Connections that Telegram may open, the most it does: what comes together is kept together."""

Deliver = Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]


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
