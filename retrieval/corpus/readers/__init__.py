"""Readers turn the text of a file into raw documents. One format is one module and one line here.

A reader module has one function, ``read(text: str) -> list[RawDocument | Problem]``. It is
imported when the first file of its format is met, so that a format nobody uses costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import cast

from retrieval.corpus.readers.raw import Problem, RawDocument

Reader = Callable[[str], list[RawDocument | Problem]]

FORMATS: Mapping[str, str] = {
    "text": "retrieval.corpus.readers.text",  # Markdown or HTML where it clearly is, else plain
    "plain": "retrieval.corpus.readers.plain",
    "markdown": "retrieval.corpus.readers.markdown",
    "html": "retrieval.corpus.readers.html",
    "jsonl": "retrieval.corpus.readers.jsonl",
}

SUFFIXES: Mapping[str, str] = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".jsonl": "jsonl",
}


def reader(format_name: str) -> Reader:
    """The reader of a format named in `FORMATS`; KeyError for any other name."""
    module = import_module(FORMATS[format_name])
    return cast(Reader, module.read)
