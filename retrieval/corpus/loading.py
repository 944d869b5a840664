"""The corpus folder: walked, read and described → documents with their metadata."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from retrieval.corpus import manifest, shaping
from retrieval.corpus.folder import walk
from retrieval.corpus.manifest import Source
from retrieval.corpus.readers import SUFFIXES, dates, reader
from retrieval.corpus.readers.decoding import UndecodableError, decode
from retrieval.corpus.readers.raw import Problem, RawBlock, RawDocument, line
from retrieval.corpus.units import mark_units
from retrieval.errors import CorpusError
from retrieval.model import Block, BlockKind, Corpus, Document, Link, Skipped

MAX_FILE_BYTES = 50 * 1024 * 1024
"""A larger file is skipped: whole books are under 5 MB."""


class _UnreadableError(Exception):
    """One file cannot be read; `args[0]` says why."""


def load(folder: Path, *, progress: Callable[[int, int], None] | None = None) -> Corpus:
    """Everything readable under `folder`, in the order of the paths; the rest as `skipped`.

    `progress` is told (files done, files in all) before the first file and after every one.
    CorpusError if the folder cannot be read or its manifest is wrong.
    """
    described = manifest.load(_readable(folder))
    paths, skipped = walk(folder)
    unseen = set(described) - set(paths) - {problem.path for problem in skipped}
    hidden = {path for path in unseen if (folder / path).is_file()}  # described, so wanted
    paths = sorted({*paths, *hidden})
    documents: dict[str, Document] = {}
    if progress is not None:
        progress(0, len(paths))
    for done, path in enumerate(paths, start=1):
        source = described.get(path) or Source(path=path)
        try:
            for found in _documents(folder, source, known=path in described):
                if isinstance(found, Skipped):
                    skipped.append(found)
                else:
                    _add(documents, found)
        except _UnreadableError as error:
            skipped.append(Skipped(path, str(error)))
        if progress is not None:
            progress(done, len(paths))
    absent = f"{manifest.NAME} describes it, but there is no such file"
    skipped += [Skipped(path, absent) for path in unseen - hidden]
    return Corpus(tuple(documents.values()), tuple(sorted(skipped, key=lambda item: item.path)))


def _readable(folder: Path) -> Path:
    try:
        os.scandir(folder).close()
    except FileNotFoundError:
        raise CorpusError(str(folder), "there is no such folder") from None
    except NotADirectoryError:
        raise CorpusError(str(folder), "it is a file, not a folder") from None
    except OSError as error:
        raise CorpusError(str(folder), f"it cannot be read: {error.strerror}") from None
    return folder


def _documents(folder: Path, source: Source, *, known: bool) -> Iterator[Document | Skipped]:
    suffix = os.path.splitext(source.path)[1].lower()  # noqa: PTH122 - a path in the corpus
    format_name = source.format or SUFFIXES.get(suffix) or ("text" if known else None)
    if format_name is None:
        readable = " ".join(sorted(SUFFIXES))
        raise _UnreadableError(f'no reader for "{suffix or "no suffix"}"; there are: {readable}')
    try:
        # A line of JSON is parsed as it is: what cannot be seen may stand in its strings.
        text = decode(_bytes(folder / source.path), cleaned=format_name != "jsonl")
    except UndecodableError as error:
        raise _UnreadableError(error.reason) from None
    parts = source.split is not None or format_name == "jsonl"
    found = 0
    for raw in _guarded(_parts(text, format_name, source)):
        if isinstance(raw, Problem):
            yield Skipped(f"{source.path}:{raw.line}", raw.reason)
        elif (document := _document(raw, source, part=parts)) is not None:
            yield document
        else:
            continue
        found += 1
    if not found:
        raise _UnreadableError("there is no text in it")


def _guarded(parts: Iterator[RawDocument | Problem]) -> Iterator[RawDocument | Problem]:
    """The parts of a file; a reader that fails on one costs that file, not the corpus."""
    try:
        yield from parts
    except _UnreadableError:
        raise
    except Exception as error:
        raise _UnreadableError(f"it cannot be read: {type(error).__name__}: {error}") from error


def _bytes(path: Path) -> bytes:
    """The bytes of a regular file no larger than the limit, however it grows meanwhile."""
    too_large = f"larger than {MAX_FILE_BYTES // 1024 // 1024} MB; split it into smaller files"
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            raise _UnreadableError("not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            raise _UnreadableError(too_large)
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise _UnreadableError("it was removed while the corpus was read") from None
    except OSError as error:
        raise _UnreadableError(f"it cannot be read: {error.strerror}") from None
    if len(data) > MAX_FILE_BYTES:
        raise _UnreadableError(too_large)
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
        placed.append(Block(at, end, block.kind, block.level, block.label, block.locator))
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
    shape = [(b.start, b.end, b.kind, b.level, b.label, b.locator) for b in blocks]
    leads = [(link.start, link.end, link.url) for link in links]
    whole = json.dumps([text, shape, leads, metadata], ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()


def _add(documents: dict[str, Document], document: Document) -> None:
    """Add under its id, or under the first free of id-2, id-3, … where that one is taken."""
    name, count = document.id, 1
    while name in documents:
        count += 1
        name = f"{document.id}-{count}"
    documents[name] = document if count == 1 else replace(document, id=name)
