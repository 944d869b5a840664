"""The query log: what was asked and quoted, the votes on it, and what little else is remembered.

People and chats appear in it only as keyed pseudonyms (`bot.querylog.pseudonyms`), never
as ids or names.
"""

from __future__ import annotations

from bot.querylog.errors import QueryLogError
from bot.querylog.records import (
    ChatKind,
    DownReason,
    Forgotten,
    PersonalRows,
    Question,
    Quote,
    Reload,
    SentReply,
    Verdict,
    Vote,
    VoteValue,
)
from bot.querylog.store import QueryLog

__all__ = [
    "ChatKind",
    "DownReason",
    "Forgotten",
    "PersonalRows",
    "QueryLog",
    "QueryLogError",
    "Question",
    "Quote",
    "Reload",
    "SentReply",
    "Verdict",
    "Vote",
    "VoteValue",
]
