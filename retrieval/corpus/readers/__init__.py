"""Readers turn a file into raw documents. One format is one function of a module and one line here.

A reader takes the text of a file, or its bytes where it is no text, and gives a list of
``RawDocument | Problem``; UnreadableError says why there is none. It is imported when the first
file of its format is met, so that a format nobody uses costs nothing; where a library is missing
for it, that is an UnreadableError too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import cast

from retrieval.corpus.readers.raw import Problem, RawDocument

Found = list[RawDocument | Problem]

TEXT_FORMATS: Mapping[str, str] = {
    "text": "plain.read_sniffed",  # Markdown or HTML where it clearly is, else plain
    "plain": "plain.read",
    "markdown": "markdown.read",
    "html": "html.read",
    "rst": "rst.read",
    "jsonl": "records.read_lines",
    "json": "records.read_whole",
    "csv": "records.read_table",
    "notebook": "records.read_notebook",
    "subtitles": "plain.read_subtitles",
}

BINARY_FORMATS: Mapping[str, str] = {
    "pdf": "pdf.read",
    "docx": "docx.read",
    "epub": "epub.read",
}

ESCAPED = frozenset(("jsonl", "json", "notebook"))
"""Formats in whose strings characters are escaped: their text is cleaned once it is parsed."""

SUFFIXES: Mapping[str, str] = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".rst": "rst",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".ipynb": "notebook",
    ".srt": "subtitles",
    ".vtt": "subtitles",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
}


def reader(format_name: str) -> Callable[[str], Found]:
    """The reader of a format of `TEXT_FORMATS`; KeyError for any other name."""
    return cast("Callable[[str], Found]", _function(TEXT_FORMATS[format_name]))


def binary_reader(format_name: str) -> Callable[[bytes], Found]:
    """The reader of a format of `BINARY_FORMATS`; KeyError for any other name."""
    return cast("Callable[[bytes], Found]", _function(BINARY_FORMATS[format_name]))


def _function(place: str) -> object:
    module, _, name = place.partition(".")
    return getattr(import_module(f"{__name__}.{module}"), name)
