"""An Answer as a Telegram message: heading, quotes with their sources, buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from telegram import InlineKeyboardButton, MessageEntity

from bot.conversation.assistant import PAGE
from bot.conversation.messages import Answer, Order, View
from bot.telegram.buttons import CastVote, Plain, ShowPlace, ShowView
from bot.telegram.links import document_url, hit_url, web_url
from bot.telegram.outgoing import Outgoing, button, line, outgoing
from bot.telegram.richtext import RichText
from bot.wording.citation import byline
from bot.wording.locale import Locale
from retrieval.model import Hit, Verdict
from retrieval.places import Place
from retrieval.ranking.searcher import FIRST_PAGE

TITLE_LIMIT = 100
_MARKS = 12
_TERMS = 8


def render_answer(answer: Answer, locale: Locale, username: str) -> Outgoing:
    """One message. It fits, however long the titles: every part of it has its limit."""
    if answer.result.verdict is Verdict.NONE or not answer.result.hits:
        return _nothing(answer, locale, username)
    text = _heading(answer, locale)
    for number, hit in enumerate(answer.result.hits, start=first_number(answer)):
        alone = answer.compact and len(answer.result.hits) == 1
        add_hit(text.add("\n\n"), hit, locale, username, None if alone else number)
    return outgoing(text, _buttons(answer, answer.result.hits, locale))


def first_number(answer: Answer) -> int:
    """The number, from 1, of the first hit on the page shown."""
    first = 1 if answer.compact else FIRST_PAGE
    return 1 + (first + PAGE * (answer.view.page - 1) if answer.view.page else 0)


def add_hit(
    text: RichText, hit: Hit, locale: Locale, username: str, number: int | None = None
) -> RichText:
    """Title, publisher and date, the quote with what matched in bold, the source."""
    document = hit.passage.document
    if number is not None:
        text.add(f"{number}. ")
    text.bold(line(document.title, TITLE_LIMIT))
    if source := line(byline(document), TITLE_LIMIT):
        text.add("\n").add(source)
    text.add("\n")
    add_quote(text, hit)
    # Without an address of its own, a document opens in the bot's reader.
    icon = "🔗" if web_url(document) else "📖"
    return text.add("\n").link(f"{icon} {locale.text('answer-source')}", hit_url(username, hit))


def add_quote(text: RichText, hit: Hit) -> RichText:
    """The excerpt, to the letter, in a block; `…` where the passage goes on."""
    source, part = hit.passage.document.text, hit.excerpt
    longest = sorted(part.marks, key=lambda mark: mark[0] - mark[1])[:_MARKS]
    with text.entity(MessageEntity.BLOCKQUOTE):
        text.add("…" if part.cut_before else "")
        at = part.start
        for start, end in sorted(longest):
            text.add(source[at:start]).bold(source[start:end])
            at = end
        text.add(source[at : part.end]).add("…" if part.cut_after else "")
    return text


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


def _nothing(answer: Answer, locale: Locale, username: str) -> Outgoing:
    result = answer.result
    if result.query.empty:
        return outgoing(RichText().add(locale.text("question-empty")))
    if result.unmatched_filters:
        shown = " ".join(line(f, 60) for f in result.unmatched_filters[:3])
        return outgoing(RichText().add(locale.text("answer-none-filtered", filter=shown)))
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
            text.add("\n• ").link(
                line(document.title, TITLE_LIMIT), document_url(document, username)
            )
    # A word taken literally may be nowhere; the answer before that must not be lost.
    back = [button(locale.text("button-back"), ShowView(answer.question, View()))]
    return outgoing(text, [back] if answer.view != View() else [])


def _listed(terms: Sequence[str]) -> str:
    return " · ".join(line(term, 30) for term in terms[:_TERMS])


def _buttons(
    answer: Answer, hits: Sequence[Hit], locale: Locale
) -> list[list[InlineKeyboardButton]]:
    question, view = answer.question, answer.view
    numbered = enumerate(hits, start=first_number(answer))
    labels = {
        number: locale.text("button-read-one")
        if len(hits) == 1
        else locale.text("button-read", number=number)
        for number, _ in enumerate(hits, start=first_number(answer))
    }
    read = [
        button(labels[number], ShowPlace(Place.of(hit.passage, hit.excerpt), question, view))
        for number, hit in numbered
    ]
    votes = [button("👍", CastVote(question, 1)), button("👎", CastVote(question, -1))]
    literal = [
        button(
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


def _pager(answer: Answer, locale: Locale) -> list[InlineKeyboardButton]:
    view, last = answer.view, answer.pages - 1
    if not last:
        return []
    if not view.page:
        return [button(locale.text("button-more"), ShowView(answer.question, _at(view, 1)))]
    row = [
        button("◀", ShowView(answer.question, _at(view, view.page - 1))),
        button(f"{view.page + 1}/{answer.pages}", Plain("nothing")),
    ]
    if view.page < last:
        row.append(button("▶", ShowView(answer.question, _at(view, view.page + 1))))
    return row


def _refine(answer: Answer, locale: Locale) -> list[InlineKeyboardButton]:
    """Another order where it makes a difference, and the way out of a single document."""
    question, view = answer.question, answer.view
    if view.document is not None:
        return [
            button(
                locale.text("button-all"), ShowView(question, replace(view, document=None, page=0))
            )
        ]
    if answer.result.dates < 2:
        return []
    if view.order is Order.NEWEST:
        return [
            button(
                locale.text("button-relevance"),
                ShowView(question, replace(view, order=Order.RELEVANCE, page=0)),
            )
        ]
    return [
        button(
            locale.text("button-newest"),
            ShowView(question, replace(view, order=Order.NEWEST, page=0)),
        )
    ]


def _at(view: View, page: int) -> View:
    return replace(view, page=page)
