"""Replies in a terminal: text with styles, links written out."""

from __future__ import annotations

from typing import assert_never

from rich.console import Group, RenderableType
from rich.text import Text

from bot.conversation.messages import (
    Answer,
    Catalogue,
    Notice,
    Page,
    Reason,
    Reloaded,
    Reply,
    Standing,
    Summary,
)
from bot.wording.citation import byline, source_url, web_address
from bot.wording.locale import Locale
from bot.wording.reports import reload_lines, summary_lines
from retrieval.model import Hit, Verdict


def plain(reply: Reply, locale: Locale) -> RenderableType:
    """`reply` for Rich to print, in the language of `locale`."""
    match reply:
        case Answer():
            return _answer(reply, locale)
        case Notice():
            return Text(locale.text(reply.key, **reply.params))
        case Summary():
            return Text("\n".join(summary_lines(reply, locale)))
        case Reloaded():
            return Text("\n".join(reload_lines(reply, locale)))
        case Page():
            return _page(reply, locale)
        case Catalogue():
            return _catalogue(reply, locale)
        case Reason():
            return Text(locale.text("why-terms", terms=" · ".join(reply.terms)))
        case _:
            assert_never(reply)


def literal(text: str) -> Text:
    """What somebody wrote, to the letter: no markup in it counts, and no control character can
    reach the terminal."""
    return Text("".join(c if c.isprintable() or c == "\n" else "�" for c in text))


def _answer(answer: Answer, locale: Locale) -> RenderableType:
    result = answer.result
    if result.verdict is Verdict.NONE or not result.hits:
        return Text("\n".join(_nothing(answer, locale)))
    heading = "answer-possible" if result.verdict is Verdict.POSSIBLE else "answer-found"
    lines = [locale.text(heading)]
    if answer.truncated is not None:
        lines.append(locale.text("answer-truncated", characters=answer.truncated))
    lines += [
        locale.text(f"answer-bridge-{b.kind}", asked=b.asked, found=b.found)
        for b in result.bridges[:3]
    ]
    parts: list[RenderableType] = [Text("\n".join(lines))]
    for number, hit in enumerate(result.hits, start=1):
        parts += _hit(hit, number, locale)
    return Group(*parts)


def _nothing(answer: Answer, locale: Locale) -> list[str]:
    result = answer.result
    if result.query.empty:
        return [locale.text("question-empty")]
    if result.unmatched_filters:
        return [locale.text("answer-none-filtered", filter=" ".join(result.unmatched_filters))]
    lines = [locale.text("answer-none")]
    if answer.truncated is not None:
        lines.append(locale.text("answer-truncated", characters=answer.truncated))
    if result.missing:
        lines.append(locale.text("answer-missing", terms=" · ".join(result.missing)))
    if result.suggestions:
        lines.append(locale.text("answer-suggestion", terms=" · ".join(result.suggestions)))
    if result.nearest:
        lines.append(locale.text("answer-nearest"))
        lines += [f"• {document.title}" for document in result.nearest]
    return lines


def _hit(hit: Hit, number: int, locale: Locale) -> list[RenderableType]:
    document, part = hit.passage.document, hit.excerpt
    quote = Text("…" if part.cut_before else "")
    at = part.start
    for start, end in part.marks:
        quote.append(document.text[at:start]).append(document.text[start:end], style="bold")
        at = end
    quote.append(document.text[at : part.end]).append("…" if part.cut_after else "")
    source = source_url(hit) or document.source
    lines: list[RenderableType] = [Text(f"\n{number}. {document.title}", style="bold cyan")]
    if line := byline(document):
        lines.append(Text(line, style="dim"))
    lines += [_block(quote), Text(f"{locale.text('answer-source')}: {source}", style="dim")]
    return lines


def _block(quote: Text) -> RenderableType:
    """A quote, set off by a bar before each of its lines."""
    lines = [Text("│ ").append_text(line) for line in quote.split("\n") if line.plain.strip()]
    return Group(*lines)


def _page(page: Page, locale: Locale) -> RenderableType:
    document, passage = page.passage.document, page.passage
    head = [document.title, byline(document), " › ".join(passage.headings)]
    place = locale.text("page-place", number=passage.ordinal + 1, total=page.total)
    lines = [line for line in (*head, place) if line]
    if page.standing is Standing.REVISED:
        lines.append(locale.text("page-revised"))
    lines.append(web_address(document) or document.source)
    return Group(Text("\n".join(lines), style="dim"), _block(Text(passage.text)))


def _catalogue(catalogue: Catalogue, locale: Locale) -> RenderableType:
    lines = [locale.text("catalogue-heading", count=catalogue.total)]
    lines += [
        " – ".join(part for part in (document.title, byline(document)) if part)
        for document in catalogue.documents
    ]
    if catalogue.pages > 1:
        lines.append(locale.text("answer-page", page=catalogue.page + 1, pages=catalogue.pages))
    return Text("\n".join(lines))
