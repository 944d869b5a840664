"""YAML front matter: the metadata between two lines of dashes at the top of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypedDict
from urllib.parse import urlsplit

import yaml

from retrieval.corpus.readers import dates
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
        return metadata({}), text
    try:
        loaded = yaml.safe_load(fenced[1])
    except (yaml.YAMLError, ValueError, RecursionError, LookupError, AttributeError, TypeError):
        # People write "title: A: B". Lines that are pairs are read as pairs, as they were meant.
        loaded = {key: value.strip().strip("\"'") for key, value in _PAIR.findall(fenced[1])}
    if not isinstance(loaded, dict):
        return metadata({}), text
    return metadata({str(key).lower(): value for key, value in loaded.items()}), text[
        fenced.end() :
    ]


def metadata(values: Mapping[str, object]) -> Metadata:
    """Metadata from loosely named values; what has the wrong type or form is left out."""
    return Metadata(
        title=_first(values, "title"),
        url=web_address(_first(values, "url", "link", "source_url", "canonical")),
        author=_first(values, "author", "authors", "作者", "著者", "poet", "writer"),
        publisher=_first(values, "publisher", "author", "site_name"),
        published=next(
            (
                found
                for key in ("published", "date", "published_time", "created")
                if (found := dates.iso(values.get(key))) is not None
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
        if isinstance(value, list):
            value = ", ".join(item for item in value if isinstance(item, str))
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and (found := line(value)):
            return found
    return None
