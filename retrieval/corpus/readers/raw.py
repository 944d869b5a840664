"""What readers hand over, and the cleaning that every quoted character has gone through."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from retrieval.errors import Cause
from retrieval.model import BlockKind, Link

# Zero-width joiners and non-joiners are spelling where Arabic, Indic and Mongolian letters join
# (می‌خواهم, क्‍ष), and make one of several emoji; elsewhere they are as unseen as the rest.
_JOINING = (
    "\u0620-\u065f\u066e-\u06d3\u06d5-\u06dc\u06ee\u06ef\u06fa-\u109f\u1780-\u17d3\u1820-\u18aa"
    "\u1b00-\u1b4b\ua8e0-\ua8ff\ufb50-\ufdc7\ufdf0-\ufdff\ufe70-\ufefc\U00011000-\U000115ff"
)
_EMOJI = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINER = re.compile(
    f"(?:(?<![{_JOINING}])|(?![\u200c\u200d][{_JOINING}]))"
    f"(?:(?<![{_EMOJI}])|(?!\u200d[{_EMOJI}]))[\u200c\u200d]"
)
# Control characters but tab and line feed; zero-width and bidirectional controls; soft hyphen;
# lone surrogates; non-characters. None of them can be seen, all of them can break a message.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_LINE_END = re.compile("[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile("[\t\x1f \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LINE_EDGES = re.compile(" *\n[ \n]*")

CODE = frozenset(
    "code code-block code-cell sourcecode prompt parsed-literal testcode ipython".split()
)
NO_TEXT = frozenset(
    "toctree index contents literalinclude include highlight meta image raw graphviz digraph graph "
    "mermaid uml plantuml plot tabularcolumns currentmodule module py:module sectionauthor "
    "codeauthor testsetup testcleanup bibliography".split()
)
"""Directives of Sphinx that hold code, and those that hold nothing that is read."""
TITLED = re.compile(r"(.+?)\s*<[^<>]*>", re.DOTALL)
"""How a role of Sphinx names its target beside its words."""
CELL = " | "
"""Between the cells of a row."""
SENTENCE_END = "。！？!?…．｡؟۔।"
CLOSING = "”’」』）)】》〉\"']］｝}"

_WIDE = re.compile("[\u1100-\u115f\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
                   "\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]")  # fmt: skip
# Curly quotes, dashes and dots are narrow, but in Chinese they too stand without a space.
_SPACELESS = re.compile(_WIDE.pattern[:-1] + "“”‘’—…·]")

_WIDEST_WRAP = 120


@dataclass(frozen=True, slots=True)
class RawBlock:
    """A block as a reader found it, tidy already. `level` is 1 to 6 for headings, else 0.

    `label`, `locator` and `anchor` are those of `model.Block`; `links` are in offsets of `text`.
    """

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    label: str = ""
    locator: str = ""
    anchor: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One document as a reader found it. `key` is the id its own file gives it; `part` says that
    the file may have others, and `within` what they are called together."""

    blocks: tuple[RawBlock, ...]
    title: str | None = None
    url: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: str | None = None
    key: str | None = None
    part: bool = False
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of a file that could not be read: its line (from 1) and why."""

    line: int
    cause: Cause


def clean(text: str) -> str:
    """`text` with line feeds only, and without characters that cannot be seen."""
    if text.replace("\n", "").isprintable():  # which nothing is that the patterns find
        return text
    # Sets alone, each by itself: an alternative in a pattern makes finding ten times slower.
    text = _UNSEEN.sub("", _LINE_END.sub("\n", text.replace("\r\n", "\n")))
    return _JOINER.sub("", text) if "\u200c" in text or "\u200d" in text else text


def tidy(text: str) -> str:
    """One block: clean, runs of blanks made one space, no blank lines, nothing at its edges."""
    return _LINE_EDGES.sub("\n", _BLANKS.sub(" ", clean(text))).strip()


def verbatim(text: str) -> str:
    """Code: clean, and otherwise as it stands, but without blank lines around it."""
    kept = clean(text).rstrip()
    first = len(kept) - len(kept.lstrip())
    return kept[kept.rfind("\n", 0, first) + 1 :]


def line(text: str) -> str:
    """`text` as one tidy line, for titles and names."""
    return join(tidy(text).split("\n"))


def columns(text: str) -> int:
    """How wide `text` is where a Chinese character takes two columns."""
    return len(text) + len(_WIDE.findall(text))


def join(lines: list[str]) -> str:
    """Lines of one sentence made one: no space beside a Chinese character, one between words."""
    joined = lines[:1]
    for before, part in pairwise(lines):
        beside = before[-1:] + part[:1]
        joined.append(" " if len(beside) == 2 and not _SPACELESS.search(beside) else "")
        joined.append(part)
    return "".join(joined)


def ends_sentence(text: str) -> bool:
    """Whether `text` ends with a sentence end, quotes and brackets aside."""
    last = text.rstrip(CLOSING)[-1:]
    return last != "" and last in SENTENCE_END + "."


_SECTIONS = frozenset(
    "引入 简介 簡介 定义 定義 概述 背景 介绍 介紹 Overview Introduction Background".split()
)


def heads_part(blocks: list[RawBlock]) -> bool:
    """Whether the first heading heads a part of a text that has no title: it is below the first
    level, and is called what parts are, or two more stand beside it or above, or a sentence
    before it."""
    at = next((i for i, b in enumerate(blocks) if b.kind is BlockKind.HEADING), len(blocks))
    levels = [block.level for block in blocks[at:] if block.kind is BlockKind.HEADING]
    return levels[:1] > [1] and (
        blocks[at].text in _SECTIONS
        or sum(level <= levels[0] for level in levels) > 2
        or any(ends_sentence(block.text) for block in blocks[:at])
    )


_VERSE_ENDS = "，。！？；、：…,.!?;:"
_LONGEST_VERSE = 50  # columns


def is_verse(lines: list[str]) -> bool:
    """Whether these are lines of a poem: two or more in Chinese, short, as long as one another,
    each of them with a mark at its end."""
    if len(lines) < 2 or not _WIDE.search(lines[0]):
        return False
    lengths = {len(part) for part in lines}
    return (
        max(lengths) - min(lengths) <= 2
        and max(columns(part) for part in lines) <= _LONGEST_VERSE
        and all(part.rstrip(CLOSING)[-1:] in _VERSE_ENDS for part in lines)
        and all(part.rstrip(CLOSING) for part in lines)
    )


def reflow(lines: list[str]) -> str:
    """The lines of one paragraph, joined, unless they stand apart on purpose.

    An address or a verse is three lines or more, all short and of uneven length, none of them
    ending a sentence: its line ends stay. So does that of a line longer than anyone wraps by
    hand, where it ends with a sentence.
    """
    widths = [columns(part) for part in lines]
    if (
        len(lines) >= 3
        and max(widths) <= 50
        and min(widths[:-1]) < 0.6 * max(widths)
        and not any(ends_sentence(part) for part in lines)
    ):
        return "\n".join(lines)
    kept: list[list[str]] = [[]]
    for part, width in zip(lines, widths, strict=True):
        kept[-1].append(part)
        if width > _WIDEST_WRAP and ends_sentence(part):
            kept.append([])
    return "\n".join(join(part) for part in kept if part)
