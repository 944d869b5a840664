"""Replies → Telegram messages. Ends in `assert_never`: a reply it forgot fails type checking."""

from __future__ import annotations

from typing import assert_never

from bot.conversation.messages import (
    Answer,
    Catalogue,
    Notice,
    Page,
    Reason,
    Reloaded,
    Reply,
    Summary,
)
from bot.telegram.answers import render_answer
from bot.telegram.outgoing import ALERT_LIMIT, Outgoing, clipped, line, plain
from bot.telegram.pages import render_catalogue, render_page
from bot.wording.locale import Locale
from bot.wording.reports import reload_lines, summary_lines


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
            return plain("\n".join(summary_lines(reply, locale, line)))
        case Reloaded():
            return plain("\n".join(reload_lines(reply, locale, line)))
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
