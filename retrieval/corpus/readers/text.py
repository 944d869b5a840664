"""A .txt file: Markdown or HTML where it clearly is that, else plain text."""

from __future__ import annotations

import re

from retrieval.corpus.readers import reader
from retrieval.corpus.readers.raw import Problem, RawDocument

_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?>(?:<!--(?:(?!-->).)*+-->\s*)*)<(?:!doctype\s+html|html|head|body|article|main"
    r"|div|section|p|h[1-6]|table|ul|ol|span)\b[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TAGS = re.compile(r"</?(?:p|div|br|li|td|h[1-6])\b[^>\n]*>", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"^#{1,6} +\S"  # a heading
    r"|^\S[^\n]*\n(?:={3,}|-{3,}) *$"  # a heading underlined
    r"|\]\((?:https?://|#)[^)\s]*\)"  # a link
    r"|<https?://[^>\s]+>"
    r"|\*\*[^*\s][^*\n]*\*\*"  # bold
    r"|\A---\n[\w-]+:",  # front matter
    re.MULTILINE,
)


def sniff(text: str) -> str:
    """The format whose markup `text` carries: "html", "markdown" or "plain"."""
    if _HTML_START.match(text):
        return "html"
    if _MARKDOWN.search(text):
        return "markdown"
    return "html" if len(_HTML_TAGS.findall(text)) >= 3 else "plain"


def read(text: str) -> list[RawDocument | Problem]:
    """One document, read as what its text shows itself to be."""
    return reader(sniff(text))(text)
