"""The query log: what was asked and quoted, the votes on it, and what little else is remembered.

People and chats appear in it only as keyed pseudonyms (`bot.querylog.keys`), never as ids or
names.
"""

from __future__ import annotations

from bot.querylog.questions import Questions
from bot.querylog.records import QueryLogError, Question, Quote, Reload, SentReply
from bot.querylog.retention import Retention

__all__ = ["QueryLog", "QueryLogError", "Question", "Quote", "Reload", "SentReply"]


class QueryLog(Questions, Retention):
    """The query log in the SQLite file `path`, safe for many tasks of one event loop at once.

    Making one touches no file. Each method opens the database if it is not open, so a log that
    failed works again as soon as its file does. Every method raises QueryLogError when the file
    cannot be read or written, and then has changed nothing. Reads do not wait for writes.
    """
