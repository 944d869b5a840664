"""Matrix's section of the configuration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from bot.config.model import PlatformConfig
from bot.config.values import A_TIME, Seconds, web_address


def _homeserver_value(value: str) -> str:
    return web_address(value, "a Matrix homeserver", "https://matrix.example.org") if value else ""


class MatrixConfig(PlatformConfig):
    """Section ``[matrix]``."""

    homeserver: Annotated[str, AfterValidator(_homeserver_value)] = Field(
        default="", description="an address in quotation marks, or empty"
    )
    user: str = Field(default="", description='a full user id, like "@yinju:example.org"')
    password: SecretStr = Field(default=SecretStr(""), description="a password in quotation marks")
    token: SecretStr = Field(default=SecretStr(""), description="an access token")
    admins: tuple[str, ...] = Field(
        default=(), description='a list of full user ids, like ["@me:example.org"]'
    )
    allowed_chats: tuple[str, ...] = Field(
        default=(), description='a list of room ids, like ["!abc:example.org"]'
    )
    stale_after: Seconds = Field(default=3600, ge=0, description=A_TIME)
    trust: Literal["all", "verified"] = Field(default="all", description='"all" or "verified"')
