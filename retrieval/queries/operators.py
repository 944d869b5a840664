"""What a question asks of the search itself: `"…"`, `-词`, `来源:` (`source:`), `年份:` (`year:`).

Only straight double quotes (half and full width) demand that a passage has the phrase; curly and
corner quotes are how people write, and stay part of the question. A minus is an operator only
before a word and after white space, so that 印度-太平洋 is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from retrieval.analysis.folding import Folded, fold
from retrieval.model import Document

_OPERATOR = re.compile(
    r"(?<!\S)(?:(?P<source>来源|來源|source)|(?P<year>年份|year)) ?[:：] ?"
    r'(?:["＂](?P<named>[^"＂]+)["＂]|(?P<value>[^\s"＂]+))'
    r'|(?<!\S)[-－](?:["＂](?P<unphrase>[^"＂]+)["＂]|(?P<unword>[^\W\d_][^\s"＂]*))'
    r'|["＂](?P<phrase>[^"＂]*\w[^"＂]*)["＂]',
    re.IGNORECASE,
)
_YEARS = re.compile(r"([0-9]{4})(?:年)?(?:[-–—~至到]([0-9]{4})年?)?")


class Kind(Enum):
    """What a filter looks at, and what it demands."""

    PHRASE = "the passage has the words"
    WITHOUT = "the passage has not the words"
    SOURCE = "publisher, file or title of the document have the words"
    YEAR = "the document is of the years"


@dataclass(frozen=True, slots=True)
class Filter:
    """One demand. `value` is folded; `written` is the operator as it stands in the question."""

    kind: Kind
    value: str
    written: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its demands. `text` is the question without operators, the phrases kept."""

    text: str
    filters: tuple[Filter, ...] = ()


def parse(question: str) -> Asked:
    """Part a question from its operators. Takes any string."""
    filters: list[Filter] = []

    def taken(match: re.Match[str]) -> str:
        part = match.groupdict()
        if part["phrase"] is not None:
            kind, value = Kind.PHRASE, part["phrase"]
        elif part["source"] is not None:
            kind, value = Kind.SOURCE, part["named"] or part["value"]
        elif part["year"] is not None:
            kind, value = Kind.YEAR, part["named"] or part["value"]
        else:
            kind, value = Kind.WITHOUT, part["unphrase"] or part["unword"]
        filters.append(Filter(kind, fold(value).text.strip(), match.group().strip()))
        return f" {part['phrase']} " if part["phrase"] else " "

    text = _OPERATOR.sub(taken, question)
    return Asked(text.strip(), tuple(filters)) if filters else Asked(question)


def allowed(
    filters: Sequence[Filter],
    documents: Sequence[Document],
    folded: Sequence[Folded],
    owner: Sequence[int],
) -> tuple[list[int], tuple[str, ...]]:
    """The numbers of the passages that fit every filter, and the filters, as they are written,
    that leave none: each that fits none by itself, or else all of them. `folded` and `owner` are
    the text and the document's number of each passage.
    """
    numbers = list(range(len(folded)))
    fitting: list[set[int]] = []
    for one in filters:
        if one.kind in (Kind.SOURCE, Kind.YEAR):
            chosen = {n for n, document in enumerate(documents) if _fits(one, document)}
            fitting.append({n for n in numbers if owner[n] in chosen})
        else:
            wanted = one.kind is Kind.PHRASE
            fitting.append({n for n in numbers if (one.value in folded[n].text) is wanted})
    left = sorted(set.intersection(*fitting)) if fitting else numbers
    if left:
        return left, ()
    alone = tuple(one.written for one, fit in zip(filters, fitting, strict=True) if not fit)
    return [], alone or tuple(one.written for one in filters)


def _fits(one: Filter, document: Document) -> bool:
    if one.kind is Kind.SOURCE:
        names = (document.publisher or "", document.source, document.title)
        return any(one.value in fold(name).text for name in names)
    years = _YEARS.fullmatch(one.value)
    if years is None or document.published is None:
        return False
    first, last = years[1], years[2] or years[1]
    return min(first, last) <= document.published[:4] <= max(first, last)
