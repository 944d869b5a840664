"""Telegram's section of the configuration."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from bot.config.model import PlatformConfig
from bot.config.values import A_TIME, Seconds, Whole, refusal, shown, web_address

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
    if isinstance(value, bool) or not text.removeprefix("-").isascii():
        raise PydanticCustomError("chat", "no number")
    if not text.removeprefix("-").isdigit():
        raise PydanticCustomError("chat", "no number")
    return str(int(text))


def _api_url_value(value: str) -> str:
    return web_address(value, "a Bot API server", "https://api.telegram.org")


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
    api_url: Annotated[str, AfterValidator(_api_url_value)] = Field(
        default="https://api.telegram.org", description="an address in quotation marks"
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
