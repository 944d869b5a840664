"""Claims, documents, lists and the greeting as messages."""

from __future__ import annotations

import json

from bot.conversation.replies import Belongings, Claims, Documents, File, Greeting, Listing
from bot.wording import Message, Offer, RichText, Style, clipped, line, message, units, ways
from bot.wording.citation import Links, byline
from bot.wording.corpus import summary_lines
from bot.wording.locale import Locale
from bot.wording.quotes import TITLE_LIMIT, add_hit
from retrieval.analysis.sentences import sentences

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
    text = RichText().bold(line(document.title, TITLE_LIMIT))
    if source := line(byline(document), TITLE_LIMIT):
        text.add("\n").add(source)
    text.add("\n" + locale.text("listing", count=len(listing.items)))
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


def render_greeting(greeting: Greeting, locale: Locale) -> Message:
    """What the corpus is, and questions to begin with."""
    text = RichText().add(locale.text("start")).add("\n\n")
    text.add("\n".join(summary_lines(greeting.summary, locale)[:2]))
    if _only_chinese(greeting, locale):
        text.add("\n" + locale.text("start-language"))
    if greeting.examples:
        text.add("\n\n" + locale.text("start-examples"))
    asked = (line(example.questions[locale.language], 60) for example in greeting.examples)
    rows = [ways(greeting, (f"read {n}", question)) for n, question in enumerate(asked, start=1)]
    return message(text, rows)


def _only_chinese(greeting: Greeting, locale: Locale) -> bool:
    """Whether a reader of another language should know that the documents are in Chinese."""
    chinese = all(tag.startswith("zh") for tag in greeting.languages)
    return locale.language == "en" and bool(greeting.languages) and chinese


def belongings_text(belongings: Belongings) -> str:
    """All that is kept of a person, for people and programs to read."""
    return json.dumps(belongings.rows, ensure_ascii=False, indent=1) + "\n"


def file_text(file: File) -> str:
    """A document as a plain text: title, publisher and date, source, then its own text."""
    document = file.document
    head = [document.title, byline(document), document.url or ""]
    return "\n".join(part for part in head if part) + "\n\n" + document.text + "\n"
