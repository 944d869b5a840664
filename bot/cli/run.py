"""`yinju run` and `yinju chat`: an app, a platform, an exit status."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from bot.app import open_app
from bot.cli.console import EX_CONFIG, EX_TEMPFAIL, fail, out, progress
from bot.config import Config
from retrieval.errors import CorpusError

_START_ERRORS = {
    "token": "Telegram does not know this token ({detail}). Copy it again from @BotFather into "
    "telegram.token, or into the environment variable YINJU_TELEGRAM__TOKEN.",
    "network": "Telegram cannot be reached at {api_url} ({detail}). Check the network, the proxy "
    "(HTTPS_PROXY) or telegram.api_url.",
    "conflict": "Another program is already polling with this token. Stop it first, or make a "
    "second bot at @BotFather. (If none is running: a webhook may be set.)",
}


def serve_telegram(config: Config) -> None:
    """Serve until told to stop. Exits 1 for what has to be changed, 75 for what may pass."""
    from bot.telegram.run import StartError, run

    async def serve() -> None:
        async with AsyncExitStack() as stack:
            with progress("Reading the corpus") as advance:
                app = await stack.enter_async_context(open_app(config, advance))
            await run(app)

    try:
        asyncio.run(serve())
    except CorpusError as error:
        raise fail(f"The corpus cannot be served. {error}") from None
    except StartError as error:
        message = _START_ERRORS[error.key].format(
            detail=error.detail, api_url=config.telegram.api_url
        )
        raise fail(message, EX_TEMPFAIL if error.again else EX_CONFIG) from None


def converse(config: Config) -> None:
    """Talk in the terminal until the input ends."""
    from bot.terminal.chat import chat

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
    except CorpusError as error:
        raise fail(f"The corpus cannot be served. {error}") from None
    except KeyboardInterrupt:
        out.print()
