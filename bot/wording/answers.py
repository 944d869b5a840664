"""An Answer as a message: heading, quotes with their sources, what can be done next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.actions import CastVote, Order, Plain, ShowPlace, ShowView, View
from bot.conversation.messages import Answer
from bot.wording.citation import byline, lasting_name
from bot.wording.links import Links
from bot.wording.locale import Locale
from bot.wording.quotes import add_span
from bot.wording.richtext import Message, Offer, RichText, line, message
from retrieval.model import Hit, Verdict
from retrieval.places import Place

TITLE_LIMIT = 100
_MARKS = 10
_TERMS = 8


def render_answer(answer: Answer, locale: Locale, links: Links) -> Message:
    """One message. It fits, however long the titles: every part of it has its limit."""
    if answer.result.verdict is Verdict.NONE or not answer.result.hits:
        return _nothing(answer, locale, links)
    text = _heading(answer, locale)
    for number, hit in enumerate(answer.result.hits, start=answer.number):
        alone = answer.compact and len(answer.result.hits) == 1
        add_hit(text.add("\n\n"), hit, locale, links, None if alone else number)
    return message(text, _buttons(answer, answer.result.hits, locale))


def add_hit(
    text: RichText, hit: Hit, locale: Locale, links: Links, number: int | None = None
) -> RichText:
    """Title, publisher and date, the quote with what matched in bold, the source."""
    document = hit.passage.document
    if number is not None:
        text.add(f"{number}. ")
    text.bold(line(document.title, TITLE_LIMIT))
    if source := line(byline(document), TITLE_LIMIT):
        text.add("\n").add(source)
    text.add("\n")
    add_quote(text, hit, links)
    return add_source(text.add("\n"), hit, locale, links)


def add_source(text: RichText, hit: Hit, locale: Locale, links: Links) -> RichText:
    """Where the quote can be read: its address on the web, or its place in this collection."""
    if links.web(hit.passage.document):
        return text.link(f"🔗 {locale.text('answer-source')}", links.hit(hit))
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
    possible = answer.result.verdict is Verdict.POSSIBLE
    lines = [locale.text("answer-possible" if possible else "answer-found")]
    if answer.pages > 1 and answer.view.page:
        lines.append(locale.text("answer-page", page=answer.view.page + 1, pages=answer.pages))
    if answer.truncated is not None:
        lines.append(locale.text("answer-truncated", characters=answer.truncated))
    if answer.revised:
        lines.append(locale.text("answer-revised"))
    lines += [
        locale.text(
            f"answer-bridge-{bridge.kind}",
            asked=line(bridge.asked, 40),
            found=line(bridge.found, 40),
        )
        for bridge in answer.result.bridges[:3]
    ]
    return RichText().add("\n".join(lines))


def _nothing(answer: Answer, locale: Locale, links: Links) -> Message:
    result = answer.result
    if result.query.empty:
        return message(RichText().add(locale.text("question-empty")))
    if result.unmatched_filters:
        shown = " ".join(line(f, 60) for f in result.unmatched_filters[:3])
        return message(RichText().add(locale.text("answer-none-filtered", filter=shown)))
    text = RichText().add(locale.text("answer-none"))
    if answer.revised:
        text.add("\n").add(locale.text("answer-revised"))
    if answer.truncated is not None:
        text.add("\n").add(locale.text("answer-truncated", characters=answer.truncated))
    if result.missing:
        text.add("\n").add(locale.text("answer-missing", terms=_listed(result.missing)))
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


def _buttons(answer: Answer, hits: Sequence[Hit], locale: Locale) -> list[list[Offer]]:
    question, view = answer.question, answer.view
    numbered = enumerate(hits, start=answer.number)
    labels = {
        number: locale.text("button-read-one")
        if len(hits) == 1
        else locale.text("button-read", number=number)
        for number, _ in enumerate(hits, start=answer.number)
    }
    read = [
        Offer(labels[number], ShowPlace(Place.of(hit.passage, hit.excerpt), question, view))
        for number, hit in numbered
    ]
    votes = [Offer("👍", CastVote(question, 1)), Offer("👎", CastVote(question, -1))]
    literal = [
        Offer(
            locale.text("button-literal", asked=line(bridge.asked, 20)),
            ShowView(question, View(literal=True)),
        )
        for bridge in answer.result.bridges
        if bridge.kind == "sound"
    ][:1]
    if answer.compact and len(read) == 1:
        return [[*read, *_pager(answer, locale)], [*votes], literal]
    pager, refine = _pager(answer, locale), _refine(answer, locale)
    ways = [[*pager, *refine]] if len(pager) == 1 else [pager, refine]
    return [read, *ways, votes, literal]


def _pager(answer: Answer, locale: Locale) -> list[Offer]:
    view, last = answer.view, answer.pages - 1
    if not last:
        return []
    if not view.page:
        return [Offer(locale.text("button-more"), ShowView(answer.question, _at(view, 1)))]
    row = [
        Offer("◀", ShowView(answer.question, _at(view, view.page - 1))),
        Offer(f"{view.page + 1}/{answer.pages}", Plain("nothing")),
    ]
    if view.page < last:
        row.append(Offer("▶", ShowView(answer.question, _at(view, view.page + 1))))
    return row


def _refine(answer: Answer, locale: Locale) -> list[Offer]:
    """Another order where it makes a difference, and the way out of a single document."""
    question, view = answer.question, answer.view
    if view.document is not None:
        return [
            Offer(
                locale.text("button-all"), ShowView(question, replace(view, document=None, page=0))
            )
        ]
    if answer.result.dates < 2:
        return []
    if view.order is Order.NEWEST:
        return [
            Offer(
                locale.text("button-relevance"),
                ShowView(question, replace(view, order=Order.RELEVANCE, page=0)),
            )
        ]
    return [
        Offer(
            locale.text("button-newest"),
            ShowView(question, replace(view, order=Order.NEWEST, page=0)),
        )
    ]


def _at(view: View, page: int) -> View:
    return replace(view, page=page)
