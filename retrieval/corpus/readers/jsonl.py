"""JSON Lines: a document a line, ``{"title", "text", "url", "published", …}``."""

from __future__ import annotations

import json

from retrieval.corpus.readers import frontmatter
from retrieval.corpus.readers import text as text_reader
from retrieval.corpus.readers.raw import Problem, RawDocument, clean, line
from retrieval.errors import Cause


def read(text: str) -> list[RawDocument | Problem]:
    """A document, or a problem, for every line that is not blank."""
    return [
        _document(number, part)
        for number, part in enumerate(text.split("\n"), start=1)
        if part.strip()
    ]


def _document(number: int, part: str) -> RawDocument | Problem:
    try:
        values = json.loads(part)
    except json.JSONDecodeError as error:
        return Problem(number, Cause("not-json", {"column": error.colno}))
    except (ValueError, RecursionError):
        return Problem(number, Cause("json-too-deep"))
    if not isinstance(values, dict):
        return Problem(number, Cause("json-no-object"))
    body = values.get("text")
    if not isinstance(body, str) or not body.strip():
        return Problem(number, Cause("json-no-text"))
    found = [raw for raw in text_reader.read(clean(body)) if isinstance(raw, RawDocument)]
    given = values.get("id", values.get("_id"))
    key = line(str(given)) if isinstance(given, str | int) else ""
    own = frontmatter.metadata(values)
    return RawDocument(
        blocks=found[0].blocks,
        title=own["title"] or found[0].title,
        url=own["url"] or found[0].url,
        publisher=own["publisher"] or found[0].publisher,
        published=own["published"] or found[0].published,
        language=own["language"] or found[0].language,
        key=key or None,
    )
