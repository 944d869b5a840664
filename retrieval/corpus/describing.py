"""What a document is called, when it is from, who wrote it and where it stands: each from the
first place that says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from retrieval.corpus import shaping
from retrieval.corpus.readers import metadata
from retrieval.corpus.readers.raw import RawBlock, RawDocument, columns, heads_part, line
from retrieval.corpus.sources import Source
from retrieval.model import BlockKind

HEAD = 6
"""Blocks at the beginning that may say when and by whom a text was written."""
_NUMBER = r"[〇零一二三四五六七八九十百千两0-9]+"
_CHAPTER = re.compile(
    rf"(?:正文\s*)?第\s*{_NUMBER}\s*[章回节節卷部编編集篇幕折讲講课課条條话話](?!分).{{0,40}}"
    r"|(?:chapter|part|section|book|act|volume|canto|letter)\s+(?:[0-9]+|[ivxlc]+|one|two)\b.*"
    r"|(?:目\s*[录錄]|前\s*言|序(?:\s*言|\s*幕|\s*章)?|引\s*[言子]|楔\s*子|[内內]容[简簡]介|[版權权]{2}.*"
    r"|contents|preface|introduction|foreword|prologue|table of contents)"
    r"|作\s*者\s*[:：].*|author\s*:.*",
    re.IGNORECASE | re.DOTALL,
)
_NAMED_CHAPTER = re.compile(
    r"(?:chapter|part|section|book|act|volume|canto|letter)\s+(?:[0-9]+|[ivxlc]+)\b\W+(?=\w{3})"
    rf"|(?P<han>第\s*{_NUMBER}\s*\w\W+(?=\w))",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    "index readme description template default main text document page untitled contents chapter "
    "part file article post new copy changelog license docs doc src source content".split()
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_COMPACT = re.compile(r"(?<![^\W_])((?:19|20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?![^\W_])")
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.](0[1-9]|1[0-2])(?!\d)")
_NAME_DATE = re.compile(
    r"[(（\[【]?(?<!\d)(?:19|20)\d{2}[-_.年]?\d{1,2}[-_.月]?\d{1,2}日?(?!\d)[)）\]】]?[-_\s]*"
)
_DATE_WORDS = re.compile(
    r"发布|發布|发表|發表|公布|施行|实施|生效|更新|修订|修正|通过|日期|时间|時間|date|published|posted|"
    r"updated|last|on|at|星期.|周.|[\d:：,，.。/\-年月日时分秒()（）\s|]+",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:作\s*者|著\s*者|撰\s*文|作\s*家|authors?|written by|by)\s*[:：]\s*(\S[^\n]{0,38}\S|\S)",
    re.IGNORECASE,
)


def is_chapter(text: str) -> bool:
    """Whether a line heads a part of a text, or says something about it, and is no title."""
    return _CHAPTER.fullmatch(text.strip()) is not None


def heads_all(heading: str, rest: list[RawBlock], path: str) -> bool:
    """Whether a chapter's heading is the title after all: it has a name beside its number, and no
    other chapter follows. (Of a Chinese book in files with Chinese names, those say more.)"""
    alone = not any(is_chapter(block.text) for block in rest if block.kind is BlockKind.HEADING)
    match = _NAMED_CHAPTER.match(heading)
    return alone and match is not None and not (match["han"] and _HAN.search(named(path)))


def named(path: str) -> str:
    """What a file's name says of its title: without suffix, date and underscores; "" where it
    says nothing, as a number, a hash or ``index`` does."""
    stem = PurePosixPath(path).stem
    bare = line(_NAME_DATE.sub(" ", stem).replace("_", " ")).strip(" -–—.")
    if len(_HAN.findall(bare)) >= 2:
        return bare
    letters = re.findall(r"[^\W\d_]{3,}", bare)
    usual = [word for word in letters if word.lower() not in _GENERIC]
    return bare if any(re.search(r"[^a-f]", word.lower()) for word in usual) else ""


def likelier(first: str, path: str) -> bool:
    """Whether a first line is the likelier title than the file's name: they share something, or
    the name says nothing."""
    name = named(path)
    if not _HAN.search(name):
        return True
    pairs = {name[at : at + 2] for at in range(len(name) - 1)}
    shared = sum(pair in first for pair in pairs)
    if not shared:
        return False
    return columns(first) <= 2 * columns(name) + 8 or shared < len(pairs)


def dated(path: str) -> str | None:
    """The date in a file's name, or in the folders it stands in."""
    parts = PurePosixPath(path)
    for name in (parts.stem, "/".join(parts.parts[:-1])):
        if (found := metadata.date_in(name)) is not None:
            return found
        if compact := _COMPACT.search(name):
            return metadata.iso("-".join(compact.groups()))
        if month := _MONTH.search(name):
            return f"{month[1]}-{month[2]}"
    return None


def dated_in(blocks: list[RawBlock]) -> str | None:
    """The date that stands by itself at the head of a text."""
    for block in blocks[:HEAD]:
        for part in block.text.split("\n")[:HEAD]:
            alone = len(part) <= 40 and len(_DATE_WORDS.sub("", part)) <= 2
            if alone and (found := metadata.date_in(part)) is not None:
                return found
    return None


def dated_by(patterns: tuple[re.Pattern[str], ...], path: str, text: str) -> str | None:
    """The date that one of the operator's patterns finds in the path, or else in the text."""
    for place in (path, text):
        for pattern in patterns:
            if (match := pattern.search(place)) is not None:
                told = [group for group in match.groups() if group] or [match[0]]
                if (found := metadata.iso("-".join(told))) is not None:
                    return found
    return None


def author_in(blocks: list[RawBlock]) -> str | None:
    """Who is named as the author at the head of a text."""
    for block in blocks[:HEAD]:
        for part in block.text.split("\n")[:HEAD]:
            if (match := _AUTHOR.fullmatch(part.strip())) is not None:
                return line(match[1])
    return None


def filled(
    pattern: str | None, file: str, title: str, key: str | None, quoted: Callable[[str], str]
) -> str | None:
    """What a pattern of the manifest gives a document of a file, what stands for its braces
    `quoted`."""
    if pattern is None:
        return None
    path = PurePosixPath(file)
    page = path.with_suffix("")
    if page.name == "index":
        page = page.parent
    values = {
        "path": file,
        "page": "" if str(page) == "." else str(page),
        "stem": path.stem,
        "name": path.name,
        "title": title,
        "key": key or "",
        "anchor": re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", title.lower()).strip()),
    }
    for name, value in values.items():
        pattern = pattern.replace(f"{{{name}}}", quoted(value))
    return pattern


def heads(blocks: list[RawBlock], level: int) -> list[tuple[str | None, list[RawBlock]]]:
    """Blocks cut before every heading of `level` or above: each part's title, and the part."""
    parts: list[tuple[str | None, list[RawBlock]]] = [(None, [])]
    for block in blocks:
        if block.kind is BlockKind.HEADING and block.level <= level:
            parts.append((block.text, []))
        else:
            parts[-1][1].append(block)
    return [(title, part) for title, part in parts if part]


def title(
    raw: RawDocument, source: Source, blocks: list[RawBlock], *, part: bool
) -> tuple[str | None, list[RawBlock], str]:
    """The title, the blocks without it, and where it stands."""
    name = named(source.path)
    if part:
        return *shaping.take_title(blocks, raw.title), "metadata" if raw.title else "text"
    if source.title:
        return *shaping.take_title(blocks, source.title), "manifest"
    chapter = (
        raw.title and is_chapter(raw.title) and not heads_all(raw.title, blocks[1:], source.path)
    )
    if raw.title and not (name and chapter):
        return *shaping.take_title(blocks, raw.title), "metadata"
    found, rest = shaping.take_title(blocks, None)
    if PurePosixPath(source.path).stem.strip("_").lower() in ("index", "readme"):
        name = name or named(str(PurePosixPath(source.path).parent))
    if found is None or (name and heads_part(blocks)):
        return name or None, blocks, "name"
    headed = any(block.kind is BlockKind.HEADING for block in blocks)
    told = headed or likelier(found, source.path)
    chapter = is_chapter(found) and not heads_all(found, rest, source.path)
    if name and (chapter or not told):
        return name, blocks, "name"
    return found, rest, "heading" if headed else "text"


def published(
    raw: RawDocument, source: Source, blocks: list[RawBlock], text: str, *, part: bool
) -> tuple[str | None, str]:
    """When it was published, and where that stands."""
    head, path, assumed = text[:1000], source.path, source.assumed
    told = [
        (source.published, "manifest"),
        (dated_by(source.date, path, head), "manifest"),
        (dated(path), "name"),
        (raw.published, "metadata"),
        (None if part else dated_in(blocks), "text"),
        (assumed.published, "manifest"),
        (dated_by(assumed.date, path, head), "manifest"),
    ]
    if part:  # what it says itself goes before what is said of the whole file
        told.insert(0, (raw.published, "metadata"))
    return next(((date, place) for date, place in told if date is not None), (None, ""))
