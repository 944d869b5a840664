"""PDF, through pypdf: paragraphs put together again from lines, with their pages.

Left out are lines that stand at the head or foot of page after page. A hyphen that only a line's
end asked for goes. Headings are the lines that the outline names.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from statistics import median
from typing import Any

from retrieval.analysis.folding import HAN, is_han
from retrieval.corpus.readers import metadata
from retrieval.corpus.readers.raw import (
    Problem,
    RawBlock,
    RawDocument,
    clean,
    columns,
    ends_sentence,
    join,
    line,
    tidy,
)
from retrieval.errors import Cause, UnreadableError
from retrieval.model import BlockKind

try:
    from pypdf import PdfReader
except ImportError:
    raise UnreadableError("needs-documents") from None

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every oddity of every file

MOST_PAGES = 3000
"""The largest reference works have fewer."""
_NUMBER = re.compile(
    r"(?:page |p\. ?|第 ?)?[-–—·.\s]*(?:\d{1,4}|[ivxlc]{1,7})[-–—·.\s]*(?:页|頁)?"
    r"(?:\s*(?:/|of|共)\s*\d{1,4}\s*(?:页|頁)?)?",
    re.IGNORECASE,
)
_HYPHEN = re.compile(r"[a-zà-ÿ][-\u00ad\u2010]$")
_GENERIC = re.compile(r"microsoft word|untitled|\.(?:docx?|indd|pdf|tex|wps)$|^\W*$", re.IGNORECASE)
_SET_OFF = re.compile(r"第.{1,8}[章节条編编]|[A-Z\d][\d.]* [A-Z]")
_SPREAD = re.compile(f"(?<=[{HAN}，。、；：]) (?=[{HAN}，。、；：“])")
_DENSE = re.compile(f"[{HAN}](?=[{HAN}])")
_EDGE = 2
"""Lines at the head and foot of a page that may be its furniture."""
_ITEM = re.compile(
    r"(?:[•●▪■◆○–-]|[（(]?\d{1,3}[.)、）]|[（(]?[一二三四五六七八九十]{1,3}[、）)])\s*(?=\S)"
)


def read(data: bytes) -> list[RawDocument | Problem]:
    """One document, and a problem for every page that cannot be read."""
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("encrypted")
        count = len(reader.pages)
    except UnreadableError:
        raise
    except Exception as error:  # pypdf raises whatever a broken file leads it to
        if "crypt" in str(error).lower() or "AES" in str(error):
            raise UnreadableError("encrypted") from error
        raise UnreadableError("pdf-damaged") from error
    if count > MOST_PAGES:
        raise UnreadableError("too-many-pages", pages=count, most=MOST_PAGES)
    pages, problems = _lines(reader, count)
    if len(problems) == count:
        raise UnreadableError("pdf-damaged")
    if not any(pages):
        raise UnreadableError("pdf-scanned")
    about = _metadata(reader)
    blocks = tuple(_paragraphs(_bare(pages), _outline(reader)))
    return [RawDocument(blocks, title=about[0], published=about[1]), *problems]


def _lines(reader: PdfReader, count: int) -> tuple[list[list[str]], list[Problem]]:
    """The lines of every page, and what could not be read."""
    pages: list[list[str]] = []
    problems: list[Problem] = []
    for number in range(count):
        try:
            text = clean(reader.pages[number].extract_text())
        except MemoryError:
            raise
        except Exception:  # pypdf raises whatever a broken page leads it to
            problems.append(Problem(number + 1, Cause("page-damaged")))
            text = ""
        pages.append([part for raw in text.split("\n") if (part := tidy(raw))])
    return pages, problems


def _bare(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Pages without numbers and without lines that several have at the same edge."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(part) for part in (*page[:_EDGE], *page[-_EDGE:])})
    often = max(3, len(pages) // 10)

    def furniture(part: str) -> bool:
        return _NUMBER.fullmatch(part) is not None or seen[_shape(part)] >= often

    found: list[list[str]] = []
    for page in pages:
        start, end = 0, len(page)
        while start < min(_EDGE, end) and furniture(page[start]):
            start += 1
        while end > max(start, len(page) - _EDGE) and furniture(page[end - 1]):
            end -= 1
        found.append(list(page[start:end]))
    return found


def _shape(part: str) -> str:
    return re.sub(r"\d+", "0", part)


def _paragraphs(pages: list[list[str]], outline: dict[str, int]) -> Iterator[RawBlock]:
    widths = [columns(part) for page in pages for part in page]
    full = 0.8 * (median(sorted(widths)[len(widths) // 2 :]) if widths else 0)
    lines: list[str] = []
    began = 1
    for number, page in enumerate(pages, start=1):
        for part in page:
            level = outline.get(_plain(part))
            item = _ITEM.match(part) is not None
            if lines and (level or item or _ends(lines[-1], part, full)):
                yield _block(lines, began)
                lines = []
            if level:
                yield RawBlock(_close(part), BlockKind.HEADING, level, locator=str(number))
                continue
            began = began if lines else number
            lines.append(part)
    if lines:
        yield _block(lines, began)


def _ends(before: str, part: str, full: float) -> bool:
    """Whether a paragraph ends between two lines: the first is short and the second does not go
    on in lower case, or would have begun on the first, Chinese one (the rows of a table); or it
    ends a sentence and the second is set off."""
    if columns(before) < full:
        fits = columns(f"{before} {part.split(' ', 1)[0]}") < full
        return (
            ends_sentence(before) or not part[:1].islower() or (fits and any(map(is_han, before)))
        )
    return ends_sentence(before) and _SET_OFF.match(part) is not None


def _block(lines: list[str], page: int) -> RawBlock:
    merged: list[str] = []
    for part in map(_close, lines):
        if merged and _HYPHEN.search(merged[-1]) and part[:1].islower():
            merged[-1] = merged[-1][:-1] + part
        else:
            merged.append(part)
    text = join(merged)
    item = _ITEM.match(text)
    kind = BlockKind.ITEM if item is not None else BlockKind.PARAGRAPH
    return RawBlock(text, kind, locator=str(page))


def _close(part: str) -> str:
    """A line without the blanks that spread its Chinese characters over its width."""
    spread = _SPREAD.sub("", part)
    return spread if len(part) - len(spread) > 2 + len(_DENSE.findall(part)) else part


def _outline(reader: PdfReader) -> dict[str, int]:
    """The lines that are headings, and their levels."""
    found: dict[str, int] = {}
    try:
        waiting: list[tuple[Any, int]] = [(entry, 1) for entry in reversed(reader.outline)]
        while waiting and len(found) < MOST_PAGES:
            entry, level = waiting.pop()
            if isinstance(entry, list):
                waiting += [(inner, min(level + 1, 6)) for inner in reversed(entry)]
            elif plain := _plain(str(entry.title or "")):
                found.setdefault(plain, level)
    except Exception:  # an outline is a help, and may be as broken as anything
        return found
    return found


def _plain(text: str) -> str:
    return "".join(tidy(text).split()).casefold()


def _metadata(reader: PdfReader) -> tuple[str | None, str | None]:
    try:
        about = reader.metadata
        title = line(about.title or "") if about is not None else ""
        created = about.creation_date if about is not None else None
    except Exception:  # likewise
        return None, None
    return None if _GENERIC.search(title) else title or None, metadata.iso(created)
