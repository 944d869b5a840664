"""A quote as it is shown, with its title and source: a span of a document to the letter, prose in a
block with what matched in bold and its links, code as code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import groupby, pairwise

from bot.wording import RichText, Style, line
from bot.wording.citation import Links, byline, headings, lasting, locator
from bot.wording.locale import Locale
from retrieval.analysis.matching import Span
from retrieval.model import BlockKind, Document, Hit, Link
from retrieval.places import Place

# A message has at most 100 entities on Telegram, an answer five quotes with a title and a source
# each, and up to ten marks in a quote.
_LINKS, _RUNS = 3, 4
_MARKS = 10
TITLE_LIMIT, SOURCE_LIMIT = 100, 140


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


def titled(document: Document, at: int | None = None) -> RichText:
    """The beginning of a message: a title, below it publisher and date; see `byline`."""
    text = RichText().bold(line(document.title, TITLE_LIMIT))
    told = line(byline(document, at), TITLE_LIMIT)
    return text.add(f"\n{told}") if told else text


def add_newest(text: RichText, newest: Document, locale: Locale, links: Links) -> RichText:
    """That this is an older version, with a way to the newest."""
    date = f" ({newest.published})" if newest.published else ""
    label, place = f"{locale.text('answer-older')}{date}", links.document(newest)
    name = "" if place else f" {lasting(Place.beginning(newest))}"
    return text.link(label, place).add(name)


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
    return text.add(f"{label} {lasting(Place.of(hit.passage, hit.excerpt))}")


def add_quote(text: RichText, hit: Hit, links: Links) -> RichText:
    """The excerpt, to the letter; `…` where the passage goes on."""
    part = hit.excerpt
    longest = sorted(part.marks, key=lambda mark: mark[0] - mark[1])[:_MARKS]
    around = ("…" if part.cut_before else "", "…" if part.cut_after else "")
    span = (part.start, part.end)
    return add_span(text, hit.passage.document, span, sorted(longest), links, around)


@dataclass(frozen=True, slots=True)
class _Run:
    """A span of a document that is all code, or has none; the characters between two runs are
    white space. `marks` and `links` are parts of it, in order; a mark is inside a link or apart
    from it. Code has neither."""

    start: int
    end: int
    language: str | None = None
    """Of code: its language, or empty; None for prose."""
    marks: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()


def add_span(
    text: RichText,
    document: Document,
    span: Span,
    marks: Sequence[Span],
    links: Links,
    around: tuple[str, str] = ("", ""),
) -> RichText:
    """Add a span of a document; `marks`, in order, are in its offsets. `around` stands before and
    after it."""
    shown = _runs(document, *span, marks)
    left = _LINKS
    for number, run in enumerate(shown):
        before = around[0] if run is shown[0] else ""
        after = around[1] if run is shown[-1] else ""
        text.add("\n" if number else "")
        if run.language is not None:
            text.add(f"{before}\n" if before else "")
            with text.styled(Style.CODE, language=run.language):
                text.add(document.text[run.start : run.end])
            text.add(f"\n{after}" if after else "")
            continue
        with text.styled(Style.QUOTE):
            text.add(before)
            for url, inside in groupby(_pieces(run), key=lambda piece: piece[3]):
                address = links.outside(url) if left else None
                left -= address is not None
                with text.styled(Style.LINK, address) if address else nullcontext():
                    for start, end, marked, _ in inside:
                        piece = document.text[start:end]
                        _ = text.bold(piece) if marked else text.add(piece)
            text.add(after)
    return text


def _runs(document: Document, start: int, end: int, marks: Sequence[Span]) -> list[_Run]:
    """``[start, end)`` of a document in a few runs: what is beyond is shown as prose."""
    spans: list[_Run] = []
    for block in document.blocks_in(start, end):
        first, last = max(block.start, start), min(block.end, end)
        code = block.kind is BlockKind.CODE
        before = spans[-1] if spans else None
        if before is not None and (len(spans) == _RUNS or (before.language is None and not code)):
            spans[-1] = _Run(before.start, last)
        elif code:
            spans.append(_Run(first, last, block.label))
        else:
            spans.append(_Run(first, last))
    return [run if run.language is not None else _marked(document, run, marks) for run in spans]


def _marked(document: Document, run: _Run, marks: Sequence[Span]) -> _Run:
    links = [
        Link(max(link.start, run.start), min(link.end, run.end), link.url)
        for link in document.links
        if link.start < run.end and run.start < link.end
    ]
    inside = [
        (max(start, run.start), min(end, run.end))
        for start, end in marks
        if start < run.end and run.start < end
    ]
    whole = [
        (start, end)
        for start, end in inside
        if all(
            end <= link.start or link.end <= start or (link.start <= start and end <= link.end)
            for link in links
        )
    ]
    return _Run(run.start, run.end, None, tuple(whole), tuple(links))


def _pieces(run: _Run) -> Iterator[tuple[int, int, bool, str | None]]:
    """A run of prose in pieces, in order: start, end, whether it matched, where it leads."""
    cuts = {run.start, run.end}
    cuts.update(place for span in run.marks for place in span)
    cuts.update(place for link in run.links for place in (link.start, link.end))
    begun = {start for start, _ in run.marks}  # a mark may be cut only where a link begins or ends
    ended = {end for _, end in run.marks}
    marked = False
    for start, end in pairwise(sorted(cuts)):
        marked = start in begun or (marked and start not in ended)
        url = next((k.url for k in run.links if k.start <= start and end <= k.end), None)
        yield start, end, marked, url
