"""JSON: a document a line (``{"title", "text", "url", "published", …}``), or a list of them."""

from __future__ import annotations

import json

from retrieval.corpus.readers import records
from retrieval.corpus.readers.raw import Problem, RawDocument
from retrieval.errors import Cause, UnreadableError


def read(text: str) -> list[RawDocument | Problem]:
    """A document, or a problem, for every line that is not blank."""
    return [
        _document(number, part)
        for number, part in enumerate(text.split("\n"), start=1)
        if part.strip()
    ]


def read_whole(text: str) -> list[RawDocument | Problem]:
    """The documents of a file that is one value: a record, a list of them, or an object with
    such a list in it. UnreadableError where it is none of them, as settings are."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableError("not-json", column=error.colno) from None
    except (ValueError, RecursionError):
        raise UnreadableError("json-too-deep") from None
    rows = [value] if records.has_text(value) else _rows(value)
    if not any(records.has_text(row) for row in rows):
        raise UnreadableError("json-no-documents")
    return [_record(number, row) for number, row in enumerate(rows, start=1)]


def _rows(value: object) -> list[object]:
    lists = value.values() if isinstance(value, dict) else [value]
    return max((one for one in lists if isinstance(one, list)), key=len, default=[])


def _document(number: int, part: str) -> RawDocument | Problem:
    try:
        value = json.loads(part)
    except json.JSONDecodeError as error:
        return Problem(number, Cause("not-json", {"column": error.colno}))
    except (ValueError, RecursionError):
        return Problem(number, Cause("json-too-deep"))
    return _record(number, value)


def _record(number: int, value: object) -> RawDocument | Problem:
    if not isinstance(value, dict):
        return Problem(number, Cause("json-no-object"))
    return records.document(value, number)
