"""Every key of the configuration: its type, its default and what its value must be.

``config.example.toml`` says what each is for. Descriptions stand in error messages: "… is not
<description>". Whoever adds a key here adds it there; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from bot.config.values import (
    FilePath,
    NoneOrPath,
    Seconds,
    UserId,
    Whole,
    api_url_value,
    homeserver_value,
    key_value,
    proxy_value,
    site_url_value,
    token_value,
)


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


_A_TIME = 'a time, such as 30, "10s", "5m" or "1h"'


class TelegramConfig(Section):
    token: Annotated[SecretStr, AfterValidator(token_value)] = Field(
        default=SecretStr(""), description="a bot token in quotation marks"
    )
    admins: tuple[UserId, ...] = Field(
        default=(), description="a list of numeric user ids, like [123]"
    )
    api_url: Annotated[str, AfterValidator(api_url_value)] = Field(
        default="https://api.telegram.org", description="an address in quotation marks"
    )
    http: Literal["aiohttp", "httpx"] = Field(default="aiohttp", description='"aiohttp" or "httpx"')
    proxy: Annotated[str, AfterValidator(proxy_value)] = Field(
        default="", description="an address in quotation marks", repr=False
    )
    timeout: Seconds = Field(default=10, gt=0, description=_A_TIME)
    give_up_after: Seconds = Field(default=3600, ge=0, description=_A_TIME)
    stale_after: Seconds = Field(default=3600, ge=0, description=_A_TIME)
    messages_per_second: Whole = Field(default=30, ge=0, description="a whole number, 0 or more")
    allowed_chats: tuple[Whole, ...] = Field(
        default=(), description="a list of numeric chat ids, like [-1001234567890]"
    )
    leave_other_chats: bool = Field(default=False, description="true or false")
    shared_buttons: bool = Field(default=False, description="true or false")


class CorpusConfig(Section):
    path: FilePath = Field(
        default=Path("seeds"), description="the path of a folder, in quotation marks"
    )
    site_url: Annotated[str, AfterValidator(site_url_value)] = Field(
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
    key: Annotated[SecretStr, AfterValidator(key_value)] = Field(
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
    homeserver: Annotated[str, AfterValidator(homeserver_value)] = Field(
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
    commands_per_minute: Whole = Field(default=20, ge=0, description="a whole number, 0 or more")
    presses_per_minute: Whole = Field(default=60, ge=0, description="a whole number, 0 or more")
    inline_per_minute: Whole = Field(default=90, ge=0, description="a whole number, 0 or more")
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
