"""What a question asks of the search itself: `"…"`, `-词`, `来源:` (`source:`),
`作者:` (`author:`), `年份:` (`year:`).

All quotation marks demand that a passage has the phrase; those that open and close, as phones
type them, only where the corpus has it, for they are also how people write. A minus is an operator
only before a word and after white space, so that 印度-太平洋 is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from retrieval.analysis.folding import fold

_PAIRS = "“” ‘’ 「」 『』 «» ‹› 〝〞 ﹁﹂ ﹃﹄".split()
"""Quotation marks that open and close, which people write as much as they search with them."""
_SOFT = "|".join(rf"{pair[0]}[^{pair}]*\w[^{pair}]*{pair[1]}" for pair in _PAIRS)
_OPERATOR = re.compile(
    r"(?<!\S)(?:(?P<source>来源|來源|source)|(?P<author>作者|author)|(?P<year>年份|year)) ?[:：] ?"
    r'(?:["＂](?P<named>[^"＂]+)["＂]|(?P<value>[^\s"＂]+))'
    r'|(?<!\S)[-－](?:["＂](?P<unphrase>[^"＂]+)["＂]|(?P<unword>[^\W\d_][^\s"＂]*))'
    rf'|["＂](?P<phrase>[^"＂]*\w[^"＂]*)["＂]|(?P<soft>{_SOFT})',
    re.IGNORECASE,
)
_YEARS = re.compile(r"([0-9]{4})(?:年)?(?:[-–—~至到]([0-9]{4})年?)?")
_MONTH = re.compile(r"([0-9]{4})(?:-|年)([0-9]{1,2})月?")

MOST = 8
"""Filters of a question: more than anybody means, and each costs a look at every document."""


class Kind(Enum):
    """What a filter looks at, and what it demands."""

    PHRASE = "the passage has the words"
    WITHOUT = "the passage has not the words"
    SOURCE = "publisher, author, file or title of the document have the words"
    AUTHOR = "the author of the document has the words"
    YEAR = "the document is of the years, or of the month"


@dataclass(frozen=True, slots=True)
class Filter:
    """One demand. `value` is folded; `written` is the operator as it stands in the question."""

    kind: Kind
    value: str
    written: str
    strict: bool = True
    """Whether it holds although nothing fits it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its demands. `text` is the question without operators, the phrases kept."""

    text: str
    filters: tuple[Filter, ...] = ()
    """All different, at most `MOST`."""
    ignored: tuple[str, ...] = ()
    """The filters beyond these, as they are written."""


def parse(question: str) -> Asked:
    """Part a question from its operators. Takes any string."""
    filters: list[Filter] = []

    def taken(match: re.Match[str]) -> str:
        part = match.groupdict()
        soft = part["soft"][1:-1] if part["soft"] else None
        phrase = part["phrase"] or soft
        if phrase is not None:
            kind, value = Kind.PHRASE, phrase
        elif part["source"] is not None:
            kind, value = Kind.SOURCE, part["named"] or part["value"]
        elif part["author"] is not None:
            kind, value = Kind.AUTHOR, part["named"] or part["value"]
        elif part["year"] is not None:
            kind, value = Kind.YEAR, part["named"] or part["value"]
        else:
            kind, value = Kind.WITHOUT, part["unphrase"] or part["unword"]
        written = match.group().strip()
        filters.append(Filter(kind, fold(value).text.strip(), written, strict=not soft))
        return f" {phrase} " if phrase else " "

    text = _OPERATOR.sub(taken, question)
    if not filters:
        return Asked(question)
    different = {(one.kind, one.value): one for one in reversed(filters)}
    chosen = [one for one in filters if different[one.kind, one.value] is one]
    return Asked(text.strip(), tuple(chosen[:MOST]), tuple(f.written for f in chosen[MOST:]))


def dates(value: str) -> tuple[str, str] | None:
    """The first and the last year, or the month twice, that a filter of the kind YEAR names: as
    ISO 8601 dates begin, both of one length."""
    if month := _MONTH.fullmatch(value):
        named = f"{month[1]}-{month[2]:0>2}"
        return named, named
    match = _YEARS.fullmatch(value)
    if match is None:
        return None
    first, last = match[1], match[2] or match[1]
    return min(first, last), max(first, last)
