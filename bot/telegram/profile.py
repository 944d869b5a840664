"""What Telegram knows and shows of the bot: its token, its command menus, its descriptions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.config import Config
from bot.telegram.newer import Whispers
from bot.telegram.settings import TelegramConfig
from bot.telegram.transport import request_for
from bot.wording.locale import locale

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
        request = request_for(config.of(TelegramConfig), seconds=_SECONDS)
    except (RuntimeError, ValueError) as error:
        # A proxy in the environment that cannot be used.
        return TokenReport(error=str(error))
    bot = Bot(
        config.of(TelegramConfig).token.get_secret_value(),
        base_url=f"{config.of(TelegramConfig).api_url}/bot",
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


logger = logging.getLogger(__name__)

PRIVATE = ("ask", "documents", "random", "about", "language", "privacy", "mydata", "forget", "help")
GROUP = ("ask", "documents", "random", "about", "help")
ADMIN = (*PRIVATE, "reload", "rollback")

# Telegram knows menus for two-letter codes only, so one script stands for all of Chinese.
_LANGUAGES = ((None, "en"), ("zh", "zh-Hans"))


async def set_menus(bot: ExtBot[Any], admins: Sequence[str], whispers: Whispers) -> None:
    """Set every menu; what Telegram refuses is reported, and costs nothing but the menu."""
    scopes: list[tuple[BotCommandScope, Sequence[str]]] = [
        (BotCommandScopeAllPrivateChats(), PRIVATE),
        (BotCommandScopeAllGroupChats(), GROUP),
        *((BotCommandScopeChat(int(admin)), ADMIN) for admin in admins),
    ]
    for scope, names in scopes:
        await _set_menu(bot, scope, names, whispers)
    for code, tag in _LANGUAGES:
        words = locale(tag)
        try:
            await bot.set_my_description(words.text("bot-description"), code)
            await bot.set_my_short_description(words.text("bot-short-description"), code)
        except TelegramError as error:
            logger.info("The bot's description was not set: %s", error)


async def set_admin_menu(bot: ExtBot[Any], admin: int) -> None:
    """Set the menu of an admin's private chat."""
    await _set_menu(bot, BotCommandScopeChat(admin), ADMIN)


async def _set_menu(
    bot: ExtBot[Any],
    scope: BotCommandScope,
    names: Sequence[str],
    whispers: Whispers | None = None,
) -> None:
    for code, tag in _LANGUAGES:
        words = locale(tag)
        commands = [BotCommand(name, words.text(f"command-{name}")) for name in names]
        if whispers is not None and isinstance(scope, BotCommandScopeAllGroupChats):
            commands = [await whispers.command(bot, command) for command in commands]
        try:
            await bot.set_my_commands(commands, scope, code)
        except TelegramError as error:
            # An admin who never wrote to the bot has no chat yet.
            logger.info("The command menu for %s was not set: %s", scope.type, error)
