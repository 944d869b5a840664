"""Messages in a terminal: text with styles, links written out."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from bot.conversation.actions import GiveReason
from bot.conversation.replies import Reply
from bot.wording.citation import Links
from bot.wording.locale import Locale
from bot.wording.replies import render
from bot.wording.richtext import Message, Span, Style

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
