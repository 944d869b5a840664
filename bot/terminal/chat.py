"""The same conversation in a terminal: no token, no network."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import replace
from threading import Thread

from rich.console import Console
from rich.text import Text

from bot.app import App
from bot.conversation.messages import Asker, ChatKind, Say
from bot.conversation.requests import Outcome, Request
from bot.conversation.understanding import command
from bot.terminal.render import literal, plain
from bot.wording.locale import Locale, locale

OPERATOR = Asker("terminal", "operator", "terminal", ChatKind.TERMINAL, admin=True)


async def chat(app: App, console: Console) -> None:
    """Answer line by line until an empty line typed, or the end of the input.

    When the input is no terminal (a pipe), every line is a question and nothing is prompted.
    """
    words = await _words(app)
    interactive = sys.stdin.isatty()
    if interactive:
        index = app.library.current
        numbers = {"documents": len(index.documents), "passages": len(index.passages)}
        console.print(words.text("terminal-welcome", **numbers))
        console.print(words.text("terminal-commands"), style="dim")
    while (line := await _typed(words if interactive else None)) is not None:
        question = line.strip()
        if not question:
            if interactive:
                return
            continue
        if not interactive:
            prompt = Text(f"{words.text('terminal-prompt')} ", style="bold")
            console.print(prompt.append_text(literal(question)))
        outcome = await respond(app, question, replace(OPERATOR, language_code=shell_language()))
        words = await _words(app)
        if outcome.reply is not None:
            site, reasons = app.config.corpus.site_url, outcome.reasons or ()
            console.print(plain(outcome.reply, words, site, reasons))
        console.print()


async def respond(app: App, line: str, asker: Asker = OPERATOR) -> Outcome:
    """What comes of one line: a command, something typed, or a question."""
    return await app.conversation.handle(Request(asker, command(line) or Say(line)))


async def _words(app: App) -> Locale:
    return locale(
        await app.conversation.language(replace(OPERATOR, language_code=shell_language()))
    )


def shell_language() -> str:
    """The language of the shell, as a code such as ``zh_CN``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value.partition(".")[0]
    return ""


def _typed(words: Locale | None) -> asyncio.Future[str | None]:
    """The next line, or None at the end. Read in a thread of its own: the loop would wait for one
    of its pool's at the end, and so Ctrl-C for one more line."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str | None] = loop.create_future()

    def settle(line: str | None) -> None:
        if not typed.done():
            typed.set_result(line)

    def read() -> None:
        line = _read(words)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, line)

    Thread(target=read, daemon=True).start()
    return typed


def _read(words: Locale | None) -> str | None:
    try:
        if words is not None:
            return input(f"{words.text('terminal-prompt')} ")
        line = sys.stdin.readline()
    except (EOFError, KeyboardInterrupt):
        return None
    return line or None
