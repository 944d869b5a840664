"""What admins do from the chat, putting a generation of the corpus in service, and what they are
told unasked: that something they alone can mend keeps people from answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from time import monotonic, perf_counter
from typing import Literal

from bot.conversation import Asker, ChatKind
from bot.conversation.ledger import Ledger
from bot.conversation.replies import Notice
from bot.metrics import RELOADS
from bot.querylog import Reload
from retrieval.errors import (
    BrokenOffError,
    CorpusError,
    EngineError,
    ReloadRunningError,
    StoppedError,
)
from retrieval.indexing.changes import Changes
from retrieval.library import Library
from retrieval.ranking import Index

Decision = Literal["reload-stop", "reload-serve", "reload-keep", "rollback"]

logger = logging.getLogger(__name__)


class Administration:
    """Admin commands, for admins, in private chats only."""

    def __init__(self, library: Library, ledger: Ledger) -> None:
        self._library = library
        self._ledger = ledger
        self._reloading = False

    def refuses(self, asker: Asker) -> Notice | None:
        """Why the asker may not; None if they may."""
        if not asker.admin:
            return Notice("only-admins")
        if asker.chat_kind not in (ChatKind.PRIVATE, ChatKind.TERMINAL):
            return Notice("only-in-private")
        return None

    async def reload(
        self, asker: Asker, announce: Callable[[Notice], Awaitable[object]] | None = None
    ) -> Changes | Notice:
        """Read the corpus again, off the event loop; the old one serves meanwhile, and goes on
        serving if the new one cannot be built, or would lose too much: then it waits for
        `decide`. `announce` is told when it begins."""
        started = perf_counter()
        if (refusal := self.refuses(asker)) is not None:
            return refusal
        if self._reloading:
            return Notice("reload-running")
        self._reloading = True
        self._library.expect()
        try:
            if announce is not None:
                await announce(Notice("reload-started"))
            changes = await asyncio.to_thread(self._library.reload)
        except ReloadRunningError:
            return Notice("reload-running")
        except StoppedError:
            self._record(self._library.current, started, "stopped")
            return Notice("reload-stopped")
        except BrokenOffError as error:
            logger.error("The corpus was not reloaded: %s", error)
            self._record(self._library.current, started, str(error))
            return Notice("reload-broke-off", {"signal": error.signal})
        except (CorpusError, EngineError) as error:
            logger.error("The corpus was not reloaded: %s", error)
            self._record(self._library.current, started, str(error))
            where = error.path if isinstance(error, CorpusError) else error.where
            return Notice("reload-failed", {"path": where, "reason": error.reason})
        finally:
            self._reloading = False
        self._record(changes.index, started, None)
        return changes

    async def decide(self, asker: Asker, what: Decision) -> Notice:
        """Stop the reload that is under way (who asked for it is told when it has stopped), serve
        or keep back what it built, or return to the generation before."""
        if (refusal := self.refuses(asker)) is not None:
            return refusal
        if what == "reload-stop":
            if self._reloading:  # or about to be: its thread may not have begun
                self._library.stop()
            return Notice("reload-stopping" if self._reloading else "reload-none")
        if what == "reload-keep":
            return Notice("reload-kept" if self._library.keep() else "reload-no-decision")
        rolled = what == "rollback"
        take = self._library.rollback if rolled else self._library.serve
        try:
            index = await asyncio.to_thread(take)
        except EngineError as error:
            logger.error("The other generation was not put in service: %s", error)
            return Notice("reload-failed", {"path": error.where, "reason": error.reason})
        if index is None:
            return Notice("rollback-none" if rolled else "reload-no-decision")
        self._record(index, perf_counter(), None)
        numbers = {"documents": len(index.documents), "passages": len(index.passages)}
        return Notice("rollback-done" if rolled else "reload-served", numbers)

    def _record(self, index: Index, started: float, error: str | None) -> None:
        RELOADS.labels("failed" if error else "served").inc()
        reload = Reload(
            at=datetime.now(UTC),
            generation=index.generation,
            documents=len(index.documents),
            passages=len(index.passages),
            skipped=len(index.skipped),
            elapsed_ms=round((perf_counter() - started) * 1000, 1),
            error=error,
        )
        self._ledger.backlog.add(partial(self._ledger.log.record_reload, reload))


AGAIN = 900.0
"""Seconds in which the same alarm is not given twice."""


def engine_alarm(error: EngineError) -> Notice:
    """That nobody gets an answer."""
    return Notice("engine-alarm", {"where": error.where, "why": error.reason})


class Alarms:
    """One for the whole bot; each platform says how its admins are reached."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._ways: list[Callable[[Notice], Awaitable[None]]] = []
        self._given: dict[str, float] = {}
        self._telling: set[asyncio.Task[None]] = set()

    def reach(self, way: Callable[[Notice], Awaitable[None]]) -> None:
        """From now on, alarms go this way too."""
        self._ways.append(way)

    def raised(self, notice: Notice) -> None:
        """Tell every admin, behind what is under way; the operator finds it in the program's log.
        Not again for `AGAIN` seconds."""
        if self._clock() - self._given.get(notice.key, -AGAIN) < AGAIN:
            return
        self._given[notice.key] = self._clock()
        logger.error("%s: %s", notice.key, dict(notice.params))
        for way in self._ways:
            task = asyncio.ensure_future(self._tell(way, notice))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _tell(self, way: Callable[[Notice], Awaitable[None]], notice: Notice) -> None:
        try:
            await way(notice)
        except Exception:
            logger.exception("An admin could not be told.")
