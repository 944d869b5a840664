"""Every key of the configuration: its type, its default and what its value must be.

``config.example.toml`` says what each is for. Descriptions stand in error messages: "… is not
<description>". Whoever adds a key here adds it there; a test compares the two.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_core import PydanticCustomError

from bot.config.errors import shown

_PROXIES = ("http", "https", "socks4", "socks5", "socks5h")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([smhd]?)")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _refusal(what: str, way_out: str) -> PydanticCustomError:
    return PydanticCustomError("yinju", "{what}", {"what": what, "way_out": way_out})


def _no_bool(value: object) -> object:
    # To Python, and so to pydantic, true is the number 1.
    if isinstance(value, bool):
        raise PydanticCustomError("bool", "a truth value is no number")
    return value


def _user_id(value: object) -> object:
    text = str(value).strip()
    if not isinstance(value, bool) and text.isascii():
        if text.isdigit():
            return int(text)
        if text.startswith("-") and text[1:].isdigit():
            raise _refusal(
                f"{shown(value)} is the id of a group or channel, not of a person",
                "admins are people: put their positive numeric ids here",
            )
    raise _refusal(
        f"{shown(value)} is not a numeric user id",
        "usernames can change hands, so only numbers count: let the person write to the bot while "
        "it is not running, open https://api.telegram.org/bot<token>/getUpdates, and take the "
        'number after "from":{"id":',
    )


def _api_url(value: str) -> str:
    return _web_address(value, "a Bot API server", "https://api.telegram.org")


def _web_address(value: str, of: str, example: str) -> str:
    try:
        parts = urlsplit(value.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        good = good and not parts.query and not parts.fragment
    except ValueError:
        good = False
    if not good:
        raise _refusal(
            f"{shown(value)} is not the address of {of}",
            f'give its root with http:// or https://, such as "{example}"',
        )
    return value.strip().rstrip("/")


def _site_url(value: str) -> str:
    return _web_address(value, "a web site", "https://example.org/documents") if value else ""


def _homeserver(value: str) -> str:
    return _web_address(value, "a Matrix homeserver", "https://matrix.example.org") if value else ""


def _token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value().strip()
    number, _, secret = token.partition(":")
    fits = number.isascii() and number.isdigit() and secret.isascii() and secret.isprintable()
    if token and (not fits or not secret or " " in secret):
        raise _refusal(
            "this is not a bot token (it is not shown here, for it is a secret)",
            'copy it whole from @BotFather: digits, a colon, letters, as in "123456:ABC-DEF…"; '
            'leave it "" to use the terminal',
        )
    return SecretStr(token)


def _key(value: SecretStr) -> SecretStr:
    key = value.get_secret_value().strip()
    if key and (len(key) != 64 or not set(key.lower()) <= set("0123456789abcdef")):
        raise _refusal(
            "this is not the key of a query log (it is not shown here, for it is a secret)",
            'give 64 hexadecimal digits, as "openssl rand -hex 32" makes them, or leave it out '
            "for a key in a file (log.key_file)",
        )
    return SecretStr(key)


def _proxy(value: str) -> str:
    address = value.strip()
    try:
        parts = urlsplit(address)
        good = parts.scheme in _PROXIES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if address and not good:
        raise _refusal(
            "this is not the address of a proxy (it is not shown here, for it may hold a password)",
            'give it as "http://host:port" or "socks5://user:password@host:port"; leave it "" for '
            "none, or for the one in the environment",
        )
    return address


def _seconds(value: object) -> object:
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is not None:
        return float(found[1]) * _UNITS[found[2] or "s"]
    return _no_bool(value)


def _path(value: object) -> object:
    if isinstance(value, str) and ("\0" in value or not value.strip()):
        raise PydanticCustomError("path", "no file can have this name")
    return value


Whole = Annotated[int, BeforeValidator(_no_bool)]
Seconds = Annotated[float, BeforeValidator(_seconds)]
UserId = Annotated[int, BeforeValidator(_user_id)]
FilePath = Annotated[Path, BeforeValidator(_path)]
NoneOrPath = Annotated[Path | None, BeforeValidator(lambda value: _path(value) if value else None)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


_A_TIME = 'a time, such as 30, "10s", "5m" or "1h"'


class TelegramConfig(Section):
    token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        default=SecretStr(""), description="a bot token in quotation marks"
    )
    admins: tuple[UserId, ...] = Field(
        default=(), description="a list of numeric user ids, like [123]"
    )
    api_url: Annotated[str, AfterValidator(_api_url)] = Field(
        default="https://api.telegram.org", description="an address in quotation marks"
    )
    http: Literal["aiohttp", "httpx"] = Field(default="aiohttp", description='"aiohttp" or "httpx"')
    proxy: Annotated[str, AfterValidator(_proxy)] = Field(
        default="", description="an address in quotation marks", repr=False
    )
    timeout: Seconds = Field(default=10, gt=0, description=_A_TIME)
    allowed_chats: tuple[Whole, ...] = Field(
        default=(), description="a list of numeric chat ids, like [-1001234567890]"
    )
    leave_other_chats: bool = Field(default=False, description="true or false")
    shared_buttons: bool = Field(default=False, description="true or false")


class CorpusConfig(Section):
    path: FilePath = Field(
        default=Path("seeds"), description="the path of a folder, in quotation marks"
    )
    site_url: Annotated[str, AfterValidator(_site_url)] = Field(
        default="", description="an address in quotation marks, or empty"
    )
    file_seconds: Whole = Field(
        default=20, ge=1, description="a whole number of seconds, 1 or more"
    )
    file_mb: Whole = Field(default=512, ge=16, description="a whole number of MB, 16 or more")


class RetrievalConfig(Section):
    engine: Literal["okapi", "auto"] = Field(default="auto", description='"okapi" or "auto"')
    store: NoneOrPath = Field(
        default=None, description="the path of a folder, in quotation marks, or empty"
    )


class LogConfig(Section):
    path: FilePath = Field(
        default=Path("data/yinju.db"), description="the path of a file, in quotation marks"
    )
    encrypted: bool = Field(default=True, description="true or false")
    key_file: NoneOrPath = Field(default=None, description="the path of a file, in quotation marks")
    """None: a file in the user's state folder (`bot.querylog.keys`)."""
    key: Annotated[SecretStr, AfterValidator(_key)] = Field(
        default=SecretStr(""), description="64 hexadecimal digits in quotation marks"
    )
    questions: Literal["text", "none"] = Field(default="text", description='"text" or "none"')
    """Whether the words of a question are kept."""
    pseudonym_days: Whole = Field(
        default=30, ge=1, le=36500, description="a whole number of days from 1 to 36500"
    )
    """How long a key of pseudonyms lives."""
    retention_days: Whole = Field(
        default=90, ge=0, le=36500, description="a whole number of days from 0 to 36500"
    )
    """Older questions go at the daily clean-up; at 0 it leaves none."""


class MatrixConfig(Section):
    homeserver: Annotated[str, AfterValidator(_homeserver)] = Field(
        default="", description="an address in quotation marks, or empty"
    )
    user: str = Field(default="", description='a full user id, like "@yinju:example.org"')
    password: SecretStr = Field(default=SecretStr(""), description="a password in quotation marks")
    token: SecretStr = Field(default=SecretStr(""), description="an access token")
    admins: tuple[str, ...] = Field(
        default=(), description='a list of full user ids, like ["@me:example.org"]'
    )
    allowed_rooms: tuple[str, ...] = Field(
        default=(), description='a list of room ids, like ["!abc:example.org"]'
    )
    trust: Literal["all", "verified"] = Field(default="all", description='"all" or "verified"')


class ConversationConfig(Section):
    memory_minutes: Whole = Field(default=30, ge=0, description="a whole number, 0 or more")


class LimitsConfig(Section):
    user_per_minute: Whole = Field(default=20, ge=0, description="a whole number, 0 or more")
    chat_per_minute: Whole = Field(default=60, ge=0, description="a whole number, 0 or more")
    question_length: Whole = Field(default=1000, ge=1, description="a whole number, 1 or more")


class Config(Section):
    """All that an operator can set. Paths are absolute when it comes from `load`."""

    telegram: TelegramConfig = TelegramConfig()
    corpus: CorpusConfig = CorpusConfig()
    retrieval: RetrievalConfig = RetrievalConfig()
    log: LogConfig = LogConfig()
    limits: LimitsConfig = LimitsConfig()
    conversation: ConversationConfig = ConversationConfig()
    matrix: MatrixConfig = MatrixConfig()


SECTIONS: dict[str, type[Section]] = {
    "telegram": TelegramConfig,
    "corpus": CorpusConfig,
    "retrieval": RetrievalConfig,
    "log": LogConfig,
    "limits": LimitsConfig,
    "conversation": ConversationConfig,
    "matrix": MatrixConfig,
}
