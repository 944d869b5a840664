"""Whether the bot is ready, and numbers about nobody: no label tells who asked, where or what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]

_NAP = 0.05
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)

QUESTIONS = Counter("yinju_questions", "Questions looked up.", ["platform", "verdict"])
SEARCH = Histogram("yinju_search_seconds", "Looking a question up.", buckets=_SECONDS)
ANSWER = Histogram(
    "yinju_answer_seconds",
    "From an update's arrival to its reply sent and logged.",
    buckets=_SECONDS,
)
REFUSALS = Counter("yinju_refusals", "What went over an allowance.", ["kind"])
WEBHOOK = Counter("yinju_webhook_refusals", "Requests that the webhook refused.", ["reason"])
RELOADS = Counter("yinju_reloads", "Generations of the corpus served, and failures.", ["outcome"])
LAG = Histogram(
    "yinju_loop_lag_seconds",
    "By how much the event loop was late.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5),
)
INBOX = Gauge("yinju_inbox", "Updates accepted and not done with.")
OUTBOX = Gauge("yinju_outbox", "Messages that wait for their turn to be sent.")
BACKLOG = Gauge("yinju_log_backlog", "Rows of the query log that wait to be written.")
DOCUMENTS = Gauge("yinju_documents", "Documents in service.")
STALE = Gauge("yinju_corpus_stale", "1: the corpus could not be read, an earlier one serves.")


async def watch_loop() -> None:
    """Note how late the event loop is, twenty times a second, until cancelled."""
    while True:
        began = perf_counter()
        await asyncio.sleep(_NAP)
        LAG.observe(max(perf_counter() - began - _NAP, 0.0))


class Health:
    """Whether the bot is ready to take what people say."""

    def __init__(self) -> None:
        self._checks: dict[str, Callable[[], bool]] = {}

    def add(self, name: str, ready: Callable[[], bool]) -> None:
        """From now on, the bot is ready only while `ready()` is true."""
        self._checks[name] = ready

    def failing(self) -> list[str]:
        """The names of the checks that are not well; until there is one, the start is not over."""
        if not self._checks:
            return ["starting"]
        return [name for name, ready in self._checks.items() if not ready()]
