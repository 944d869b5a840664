"""Documents, passages and corpora for tests."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from retrieval.analysis.folding import Folded
from retrieval.analysis.numbers import quantities
from retrieval.corpus import load
from retrieval.excerpts.standing import Standing, Wanted
from retrieval.indexing import build
from retrieval.model import Block, BlockKind, Corpus, Document, Query
from retrieval.passages.outline import Kept, Outline
from retrieval.ranking import Index

SEEDS = Path(__file__).parent.parent / "seeds"
QUESTIONS = Path(__file__).parent / "questions.jsonl"


def document(
    name: str, *paragraphs: str, title: str = "题", published: str | None = None
) -> Document:
    """A document of paragraphs; one that begins with "# " is a heading."""
    text, blocks = "", []
    for paragraph in paragraphs:
        heading = paragraph.startswith("# ")
        part = paragraph.removeprefix("# ")
        start = len(text) + (2 if text else 0)
        text = f"{text}\n\n{part}" if text else part
        kind = BlockKind.HEADING if heading else BlockKind.PARAGRAPH
        blocks.append(Block(start, start + len(part), kind, int(heading)))
    fingerprint = hashlib.sha256(repr((title, text, published)).encode("utf-8")).hexdigest()
    return Document(name, title, text, tuple(blocks), name, fingerprint, published=published)


def index(*documents: Document) -> Index:
    return build(Corpus(documents))


@cache
def seeds() -> Corpus:
    return load(SEEDS)


@cache
def seeds_index() -> Index:
    return build(seeds())


def query(question: str) -> Query:
    """`question` as an index of nothing understands it."""
    return _nothing().search(question).query


def standing(text: str, edges: int, asked: Query) -> Standing:
    """Where what is asked for stands in one folded text, with the `edges` of its words."""
    bits = edges.to_bytes(len(text) // 8 + 1, "little")
    numbers, whole = tuple(quantities(text)), Outline((len(text),), bytes(1))
    kept = Kept(
        "", 0, len(text), 0, (), "", "", Folded(text), "", (), whole, bits, "", numbers, b""
    )
    return Standing(Wanted(asked, dict.fromkeys((*asked.word, *asked.char), 1.0)), [kept], ())


@cache
def _nothing() -> Index:
    return index()


@cache
def questions() -> tuple[dict[str, object], ...]:
    """The rows of `questions.jsonl`."""
    return tuple(json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines())
