"""An Answer as a message: heading, quotes with their sources, what can be done next."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.actions import ShowView, View
from bot.conversation.replies import Answer
from bot.wording.citation import Links, byline, headings, lasting, lasting_name, locator
from bot.wording.locale import Locale
from bot.wording.offers import offers
from bot.wording.quotes import add_span
from bot.wording.richtext import Message, Offer, RichText, line, message
from retrieval.model import Document, Hit, Verdict
from retrieval.queries.operators import MOST

TITLE_LIMIT, SOURCE_LIMIT = 100, 140
_MARKS = 10
_TERMS = 8


def render_answer(answer: Answer, locale: Locale, links: Links) -> Message:
    """One message. It fits, however long the titles: every part of it has its limit."""
    if answer.result.verdict is Verdict.NONE or not answer.result.hits:
        return _nothing(answer, locale, links)
    text = _heading(answer, locale)
    alone = answer.compact and len(answer.result.hits) == 1
    above: Document | None = None
    for number, hit in enumerate(answer.result.hits, start=answer.number):
        document = hit.passage.document
        text.add("\n\n" if document is not above else "\n")
        add_hit(text, hit, locale, links, None if alone else number, titled=document is not above)
        above = document
    return message(text, offers(answer, locale))


def add_hit(
    text: RichText,
    hit: Hit,
    locale: Locale,
    links: Links,
    number: int | None = None,
    *,
    titled: bool = True,
) -> RichText:
    """Title, publisher and date, the quote with what matched in bold, the source. Not `titled`:
    it stands below another quote of the same document."""
    document = hit.passage.document
    if number is not None:
        text.add(f"{number}. " if titled else f"{number}.")
    if titled:
        text.bold(line(document.title, TITLE_LIMIT))
    place = hit.excerpt.start
    told = byline(document, place) if titled else locator(document, place)
    label = "" if hit.quote.startswith(hit.passage.label) else hit.passage.label
    where = headings(document, place) if hit.passage.headings else ""
    told = " · ".join(part for part in (told, where, label if label not in where else "") if part)
    if source := line(told, SOURCE_LIMIT):
        text.add("\n" if titled else " ").add(source)
    if hit.newest is not None and titled:
        add_newest(text.add("\n"), hit.newest, locale, links)
    text.add("\n")
    if hit.speaker is not None:
        text.add(f"{line(hit.speaker, TITLE_LIMIT)}\n")  # who says it, in an interview
    add_quote(text, hit, links)
    add_source(text.add("\n"), hit, locale, links)
    return text.add(f" · {locale.text('answer-also', count=hit.also)}") if hit.also else text


def add_newest(text: RichText, newest: Document, locale: Locale, links: Links) -> RichText:
    """That this is an older version, with a way to the newest."""
    date = f" ({newest.published})" if newest.published else ""
    label, place = f"{locale.text('answer-older')}{date}", links.document(newest)
    return text.link(label, place) if place else text.add(f"{label} {lasting(newest)}")


def add_source(text: RichText, hit: Hit, locale: Locale, links: Links) -> RichText:
    """Where the quote can be read: its address on the web, or its place in this collection."""
    if links.web(hit.passage.document):
        text.link(f"🔗 {locale.text('answer-source')}", links.hit(hit))
        if copy := links.copy(hit):
            text.add(" · ").link(locale.text("answer-copy"), copy)
        return text
    place, label = links.hit(hit), f"📖 {locale.text('answer-collection')}"
    if place is not None:
        return text.link(label, place)
    return text.add(f"{label} {lasting_name(hit)}")


def add_quote(text: RichText, hit: Hit, links: Links) -> RichText:
    """The excerpt, to the letter; `…` where the passage goes on."""
    part = hit.excerpt
    longest = sorted(part.marks, key=lambda mark: mark[0] - mark[1])[:_MARKS]
    around = ("…" if part.cut_before else "", "…" if part.cut_after else "")
    span = (part.start, part.end)
    return add_span(text, hit.passage.document, span, sorted(longest), links, around)


def _heading(answer: Answer, locale: Locale) -> RichText:
    result = answer.result
    if result.lookup is not None:
        asked, counts = line(result.lookup, 60), (result.total, result.documents)
        lines = [locale.text("answer-lookup", asked=asked, passages=counts[0], documents=counts[1])]
    else:
        possible = result.verdict is Verdict.POSSIBLE
        lines = [locale.text("answer-possible" if possible else "answer-found")]
    if answer.pages > 1 and answer.view.page:
        lines.append(locale.text("answer-page", page=answer.view.page + 1, pages=answer.pages))
    lines += _remarks(answer, locale)
    return RichText().add("\n".join(lines))


def _remarks(answer: Answer, locale: Locale) -> list[str]:
    """What is to be known of an answer, or of there being none."""
    result, lines = answer.result, []
    if result.missing:
        lines.append(locale.text("answer-missing", terms=_listed(result.missing)))
    if answer.filters:
        lines.append(locale.text("answer-filters", filters=_listed(answer.filters)))
    if answer.view.document is not None and result.hits:
        only = line(result.hits[0].passage.document.title, 60)
        lines.append(locale.text("answer-only", title=only))
    if answer.truncated is not None:
        lines.append(locale.text("answer-truncated", characters=answer.truncated))
    if result.ignored_filters:
        unused = _listed(result.ignored_filters)
        lines.append(locale.text("answer-ignored", most=MOST, filters=unused))
    if result.partial:
        lines.append(locale.text("answer-partial"))
    if result.foreign:
        lines.append(locale.text("answer-language"))
    if answer.revised:
        lines.append(locale.text("answer-revised"))
    if answer.follows is not None:
        lines.append(locale.text("answer-follows", question=line(answer.follows, 60)))
    lines += [
        locale.text(
            f"answer-bridge-{bridge.kind}",
            asked=line(bridge.asked, 40),
            found=line(bridge.found, 40),
        )
        for bridge in result.bridges[:3]
    ]
    return lines


def _nothing(answer: Answer, locale: Locale, links: Links) -> Message:
    result = answer.result
    if result.query.empty:
        return message(RichText().add(locale.text("question-empty")))
    if result.unmatched_filters:
        shown = " ".join(line(f, 60) for f in result.unmatched_filters[:3])
        return message(RichText().add(locale.text("answer-none-filtered", filter=shown)))
    text = RichText().add("\n".join([locale.text("answer-none"), *_remarks(answer, locale)]))
    if result.suggestions:
        text.add("\n").add(locale.text("answer-suggestion", terms=_listed(result.suggestions)))
    if result.nearest:
        text.add("\n\n").add(locale.text("answer-nearest"))
        for document in result.nearest:
            text.add("\n• ").link(line(document.title, TITLE_LIMIT), links.document(document))
    # A word taken literally may be nowhere; the answer before that must not be lost.
    back = [Offer(locale.text("button-back"), ShowView(answer.question, View()))]
    return message(text, [back] if answer.view != View() else [])


def _listed(terms: Sequence[str]) -> str:
    return " · ".join(line(term, 30) for term in terms[:_TERMS])
