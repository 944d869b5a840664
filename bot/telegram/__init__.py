"""The only part of the bot that knows Telegram: its section of the configuration, and the platform,
whose library is loaded when it is served."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from bot.config.model import PlatformConfig
from bot.config.values import (
    A_LISTENER,
    A_TIME,
    HEALTH_PATHS,
    NoneOrPath,
    Seconds,
    Whole,
    address,
    listen_value,
    refusal,
    shown,
)
from bot.platforms import Finding

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import Config

# The library's new form of durations; without it, every flood limit is a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_TELEGRAM = "api.telegram.org"
_TELEGRAM_PORTS = (443, 80, 88, 8443)
_PATH = re.compile(r"/[\w.~/-]*", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_PROXIES = ("http", "https", "socks4", "socks5", "socks5h")


def _user_id(value: object) -> object:
    text = str(value).strip()
    if not isinstance(value, bool) and text.isascii():
        if text.isdigit():
            return str(int(text))
        if text.startswith("-") and text[1:].isdigit():
            raise refusal(
                f"{shown(value)} is the id of a group or channel, not of a person",
                "admins are people: put their positive numeric ids here",
            )
    raise refusal(
        f"{shown(value)} is not a numeric user id",
        "usernames can change hands, so only numbers count: let the person write to the bot while "
        "it is not running, open https://api.telegram.org/bot<token>/getUpdates, and take the "
        'number after "from":{"id":',
    )


def _chat_id(value: object) -> object:
    text = str(value).strip()
    digits = text.removeprefix("-")
    if isinstance(value, bool) or not (digits.isascii() and digits.isdigit()):
        raise PydanticCustomError("chat", "no number")
    return str(int(text))


def _token_value(value: SecretStr) -> SecretStr:
    token = value.get_secret_value().strip()
    number, _, secret = token.partition(":")
    fits = number.isascii() and number.isdigit() and secret.isascii() and secret.isprintable()
    if token and (not fits or not secret or " " in secret):
        raise refusal(
            "this is not a bot token (it is not shown here, for it is a secret)",
            'copy it whole from @BotFather: digits, a colon, letters, as in "123456:ABC-DEF…"; '
            'leave it "" to use the terminal',
        )
    return SecretStr(token)


def _proxy_value(value: str) -> str:
    address = value.strip()
    try:
        parts = urlsplit(address)
        good = parts.scheme in _PROXIES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if address and not good:
        raise refusal(
            "this is not the address of a proxy (it is not shown here, for it may hold a password)",
            'give it as "http://host:port" or "socks5://user:password@host:port"; leave it "" for '
            "none, or for the one in the environment",
        )
    return address


def _path_value(value: str) -> str:
    path = value.strip()
    if path and (not _PATH.fullmatch(path) or path in HEALTH_PATHS):
        raise refusal(
            f"{shown(value)} is not a path that the webhook can have",
            'write it like "/hook", of letters, digits, "-", "_", "." and "/"; '
            f"{' and '.join(HEALTH_PATHS)} are taken",
        )
    return path


def _secret_value(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value().strip()
    if secret and not _SECRET.fullmatch(secret):
        raise refusal(
            "this is no secret that Telegram takes (it is not shown here)",
            'give 16 to 256 of the characters A-Z, a-z, 0-9, "_" and "-"; leave it "" for one that '
            "is made at each start",
        )
    return SecretStr(secret)


UserId = Annotated[str, BeforeValidator(_user_id)]
ChatId = Annotated[str, BeforeValidator(_chat_id)]


class TelegramConfig(PlatformConfig):
    """Section ``[telegram]``."""

    token: Annotated[SecretStr, AfterValidator(_token_value)] = Field(
        default=SecretStr(""), description="a bot token in quotation marks"
    )
    admins: tuple[UserId, ...] = Field(
        default=(), description="a list of numeric user ids, like [123]"
    )
    api_url: Annotated[
        str, address("a Bot API server", "https://api.telegram.org", needed=True)
    ] = Field(default="https://api.telegram.org", description="an address in quotation marks")
    transport: Literal["polling", "webhook"] = Field(
        default="polling", description='"polling" or "webhook"'
    )
    http: Literal["aiohttp", "httpx"] = Field(default="aiohttp", description='"aiohttp" or "httpx"')
    proxy: Annotated[str, AfterValidator(_proxy_value)] = Field(
        default="", description="an address in quotation marks", repr=False
    )
    timeout: Seconds = Field(default=10, gt=0, description=A_TIME)
    give_up_after: Seconds = Field(default=3600, ge=0, description=A_TIME)
    stale_after: Seconds = Field(default=3600, ge=0, description=A_TIME)
    messages_per_second: Whole = Field(default=30, ge=0, description="a whole number, 0 or more")
    allowed_chats: tuple[ChatId, ...] = Field(
        default=(), description="a list of numeric chat ids, like [-1001234567890]"
    )
    webhook_url: Annotated[str, address("a webhook", "https://bot.example.org/hook")] = Field(
        default="", description="an address in quotation marks, or empty"
    )
    webhook_listen: Annotated[str, AfterValidator(listen_value)] = Field(
        default="127.0.0.1", description=A_LISTENER
    )
    webhook_port: Whole = Field(default=8443, ge=1, le=65535, description="a port from 1 to 65535")
    webhook_path: Annotated[str, AfterValidator(_path_value)] = Field(
        default="", description='a path such as "/hook", or empty'
    )
    """Empty: that of `webhook_url`."""
    webhook_secret: Annotated[SecretStr, AfterValidator(_secret_value)] = Field(
        default=SecretStr(""), description="a secret in quotation marks"
    )
    """Empty: made anew at each start."""
    webhook_certificate: NoneOrPath = Field(
        default=None, description="the path of a file, in quotation marks, or empty"
    )
    webhook_private_key: NoneOrPath = Field(
        default=None, description="the path of a file, in quotation marks, or empty"
    )
    """None: TLS ends at a proxy before the bot."""
    webhook_self_signed: bool = Field(default=False, description="true or false")
    """Telegram is given the certificate, or it would not trust it."""

    def together(self) -> Iterator[tuple[str, str, str]]:
        """A webhook that Telegram could not call."""
        parts = urlsplit(self.webhook_url)
        if self.transport == "webhook":
            if not self.webhook_url:
                way_out = "give the public address that Telegram is to call"
                yield "webhook_url", "a webhook needs an address", way_out
            elif urlsplit(self.api_url).hostname == _TELEGRAM and (
                parts.scheme != "https" or (parts.port or 443) not in _TELEGRAM_PORTS
            ):
                ports = ", ".join(map(str, _TELEGRAM_PORTS))
                what = f"Telegram calls https:// addresses at the ports {ports} only"
                yield "webhook_url", what, "choose one of them"
            elif not self.webhook_path and parts.path in HEALTH_PATHS:
                what = f"{parts.path} is where the bot's health is told"
                yield "webhook_url", what, "choose another path"
        if not self.webhook_certificate and (self.webhook_private_key or self.webhook_self_signed):
            what = "a private key, or webhook_self_signed, says nothing without the certificate"
            yield "webhook_certificate", what, "give the path of its file"


class Telegram:
    """Telegram as a platform. Its library takes a while to load: only those who use it wait."""

    name = "telegram"
    settings = TelegramConfig

    def configured(self, config: Config) -> bool:
        """Whether there is a token."""
        return bool(config.of(TelegramConfig).token.get_secret_value())

    async def serve(self, app: App, stopped: asyncio.Event) -> None:
        """Serve until `stopped` is set. Raises StartError."""
        from bot.telegram.run import serve

        await serve(app, stopped)

    async def check(self, config: Config) -> AsyncIterator[Finding]:
        """Whether Telegram knows the token, and what it allows the bot."""
        from bot.telegram.profile import check

        async for finding in check(config.of(TelegramConfig)):
            yield finding


PLATFORM = Telegram()
