"""What was found as a message: the quotes of an answer and what it offers to do next, claims,
documents, lists."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.actions import Order, Plain, View
from bot.conversation.replies import Answer, Claims, Documents, Listing
from bot.wording import Message, Offer, RichText, Share, Style, clipped, line, message, units, ways
from bot.wording.citation import Links, byline
from bot.wording.locale import Locale
from bot.wording.quotes import TITLE_LIMIT, add_hit, titled
from retrieval.analysis.sentences import sentences
from retrieval.model import Document, Verdict
from retrieval.queries.operators import MOST

_TERMS = 8
_TRANSLATED = 5
"""Words of a question, at most, that are told as they were looked up in Chinese."""


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
    translated: dict[str, list[str]] = {}
    others = []
    for bridge in result.bridges:
        asked, found = line(bridge.asked, 40), line(bridge.found, 40)
        if bridge.kind == "translation":
            translated.setdefault(asked, []).append(found)
        else:
            others.append(locale.text(f"answer-bridge-{bridge.kind}", asked=asked, found=found))
    lines += others[:3]
    if translated:
        said = [f"{asked} → {' / '.join(found[:2])}" for asked, found in translated.items()]
        lines.append(locale.text("answer-translated", words=" · ".join(said[:_TRANSLATED])))
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
    back = ways(answer, ("back", locale.text("button-back")))
    return message(text, [back] if answer.view != View() else [])


def _listed(terms: Sequence[str]) -> str:
    return " · ".join(line(term, 30) for term in terms[:_TERMS])


_SHARED = 200
"""Characters of the longest question that is shared: Telegram takes 256."""


def offers(answer: Answer, locale: Locale) -> list[list[Offer]]:
    """Rows of what can be done: read on, page, sort, narrow, vote, copy, share."""
    first, count, asked = answer.number, len(answer.result.hits), answer.result.query.text
    numbers = range(first, first + count)
    labels = (
        [locale.text("button-read-one")]
        if count == 1
        # As a text: formatting three numbers costs more than all else here.
        else [locale.text("button-read", number=str(number)) for number in numbers]
    )
    read = ways(answer, *((f"read {n}", label) for n, label in zip(numbers, labels, strict=True)))
    votes = ways(answer, ("up", "👍"), ("down", "👎"), ("copy", locale.text("button-copy")))
    if len(asked) <= _SHARED:
        votes.append(Offer(locale.text("button-share"), Share(asked)))
    alone = ways(answer, ("alone", locale.text("button-alone")))
    sounds = [line(one.asked, 20) for one in answer.result.bridges if one.kind == "sound"]
    literal = [("literal", locale.text("button-literal", asked=sound)) for sound in sounds[:1]]
    last = [votes, ways(answer, *literal), alone]
    if answer.compact and count == 1:
        return [[*read, *_pager(answer, locale)], *last]
    pager, refine = _pager(answer, locale), _refine(answer, locale)
    rows = [[*pager, *refine]] if len(pager) == 1 else [pager, refine]
    return [read, *rows, *last]


def _pager(answer: Answer, locale: Locale) -> list[Offer]:
    page = answer.view.page
    if not page:
        return ways(answer, ("more", locale.text("button-more")))
    at = Offer(f"{page + 1}/{answer.pages}", Plain("nothing"))
    return [*ways(answer, ("previous", "◀")), at, *ways(answer, ("more", "▶"))]


def _refine(answer: Answer, locale: Locale) -> list[Offer]:
    """Another order where it makes a difference, and the way out of a single document."""
    name = "relevance" if answer.view.order is Order.NEWEST else "newest"
    if answer.view.document is not None:
        name = "all"
    elif answer.result.dates < 2:
        return []
    return ways(answer, (name, locale.text(f"button-{name}")))


_CLAIM = 120
_FIRST_LINES = 160
_LIST = 1500
"""UTF-16 units of a message with a list; the document has the rest."""
_ITEMS, _NUMBERED = 40, 12
"""Items that are shown at most: short ones, and long ones, of which a number opens each."""
_LONG = 100
"""Characters from which an item is long."""


def render_claims(claims: Claims, locale: Locale, links: Links) -> Message:
    """Each sentence with its one quote, or that the documents have nothing on it."""
    found = sum(claim.hit is not None for claim in claims.claims)
    text = RichText().add(locale.text("claims", found=found, count=len(claims.claims)))
    for number, claim in enumerate(claims.claims, start=1):
        text.add(f"\n\n{number}. ").add(line(claim.sentence, _CLAIM)).add("\n")
        if claim.hit is None:
            text.add("✗ " + locale.text("claim-none"))
        else:
            add_hit(text, claim.hit, locale, links)
    if claims.left:
        text.add("\n\n" + locale.text("claims-left", count=claims.left))
    return message(text)


def render_documents(documents: Documents, locale: Locale, links: Links) -> Message:
    """Title, publisher and date, length, first lines; to read or to have as a file."""
    text = RichText().add(locale.text("documents-found", count=len(documents.documents)))
    rows: list[list[Offer]] = []
    for number, document in enumerate(documents.documents, start=1):
        text.add(f"\n\n{number}. ").link(line(document.title, TITLE_LIMIT), links.web(document))
        if source := line(byline(document), TITLE_LIMIT):
            text.add("\n").add(source)
        text.add("\n" + locale.text("document-length", characters=len(document.text))).add("\n")
        with text.styled(Style.QUOTE):
            text.add(clipped(document.text.strip(), _FIRST_LINES))
        read = (f"read {number}", locale.text("button-read", number=number))
        file = (f"file {number}", locale.text("button-file", number=number))
        rows.append(ways(documents, read, file))
    return message(text, rows)


def render_listing(listing: Listing, locale: Locale, links: Links) -> Message:
    """The items of a list, those with a word of the question first and in bold; of long ones, each
    under its number, the first sentence."""
    document = listing.passage.document
    text = titled(document).add("\n" + locale.text("listing", count=len(listing.items)))
    if listing.lead_in:
        text.add("\n" + line(listing.lead_in, TITLE_LIMIT))
    long = any(len(item) > _LONG for item in listing.items)
    shown = _add_long(text, listing) if long else _add_short(text, listing)
    if shown < len(listing.items):
        text.add("\n" + locale.text("listing-more", count=len(listing.items) - shown))
    if url := links.document(document):
        text.add("\n").link(f"🔗 {locale.text('answer-source')}", url)
    if not long:
        return message(text, [ways(listing, ("more", locale.text("button-read-one")))])
    numbers = range(1, shown + 1)
    read_on = ways(listing, *((f"read {n}", locale.text("button-read", number=n)) for n in numbers))
    return message(text, [read_on[at : at + 4] for at in range(0, len(read_on), 4)])


def _add_short(text: RichText, listing: Listing) -> int:
    """As many items as have room, in one block; how many."""
    text.add("\n")
    shown = 0
    with text.styled(Style.QUOTE):
        for item in listing.items[:_ITEMS]:
            if units(text.text) + units(item) > _LIST:
                break
            text.add("\n" if shown else "")
            if shown < listing.matching < len(listing.items):
                text.bold(item)
            else:
                text.add(item)
            shown += 1
    return shown


def _add_long(text: RichText, listing: Listing) -> int:
    """The beginnings of as many items as have room, each in a block under its number."""
    for number, item in enumerate(listing.items[:_NUMBERED], start=1):
        _, end = next(iter(sentences(item)), (0, len(item)))
        head = item if len(item) <= _LONG else item[: min(end, _LONG)].rstrip()
        if units(text.text) + units(head) > _LIST:
            return number - 1
        text.add(f"\n{number}.\n")
        with text.styled(Style.QUOTE):
            text.add(head)
            text.add("…" if len(head) < len(item) else "")
    return min(len(listing.items), _NUMBERED)
