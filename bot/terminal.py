"""The same conversation in a terminal: no token, no network."""

from __future__ import annotations

import asyncio
import os
import sys

from rich.console import Console

from bot.app import App
from bot.locale import LANGUAGES, Locale, language_for, locale
from bot.messages import Asker, ChatKind, Notice, Reply
from bot.plain import plain

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
    while (line := await asyncio.to_thread(_read, words if interactive else None)) is not None:
        question = line.strip()
        if not question:
            if interactive:
                return
            continue
        if not interactive:
            console.print(f"{words.text('terminal-prompt')} {question}", markup=False, style="bold")
        reply = await respond(app, question, words)
        words = await _words(app)
        if reply is not None:
            console.print(plain(reply, words))
        console.print()


async def respond(app: App, line: str, words: Locale) -> Reply | None:
    """The reply to one line: a command, or a question."""
    command, _, rest = line.partition(" ")
    match command:
        case "/ask":
            return await app.assistant.ask(OPERATOR, rest)
        case "/help" | "/start":
            return Notice("help")
        case "/about":
            return app.reading.summary()
        case "/documents":
            page = int(rest) - 1 if rest.strip().isdecimal() else 0
            return app.reading.catalogue(max(page, 0))
        case "/random":
            return app.reading.random()
        case "/privacy":
            return app.privacy.policy()
        case "/forget":
            return await app.privacy.forget(OPERATOR)
        case "/language":
            tag = rest.strip()
            if tag in LANGUAGES:
                return await app.privacy.choose_language(OPERATOR, tag)
            return Notice("language-tags", {"tags": ", ".join(LANGUAGES)})
        case "/reload":
            return await app.administration.reload()
        case _ if line.startswith("/") and command[1:].isalpha():
            return Notice("help")
        case _:
            return await app.assistant.ask(OPERATOR, line)


async def _words(app: App) -> Locale:
    chosen = await app.ledger.language(OPERATOR)
    return locale(chosen or language_for(environment_language()))


def environment_language() -> str:
    """The language of the shell, as a code such as ``zh_CN``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value.partition(".")[0]
    return ""


def _read(words: Locale | None) -> str | None:
    try:
        if words is not None:
            return input(f"{words.text('terminal-prompt')} ")
        line = sys.stdin.readline()
    except (EOFError, KeyboardInterrupt):
        return None
    return line or None
