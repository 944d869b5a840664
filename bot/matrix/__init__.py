"""The only part of the bot that knows Matrix."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, SecretStr

from bot.config.model import PlatformConfig
from bot.config.values import A_TIME, Seconds, address
from bot.platforms import Finding, StartError

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import Config


Homeserver = Annotated[str, address("a Matrix homeserver", "https://matrix.example.org")]


class MatrixConfig(PlatformConfig):
    """Section ``[matrix]``."""

    homeserver: Homeserver = Field(
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


class Matrix:
    """Matrix as a platform. Its library is an extra, loaded only where it is configured."""

    name = "matrix"
    settings = MatrixConfig

    def configured(self, config: Config) -> bool:
        """Whether a homeserver and an account are named."""
        account = config.of(MatrixConfig)
        return bool(account.homeserver and account.user)

    async def serve(self, app: App, stopped: asyncio.Event) -> None:
        """Serve until `stopped` is set. Raises StartError."""
        try:
            from bot.matrix.serving import serve
        except ModuleNotFoundError as error:
            advice = "pip install 'yinju[matrix]'"
            raise StartError(f"Matrix needs {error.name}: {advice}.", again=False) from None
        await serve(app, stopped)

    async def check(self, config: Config) -> AsyncIterator[Finding]:
        """Whether the homeserver lets the account in."""
        try:
            from bot.matrix.serving import refusal
        except ModuleNotFoundError as error:
            missing = f"needs {error.name}: pip install 'yinju[matrix]'"
            yield Finding("matrix", missing, ok=False)
            return
        if reason := await refusal(config):
            yield Finding("matrix", reason, ok=False)
        else:
            account = config.of(MatrixConfig)
            yield Finding("matrix", f"{account.homeserver} knows {account.user}")


PLATFORM = Matrix()
