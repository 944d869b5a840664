"""Numbered units, as law and books count them: how their labels are written, and what they mean.

第二百六十四条, 第264条 and 264条 are one label; so are 第84条之1 and 第84-1條; § 12, Section 12
and Sec. 12.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.analysis.numbers import number
from retrieval.model import Passage

LEADS = "→"
"""The label of a block that is nothing but a link; twice, of one that is several."""
HAN_NUMBER = "0-9０-９〇零一二两三四五六七八九十百千"
_HAN_KINDS = "分编|编|編|卷|部分|部|篇|章|节|節|条|條|回|幕|集|讲|講|课|課"
_LATIN_KINDS = (
    "articles?|arts?|sections?|secs?|rules?|chapters?|chaps?|clauses?|regulations?|parts?|books?"
    "|schedules?|amendments?"
)
_ROMAN = "[IVXLC]+"
_COUNTED = rf"[0-9]{{1,5}}(?:[.-][0-9]{{1,4}})*[A-Za-z]{{0,2}}|{_ROMAN}"
_HAN = re.compile(
    rf"第 ?(?P<n>[{HAN_NUMBER}]{{1,10}})(?:[-之](?P<below>[{HAN_NUMBER}]{{1,3}}))? ?"
    rf"(?P<k>{_HAN_KINDS})(?:之(?P<sub>[{HAN_NUMBER}]{{1,3}}))?"
)
_LATIN = re.compile(
    rf"(?:(?<![\w§])§§?|\b(?P<k>{_LATIN_KINDS})\b\.?)[ \xa0]?(?P<n>{_COUNTED})(?![\w])",
    re.IGNORECASE,
)
# Without 第, 12条 counts things, but after the name of a law: 刑法264条.
_BARE = re.compile(
    rf"(?<=[法典例则則定约約程案规規章》]) ?(?P<n>[{HAN_NUMBER}]{{1,10}}) ?(?P<k>条|條)"
    rf"(?:之(?P<sub>[{HAN_NUMBER}]{{1,3}}))?"
)
ARTICLE = re.compile("[条條§]|art(?:icle)?s?[. ]|sec(?:tion)?s?[. ]", re.IGNORECASE)
"""What every text has that speaks of an article or a section."""
_SAME = {
    "條": "条", "編": "编", "節": "节", "講": "讲", "課": "课", "部分": "部", "art": "条",
    "article": "条", "chapter": "章", "chap": "章", "sec": "§", "section": "§", "book": "卷",
    "part": "部",
}  # fmt: skip
_ROMANS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
RANKS = {"卷": 2, "编": 2, "部": 2, "集": 2, "分编": 3, "篇": 3, "章": 4, "回": 4, "幕": 4,
         "讲": 4, "课": 4, "节": 5}  # fmt: skip
"""The parts that books and laws have, and how deep their headings stand."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label at ``[start, end)`` of a text: of what kind of unit, of what number.

    `kind` is one word for all spellings of one kind (条, §, 章); `number` has an upper part and
    perhaps more: 120之一 is ``120.1``.
    """

    start: int
    end: int
    kind: str
    number: str
    han: bool
    """Whether it is written as 第…条, which, other than Article 5, begins no sentence."""

    @property
    def key(self) -> str:
        """By which labels are the same, however they are written."""
        return f"{self.kind}{self.number}"

    @property
    def order(self) -> int:
        """Its number without what follows it."""
        return int(self.number.partition(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))


def at_start(text: str) -> Label | None:
    """The label that `text` begins with."""
    match = _HAN.match(text) or _LATIN.match(text)
    return _label(match) if match is not None else None


def mentioned(text: str) -> Iterator[Label]:
    """Every label in `text`, in order."""
    matches = [match for one in (_HAN, _LATIN, _BARE) for match in one.finditer(text)]
    end = 0
    for match in sorted(matches, key=lambda match: match.start()):
        label = _label(match) if match.start() >= end else None
        if label is not None:
            end = label.end
            yield label


def referring(text: str) -> Iterator[int]:
    """Where a text speaks of an article or a section, but for those that begin a line of it."""
    for label in mentioned(text) if ARTICLE.search(text) else ():
        if label.kind in ("条", "§") and text[: label.start].rpartition("\n")[2].strip():
            yield label.start


Labels = Mapping[str, tuple[int, ...]]
"""The key of a label → the numbers of the passages with which its units begin."""


def labelled(passages: Sequence[Passage]) -> Labels:
    """Where each numbered unit of a generation begins."""
    found: dict[str, list[int]] = {}
    before = ("", "")
    for place, passage in enumerate(passages):
        here = (passage.document.id, passage.label)
        label = at_start(passage.label) if passage.label and here != before else None
        if label is not None:
            found.setdefault(label.key, []).append(place)
        before = here
    return {key: tuple(places) for key, places in found.items()}


def _label(match: re.Match[str]) -> Label | None:
    part = match.groupdict()
    written = (part["k"] or "§").lower()
    if written not in _SAME:
        written = written.removesuffix("s")
    kind = _SAME.get(written, written)
    counted = _number(part["n"])
    if counted is None:
        return None
    sub = part.get("sub") or part.get("below")
    if sub:
        below = _number(sub)
        counted = f"{counted}.{below}" if below else counted
    return Label(match.start(), match.end(), kind, counted, match.re is not _LATIN)


def _number(text: str) -> str | None:
    if re.fullmatch(_ROMAN, text):
        values = [_ROMANS[digit] for digit in text]
        following = [*values[1:], 0]
        return str(sum(-v if v < n else v for v, n in zip(values, following, strict=True)))
    if text[0].isascii():
        return None if text[0].isalpha() else text.lower().replace("-", ".")
    value = number(text.translate(_WIDE))
    return str(value) if value is not None else None
