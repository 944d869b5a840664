"""Whether Telegram knows the token, and what it allows the bot."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.config import Config
from bot.telegram.transport import request_for

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class TokenReport:
    """What Telegram says of the token. `error` is None where it was reached and knows it."""

    username: str = ""
    reads_all_messages: bool = True
    inline: bool = True
    known: bool = True
    """False: Telegram was reached and does not know the token."""
    error: str | None = None


async def check_token(config: Config) -> TokenReport:
    """Ask Telegram who the token belongs to; within seconds, and without an exception."""
    try:
        request = request_for(config.telegram, seconds=_SECONDS)
    except (RuntimeError, ValueError) as error:
        # A proxy in the environment that cannot be used.
        return TokenReport(error=str(error))
    bot = Bot(
        config.telegram.token.get_secret_value(),
        base_url=f"{config.telegram.api_url}/bot",
        request=request,
    )
    try:
        async with bot:
            return TokenReport(
                bot.username, bot.can_read_all_group_messages, bot.supports_inline_queries
            )
    except InvalidToken as error:
        return TokenReport(known=False, error=str(error))
    except TelegramError as error:
        return TokenReport(error=str(error))
