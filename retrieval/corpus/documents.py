"""One file of a corpus → its documents, described and shaped; or why there are none."""

from __future__ import annotations

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from retrieval.corpus import describing, shaping
from retrieval.corpus.parts import parts_of
from retrieval.corpus.quality import doubt
from retrieval.corpus.readers import SUFFIXES
from retrieval.corpus.readers.raw import Problem, RawBlock, RawDocument, line
from retrieval.corpus.sources import Source
from retrieval.errors import Cause, Skipped, Stage, UnreadableError, failure
from retrieval.model import Block, BlockKind, Document, Link

_NO_TEXT = frozenset(("no-reader", "json-no-documents", "no-text"))
"""Causes that no one is to do anything about: a picture, settings, a heading with nothing below."""
Found = list[Document | Skipped]


def read_file(folder: Path, source: Source, *, described: bool) -> Iterator[Document | Skipped]:
    """The documents of one file and what of it is lost, as they are met; nothing it holds can
    raise.

    `described` says that the manifest names it, so that any suffix will do.
    """
    try:
        yield from _documents(folder, source, described=described)
    except UnreadableError as error:
        yield Skipped(source.path, error.cause, wanted=error.cause.key not in _NO_TEXT)
    except MemoryError:
        yield Skipped(source.path, Cause("memory", {"megabytes": 0}))
    except Exception as error:
        yield failure(source.path, Stage.READ, error)


def _documents(folder: Path, source: Source, *, described: bool) -> Iterator[Document | Skipped]:
    suffix = os.path.splitext(source.path)[1].lower()  # noqa: PTH122 - a path in the corpus
    format_name = source.format or SUFFIXES.get(suffix) or ("text" if described else None)
    if format_name is None:
        readable = " ".join(sorted(SUFFIXES))
        raise UnreadableError("no-reader", suffix=suffix or "–", readable=readable)
    found = 0
    for raw in parts_of(folder / source.path, format_name, source):
        if isinstance(raw, Skipped):
            yield raw
            continue
        if isinstance(raw, Problem):
            wanted = raw.cause.key not in _NO_TEXT
            yield Skipped(f"{source.path}:{raw.line}", raw.cause, wanted=wanted)
        elif (document := _document(raw, source, part=raw.part)) is not None:
            cause = doubt(document.text)
            yield document if cause is None else Skipped(document.id, cause)
        else:
            continue
        found += 1
    if not found:
        raise UnreadableError("no-text")


def _document(raw: RawDocument, source: Source, *, part: bool) -> Document | None:
    """The finished document, or None where nothing is left of it."""
    blocks = shaping.without_furniture(shaping.drop(raw.blocks, source.drop))
    if source.pages:
        blocks = shaping.rejoin_pages(blocks)
    if source.gaps:
        blocks = shaping.open_gaps(blocks)
    title, blocks, origin = describing.title(raw, source, blocks, part=part)
    blocks = shaping.mark_sections(shaping.mark_headings(blocks, source.headings))
    blocks = shaping.mark_units(blocks)
    if not any(block.kind is not BlockKind.HEADING for block in blocks):
        return None
    text, placed, links = _assemble(blocks)
    published, dated = describing.published(raw, source, blocks, text, part=part)
    name = title or raw.within or line(Path(source.path).stem) or source.path
    assumed = source.assumed
    url, linked = _address(raw, source, name, part=part)
    versions = source.version_of or assumed.version_of
    document = Document(
        id=f"{source.path}#{raw.key or _key(title, published, url, text)}" if part else source.path,
        title=name,
        text=text,
        blocks=placed,
        source=source.path,
        fingerprint="",
        url=url,
        author=source.author or raw.author or describing.author_in(blocks) or assumed.author,
        publisher=source.publisher or raw.publisher or assumed.publisher,
        published=published,
        language=source.language or raw.language or assumed.language,
        version_of=describing.filled(versions, source.path, name, raw.key, str),
        links=links,
        origins={"title": origin, "published": dated, "url": linked},
    )
    return replace(document, fingerprint=_fingerprint(document))


def _address(raw: RawDocument, source: Source, name: str, *, part: bool) -> tuple[str | None, str]:
    """Where it stands on the web, and who says so: of a part of a file, the address of the whole
    says nothing."""
    told = [(raw.url, "metadata")]
    if source.url is not None and "{" in source.url:
        told.append((describing.filled(source.url, source.path, name, raw.key, quote), "manifest"))
    elif not part:
        told.insert(0, (source.url, "manifest"))
    usual = describing.filled(source.assumed.url, source.path, name, raw.key, quote)
    told.append((usual, "manifest"))
    return next(((url, place) for url, place in told if url), (None, ""))


def told_apart(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Documents of one title and date that are files of their own, each with its file's name
    beside the title, as the parts of one law, or the folders that the others are not in."""
    documents = tuple(documents)
    alike: dict[tuple[str, str | None], list[PurePosixPath]] = {}
    for document in documents:
        if document.id == document.source:
            path = PurePosixPath(document.source)
            alike.setdefault((document.title, document.published), []).append(path)
    names = {
        str(path): name
        for (title, _), paths in alike.items()
        if len(paths) > 1
        for path, name in _names(title, paths)
    }
    return tuple(
        _renamed(document, name)
        if (name := names.get(document.id)) and document.origins.get("title") != "manifest"
        else document
        for document in documents
    )


def _names(title: str, alike: list[PurePosixPath]) -> Iterator[tuple[PurePosixPath, str]]:
    stems = Counter(path.stem for path in alike)
    shared = set(alike[0].parts).intersection(*(path.parts for path in alike))
    for path in alike:
        name = describing.named(str(path)) or line(path.stem)
        if name in title or stems[path.stem] > 1:
            name = line(" ".join(part for part in path.parts[:-1] if part not in shared))
        yield path, name


def _renamed(document: Document, name: str) -> Document:
    document = replace(document, title=f"{document.title} {name}")
    return replace(document, fingerprint=_fingerprint(document))


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


def _fingerprint(document: Document) -> str:
    shape = [(b.start, b.end, b.kind, b.level, b.label, b.locator) for b in document.blocks]
    leads = [(link.start, link.end, link.url) for link in document.links]
    metadata = [
        document.title, document.url, document.author, document.publisher, document.published,
        document.language, document.version_of,
    ]  # fmt: skip
    whole = json.dumps([document.text, shape, leads, metadata], ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()
