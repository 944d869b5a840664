"""The reader and the catalogue as messages."""

from __future__ import annotations

from bot.conversation.actions import (
    Plain,
    ShowCatalogue,
    ShowPlace,
    ShowReason,
    ShowView,
    View,
)
from bot.conversation.replies import Catalogue, Page, Standing
from bot.wording.answers import TITLE_LIMIT, add_newest
from bot.wording.citation import Links, byline, citation
from bot.wording.locale import Locale
from bot.wording.quotes import add_span
from bot.wording.richtext import (
    Copy,
    Message,
    Offer,
    Open,
    RichText,
    line,
    message,
    units,
)
from retrieval.places import Place, key

_HEADINGS_LIMIT = 200
_PUBLISHERS = 16
_COPY_LIMIT = 256


def render_page(page: Page, locale: Locale, links: Links) -> Message:
    """A passage in its document: title, headings, the text with the quote marked, ways on."""
    passage, document = page.passage, page.passage.document
    text = RichText().bold(line(document.title, TITLE_LIMIT))
    if source := line(byline(document, passage.start), TITLE_LIMIT):
        text.add("\n").add(source)
    if passage.headings:
        text.add("\n").add(line(" › ".join(passage.headings), _HEADINGS_LIMIT))
    if page.newest is not None:
        add_newest(text.add("\n"), page.newest, locale, links)
    if page.standing is Standing.REVISED:
        text.add("\n\n").add(locale.text("page-revised"))
    text.add("\n\n")
    add_span(text, document, (passage.start, passage.end), page.marks, links)
    if links.web(document) is None:
        text.add("\n").add(locale.text("page-no-url"))
    return message(text, _ways(page, locale, links))


def _ways(page: Page, locale: Locale, links: Links) -> list[list[Offer]]:
    passage, document, question = page.passage, page.passage.document, page.question
    turn = [
        Offer("◀", ShowPlace(Place.of(page.before), question, page.view)) if page.before else None,
        Offer(
            locale.text("page-place", number=passage.ordinal + 1, total=page.total),
            Plain("nothing"),
        ),
        Offer("▶", ShowPlace(Place.of(page.after), question, page.view)) if page.after else None,
    ]
    cite = Offer(locale.text("button-cite"), Copy(citation(document, _COPY_LIMIT, units)))
    url = links.web(document)
    source = [Offer(locale.text("button-source"), Open(url))] if url else []
    rows = [[b for b in turn if b], [cite, *source]]
    if question is None:
        rows.append([Offer(locale.text("button-all"), ShowCatalogue(0))])
        if page.random:
            rows[-1].insert(0, Offer(locale.text("button-another"), Plain("random")))
        return rows
    refine = []
    if page.quote is not None:
        why = ShowReason(question, page.view, page.quote)
        refine.append(Offer(locale.text("button-why"), why))
    if page.view.document is None:
        only = View(document=key(document.id), literal=page.view.literal)
        refine.append(Offer(locale.text("button-only"), ShowView(question, only)))
    return [*rows, refine, [Offer(locale.text("button-back"), ShowView(question, page.view))]]


def render_catalogue(catalogue: Catalogue, locale: Locale) -> Message:
    """Documents with publisher and date; a number opens one, a publisher narrows the list."""
    text = RichText().add(locale.text("catalogue-heading", count=catalogue.total))
    if catalogue.publisher is not None:
        text.add("\n").add(_publisher(catalogue, catalogue.publisher, locale))
    first = catalogue.first
    for number, document in enumerate(catalogue.documents, start=first):
        text.add(f"\n\n{number}. ").bold(line(document.title, TITLE_LIMIT))
        text.add("\n").add(line(byline(document), TITLE_LIMIT) or locale.text("quote-undated"))
    numbers = [
        Offer(str(number), ShowPlace(Place.beginning(document)))
        for number, document in enumerate(catalogue.documents, start=first)
    ]
    turn = []
    only = None if catalogue.publisher is None else publisher_key(catalogue, catalogue.publisher)
    if catalogue.page:
        turn.append(Offer("◀", ShowCatalogue(catalogue.page - 1, only)))
    if catalogue.pages > 1:
        turn.append(Offer(f"{catalogue.page + 1}/{catalogue.pages}", Plain("nothing")))
    if catalogue.page + 1 < catalogue.pages:
        turn.append(Offer("▶", ShowCatalogue(catalogue.page + 1, only)))
    return message(text, [numbers[:4], numbers[4:], turn, *_narrow(catalogue, locale)])


def _narrow(catalogue: Catalogue, locale: Locale) -> list[list[Offer]]:
    if catalogue.publisher is not None:
        return [[Offer(locale.text("button-every-publisher"), ShowCatalogue(0))]]
    if len(catalogue.publishers) < 2:
        return []
    shown = range(min(len(catalogue.publishers), _PUBLISHERS))
    chips = [
        Offer(_publisher(catalogue, n, locale), ShowCatalogue(0, publisher_key(catalogue, n)))
        for n in shown
    ]
    return [chips[at : at + 2] for at in range(0, len(chips), 2)]


def publisher_key(catalogue: Catalogue, number: int) -> str:
    """What a button names a publisher by: its place in the list changes with the corpus."""
    return key(catalogue.publishers[number][0] or "")


def _publisher(catalogue: Catalogue, number: int, locale: Locale) -> str:
    name, count = catalogue.publishers[number]
    shown = line(name, 30) if name else locale.text("catalogue-unattributed")
    return locale.text("about-publisher", publisher=shown, count=count)
