"""`sources.toml`: what the operator knows of the files of a corpus that the files don't say."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from retrieval.corpus.readers import dates, frontmatter
from retrieval.errors import CorpusError

NAME = "sources.toml"

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
    found = dates.iso(value)
    if found is None:
        raise ValueError("not a date; write 2021, 2021-03 or 2021-03-31")
    return found


def _address(text: str) -> str:
    if frontmatter.web_address(text) is None:
        raise ValueError("not an absolute http or https address")
    return text


def _inside(text: str) -> str:
    path = PurePosixPath(text)
    if not text or path.is_absolute() or ".." in path.parts:
        raise ValueError("must be a path relative to the corpus folder and inside it")
    return str(path)


Pattern = Annotated[re.Pattern[str], BeforeValidator(_pattern)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Split(_Table):
    """How a file that is a collection becomes documents."""

    after: Pattern
    """A document ends where this matches; what matches belongs to none."""
    title: Literal["first-line", "found"] = "first-line"
    """Each document's first line is its title; or as in any file of its format."""
    date_within: Annotated[int, Field(ge=0)] = 400
    """A document's date is the first full one in so many of its first characters; 0: none."""
    date_order: dates.Order | None = None
    """How to read 03/11/2021."""


class Source(_Table):
    """What is known of one file. Every key but `path` may be left out."""

    path: Annotated[str, AfterValidator(_inside)]
    format: Format | None = None
    title: str | None = None
    url: Annotated[str, AfterValidator(_address)] | None = None
    publisher: str | None = None
    published: Annotated[str, BeforeValidator(_date)] | None = None
    language: str | None = None
    pages: bool = False
    """Extracted from pages: a sentence that a page's end broke is one sentence again."""
    gaps: bool = False
    """A space after the end of a Chinese sentence is a paragraph's end that got lost."""
    drop: tuple[Pattern, ...] = Field(default=(), strict=False)
    """What matches is left out of the text and ends a paragraph."""
    headings: tuple[str, ...] = Field(default=(), strict=False)
    """Lines that are headings though nothing marks them."""
    split: Split | None = None


class _Manifest(_Table):
    file: tuple[Source, ...] = Field(default=(), strict=False)


def load(folder: Path) -> dict[str, Source]:
    """The sources described in `folder`, by path; empty without a manifest.

    CorpusError names every mistake with its place, and the nearest key for an unknown one.
    """
    path = folder / NAME
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise CorpusError(str(path), f"not TOML: {error}") from None
    except UnicodeDecodeError as error:
        raise CorpusError(str(path), f"not UTF-8, at byte {error.start}") from None
    except OSError as error:
        raise CorpusError(str(path), f"cannot be read: {error.strerror}") from None
    try:
        manifest = _Manifest.model_validate(values)
    except ValidationError as error:
        reason = "; ".join(_mistake(mistake) for mistake in error.errors(include_url=False))
        raise CorpusError(str(path), reason) from None
    described: dict[str, Source] = {}
    for source in manifest.file:
        if source.path in described:
            raise CorpusError(str(path), f'"{source.path}" is described twice')
        described[source.path] = source
    return described


def _mistake(mistake: ErrorDetails) -> str:
    place = _place(mistake["loc"])
    if mistake["type"] == "extra_forbidden":
        near = _nearest(mistake["loc"])
        return f"{place}: unknown key" + (f'; did you mean "{near}"?' if near else "")
    if mistake["type"] == "missing":
        return f"{place}: missing"
    message = mistake["msg"].removeprefix("Value error, ")
    return f"{place} = {_shown(mistake['input'])}: {message}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _place(location: Iterable[int | str]) -> str:
    """("file", 2, "title") → "file 3, title": tables are counted from 1, as people do."""
    words = ""
    for part in location:
        words += f" {part + 1}" if isinstance(part, int) else f", {part}" if words else part
    return words


def _nearest(location: tuple[int | str, ...]) -> str | None:
    table: type[BaseModel] = _Manifest
    if len(location) > 1:
        table = Split if "split" in location[:-1] else Source
    near = difflib.get_close_matches(str(location[-1]), list(table.model_fields), n=1, cutoff=0.5)
    return near[0] if near else None
