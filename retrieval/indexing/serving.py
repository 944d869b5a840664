"""What a generation has learned and where its documents lie → an Index that answers from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TypeVar

import numpy as np

from retrieval.analysis.segment import Segmenter
from retrieval.engines import Engine, counts
from retrieval.engines.fields import Fields
from retrieval.errors import Skipped
from retrieval.expansion.lexicon import Lexicon, Vocabulary
from retrieval.expansion.spelling import Heard, Sounds
from retrieval.expansion.synonyms import Alias, Aliases
from retrieval.indexing.records import Prepared, Stored
from retrieval.indexing.shelf import Shelf, View
from retrieval.model import Passage
from retrieval.passages.split import above
from retrieval.places import Places, numbered
from retrieval.queries.operators import About
from retrieval.ranking.calibration import Thresholds
from retrieval.ranking.rerank import Texts
from retrieval.ranking.searcher import Index

T = TypeVar("T")
_OPEN = 512
"""Documents that are kept decoded: the candidates of some ten questions."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What all documents of a generation together show, as plain data."""

    generation: str
    added: frozenset[str]
    """The operator's words."""
    aliases: Mapping[str, tuple[Alias, ...]]
    heard: Heard
    labels: Mapping[str, tuple[int, ...]]
    about: list[About]
    thresholds: Thresholds = field(default_factory=Thresholds)
    skipped: tuple[Skipped, ...] = ()

    @classmethod
    def of(cls, index: Index) -> Learned:
        """What an index that serves was made from."""
        return cls(
            index.generation,
            index.lexicon.segmenter.added,
            index.lexicon.aliases.others,
            index.lexicon.sounds.tables,
            index.places.labels,
            list(index.about),
            index.thresholds,
            index.skipped,
        )


def serve(learned: Learned, documents: Shelf[Stored], fields: Fields, engine: Engine) -> Index:
    """The index over the documents on a shelf: one is opened when an answer needs it."""
    owner = fields.owner
    first = np.searchsorted(owner, np.arange(len(documents) + 1))
    opened = lru_cache(_OPEN)(lambda number: documents[number].whole())

    def of_passages(part: Callable[[Prepared, int], T]) -> View[T]:
        def item(number: int) -> T:
            document = int(owner[number])
            return part(opened(document), number - int(first[document]))

        return View(len(owner), item)

    def passage(document: Prepared, place: int) -> Passage:
        return document.passages[place]

    passages = of_passages(passage)
    folded = of_passages(lambda document, place: document.folded[place])
    vocabulary = Vocabulary(partial(counts, engine), fields.words)

    def occurs(text: str) -> bool:
        pairs = [text[at : at + 2] for at in range(len(text) - 1)]
        return any(text in folded[number].text for number in engine.having((), pairs))

    keys, numbers = numbered(about.id for about in learned.about)
    return Index(
        generation=learned.generation,
        documents=View(len(documents), lambda number: documents[number].document),
        about=learned.about,
        passages=passages,
        skipped=learned.skipped,
        lexicon=Lexicon(
            Segmenter(learned.added),
            Aliases(learned.aliases),
            Sounds(learned.heard, vocabulary, occurs),
            vocabulary,
        ),
        engine=engine,
        texts=Texts(
            folded,
            of_passages(lambda document, place: document.sentences[place]),
            of_passages(lambda document, at: document.headings[above(document.passages[at])]),
            of_passages(lambda document, place: document.outlines[place]),
            of_passages(lambda document, at: int.from_bytes(document.edges[at], "little")),
        ),
        owner=owner.data,
        places=Places(keys, numbers, first, passages, learned.labels),
        thresholds=learned.thresholds,
    )
