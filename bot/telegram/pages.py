"""The reader and the catalogue as Telegram messages."""

from __future__ import annotations

from telegram import CopyTextButton, InlineKeyboardButton, MessageEntity

from bot.conversation.messages import Catalogue, Page, Standing, View
from bot.conversation.reading import DOCUMENTS_PER_PAGE
from bot.telegram.answers import TITLE_LIMIT
from bot.telegram.buttons import Plain, ShowCatalogue, ShowPlace, ShowReason, ShowView
from bot.telegram.links import web_url
from bot.telegram.outgoing import Outgoing, button, line, outgoing
from bot.telegram.richtext import RichText, units
from bot.wording.citation import byline, citation
from bot.wording.locale import Locale
from retrieval.places import Place, key

_HEADINGS_LIMIT = 200
_PUBLISHERS = 16
_COPY_LIMIT = 256


def render_page(page: Page, locale: Locale) -> Outgoing:
    """A passage in its document: title, headings, the text with the quote marked, ways on."""
    passage, document = page.passage, page.passage.document
    text = RichText().bold(line(document.title, TITLE_LIMIT))
    if source := line(byline(document), TITLE_LIMIT):
        text.add("\n").add(source)
    if passage.headings:
        text.add("\n").add(line(" › ".join(passage.headings), _HEADINGS_LIMIT))
    if page.standing is Standing.REVISED:
        text.add("\n\n").add(locale.text("page-revised"))
    text.add("\n\n")
    with text.entity(MessageEntity.BLOCKQUOTE):
        at = passage.start
        for start, end in page.marks:
            text.add(document.text[at:start]).bold(document.text[start:end])
            at = end
        text.add(document.text[at : passage.end])
    if web_url(document) is None:
        text.add("\n").add(locale.text("page-no-url"))
    return outgoing(text, _page_buttons(page, locale))


def _page_buttons(page: Page, locale: Locale) -> list[list[InlineKeyboardButton]]:
    passage, document, question = page.passage, page.passage.document, page.question
    turn = [
        button("◀", ShowPlace(Place.of(page.before), question, page.view)) if page.before else None,
        button(
            locale.text("page-place", number=passage.ordinal + 1, total=page.total),
            Plain("nothing"),
        ),
        button("▶", ShowPlace(Place.of(page.after), question, page.view)) if page.after else None,
    ]
    copied = CopyTextButton(citation(document, _COPY_LIMIT, units))
    cite = InlineKeyboardButton(locale.text("button-cite"), copy_text=copied)
    url = web_url(document)
    source = [InlineKeyboardButton(locale.text("button-source"), url=url)] if url else []
    rows = [[b for b in turn if b], [cite, *source]]
    if question is None:
        rows.append([button(locale.text("button-all"), ShowCatalogue(0))])
        if page.random:
            rows[-1].insert(0, button(locale.text("button-another"), Plain("random")))
        return rows
    refine = []
    if page.marks:
        start, end = page.marks[0]
        here = Place(
            key(document.id),
            key(passage.id),
            passage.ordinal,
            (start - passage.start, end - passage.start),
        )
        refine.append(button(locale.text("button-why"), ShowReason(question, page.view, here)))
    if page.view.document is None:
        only = View(document=key(document.id), literal=page.view.literal)
        refine.append(button(locale.text("button-only"), ShowView(question, only)))
    return [*rows, refine, [button(locale.text("button-back"), ShowView(question, page.view))]]


def render_catalogue(catalogue: Catalogue, locale: Locale) -> Outgoing:
    """Documents with publisher and date; a number opens one, a publisher narrows the list."""
    text = RichText().add(locale.text("catalogue-heading", count=catalogue.total))
    if catalogue.publisher is not None:
        text.add("\n").add(_publisher(catalogue, catalogue.publisher, locale))
    first = catalogue.page * DOCUMENTS_PER_PAGE + 1
    for number, document in enumerate(catalogue.documents, start=first):
        text.add(f"\n\n{number}. ").bold(line(document.title, TITLE_LIMIT))
        text.add("\n").add(line(byline(document), TITLE_LIMIT) or locale.text("quote-undated"))
    numbers = [
        button(str(number), ShowPlace(Place.beginning(document)))
        for number, document in enumerate(catalogue.documents, start=first)
    ]
    turn = []
    only = None if catalogue.publisher is None else publisher_key(catalogue, catalogue.publisher)
    if catalogue.page:
        turn.append(button("◀", ShowCatalogue(catalogue.page - 1, only)))
    if catalogue.pages > 1:
        turn.append(button(f"{catalogue.page + 1}/{catalogue.pages}", Plain("nothing")))
    if catalogue.page + 1 < catalogue.pages:
        turn.append(button("▶", ShowCatalogue(catalogue.page + 1, only)))
    return outgoing(text, [numbers[:4], numbers[4:], turn, *_narrow(catalogue, locale)])


def _narrow(catalogue: Catalogue, locale: Locale) -> list[list[InlineKeyboardButton]]:
    if catalogue.publisher is not None:
        return [[button(locale.text("button-every-publisher"), ShowCatalogue(0))]]
    if len(catalogue.publishers) < 2:
        return []
    shown = range(min(len(catalogue.publishers), _PUBLISHERS))
    chips = [
        button(_publisher(catalogue, n, locale), ShowCatalogue(0, publisher_key(catalogue, n)))
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
