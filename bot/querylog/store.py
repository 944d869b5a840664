"""The query log itself, put together from its parts."""

from __future__ import annotations

from bot.querylog.arrivals import Arrivals
from bot.querylog.memory import Memory
from bot.querylog.periods import Periods
from bot.querylog.questions import Questions


class QueryLog(Questions, Memory, Periods, Arrivals):
    """The query log in the SQLite file `path`, safe for many tasks of one event loop at once.

    Making one touches no file. Each method opens the database if it is not open, so a log that
    failed works again as soon as its file does. Every method raises QueryLogError when the file
    cannot be read or written, and then has changed nothing. Reads do not wait for writes.
    """
