"""Named values → documents: JSON, one record a line or a list of them, CSV and TSV; notebooks."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from io import StringIO

from retrieval.corpus.readers import html, markdown, metadata, plain
from retrieval.corpus.readers.raw import (
    CELL,
    Problem,
    RawBlock,
    RawDocument,
    clean,
    columns,
    line,
    tidy,
    verbatim,
)
from retrieval.errors import Cause, UnreadableError
from retrieval.model import BlockKind

TEXTS = ("text", "content", "contents", "body", "paragraphs", "answer", "正文", "内容", "文本",
         "答案", "回答")  # fmt: skip
TITLES = ("title", "name", "headline", "question", "题目", "标题", "题名", "问题")
_ABOUT = frozenset("id _id key type class style lang language href url src link".split())
_LONGEST_VERSE = 60  # columns
_SAMPLE = 10_000
_DELIMITERS = ",\t;|"


def read_lines(text: str) -> list[RawDocument | Problem]:
    """A document, or a problem, for every line that is not blank."""
    return [
        _line(number, part) for number, part in enumerate(text.split("\n"), start=1) if part.strip()
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
    rows = [value] if has_text(value) else _rows(value)
    if not any(has_text(row) for row in rows):
        raise UnreadableError("json-no-documents")
    named = {} if rows == [value] or not isinstance(value, dict) else value
    within = next((named[name] for name in TITLES if isinstance(named.get(name), str)), None)
    found = (_record(number, row) for number, row in enumerate(rows, start=1))
    return [replace(one, within=within) if isinstance(one, RawDocument) else one for one in found]


def _rows(value: object) -> list[object]:
    lists = value.values() if isinstance(value, dict) else [value]
    return max((one for one in lists if isinstance(one, list)), key=len, default=[])


def _line(number: int, part: str) -> RawDocument | Problem:
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
    return document(value, number)


def read_table(text: str) -> list[RawDocument | Problem]:
    """The documents of a table whose first row names its columns."""
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:_SAMPLE], _DELIMITERS)
    except csv.Error:
        dialect = csv.excel_tab if "\t" in text.partition("\n")[0] else csv.excel
    reader = csv.reader(StringIO(text), dialect)
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise UnreadableError("table-damaged", line=reader.line_num) from None
    if not rows:
        return []
    names = [name.strip() for name in rows[0]]
    if not any(name.lower() in TEXTS for name in names):
        return [RawDocument((_table(rows),))]
    return [
        document(dict(zip(names, row, strict=False)), number)
        for number, row in enumerate(rows[1:], start=2)
    ]


def _table(rows: list[list[str]]) -> RawBlock:
    lines = [CELL.join(line(cell) for cell in row).strip() for row in rows]
    return RawBlock("\n".join(lines), BlockKind.TABLE, label=lines[0])


def document(values: Mapping[str, object], number: int) -> RawDocument | Problem:
    """The document that `values` are, or the problem of record `number`: it has no text.

    The text is a string of any markup, or a list of its paragraphs or lines of verse; of strings
    and of objects with a text, and perhaps an address, as Telegram exports it, where one goes on
    with the next.
    """
    named = {str(key).strip().lower(): value for key, value in values.items()}
    body = next((named[name] for name in TEXTS if _says(named.get(name))), None)
    if body is None:
        empty = any(named.get(name) in ("", []) for name in TEXTS)
        return Problem(number, Cause("no-text") if empty else Cause("json-no-text"))
    title = next((named[name] for name in TITLES if _says(named.get(name))), None)
    own = metadata.named({**named, "title": title})
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
        return bool(value) and all(isinstance(_said(part), str) for part in value)
    return isinstance(value, str) and bool(value.strip())


def _said(part: object) -> object:
    """What a part of a text says: a string, the text of an object, or all that it says, as number
    and text of an article of law."""
    if not isinstance(part, dict) or "text" in part:
        return part["text"] if isinstance(part, dict) else part
    values = (value for key, value in part.items() if str(key).lower() not in _ABOUT)
    return " ".join(value for value in values if isinstance(value, str) and value.strip()) or None


def _read(body: object) -> RawDocument:
    if isinstance(body, list):
        if len({type(part) for part in body}) > 1:
            return RawDocument(tuple(html.blocks(_marked(body), reflowed=True)))
        lines = [part for raw in body if (part := tidy(str(_said(raw))))]
        if (
            isinstance(body[0], str)
            and len(lines) > 1
            and all(columns(part) <= _LONGEST_VERSE for part in lines)
        ):
            return RawDocument((RawBlock("\n".join(lines), BlockKind.VERSE),))
        return RawDocument(tuple(RawBlock(part) for part in lines))
    (found,) = plain.read_sniffed(clean(str(body)))
    assert isinstance(found, RawDocument)
    return found


def _marked(runs: Sequence[object]) -> str:
    """Runs of one text, some of them links, as HTML."""
    marked = ""
    for run in runs:
        text, about = escape(str(_said(run))), run if isinstance(run, dict) else {}
        marked += f'<a href="{escape(str(about["href"]))}">{text}</a>' if "href" in about else text
    return "".join(f"<p>{part}</p>" for part in marked.split("\n\n"))


def read_notebook(text: str) -> list[RawDocument | Problem]:
    """A Jupyter notebook as one document: its prose, and its code; what it printed is left out.

    UnreadableError where it is no notebook.
    """
    try:
        notebook = json.loads(text)
        language = str(notebook.get("metadata", {}).get("kernelspec", {}).get("language", ""))
        cells = [(cell["cell_type"], _source(cell["source"])) for cell in notebook["cells"]]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise UnreadableError("notebook-damaged") from None
    found: list[RawBlock] = []
    for kind, source in cells:
        if kind == "code" and (code := verbatim(source)):
            found.append(RawBlock(code, BlockKind.CODE, label=language))
        elif kind == "markdown":
            (part,) = markdown.read(clean(source))
            assert isinstance(part, RawDocument)
            found += part.blocks
    return [RawDocument(tuple(found))]


def _source(lines: object) -> str:
    return "".join(map(str, lines)) if isinstance(lines, list) else str(lines)
