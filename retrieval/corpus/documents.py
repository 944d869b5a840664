"""One file of a corpus → its documents, described and shaped; or why there are none."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
import traceback
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path

from retrieval.corpus import shaping
from retrieval.corpus.folder import refusal
from retrieval.corpus.manifest import Source
from retrieval.corpus.quality import doubt
from retrieval.corpus.readers import (
    BINARY_FORMATS,
    ESCAPED,
    SUFFIXES,
    binary_reader,
    dates,
    reader,
)
from retrieval.corpus.readers.decoding import decoded
from retrieval.corpus.readers.raw import Problem, RawBlock, RawDocument, line
from retrieval.corpus.units import mark_units
from retrieval.errors import Cause, Skipped, Stage, UnreadableError
from retrieval.model import Block, BlockKind, Document, Link

logger = logging.getLogger(__name__)

_NO_TEXT = frozenset(("no-reader", "json-no-documents"))
"""Causes that no one is to do anything about: a picture, settings."""
MAX_FILE_BYTES = 50 * 1024 * 1024
"""A larger file is skipped: whole books are under 5 MB."""


Found = list[Document | Skipped]


def read_file(folder: Path, source: Source, *, described: bool) -> Found:
    """The documents of one file and what of it is lost; nothing it holds can raise.

    `described` says that the manifest names it, so that any suffix will do.
    """
    try:
        return list(_documents(folder, source, described=described))
    except UnreadableError as error:
        return [Skipped(source.path, error.cause, wanted=error.cause.key not in _NO_TEXT)]
    except MemoryError:
        return [Skipped(source.path, Cause("memory", {"megabytes": 0}))]
    except Exception as error:
        return [failure(source.path, Stage.READ, error)]


def failure(path: str, stage: Stage, error: Exception) -> Skipped:
    """What our own program failed at. The log says where; nothing of the text is in it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    logger.warning("%s: %s failed: %s at %s", path, stage, type(error).__name__, place)
    return Skipped(path, Cause("failed"), stage)


def _documents(folder: Path, source: Source, *, described: bool) -> Iterator[Document | Skipped]:
    suffix = os.path.splitext(source.path)[1].lower()  # noqa: PTH122 - a path in the corpus
    format_name = source.format or SUFFIXES.get(suffix) or ("text" if described else None)
    if format_name is None:
        readable = " ".join(sorted(SUFFIXES))
        raise UnreadableError("no-reader", suffix=suffix or "–", readable=readable)
    data = _bytes(folder / source.path)
    parts: Iterable[RawDocument | Problem]
    if format_name in BINARY_FORMATS:
        parts = binary_reader(format_name)(data)
    else:
        text, lost = decoded(data, cleaned=format_name not in ESCAPED)
        if lost:
            yield Skipped(source.path, Cause("bytes-replaced", {"count": lost}), wanted=False)
        parts = _parts(text, format_name, source)
    found = 0
    for raw in parts:
        if isinstance(raw, Problem):
            yield Skipped(f"{source.path}:{raw.line}", raw.cause)
        elif (document := _document(raw, source, part=raw.part)) is not None:
            cause = doubt(document.text)
            yield document if cause is None else Skipped(document.id, cause)
        else:
            continue
        found += 1
    if not found:
        raise UnreadableError("no-text")


def _bytes(path: Path) -> bytes:
    """The bytes of a regular file no larger than the limit, however it grows meanwhile."""
    too_large = UnreadableError("too-large", megabytes=MAX_FILE_BYTES // 1024 // 1024)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            raise UnreadableError("not-regular")
        if status.st_size > MAX_FILE_BYTES:
            raise too_large
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableError(refusal(error).key, **refusal(error).params) from None
    if len(data) > MAX_FILE_BYTES:
        raise too_large
    return data


def _parts(text: str, format_name: str, source: Source) -> Iterator[RawDocument | Problem]:
    read = reader(format_name)
    split = source.split
    if split is None:
        yield from read(text)
        return
    for part in split.after.split(text):
        body, title = part.strip(), None
        published = dates.find(body[: split.date_within], split.date_order)
        if split.title == "first-line":
            title, _, body = body.partition("\n")
        for raw in read(body):
            if isinstance(raw, RawDocument):
                yield RawDocument(
                    raw.blocks,
                    title=line(title) if title else raw.title,
                    url=raw.url,
                    publisher=raw.publisher,
                    published=published or raw.published,
                    language=raw.language,
                    key=raw.key,
                    part=True,
                )


def _document(raw: RawDocument, source: Source, *, part: bool) -> Document | None:
    """The finished document, or None where nothing is left of it."""
    blocks = shaping.drop(raw.blocks, source.drop)
    if source.pages:
        blocks = shaping.rejoin_pages(blocks)
    if source.gaps:
        blocks = shaping.open_gaps(blocks)
    own_title = raw.title if part else source.title or raw.title
    title, blocks = shaping.take_title(blocks, own_title)
    blocks = mark_units(shaping.mark_headings(blocks, source.headings))
    if not any(block.kind is not BlockKind.HEADING for block in blocks):
        return None
    text, placed, links = _assemble(blocks)
    stem = Path(source.path).stem
    published = raw.published or source.published if part else source.published or raw.published
    url = raw.url if part else source.url or raw.url
    publisher = source.publisher or raw.publisher
    language = source.language or raw.language
    name = title or line(stem) or source.path
    return Document(
        id=f"{source.path}#{raw.key or _key(title, published, url, text)}" if part else source.path,
        title=name,
        text=text,
        blocks=placed,
        source=source.path,
        fingerprint=_fingerprint(text, placed, links, name, url, publisher, published, language),
        url=url,
        publisher=publisher,
        published=published,
        language=language,
        links=links,
    )


def _assemble(blocks: list[RawBlock]) -> tuple[str, tuple[Block, ...], tuple[Link, ...]]:
    pieces: list[str] = []
    placed: list[Block] = []
    links: list[Link] = []
    at = 0
    before: BlockKind | None = None
    for block in blocks:
        both_items = before is block.kind is BlockKind.ITEM
        gap = "" if before is None else "\n" if both_items else "\n\n"
        at += len(gap)
        pieces += (gap, block.text)
        end = at + len(block.text)
        named = (block.label, block.locator, block.anchor)
        placed.append(Block(at, end, block.kind, block.level, *named))
        links += [Link(at + link.start, at + link.end, link.url) for link in block.links]
        at = end
        before = block.kind
    return "".join(pieces), tuple(placed), tuple(links)


def _key(title: str | None, published: str | None, url: str | None, text: str) -> str:
    """A short name for a part that has none; its place in the file does not enter into it."""
    named = [title, published] if title else [url or text, published]
    digest = hashlib.sha256(json.dumps(named, ensure_ascii=False).encode()).digest()
    return urlsafe_b64encode(digest[:9]).decode("ascii")


def _fingerprint(
    text: str, blocks: tuple[Block, ...], links: tuple[Link, ...], *metadata: str | None
) -> str:
    shape = [(b.start, b.end, b.kind, b.level, b.label, b.locator, b.anchor) for b in blocks]
    leads = [(link.start, link.end, link.url) for link in links]
    whole = json.dumps([text, shape, leads, metadata], ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()
