"""Which update goes to which handler: one table, read from the top, the first that fits."""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.conversation.understanding import COMMANDS
from bot.telegram.desk import Context, Desk
from bot.telegram.guard import Guard
from bot.telegram.inline import Inline
from bot.telegram.newer import SHOW, Guest, Whispers
from bot.telegram.talking import Talking

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member"]

# Without these, channel posts and business and guest messages would match as well.
_NEW = filters.UpdateType.MESSAGE
_NEW_OR_EDITED = filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE
_PRIVATE = filters.ChatType.PRIVATE
_WORDS = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND


def add_handlers(
    application: Application[Any, Any, Any, Any, Any, Any], desk: Desk, whispers: Whispers
) -> None:
    """Wire the table into the application."""
    guard, talking = Guard(desk), Talking(desk, whispers)
    table: tuple[BaseHandler[Update, Context, Any], ...] = (
        MessageHandler(filters.UpdateType.GUEST_MESSAGE, Guest(desk).answer),
        CallbackQueryHandler(whispers.show_all, pattern=f"^{SHOW}"),
        MessageHandler(filters.StatusUpdate.MIGRATE & _NEW, guard.migrated),
        CommandHandler("ask", talking.ask, _NEW_OR_EDITED),
        CommandHandler("start", talking.start, _NEW),
        CommandHandler(list(COMMANDS), talking.command, _NEW),
        MessageHandler(filters.COMMAND & _PRIVATE & _NEW, talking.command),
        MessageHandler(_WORDS & _NEW_OR_EDITED, talking.text),
        MessageHandler(
            _PRIVATE & _NEW & ~filters.COMMAND & ~filters.StatusUpdate.ALL, talking.nothing_to_ask
        ),
        ChatMemberHandler(guard.joined, ChatMemberHandler.MY_CHAT_MEMBER),
        CallbackQueryHandler(talking.press),
        InlineQueryHandler(Inline(desk).answer),
    )
    application.add_handler(TypeHandler(Update, guard.admit), group=-1)
    application.add_handlers(table)
    application.add_error_handler(guard.failed)
