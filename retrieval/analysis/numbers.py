"""Dates, percentages and numbers, each in one form whatever way it is written; cn2an reads the
Chinese ones.

2021年3月31日, 2021-03-31, 二〇二一年三月三十一日 and March 31, 2021 give the same terms; so do
150万, 1,500,000 and 一百五十万; and 50% and 百分之五十. The terms begin with ``=``, which no word
does, so they never mix with words. Small bare numbers give none: a lone 3 or 一 says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from math import prod

_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
MONTHS = {
    name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
"""The first letters of their English names, and their numbers."""
_NUMERALS = "零〇○一二两三四五六七八九十百千万亿"
_MONTH = "[01]?[0-9]|十[一二]?|[一二三四五六七八九]"
_DAY = "[0-3]?[0-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_YEAR = "[12][0-9]{3}|[一二][零〇○一二三四五六七八九]{3}"
_NAMED = f"(?:{'|'.join(MONTHS)})[a-z]{{0,6}}"
_DATE = (
    rf"(?:(?P<y>{_YEAR}) ?年 ?)?(?P<m>{_MONTH}) ?月(?: ?(?P<d>{_DAY}) ?[日号])?"
    r"|(?<![0-9])(?P<y2>[12][0-9]{3})[-/.](?P<m2>[01]?[0-9])[-/.](?P<d2>[0-3]?[0-9])(?![0-9])"
    rf"|(?P<y3>{_YEAR}) ?年"
    rf"|(?<![a-z])(?P<m4>{_NAMED})\.? (?P<d4>[0-3]?[0-9]),? (?P<y4>[12][0-9]{{3}})(?![0-9])"
    rf"|(?<![0-9])(?P<d5>[0-3]?[0-9]) (?P<m5>{_NAMED})\.?,? (?P<y5>[12][0-9]{{3}})(?![0-9])"
)
_NUMBER = (
    rf"百分之(?P<hundredths>[0-9.]+|[{_NUMERALS}点]+)"
    r"|(?P<percent>[0-9]+(?:\.[0-9]+)?) ?%"
    rf"|(?P<number>[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?[十百千万亿]*|[{_NUMERALS}]{{2,}}(?:点[零〇○一二三四五六七八九]+)?)"
)
_QUANTITY = re.compile(f"(?=[0-9{_NUMERALS}a-z])(?:{_DATE}|{_NUMBER})")
_DIGIT = re.compile(f"[0-9{_NUMERALS}]")
_BARE = frozenset("一二两三四五六七八九")
DIGITS = frozenset("零〇○一二三四五六七八九")
"""A row of these is written without places, as years and names are."""
_YEAR_ALONE = re.compile("一[五六七八九]..")
LONGEST = 24
"""Characters of a number; longer ones are none that anybody asks for."""
LEAST = 20
"""The least bare number that gives a term."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A date or number at ``[start, end)`` of a folded text, and its terms, most exact first."""

    start: int
    end: int
    terms: tuple[str, ...]


def quantities(folded: str) -> Iterator[Quantity]:
    """The dates, percentages and larger numbers of a folded text, in order."""
    if not _DIGIT.search(folded):
        return
    for match in _QUANTITY.finditer(folded):
        part = match.groupdict()
        terms: tuple[str, ...]
        if match.lastgroup in ("hundredths", "percent"):
            value = number(part["hundredths"] or part["percent"])
            terms = (f"={value}%",) if value is not None else ()
        elif match.lastgroup == "number":
            value = number(part["number"])
            # 千万 alone is an adverb; 六四, 九一一 and 七五 are names, not 64, 911 and 75.
            counted = part["number"][0] not in "百千万亿" and not _named(part["number"])
            terms = (f"={value}",) if counted and value is not None and value >= LEAST else ()
        else:
            terms = _date(*(_first(part, name) for name in "ymd"))
        if terms:
            yield Quantity(match.start(), match.end(), terms)


def _named(written: str) -> bool:
    """Whether a row of Chinese digits without places is none that counts: no year either."""
    return _BARE.issuperset(written) and not _YEAR_ALONE.fullmatch(written)


def _first(part: dict[str, str | None], name: str) -> str | None:
    return next((v for key, v in part.items() if key[0] == name and len(key) < 3 and v), None)


def _date(year: str | None, month: str | None, day: str | None) -> tuple[str, ...]:
    y = number(year) if year else None
    m = _month(month) if month else None
    d = number(day) if day else None
    if (m is not None and not 1 <= m <= 12) or (d is not None and not 1 <= d <= 31):
        return ()
    if m is None:
        return (f"={y}",) if y is not None else ()
    if d is None:
        return (f"={y}-{int(m):02}", f"={y}") if y is not None else ()
    day = f"={int(m):02}-{int(d):02}"
    if y is None:
        return (day,)
    return f"={y}-{day[1:]}", day, f"={y}-{day[1:3]}", f"={y}"


def _month(text: str) -> Decimal | int | None:
    return MONTHS[text[:3]] if text[0].isascii() and text[0].isalpha() else number(text)


@cache
def _cn2an() -> Callable[[str, str], float]:
    import cn2an  # a sixth of the time a start takes; few questions have such a number

    read: Callable[[str, str], float] = cn2an.cn2an
    return read


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | int | None:
    """The value of a number in digits, Chinese numerals or both: 150万, 1,340, 二〇二一, 三千五;
    None for what is none."""
    if not text or len(text) > LONGEST:
        return None
    plain = text.replace(",", "").rstrip(".").replace("○", "〇")
    digits = len(plain) - len(plain.lstrip("0123456789."))
    value: Decimal
    try:
        if digits and set(plain[digits:]) <= _PLACES.keys():
            value = Decimal(plain[:digits]) * prod(_PLACES[unit] for unit in plain[digits:])
        else:
            value = Decimal(str(_cn2an()(plain, "smart")))
    except (ValueError, InvalidOperation, KeyError):  # cn2an on 十亿二
        return None
    return int(value) if value == value.to_integral_value() else value.normalize()
