"""What a document says of itself: YAML front matter, the metadata between two lines of dashes at
the top of a file; dates in ISO 8601, as precise as they are known; addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, TypedDict
from urllib.parse import urlsplit

import yaml

from retrieval.analysis.numbers import MONTHS
from retrieval.corpus.readers.raw import line

_FENCED = re.compile(r"\s*---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_PAIR = re.compile(r"^([\w-]+)[ \t]*:[ \t]*(.*)$", re.MULTILINE)


class Metadata(TypedDict):
    """What a document says of itself; None where it does not."""

    title: str | None
    url: str | None
    author: str | None
    publisher: str | None
    published: str | None
    language: str | None


def split(text: str) -> tuple[Metadata, str]:
    """The metadata at the top of `text` and what follows it."""
    fenced = _FENCED.match(text)
    if fenced is None:
        return named({}), text
    try:
        loaded = yaml.safe_load(fenced[1])
    except (yaml.YAMLError, ValueError, RecursionError, LookupError, AttributeError, TypeError):
        # People write "title: A: B". Lines that are pairs are read as pairs, as they were meant.
        loaded = {key: value.strip().strip("\"'") for key, value in _PAIR.findall(fenced[1])}
    if not isinstance(loaded, dict):
        return named({}), text
    return named({str(key).lower(): value for key, value in loaded.items()}), text[fenced.end() :]


def named(values: Mapping[str, object]) -> Metadata:
    """Metadata from loosely named values; what has the wrong type or form is left out."""
    return Metadata(
        title=_first(values, "title"),
        url=web_address(_first(values, "url", "link", "source_url", "canonical")),
        author=_first(
            values,
            "author",
            "authors",
            "作者",
            "著者",
            "poet",
            "writer",
            "from",
            "sender",
            "speaker",
        ),
        publisher=_first(values, "publisher", "author", "site_name"),
        published=next(
            (
                found
                for key in ("published", "date", "published_time", "created", "timestamp")
                if (found := iso(values.get(key))) is not None
            ),
            None,
        ),
        language=_first(values, "language", "lang"),
    )


def web_address(text: str | None) -> str | None:
    """`text` if it is an absolute http or https address that can stand in a link, else None."""
    if text is None or re.search(r"[\s<>\"]", text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and host else None


def _first(values: Mapping[str, object], *keys: str) -> str | None:
    for key in keys:
        value = values.get(key)
        if isinstance(value, dict):  # as chats are exported: {"name": …, "id": …}
            value = value.get("name")
        if isinstance(value, list):
            value = ", ".join(item for item in value if isinstance(item, str))
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and (found := line(value)):
            return found
    return None


Order = Literal["month-first", "day-first"]
"""How to read 03/11/2021 in a text whose own notation does not say."""

_FULL = re.compile(
    r"(?<!\d)(?:"
    r"(?P<y>\d{4})\s*(?:年|[-/.])\s*(?P<m>\d{1,2})\s*(?:月|[-/.])\s*(?P<d>\d{1,2})(?!\d)"
    r"|(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y2>\d{4})(?!\d)"
    r"|(?P<d3>\d{1,2})\.?\s+(?P<m3>[A-Z][a-z]{2,8})\.?,?\s+(?P<y3>\d{4})(?!\d)"
    r"|(?<![A-Za-z])(?P<m4>[A-Z][a-z]{2,8})\.?\s+(?P<d4>\d{1,2}),?\s+(?P<y4>\d{4})(?!\d))"
    r"|(?<![A-Za-z])(?P<m5>[A-Z][a-z]{2,8})\.?\s+(?P<d5>\d{1,2}),\s*(?P<y5>\d{4})(?!\d)"
)
_COMPACT = re.compile(r"\A((?:19|20)\d{2})(\d{2})(\d{2})\Z")
_PARTIAL = re.compile(r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})\s*月?|\s*年)?")


def date_in(text: str, order: Order | None = None) -> str | None:
    """The first full date in `text`. One like 03/11/2021 counts only where `order` is given
    or one of its numbers is above 12."""
    for match in _FULL.finditer(text):
        found = _from(match, order)
        if found is not None:
            return found
    return None


def iso(value: object, order: Order | None = None) -> str | None:
    """A date from metadata (a date, a year, or any notation of one) in ISO 8601; None if
    it is none."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip()
    text = _COMPACT.sub(r"\1-\2-\3", text)
    full = _FULL.search(text)
    if full is not None:
        return _from(full, order)
    partial = _PARTIAL.fullmatch(text)
    if partial is not None:
        year, month = partial[1], partial[2]
        if month is None:
            return year if year != "0000" else None
        return _valid(int(year), int(month), 1, precision=7)
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _from(match: re.Match[str], order: Order | None) -> str | None:
    group = match.groupdict()
    if group["y"]:
        return _valid(int(group["y"]), int(group["m"]), int(group["d"]))
    if group["y2"]:
        first, second = int(group["a"]), int(group["b"])
        if order is None and first <= 12 and second <= 12 and first != second:
            return None
        day_first = first > 12 or (order == "day-first" and second <= 12)
        day, month = (first, second) if day_first else (second, first)
        return _valid(int(group["y2"]), month, day)
    for key in "345":
        if group[f"y{key}"]:
            month = MONTHS.get(group[f"m{key}"][:3].lower(), 0)
            return _valid(int(group[f"y{key}"]), month, int(group[f"d{key}"]))
    return None


def _valid(year: int, month: int, day: int, *, precision: int = 10) -> str | None:
    try:
        return date(year, month, day).isoformat()[:precision]
    except ValueError:
        return None
