"""The corpus as messages: the reader and the catalogue, what it holds, what a reload changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.conversation.actions import Plain, ShowCatalogue
from bot.conversation.replies import Catalogue, Page, Summary
from bot.wording import (
    Copy,
    Message,
    Offer,
    Open,
    RichText,
    line,
    message,
    units,
    ways,
)
from bot.wording.citation import Links, byline, citation
from bot.wording.locale import Locale
from bot.wording.quotes import TITLE_LIMIT, add_newest, add_span, titled
from retrieval.errors import Skipped, Stage
from retrieval.indexing.changes import Changes
from retrieval.model import BlockKind
from retrieval.places import key

_HEADINGS_LIMIT = 200
_PUBLISHERS = 16
_COPY_LIMIT = 256


def render_page(page: Page, locale: Locale, links: Links) -> Message:
    """A passage in its document: title, headings, the text with the quote marked, ways on."""
    passage, document = page.passage, page.passage.document
    text = titled(document, passage.start)
    asked = document.block_at(passage.start).kind is BlockKind.HEADING  # it stands in the text
    if above := passage.headings[:-1] if asked else passage.headings:
        text.add("\n").add(line(" › ".join(above), _HEADINGS_LIMIT))
    if page.newest is not None:
        add_newest(text.add("\n"), page.newest, locale, links)
    if page.revised:
        text.add("\n\n").add(locale.text("page-revised"))
    text.add("\n\n")
    add_span(text, document, (passage.start, passage.end), page.marks, links)
    if links.web(document) is None:
        text.add("\n").add(locale.text("page-no-url"))
    return message(text, _ways(page, locale, links))


def _ways(page: Page, locale: Locale, links: Links) -> list[list[Offer]]:
    document, said = page.passage.document, locale.text
    at = said("page-place", number=page.passage.ordinal + 1, total=page.total)
    turn = [
        *ways(page, ("previous", "◀")),
        Offer(at, Plain("nothing")),
        *ways(page, ("more", "▶")),
    ]
    cite = Offer(said("button-cite"), Copy(citation(document, _COPY_LIMIT, units)))
    url = links.web(document)
    source = [Offer(said("button-source"), Open(url))] if url else []
    rows = [turn, [cite, *source]]
    if page.question is None:
        another, every = ("another", said("button-another")), ("all", said("button-all"))
        return [*rows, ways(page, another, every)]
    why, only = ("why", said("button-why")), ("only", said("button-only"))
    refine = ways(page, why, only) if page.view.document is None else ways(page, why)
    return [*rows, refine, ways(page, ("back", said("button-back")))]


def render_catalogue(catalogue: Catalogue, locale: Locale) -> Message:
    """Documents with publisher and date; a number opens one, a publisher narrows the list."""
    text = RichText().add(locale.text("catalogue-heading", count=catalogue.total))
    if catalogue.publisher is not None:
        text.add("\n").add(_publisher(catalogue, catalogue.publisher, locale))
    first = catalogue.first
    for number, document in enumerate(catalogue.documents, start=first):
        text.add(f"\n\n{number}. ").bold(line(document.title, TITLE_LIMIT))
        text.add("\n").add(line(byline(document), TITLE_LIMIT) or locale.text("quote-undated"))
    shown = range(first, first + len(catalogue.documents))
    numbers = ways(catalogue, *((f"read {number}", str(number)) for number in shown))
    at = Offer(f"{catalogue.page + 1}/{catalogue.pages}", Plain("nothing"))
    turn = [
        *ways(catalogue, ("previous", "◀")),
        *([at] if catalogue.pages > 1 else []),
        *ways(catalogue, ("more", "▶")),
    ]
    return message(text, [numbers[:4], numbers[4:], turn, *_narrow(catalogue, locale)])


def _narrow(catalogue: Catalogue, locale: Locale) -> list[list[Offer]]:
    if catalogue.publisher is not None:
        return [ways(catalogue, ("all", locale.text("button-every-publisher")))]
    if len(catalogue.publishers) < 2:
        return []
    chips = [
        # By a key: its place in the list changes with the corpus.
        Offer(
            _publisher(catalogue, number, locale),
            ShowCatalogue(0, key(name or "")),
            name or "unattributed",
        )
        for number, (name, _) in enumerate(catalogue.publishers[:_PUBLISHERS])
    ]
    return [chips[at : at + 2] for at in range(0, len(chips), 2)]


def _publisher(catalogue: Catalogue, number: int, locale: Locale) -> str:
    name, count = catalogue.publishers[number]
    shown = line(name, 30) if name else locale.text("catalogue-unattributed")
    return locale.text("about-publisher", publisher=shown, count=count)


_LISTED = 8
_ITEM = 80


def summary_lines(summary: Summary, locale: Locale) -> list[str]:
    """What the corpus holds: sizes, dates, publishers."""
    lines = [locale.text("about", documents=summary.documents, passages=summary.passages)]
    if summary.earliest and summary.latest and summary.earliest != summary.latest:
        lines.append(locale.text("about-dates", earliest=summary.earliest, latest=summary.latest))
    elif summary.earliest:
        lines.append(locale.text("about-date", earliest=summary.earliest))
    if summary.publishers:
        lines += ["", locale.text("about-publishers")]
        for publisher, count in summary.publishers[: 3 * _LISTED]:
            name = line(publisher, _ITEM)
            lines.append("• " + locale.text("about-publisher", publisher=name, count=count))
    if summary.unattributed:
        lines.append(locale.text("about-unattributed", count=summary.unattributed))
    return lines


def reload_lines(changes: Changes, locale: Locale) -> list[str]:
    """What a reload changed, and what could not be read."""
    key = "reload-unchanged" if changes.unchanged else "reload-done"
    if changes.doubts:
        key = "reload-held"
    index, seconds = changes.index, round(changes.seconds, 1)
    documents, passages = len(index.documents), len(index.passages)
    lines = [locale.text(key, documents=documents, passages=passages, seconds=seconds)]
    lines += [locale.text("reload-item", title=locale.cause(doubt)) for doubt in changes.doubts]
    if not changes.unchanged:
        added, removed = changes.passages_added, changes.passages_removed
        lines.append(locale.text("reload-passages", added=added, removed=removed))
    for heading, about in (
        ("reload-added", changes.added),
        ("reload-changed", changes.changed),
        ("reload-removed", changes.removed),
    ):
        items = [locale.text("reload-item", title=line(one.title, _ITEM)) for one in about]
        lines += _listed(heading, items, locale)
    skips = [told for _, told in skip_lines(index.skipped, locale)]
    return [*lines, *_listed("reload-skipped", skips, locale)]


def skip_lines(skipped: Sequence[Skipped], locale: Locale) -> list[tuple[bool, str]]:
    """What was not read, a line a kind of cause, what should have been readable first; and
    whether it should have been. Files that nothing reads are one kind."""
    kinds: dict[tuple[bool, str, Stage], list[Skipped]] = {}
    for one in sorted(skipped, key=lambda one: not one.wanted):
        kinds.setdefault((one.wanted, one.cause.key, one.stage), []).append(one)
    lines = []
    for (wanted, cause, _), alike in kinds.items():
        said, more = skip_line(alike[0], locale), len(alike) - 1
        if more and cause == "no-reader":
            counts = Counter(str(one.cause.params["suffix"]) for one in alike).most_common()
            suffixes = ", ".join(f"{suffix} {count}" for suffix, count in counts[:_LISTED])
            suffixes += ", …" if len(counts) > _LISTED else ""
            said = locale.text("skip-no-reader", count=len(alike), suffixes=suffixes)
        elif more:
            said += f" {locale.text('skip-more', count=more)}"
        lines.append((wanted, said))
    return lines


def skip_line(skipped: Skipped, locale: Locale) -> str:
    """What was not read, where on its way it was lost, and why."""
    path = line(skipped.path, _ITEM) if skipped.path else locale.text("skip-all")
    return locale.text("reload-skip", path=path, reason=line(caused(skipped, locale), 160))


def caused(skipped: Skipped, locale: Locale) -> str:
    """Why it was lost; the stage is named where it says more than that."""
    reason = locale.cause(skipped.cause)
    if skipped.cause.key != "failed":
        return reason
    return locale.text("skip-stage", stage=locale.text(f"stage-{skipped.stage}"), reason=reason)


def _listed(heading: str, items: Sequence[str], locale: Locale) -> list[str]:
    """A heading with its count and the first items, or nothing where there are none."""
    if not items:
        return []
    lines = [locale.text(heading, count=len(items)), *items[:_LISTED]]
    if len(items) > _LISTED:
        lines.append(locale.text("reload-more", count=len(items) - _LISTED))
    return lines
