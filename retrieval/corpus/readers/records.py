"""A record of named values, as a line of JSON or a row of a table has them → a document."""

from __future__ import annotations

from collections.abc import Mapping

from retrieval.corpus.readers import frontmatter
from retrieval.corpus.readers import text as text_reader
from retrieval.corpus.readers.raw import (
    Problem,
    RawBlock,
    RawDocument,
    clean,
    columns,
    line,
    tidy,
)
from retrieval.errors import Cause
from retrieval.model import BlockKind

TEXTS = ("text", "content", "contents", "body", "paragraphs", "answer", "正文", "内容", "文本",
         "答案", "回答")  # fmt: skip
TITLES = ("title", "name", "headline", "question", "题目", "标题", "题名", "问题")
_LONGEST_VERSE = 60  # columns


def document(values: Mapping[str, object], number: int) -> RawDocument | Problem:
    """The document that `values` are, or the problem of record `number`: it has no text.

    The text is a string of any markup, or a list of its paragraphs or lines of verse.
    """
    named = {str(key).strip().lower(): value for key, value in values.items()}
    body = next((named[name] for name in TEXTS if _says(named.get(name))), None)
    if body is None:
        return Problem(number, Cause("json-no-text"))
    title = next((named[name] for name in TITLES if _says(named.get(name))), None)
    own = frontmatter.metadata({**named, "title": title})
    found = _read(body)
    given = named.get("id", named.get("_id"))
    key = line(str(given)) if isinstance(given, str | int) else ""
    return RawDocument(
        blocks=found.blocks,
        title=own["title"] or found.title,
        url=own["url"] or found.url,
        author=own["author"] or found.author,
        publisher=own["publisher"] or found.publisher,
        published=own["published"] or found.published,
        language=own["language"] or found.language,
        key=key or None,
        part=True,
    )


def has_text(values: object) -> bool:
    """Whether `values` are a record with a text."""
    return isinstance(values, Mapping) and any(
        _says(value) for key, value in values.items() if str(key).strip().lower() in TEXTS
    )


def _says(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(part, str) for part in value)
    return isinstance(value, str) and bool(value.strip())


def _read(body: object) -> RawDocument:
    if isinstance(body, list):
        lines = [part for raw in body if (part := tidy(raw))]
        if len(lines) > 1 and all(columns(part) <= _LONGEST_VERSE for part in lines):
            return RawDocument((RawBlock("\n".join(lines), BlockKind.VERSE),))
        return RawDocument(tuple(RawBlock(part) for part in lines))
    (found,) = text_reader.read(clean(str(body)))
    assert isinstance(found, RawDocument)
    return found
