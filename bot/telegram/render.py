"""Replies → Telegram messages. Ends in `assert_never`: a reply it forgot fails type checking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.locale import Locale
from bot.messages import Answer, Catalogue, Notice, Page, Reason, Reloaded, Reply, Summary
from bot.telegram.answers import render_answer
from bot.telegram.outgoing import ALERT_LIMIT, Outgoing, clipped, line, outgoing, plain
from bot.telegram.pages import render_catalogue, render_page
from bot.telegram.richtext import RichText

_LISTED = 8
_ITEM = 80


def render(reply: Reply, locale: Locale, username: str) -> Outgoing:
    """The message for `reply` in the language of `locale`; `username` is the bot's."""
    match reply:
        case Answer():
            return render_answer(reply, locale, username)
        case Page():
            return render_page(reply, locale)
        case Catalogue():
            return render_catalogue(reply, locale)
        case Notice():
            return plain(locale.text(reply.key, **reply.params))
        case Summary():
            return _summary(reply, locale)
        case Reloaded():
            return plain(_reloaded(reply, locale))
        case Reason():
            return plain(alert(reply, locale))
        case _:
            assert_never(reply)


def alert(reply: Notice | Reason, locale: Locale) -> str:
    """The reply as a pop-up: at most 200 characters."""
    if isinstance(reply, Notice):
        return clipped(locale.text(reply.key, **reply.params), ALERT_LIMIT)
    lines = [
        locale.text(f"why-{b.kind}", asked=line(b.asked, 30), found=line(b.found, 30))
        for b in reply.bridges[:2]
    ]
    if reply.terms:
        lines.insert(0, locale.text("why-terms", terms=" · ".join(reply.terms)))
    return clipped("\n".join(lines) or locale.text("why-nothing"), ALERT_LIMIT)


def _summary(summary: Summary, locale: Locale) -> Outgoing:
    lines = [
        locale.text("about", documents=summary.documents, passages=summary.passages),
    ]
    if summary.earliest and summary.latest and summary.earliest != summary.latest:
        lines.append(locale.text("about-dates", earliest=summary.earliest, latest=summary.latest))
    elif summary.earliest:
        lines.append(locale.text("about-date", earliest=summary.earliest))
    text = RichText().add("\n".join(lines))
    if summary.publishers:
        text.add("\n\n").add(locale.text("about-publishers"))
        for publisher, count in summary.publishers[: 3 * _LISTED]:
            name = line(publisher, _ITEM)
            text.add("\n• ").add(locale.text("about-publisher", publisher=name, count=count))
    if summary.unattributed:
        text.add("\n").add(locale.text("about-unattributed", count=summary.unattributed))
    return outgoing(text)


def _reloaded(reloaded: Reloaded, locale: Locale) -> str:
    key = "reload-unchanged" if reloaded.unchanged else "reload-done"
    lines = [
        locale.text(
            key,
            documents=reloaded.documents,
            passages=reloaded.passages,
            seconds=reloaded.seconds,
        )
    ]
    if not reloaded.unchanged:
        lines.append(
            locale.text(
                "reload-passages", added=reloaded.passages_added, removed=reloaded.passages_removed
            )
        )
    for heading, titles in (
        ("reload-added", reloaded.added),
        ("reload-changed", reloaded.changed),
        ("reload-removed", reloaded.removed),
    ):
        items = [locale.text("reload-item", title=line(t, _ITEM)) for t in titles]
        lines += _listed(heading, items, locale)
    skips = [
        locale.text("reload-skip", path=line(path, _ITEM), reason=line(reason, 160))
        for path, reason in reloaded.skipped
    ]
    return "\n".join([*lines, *_listed("reload-skipped", skips, locale)])


def _listed(heading: str, items: Sequence[str], locale: Locale) -> list[str]:
    """A heading with its count and the first items, or nothing where there are none."""
    if not items:
        return []
    lines = [locale.text(heading, count=len(items)), *items[:_LISTED]]
    if len(items) > _LISTED:
        lines.append(locale.text("reload-more", count=len(items) - _LISTED))
    return lines
