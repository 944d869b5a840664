"""What can be known of one file of a corpus that it does not say itself."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from retrieval.corpus.readers import metadata

Format = Literal[
    "text", "plain", "markdown", "html", "jsonl", "json", "csv", "notebook", "subtitles", "pdf",
    "docx", "epub",
]  # fmt: skip


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.MULTILINE)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None


def _date(value: object) -> str:
    found = metadata.iso(value)
    if found is None:
        raise ValueError("not a date; write 2021, 2021-03 or 2021-03-31")
    return found


PLACES = ("path", "page", "stem", "name", "title", "key", "anchor")
"""What an address may hold in braces: the path, the path without its suffix (of ``index`` the
folder), the name without and with its suffix; of the document its title, the key that its record
gives it, and its title as an anchor."""


def _filled(text: str) -> str:
    """A pattern with something in all its places, to look at."""
    filled = text
    for place in PLACES:
        filled = filled.replace(f"{{{place}}}", "x")
    if re.search(r"[{}]", filled):
        raise ValueError("in braces may stand " + " ".join(PLACES))
    return filled


def _named(text: str) -> str:
    _filled(text)
    return text


def _address(text: str) -> str:
    if metadata.web_address(_filled(text)) is None:
        raise ValueError("not an absolute http or https address")
    return text


def _patterns(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def inside(text: str) -> str:
    path = PurePosixPath(text)
    if not text or path.is_absolute() or ".." in path.parts:
        raise ValueError("must be a path relative to the corpus folder and inside it")
    return str(path)


Pattern = Annotated[re.Pattern[str], BeforeValidator(_pattern)]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Split(Table):
    """How a file that is a collection becomes documents."""

    after: Pattern | None = None
    """A document ends where this matches; what matches belongs to none."""
    before: Pattern | None = None
    """A document begins where this matches."""
    heading: Annotated[int, Field(ge=1, le=6)] | None = None
    """A document begins at every heading of this level or above, which is its title."""
    title: Literal["first-line", "found"] = "first-line"
    """Each document's first line is its title; or as in any file of its format."""
    date_within: Annotated[int, Field(ge=0)] = 400
    """A document's date is the first full one in so many of its first characters; 0: none."""
    date_order: metadata.Order | None = None
    """How to read 03/11/2021."""

    @model_validator(mode="after")
    def _one_way(self) -> Split:
        if sum(way is not None for way in (self.after, self.before, self.heading)) != 1:
            raise ValueError('say one of "after", "before" and "heading"')
        return self


class Known(Table):
    """What can be known of a file. Every key may be left out."""

    format: Format | None = None
    title: str | None = None
    url: Annotated[str, AfterValidator(_address)] | None = None
    """Its address; with names in braces (`PLACES`) that of many."""
    author: str | None = None
    publisher: str | None = None
    published: Annotated[str, BeforeValidator(_date)] | None = None
    date: Annotated[tuple[Pattern, ...], BeforeValidator(_patterns)] = Field(
        default=(), strict=False
    )
    """Where the date stands in the path, or else in the text; groups are its parts."""
    language: str | None = None
    version_of: Annotated[str, AfterValidator(_named)] | None = None
    """What it is a version of: documents of which this is the same are versions of one text, the
    one of the latest date in force. With names in braces, as `url`."""
    fields: dict[str, str] = Field(default_factory=dict)
    """Names of a record's values: ``text = "paragraphs"`` reads "paragraphs" as its text."""
    pages: bool = False
    """Extracted from pages: a sentence that a page's end broke is one sentence again."""
    gaps: bool = False
    """A space after the end of a Chinese sentence is a paragraph's end that got lost."""
    drop: tuple[Pattern, ...] = Field(default=(), strict=False)
    """What matches is left out of the text and ends a paragraph."""
    headings: tuple[str, ...] = Field(default=(), strict=False)
    """Lines that are headings though nothing marks them."""
    split: Split | None = None


class Source(Known):
    """What is known of one file."""

    path: Annotated[str, AfterValidator(inside)]
    assumed: Known = Known()
    """What counts where neither the rest nor the document itself says anything."""
