"""What an answer offers to do next."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.actions import (
    CastVote,
    CopyQuote,
    Order,
    Plain,
    ShowPlace,
    ShowView,
    View,
)
from bot.conversation.replies import Answer
from bot.wording.locale import Locale
from bot.wording.richtext import Offer, Share, line
from retrieval.places import Place

_SHARED = 200
"""Characters of the longest question that is shared: Telegram takes 256."""


def offers(answer: Answer, locale: Locale) -> list[list[Offer]]:
    """Rows of what can be done: read on, page, sort, narrow, vote, copy, share."""
    question, view, hits = answer.question, answer.view, answer.result.hits
    places = [Place.of(hit.passage, hit.excerpt) for hit in hits]
    labels = (
        [locale.text("button-read-one")]
        if len(hits) == 1
        # As a text: formatting three numbers costs more than all else here.
        else [locale.text("button-read", number=str(answer.number + n)) for n in range(len(hits))]
    )
    read = [
        Offer(label, ShowPlace(place, question, view))
        for label, place in zip(labels, places, strict=True)
    ]
    votes = [
        Offer("👍", CastVote(question, 1)),
        Offer("👎", CastVote(question, -1)),
        *_pass_on(answer, places[0], locale),
    ]
    alone = [Offer(locale.text("button-alone"), Plain("alone"))] if answer.follows else []
    literal = [
        Offer(
            locale.text("button-literal", asked=line(bridge.asked, 20)),
            ShowView(question, View(literal=True)),
        )
        for bridge in answer.result.bridges
        if bridge.kind == "sound"
    ][:1]
    if answer.compact and len(read) == 1:
        return [[*read, *_pager(answer, locale)], votes, literal, alone]
    pager, refine = _pager(answer, locale), _refine(answer, locale)
    ways = [[*pager, *refine]] if len(pager) == 1 else [pager, refine]
    return [read, *ways, votes, literal, alone]


def _pass_on(answer: Answer, place: Place, locale: Locale) -> list[Offer]:
    """The first quote with all that names it, and the question to be asked in another chat."""
    copy = Offer(locale.text("button-copy"), CopyQuote(answer.question, answer.view, place))
    asked = answer.result.query.text
    share = [Offer(locale.text("button-share"), Share(asked))] if len(asked) <= _SHARED else []
    return [copy, *share]


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
