"""Replies → messages. Ends in `assert_never`: a reply it forgot fails type checking."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import assert_never

from bot.conversation import replies
from bot.conversation.actions import GiveReason, Plain
from bot.wording import Message, Offer, RichText, Style, clipped, line, message, ways
from bot.wording.answers import render_answer, render_claims, render_documents, render_listing
from bot.wording.citation import Links, byline, full_citation, shortened
from bot.wording.corpus import reload_lines, render_catalogue, render_page, summary_lines
from bot.wording.locale import TYPED, Locale
from retrieval.indexing.changes import Changes

_DECISIONS = (
    ("button-reload-serve", Plain("reload-serve")),
    ("button-reload-keep", Plain("reload-keep")),
)
_FIRST = ("read", "more", "file", "copy", "why", "another")
"""What is shown first of what can be typed."""
_HINTS = 2
_TERMS = 4
"""Words, and pairs of them, that a reason names at most."""
_ALERT = 200
"""UTF-16 units of a short word beside a message: as many as Telegram shows in a pop-up."""


def render(
    reply: replies.Reply,
    locale: Locale,
    links: Links,
    *,
    buttons: bool = True,
    reasons: Sequence[GiveReason] = (),
) -> Message:
    """The message for `reply` in the language of `locale`, linking as the platform can; without
    `buttons`, what can be typed next stands below."""
    found = _render(reply, locale, links)
    if not buttons:
        add_typed_forms(found, reply, locale, reasons)
    return found


def _render(reply: replies.Reply, locale: Locale, links: Links) -> Message:
    match reply:
        case replies.Answer():
            return render_answer(reply, locale, links)
        case replies.Page():
            return render_page(reply, locale, links)
        case replies.Catalogue():
            return render_catalogue(reply, locale)
        case replies.Notice():
            return message(locale.text(reply.key, **reply.params))
        case replies.Choice(notice, options):
            labels = enumerate((locale.text(key) for key, _ in options), start=1)
            rows = [ways(reply, (f"read {n}", label)) for n, label in labels]
            return message(locale.text(notice.key, **notice.params), rows)
        case replies.Claims():
            return render_claims(reply, locale, links)
        case replies.Documents():
            return render_documents(reply, locale, links)
        case replies.Listing():
            return render_listing(reply, locale, links)
        case replies.Greeting():
            return _greeting(reply, locale)
        case replies.File():
            return message(file_text(reply))
        case replies.Belongings():
            return message(belongings_text(reply))
        case replies.Summary():
            return message("\n".join(summary_lines(reply, locale)))
        case Changes():
            rows = [[Offer(locale.text(key), act)] for key, act in _DECISIONS if reply.doubts]
            return message("\n".join(reload_lines(reply, locale)), rows)
        case replies.Reason():
            return message(alert(reply, locale))
        case replies.Citation(hit):
            text = RichText()
            with text.styled(Style.CODE):
                text.add(full_citation(hit, links))
            return message(text)
        case _:
            assert_never(reply)


def _greeting(greeting: replies.Greeting, locale: Locale) -> Message:
    """What the corpus is, and questions to begin with."""
    text = RichText().add(locale.text("start")).add("\n\n")
    text.add("\n".join(summary_lines(greeting.summary, locale)[:2]))
    chinese = all(tag.startswith("zh") for tag in greeting.languages)
    if locale.language == "en" and greeting.languages and chinese:
        text.add("\n" + locale.text("start-language"))
    if greeting.examples:
        text.add("\n\n" + locale.text("start-examples"))
    asked = (line(example.questions[locale.language], 60) for example in greeting.examples)
    rows = [ways(greeting, (f"read {n}", question)) for n, question in enumerate(asked, start=1)]
    return message(text, rows)


def belongings_text(belongings: replies.Belongings) -> str:
    """All that is kept of a person, for people and programs to read."""
    return json.dumps(belongings.rows, ensure_ascii=False, indent=1) + "\n"


def file_name(file: replies.File) -> str:
    """What a document is called as a file."""
    return f"{shortened(file.document.title, 60)}.txt"


def file_text(file: replies.File) -> str:
    """A document as a plain text: title, publisher and date, source, then its own text."""
    document = file.document
    head = [document.title, byline(document), document.url or ""]
    return "\n".join(part for part in head if part) + "\n\n" + document.text + "\n"


def alert(reply: replies.Notice | replies.Reason, locale: Locale) -> str:
    """The reply in at most 200 UTF-16 units, for a pop-up."""
    if isinstance(reply, replies.Notice):
        return clipped(locale.text(reply.key, **reply.params), _ALERT)
    why = reply.because
    lines = [
        locale.text(key, terms=" · ".join(line(term, 30) for term in terms[:_TERMS]))
        for key, terms in (("why-terms", why.words), ("why-runs", why.runs))
        if terms
    ]
    told = {(b.asked, b.found): f"why-{b.kind}" for b in reversed(why.bridges)}
    pairs = [(key, pair) for pair, key in reversed(told.items())]  # the first kind of each
    pairs += [("why-number", pair) for pair in why.numbers]
    pairs += [("why-near", pair) for pair in why.near]
    pairs += [("why-form", pair) for pair in why.forms]
    lines += [
        locale.text(key, asked=line(asked, 30), found=line(found, 30))
        for key, (asked, found) in pairs[:_TERMS]
    ]
    if not lines:
        lines = [locale.text("why-named")]
    if why.titled:
        titled = " · ".join(line(term, 30) for term in why.titled[:_TERMS])
        lines.append(locale.text("why-title", terms=titled))
    return clipped("\n".join(lines), _ALERT)


def add_typed_forms(
    found: Message, reply: replies.Reply, locale: Locale, reasons: Sequence[GiveReason] = ()
) -> None:
    """Below a message, for those without buttons: numbers of what can be chosen, or the two
    words that matter most; after a vote, the `reasons` that can be given."""
    offers = [offer for row in found.rows for offer in row]
    if isinstance(reply, replies.Choice | replies.Greeting):
        for number, offer in enumerate(offers, start=1):
            found.text.add(f"\n{number} {offer.label}")
        return
    words: dict[int, str] = {}
    for offer in offers:
        if offer.typed:
            name, word = offer.typed.partition(" ")[0], typed_form(offer, locale)
            rank = _FIRST.index(name) if name in _FIRST else len(_FIRST)
            words[rank] = min(words.get(rank, word), word)
    hints = [words[rank] for rank in sorted(words)][:_HINTS]
    shown = [_word(one.reason, locale) for one in reasons] or hints
    if shown:
        found.text.add("\n\n" + locale.text("typed-hint", words=" · ".join(shown)))


def typed_form(offer: Offer, locale: Locale) -> str:
    """What to type for what is offered, as `typed.typed` understands it; empty for what a client
    does by itself, and for what does nothing."""
    name, space, number = offer.typed.partition(" ")
    return f"{_word(name, locale)}{space}{number}" if name in TYPED else offer.typed


def _word(name: str, locale: Locale) -> str:
    return locale.text(f"typed-{name}").partition("|")[0].strip()
