"""A file → the documents in it, as its reader or the manifest parts them."""

from __future__ import annotations

import codecs
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from retrieval.corpus import describing
from retrieval.corpus.readers import BINARY_FORMATS, ESCAPED, binary_reader, metadata, reader
from retrieval.corpus.readers.decoding import decoded
from retrieval.corpus.readers.raw import Problem, RawDocument, line
from retrieval.corpus.sources import Source
from retrieval.errors import Cause, Skipped, UnreadableError, refusal

MAX_FILE_BYTES = 50 * 1024 * 1024
"""A larger file is skipped, for whole books are under 5 MB; of JSON Lines, a larger line."""
_BATCH = 1024 * 1024
"""Bytes of JSON Lines that are in memory at a time."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
"""How a file begins in which a byte that ends lines may be half of a character."""

Part = RawDocument | Problem | Skipped


def parts_of(path: Path, format_name: str, source: Source) -> Iterator[Part]:
    """The documents of a file and what is wrong with it, as they are met. UnreadableError where it
    has none."""
    heading = source.split.heading if source.split is not None else None
    parts = _read(path, format_name, source)
    yield from parts if heading is None else _at_headings(parts, heading)


def _read(path: Path, format_name: str, source: Source) -> Iterator[Part]:
    if format_name in BINARY_FORMATS:
        yield from binary_reader(format_name)(_bytes(path))
        return
    lines = lost = 0
    for data in _batches(path) if format_name == "jsonl" and not source.split else [_bytes(path)]:
        before, lines = lines, lines + data.count(b"\n")
        try:
            text, replaced = decoded(data, cleaned=format_name not in ESCAPED)
        except UnreadableError as error:
            if not before:
                raise
            yield Problem(before + 1, error.cause)
            continue
        lost += replaced
        for part in _parted(text, format_name, source):
            yield replace(part, line=before + part.line) if isinstance(part, Problem) else part
    if lost:
        yield Skipped(source.path, Cause("bytes-replaced", {"count": lost}), wanted=False)


def _bytes(path: Path) -> bytes:
    """The bytes of a regular file no larger than the limit, however it grows meanwhile."""
    with _opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(MAX_FILE_BYTES + 1) if size <= MAX_FILE_BYTES else b""
    if max(size, len(data)) > MAX_FILE_BYTES:
        raise UnreadableError("too-large", megabytes=MAX_FILE_BYTES // 1024 // 1024)
    return data


def _batches(path: Path) -> Iterator[bytes]:
    """The lines of a regular file, some megabytes of them at a time."""
    at = 0
    with _opened(path) as file:
        size, wide = os.fstat(file.fileno()).st_size, file.read(4).startswith(_WIDE)
    if wide:
        yield _bytes(path)
        return
    while at < size:
        with _opened(path) as file:  # anew, so that nothing is open between two batches
            file.seek(at)
            data = file.read(_BATCH) + file.readline(MAX_FILE_BYTES)
        yield data
        at += len(data) or size


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
            raise UnreadableError("not-regular")
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise UnreadableError(refusal(error).key, **refusal(error).params) from None


def _parted(text: str, format_name: str, source: Source) -> Iterator[RawDocument | Problem]:
    read = reader(format_name)
    split = source.split
    if split is None or split.heading is not None:
        yield from read(_renamed(text, format_name, source.fields) if source.fields else text)
        return
    for part in split.after.split(text) if split.after else _before(split.before, text):
        body, title = part.strip(), None
        published = metadata.date_in(body[: split.date_within], split.date_order)
        if split.title == "first-line":
            title, _, body = body.partition("\n")
        for raw in read(body):
            if isinstance(raw, RawDocument):
                yield replace(
                    raw,
                    title=line(title) if title else raw.title,
                    published=published or raw.published,
                    part=True,
                )


def _before(pattern: re.Pattern[str] | None, text: str) -> list[str]:
    starts = [match.start() for match in pattern.finditer(text)] if pattern else []
    return [text[at:end] for at, end in pairwise([0, *starts, len(text)])]


def _at_headings(parts: Iterable[Part], level: int) -> Iterator[Part]:
    for raw in parts:
        if not isinstance(raw, RawDocument):
            yield raw
            continue
        for title, blocks in describing.heads(list(raw.blocks), level):
            yield replace(raw, blocks=tuple(blocks), title=title or raw.title, part=True)


def _renamed(text: str, format_name: str, fields: Mapping[str, str]) -> str:
    """JSON whose records name their values as `fields` says, with our own names."""
    ours = {theirs: name for name, theirs in fields.items()}

    def rename(value: object) -> object:
        if isinstance(value, list):
            return [rename(one) for one in value]
        if not isinstance(value, dict):
            return value
        kept = {key: one for key, one in value.items() if key not in fields or key in ours}
        return {ours.get(key, key): one for key, one in kept.items()}

    def again(part: str) -> str:
        try:
            return json.dumps(rename(json.loads(part)))
        except (ValueError, RecursionError):  # the reader says what is wrong with it
            return part

    if format_name == "jsonl":
        return "\n".join(again(part) if part.strip() else part for part in text.split("\n"))
    return again(text) if format_name == "json" else text
