"""Jupyter notebooks: their prose as Markdown, their code as code. What it printed is left out."""

from __future__ import annotations

import json

from retrieval.corpus.readers import markdown
from retrieval.corpus.readers.raw import Problem, RawBlock, RawDocument, clean, verbatim
from retrieval.errors import UnreadableError
from retrieval.model import BlockKind


def read(text: str) -> list[RawDocument | Problem]:
    """One document. UnreadableError where it is no notebook."""
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
