"""CSV and TSV: a document a row where a column is a text, else one table."""

from __future__ import annotations

import csv
from io import StringIO

from retrieval.corpus.readers import records
from retrieval.corpus.readers.raw import Problem, RawBlock, RawDocument, line
from retrieval.corpus.readers.walk import CELL
from retrieval.errors import UnreadableError
from retrieval.model import BlockKind

_SAMPLE = 10_000
_DELIMITERS = ",\t;|"


def read(text: str) -> list[RawDocument | Problem]:
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
    if not any(name.lower() in records.TEXTS for name in names):
        return [RawDocument((_table(rows),))]
    return [
        records.document(dict(zip(names, row, strict=False)), number)
        for number, row in enumerate(rows[1:], start=2)
    ]


def _table(rows: list[list[str]]) -> RawBlock:
    lines = [CELL.join(line(cell) for cell in row).strip() for row in rows]
    return RawBlock("\n".join(lines), BlockKind.TABLE, label=lines[0])
