"""What Telegram knows and shows of the bot: its token, its command menus, its descriptions."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
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

from bot.platforms import Finding
from bot.querylog.keys import readable_by_others
from bot.telegram import TelegramConfig
from bot.telegram.newer import Whispers
from bot.telegram.transport import request_for
from bot.wording.locale import locale

_SECONDS = 5.0


async def check(telegram: TelegramConfig) -> AsyncIterator[Finding]:
    """Whether Telegram knows the token, and what it allows the bot; within seconds."""
    key = telegram.webhook_private_key
    if key is not None and key.is_file() and readable_by_others(key):
        detail = f"{key} can be read by others; run: chmod 600 {key}"
        yield Finding("webhook", detail, ok=False)
    token = telegram.token.get_secret_value()
    try:
        request = request_for(telegram, seconds=_SECONDS)
        async with Bot(token, base_url=f"{telegram.api_url}/bot", request=request) as bot:
            username, off = bot.username, [*not_allowed(bot)]
    except InvalidToken:
        told = "Telegram does not know it; copy it again from @BotFather"
        yield Finding("token", told, ok=False)
        return
    except (TelegramError, RuntimeError, ValueError) as error:  # or a proxy that cannot be used
        detail = f"cannot be checked, {telegram.api_url} is out of reach: {error}"
        yield Finding("token", detail, ok=False)
        return
    yield Finding("token", f"belongs to @{username}")
    for finding in off:
        yield finding


def not_allowed(bot: Bot) -> Iterator[Finding]:
    """What its owner has not allowed the bot, whose profile is known."""
    if not bot.can_read_all_group_messages:
        detail = (
            "is on: in groups only /ask and replies reach the bot, mentions do not; to change it: "
            "@BotFather, /setprivacy, Disable, then add the bot to the group again"
        )
        yield Finding("privacy mode", detail, ok=False, remark=True)
    if not bot.supports_inline_queries:
        detail = "is off; to turn it on: @BotFather, /setinline"
        yield Finding("inline mode", detail, ok=False, remark=True)


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
