"""The same conversation in a terminal: no token, no network; styled text, links written out."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Thread

from rich.console import Console, Group, RenderableType
from rich.text import Text

from bot.app import App
from bot.conversation import Asker, ChatKind, Say
from bot.conversation.actions import GiveReason
from bot.conversation.replies import Reply
from bot.conversation.requests import Outcome, Request
from bot.conversation.understanding import command
from bot.wording import Message, Span, Style
from bot.wording.citation import Links
from bot.wording.locale import Locale, locale
from bot.wording.replies import render

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


_STYLES = {Style.BOLD: "bold", Style.CODE: "", Style.LINK: "dim", Style.QUOTE: ""}
_BARRED = (Style.QUOTE, Style.CODE)


def plain(
    reply: Reply, locale: Locale, site: str = "", reasons: Sequence[GiveReason] = ()
) -> RenderableType:
    """`reply` for Rich to print, in the language of `locale`."""
    return printed(render(reply, locale, Links(site=site), buttons=False, reasons=reasons))


def printed(message: Message) -> RenderableType:
    """`message` for Rich to print: quotes and code set off by a bar, links written out."""
    parts: list[RenderableType] = []
    at = 0
    for span in message.text.spans:
        if span.style in _BARRED and span.start >= at:
            parts += _lines(_styled(message, at, span.start))
            parts += [
                Text("│ ").append_text(line)
                for line in _styled(message, span.start, span.end).split("\n")
            ]
            at = span.end
    parts += _lines(_styled(message, at, len(message.text.text)))
    return Group(*parts)


def literal(text: str) -> Text:
    """What somebody wrote, to the letter: no markup in it counts, and no control character can
    reach the terminal."""
    return Text("".join(c if c.isprintable() or c == "\n" else "�" for c in text))


def _lines(text: Text) -> list[RenderableType]:
    if text.plain.startswith("\n"):
        text = text[1:]
    if text.plain.endswith("\n"):
        text = text[:-1]
    return [text] if text.plain else []


def _styled(message: Message, start: int, end: int) -> Text:
    """A part of the text, its links followed by their addresses."""
    whole, result, at = message.text.text, Text(), start
    within = [s for s in message.text.spans if start <= s.start and s.end <= end]
    links = [s for s in within if s.url is not None]
    for link in (*links, Span(Style.LINK, end, end)):
        for first, last in ((at, link.start), (link.start, link.end)):
            piece = Text(
                whole[first:last], style=_STYLES[Style.LINK] if first == link.start else ""
            )
            for bold in (s for s in within if s.style is Style.BOLD):
                if first <= bold.start and bold.end <= last:
                    piece.stylize(_STYLES[Style.BOLD], bold.start - first, bold.end - first)
            result.append_text(piece)
        if link.url is not None:
            result.append(f" ({link.url})", style="dim")
        at = link.end
    return result
