"""Replies → messages. Ends in `assert_never`: a reply it forgot fails type checking."""

from __future__ import annotations

from typing import assert_never

from bot.conversation.actions import (
    ChooseLanguage,
    Plain,
    ShowPlace,
    ShowReason,
    ShowView,
)
from bot.conversation.replies import (
    Answer,
    Belongings,
    Catalogue,
    Choice,
    Citation,
    Claims,
    Documents,
    File,
    Greeting,
    Listing,
    Notice,
    Page,
    Reason,
    Reloaded,
    Reply,
    Summary,
)
from bot.wording.answers import render_answer
from bot.wording.citation import Links, full_citation
from bot.wording.findings import (
    belongings_text,
    file_text,
    render_claims,
    render_documents,
    render_greeting,
    render_listing,
)
from bot.wording.locale import Locale
from bot.wording.pages import render_catalogue, render_page
from bot.wording.reports import reload_lines, summary_lines
from bot.wording.richtext import Message, Offer, RichText, Style, clipped, line, message

_DECISIONS = (
    ("button-reload-serve", Plain("reload-serve")),
    ("button-reload-keep", Plain("reload-keep")),
)
_ALERT = 200
"""UTF-16 units of a short word beside a message: as many as Telegram shows in a pop-up."""


def render(reply: Reply, locale: Locale, links: Links, *, buttons: bool = True) -> Message:
    """The message for `reply` in the language of `locale`, linking as the platform can; without
    `buttons`, what can be typed next stands below."""
    found = _render(reply, locale, links)
    if not buttons:
        add_typed_forms(found, locale)
    return found


def _render(reply: Reply, locale: Locale, links: Links) -> Message:
    match reply:
        case Answer():
            return render_answer(reply, locale, links)
        case Page():
            return render_page(reply, locale, links)
        case Catalogue():
            return render_catalogue(reply, locale)
        case Notice():
            return message(locale.text(reply.key, **reply.params))
        case Choice(notice, options):
            rows = [[Offer(locale.text(key), action)] for key, action in options]
            return message(locale.text(notice.key, **notice.params), rows)
        case Claims():
            return render_claims(reply, locale, links)
        case Documents():
            return render_documents(reply, locale, links)
        case Listing():
            return render_listing(reply, locale, links)
        case Greeting():
            return render_greeting(reply, locale)
        case File():
            return message(file_text(reply))
        case Belongings():
            return message(belongings_text(reply))
        case Summary():
            return message("\n".join(summary_lines(reply, locale, line)))
        case Reloaded():
            rows = [[Offer(locale.text(key), act)] for key, act in _DECISIONS if reply.doubts]
            return message("\n".join(reload_lines(reply, locale, line)), rows)
        case Reason():
            return message(alert(reply, locale))
        case Citation(hit):
            text = RichText()
            with text.styled(Style.CODE):
                text.add(full_citation(hit))
            return message(text)
        case _:
            assert_never(reply)


def alert(reply: Notice | Reason, locale: Locale) -> str:
    """The reply in at most 200 UTF-16 units, for a pop-up."""
    if isinstance(reply, Notice):
        return clipped(locale.text(reply.key, **reply.params), _ALERT)
    lines = [
        locale.text(f"why-{b.kind}", asked=line(b.asked, 30), found=line(b.found, 30))
        for b in reply.bridges[:2]
    ]
    if reply.terms:
        lines.insert(0, locale.text("why-terms", terms=" · ".join(reply.terms)))
    return clipped("\n".join(lines) or locale.text("why-nothing"), _ALERT)


def add_typed_forms(found: Message, locale: Locale) -> None:
    """Below a message, for those without buttons: numbers of what can be chosen, and the first
    words for the rest."""
    offers = [offer for row in found.rows for offer in row]
    choices = [o for o in offers if isinstance(o.does, ChooseLanguage | Plain) and _chosen(o.does)]
    for number, offer in enumerate(choices, start=1):
        found.text.add(f"\n{number} {offer.label}")
    words = dict.fromkeys(
        word for offer in offers if (word := _typed_form(offer.does, locale)) is not None
    )
    if words and not choices:
        found.text.add("\n\n" + locale.text("typed-hint", words=" · ".join(words)))


def _chosen(action: ChooseLanguage | Plain) -> bool:
    return isinstance(action, ChooseLanguage) or action.name in ("forget", "keep")


def _typed_form(does: object, locale: Locale) -> str | None:
    """What to type for an action, by its most usual word."""
    match does:
        case ShowPlace(place, question) if question is not None:
            name = "read" if place.quote is not None else "next"
        case ShowView(_, view) if view.page:
            name = "more"
        case ShowReason():
            name = "why"
        case _:
            return None
    word = locale.text(f"typed-{name}").partition("|")[0].strip()
    return f"{word} 1" if name == "read" else word
