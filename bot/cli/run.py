"""`yinju run`, `chat` and `site`: the corpus served by platforms, in a terminal, as pages."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path

from bot.app import open_app
from bot.cli.console import EX_CONFIG, EX_TEMPFAIL, fail, out, progress
from bot.config import Config
from bot.platforms import Platform, StartError, serve_all
from bot.querylog.file import InstanceError, only_instance
from retrieval.errors import CorpusError, EngineError
from retrieval.library import Library


def serve(config: Config, platforms: list[Platform]) -> None:
    """Serve until told to stop. Exits 1 for what has to be changed, 75 for what may pass."""

    from bot.listener import ListenError, metrics_listener
    from bot.metrics import watch_loop

    async def opened() -> None:
        async with AsyncExitStack() as stack:
            stack.enter_context(only_instance(config.log.path))
            with progress("Reading the corpus") as advance:
                app = await stack.enter_async_context(open_app(config, advance))
            stopped = asyncio.Event()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stopped.set)
                stack.callback(loop.remove_signal_handler, number)
            if (listener := metrics_listener(config.metrics, app.health)) is not None:
                await stack.enter_async_context(listener)
                stack.callback(asyncio.create_task(watch_loop()).cancel)
            await serve_all(app, platforms, stopped)

    try:
        asyncio.run(opened())
    except (CorpusError, EngineError) as error:
        raise fail(f"The corpus cannot be served. {error}") from None
    except ListenError as error:
        raise fail(f"Metrics cannot be served at {error}.") from None
    except InstanceError as error:
        who = f"process {error.pid}" if error.pid else "another process"
        what = f"{who} serves from {error.path} already; it goes on"
        raise fail(what, EX_TEMPFAIL) from None
    except StartError as error:
        raise fail(str(error), EX_TEMPFAIL if error.again else EX_CONFIG) from None


def converse(config: Config) -> None:
    """Talk in the terminal until the input ends."""
    from bot.terminal import chat

    async def talk() -> None:
        with progress("Reading the corpus") as advance:
            opening = open_app(config, advance)
            app = await opening.__aenter__()
        try:
            await chat(app, out)
        finally:
            await opening.__aexit__(None, None, None)

    try:
        asyncio.run(talk())
    except (CorpusError, EngineError) as error:
        raise fail(f"The corpus cannot be served. {error}") from None
    except KeyboardInterrupt:
        out.print()


def make_site(config: Config, folder: Path) -> None:
    """Write the site and say how many files it has."""
    from bot.site.build import write_site

    try:
        with progress("Reading the corpus") as advance:
            index = Library(config.corpus.path, advance).current
        count = write_site(index, folder, config.corpus.site_url)
    except CorpusError as error:
        raise fail(f"The corpus cannot be served. {error}") from None
    except (OSError, ValueError) as error:
        raise fail(f"The site cannot be written: {error}. Name an empty folder.") from None
    out.print(f"{count} files in {folder}; publish them as they are, then set corpus.site_url.")
