"""The composition root: a configuration becomes a running assistant, without any platform."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event

from bot.config import Config
from bot.config.model import LogConfig
from bot.conversation.administration import Administration, Alarms
from bot.conversation.assistant import Assistant
from bot.conversation.conversation import Conversation
from bot.conversation.ledger import Ledger
from bot.conversation.privacy import Cleaning, Memory, Privacy
from bot.conversation.reading import Reading
from bot.metrics import BACKLOG, DOCUMENTS, STALE, Health
from bot.querylog import QueryLog, QueryLogError
from bot.querylog.keys import KEY_BYTES, find_key, shred
from bot.wording.locale import locale, patterns
from retrieval import searching
from retrieval.engines.cluster import Cluster
from retrieval.engines.milvus import Milvus
from retrieval.library import Library
from retrieval.processes import Limits, Process
from retrieval.searching import Processes, Searcher

logger = logging.getLogger(__name__)

_THREADS = 2
"""One that reloads, and one that searches where no process does."""

_FOUND = 600.0
"""Seconds, at most, for which what was found is kept for who asks it again or pages back."""
_TURN = 0.001
"""Seconds for which a reload keeps the event loop waiting at a time; Python's own are 5 ms. Where
threads search, each turn would cost them more than it is worth."""


@dataclass(frozen=True, slots=True)
class App:
    """Everything a platform needs to hold conversations."""

    config: Config
    library: Library
    ledger: Ledger
    assistant: Assistant
    reading: Reading
    conversation: Conversation
    cleaning: Cleaning
    health: Health
    alarms: Alarms


@asynccontextmanager
async def open_app(
    config: Config,
    progress: Callable[[int, int], None] | None = None,
    processes: Processes | None = None,
) -> AsyncIterator[App]:
    """Read the corpus and open the query log. Raises CorpusError and EngineError.

    `processes` as `searching.split_off` gives them; by default they are split off now.

    A query log that cannot be used is reported and tried again at the next question; it never
    keeps anyone from an answer. On leaving, what is being written is finished.
    """
    stop = Event()
    if processes is None and config.store:
        processes = searching.split_off()
    process, builds = processes or (None, None)
    try:
        library = await asyncio.to_thread(open_library, config, progress, stop, builds)
    except BaseException:
        stop.set()  # or the program would not end before the corpus is read
        for each in (process, builds):
            if each is not None:
                each.end()
        raise
    if library.stale is not None:
        # Whoever asks is answered from documents that were good; the operator has to know.
        logger.error(
            "The corpus cannot be read: %s. The generation that served last goes on serving; mend "
            "the corpus, then /reload.",
            library.stale,
        )
    for doubt in library.doubts:
        said = locale("en").cause(doubt)
        logger.error("The corpus lost much: %s, since it served last. /rollback undoes it.", said)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, "search"))
    gc.freeze()  # or the collector would walk the whole corpus time and again
    if process is not None:
        sys.setswitchinterval(_TURN)
    async with query_log(config.log) as log:
        ledger = Ledger(
            log,
            await _key(config),
            keep_text=config.log.questions == "text",
            pseudonym_days=config.log.pseudonym_days,
        )
        cleaning = Cleaning(ledger, config.log.retention_days)
        known = patterns()
        memory = config.conversation.memory_minutes
        searcher = Searcher(library, process, min(60.0 * memory, _FOUND))
        await searcher.start()
        assistant = Assistant(
            searcher, ledger, config.limits, shared_buttons=config.groups.shared_buttons
        )
        reading = Reading(searcher, known.examples)
        conversation = Conversation(
            assistant=assistant,
            reading=reading,
            privacy=Privacy(ledger, config.log),
            administration=Administration(library, ledger),
            ledger=ledger,
            memory=Memory(memory),
            patterns=known,
            alarms=(alarms := Alarms()),
            shared_buttons=config.groups.shared_buttons,
        )
        app = App(
            config, library, ledger, assistant, reading, conversation, cleaning, Health(), alarms
        )
        BACKLOG.set_function(lambda: len(ledger.backlog))
        DOCUMENTS.set_function(lambda: len(library.current.documents))
        STALE.set_function(lambda: float(library.stale is not None))
        await cleaning.run()
        keeping = asyncio.create_task(cleaning.keep())
        try:
            yield app
        finally:
            await searcher.close()
            library.close()
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await ledger.close()


def open_library(
    config: Config,
    progress: Callable[[int, int], None] | None = None,
    stop: Event | None = None,
    builds: Process | None = None,
) -> Library:
    """The corpus, read within the configured limits; `building.process()` builds its index. Blocks.
    Raises CorpusError, StoppedError once `stop` is set, and EngineError where what the engine needs
    is not installed."""
    return Library(
        config.corpus.path,
        progress,
        limits=Limits(config.corpus.file_seconds, config.corpus.file_mb),
        stop=stop,
        store=config.store,
        place=search_place(config),
        building=builds,
    )


def search_place(config: Config) -> Milvus | None:
    """Where generations are searched; None for this process's own memory and disk. Raises
    EngineError."""
    if config.retrieval.engine != "milvus":
        return None
    milvus = config.milvus
    if isinstance(milvus.uri, Path):
        milvus.uri.parent.mkdir(parents=True, exist_ok=True)
    token = milvus.token.get_secret_value()
    cluster = Cluster(str(milvus.uri), token, milvus.database, milvus.ca_file)
    return Milvus(cluster, config.store)


def log_key(config: LogConfig) -> bytes:
    """The key of the configured query log, made if there is none. Raises QueryLogError."""
    return find_key(config.key.get_secret_value(), config.key_file, config.path)


def query_log(config: LogConfig) -> QueryLog:
    """The configured query log, not yet opened."""
    return QueryLog(config.path, partial(log_key, config) if config.encrypted else None)


async def _key(config: Config) -> bytes:
    old = config.log.path.with_suffix(".key")
    if old != config.log.key_file and old.is_file() and old.stat().st_size == KEY_BYTES:
        # An earlier version kept its pseudonyms' key beside the database: with it, whoever has
        # the one has the other.
        await asyncio.to_thread(shred, old)
        logger.warning("The key %s of an earlier version was destroyed.", old)
    try:
        return await asyncio.to_thread(log_key, config.log)
    except QueryLogError as error:
        # Nobody can be linked to their earlier questions, and nobody waits.
        logger.error("A key for this run only is used: %s", error)
        return secrets.token_bytes(KEY_BYTES)
