"""The text of a file → the documents in it, as its reader or the manifest parts them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from retrieval.corpus import describing
from retrieval.corpus.readers import metadata, reader
from retrieval.corpus.readers.raw import Problem, RawDocument, line
from retrieval.corpus.sources import Source


def parts_of(text: str, format_name: str, source: Source) -> Iterator[RawDocument | Problem]:
    read = reader(format_name)
    split = source.split
    if split is None or split.heading is not None:
        yield from read(renamed(text, format_name, source.fields) if source.fields else text)
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


def at_headings(
    parts: Iterable[RawDocument | Problem], level: int
) -> Iterator[RawDocument | Problem]:
    for raw in parts:
        if isinstance(raw, Problem):
            yield raw
            continue
        for title, blocks in describing.heads(list(raw.blocks), level):
            yield replace(raw, blocks=tuple(blocks), title=title or raw.title, part=True)


def renamed(text: str, format_name: str, fields: Mapping[str, str]) -> str:
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
