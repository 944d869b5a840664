"""Plain text: paragraphs by blank line, or by line; hard-wrapped lines joined; list items. A .txt
file may be Markdown or HTML instead, where it clearly is. And subtitles (SubRip, WebVTT): what is
said, a sentence or so a paragraph, with its time."""

from __future__ import annotations

import re

from retrieval.corpus.readers import reader
from retrieval.corpus.readers.raw import (
    Problem,
    RawBlock,
    RawDocument,
    columns,
    ends_sentence,
    is_verse,
    join,
    reflow,
    tidy,
)
from retrieval.errors import UnreadableError
from retrieval.model import BlockKind

_BULLET = re.compile(r"[-*•·●○▪■◆►‣–—]\s+(?=\S)")
_NUMBER = re.compile(
    r"(?:\(?\d{1,4}[.)、]|（\d{1,3}）|[①-⑳]|[（(]?[一二三四五六七八九十]{1,3}[、）)])\s*(?=\S)"
)
_SPACED_NUMBER = re.compile(r"\d{1,4}[.)]\s+(?=\S)")
_RULE = re.compile(r"[-=_*~#—–\s]{3,}")

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


def read(text: str) -> list[RawDocument | Problem]:
    """One document without a title of its own."""
    return [RawDocument(tuple(blocks(text)))]


def sniff(text: str) -> str:
    """The format whose markup `text` carries: "html", "markdown" or "plain"."""
    if _HTML_START.match(text):
        return "html"
    if _MARKDOWN.search(text):
        return "markdown"
    return "html" if len(_HTML_TAGS.findall(text)) >= 3 else "plain"


def read_sniffed(text: str) -> list[RawDocument | Problem]:
    """One document, read as what its text shows itself to be."""
    return reader(sniff(text))(text)


def blocks(text: str) -> list[RawBlock]:
    """The paragraphs and items of `text`, in order."""
    found: list[RawBlock] = []
    for chunk in re.split(r"\n[^\S\n]*\n", text):
        parts = filter(None, map(tidy, chunk.split("\n")))
        lines = [part for part in parts if not _RULE.fullmatch(part)]
        if lines:
            found += _chunk(lines)
    return found


def _chunk(lines: list[str]) -> list[RawBlock]:
    """The blocks of lines that no blank line parts."""
    found: list[RawBlock] = []
    start = 0
    # "1.5 million" or "2021、2022" may begin a line of prose: a list has more than one, or a gap.
    numbered = sum(1 for part in lines if _NUMBER.match(part)) >= 2
    for index, part in enumerate(lines):
        if index >= start and _is_item(part, numbered):
            found += _prose(lines[start:index])
            end = _item_end(lines, index, numbered)
            text = join(lines[index:end])  # a number stays, which may be cited; a bullet goes
            found.append(RawBlock(_BULLET.sub("", text, count=1), BlockKind.ITEM))
            start = end
    return found + _prose(lines[start:])


def _is_item(part: str, numbered: bool) -> bool:
    pattern = _NUMBER if numbered else _SPACED_NUMBER
    return _BULLET.match(part) is not None or pattern.match(part) is not None


def _item_end(lines: list[str], index: int, numbered: bool) -> int:
    """Where an item whose first line is hard-wrapped ends."""
    end = index + 1
    while (
        end < len(lines)
        and 60 <= columns(lines[end - 1]) <= 120
        and not _ends_sentence(lines[end - 1])
        and not _is_item(lines[end], numbered)
    ):
        end += 1
    return end


def _prose(lines: list[str]) -> list[RawBlock]:
    if len(lines) <= 1:
        return [RawBlock(part) for part in lines]
    if is_verse(lines):
        return [RawBlock("\n".join(lines), BlockKind.VERSE)]
    if _wrapped(lines):
        return [RawBlock(join(lines))]
    if max(columns(part) for part in lines) <= 50 and "\n" in (kept := reflow(lines)):
        return [RawBlock(kept)]  # an address
    return [RawBlock(part) for part in lines]


def _wrapped(lines: list[str]) -> bool:
    """Whether someone's editor broke these lines: all but the last about as long, few of them
    at the end of a sentence."""
    widths = [columns(part) for part in lines[:-1]]
    widest = max(widths)
    at_end = sum(1 for part in lines[:-1] if _ends_sentence(part))
    return (
        30 <= widest <= 120
        and min(widths) >= 0.6 * widest
        and columns(lines[-1]) <= widest + 8
        and at_end <= len(widths) / 2
    )


def _ends_sentence(part: str) -> bool:
    return ends_sentence(part) or part[-1:] in ":："


_CUE = re.compile(
    r"^[ \t]*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}[ \t]*-->[ \t]*"
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}[^\n]*\n(.*?)(?=\n[ \t]*\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
_TAGS = re.compile(r"</?[A-Za-z][^<>\n]*>|<[\d:.]+>|\{\\[^}\n]*\}")
_PAUSE = 4
"""Seconds without a word, after which something new is said."""
_ENOUGH = 200
"""Characters of a paragraph that nothing ends."""


def read_subtitles(text: str) -> list[RawDocument | Problem]:
    """One document. UnreadableError where there is no cue in it."""
    found: list[RawBlock] = []
    said: list[str] = []
    began = ended = 0
    cues = list(_CUE.finditer(text))
    if not cues:
        raise UnreadableError("no-cues")
    for cue in cues:
        start, end = _seconds(*cue.group(1, 2, 3)), _seconds(*cue.group(4, 5, 6))
        lines = [part for raw in _TAGS.sub("", cue[7]).split("\n") if (part := tidy(raw))]
        if not lines:
            continue
        if said and (start - ended > _PAUSE or sum(map(len, said)) > _ENOUGH):
            found.append(_cue(said, began))
            said = []
        began = began if said else start
        if lines != said[-len(lines) :]:  # captions that roll up say a line twice
            said += lines
        ended = end
        if ends_sentence(said[-1]):
            found.append(_cue(said, began))
            said = []
    if said:
        found.append(_cue(said, began))
    return [RawDocument(tuple(found))]


def _cue(lines: list[str], began: int) -> RawBlock:
    hours, rest = divmod(began, 3600)
    return RawBlock(join(lines), locator=f"{hours:02}:{rest // 60:02}:{rest % 60:02}")


def _seconds(hours: str | None, minutes: str, seconds: str) -> int:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
