"""What a generation has learned and where its documents lie → an Index that answers from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt
from msgspec.msgpack import decode

from retrieval.analysis.segment import Segmenter
from retrieval.engines import Engine, Place, counts
from retrieval.engines.fields import Fields
from retrieval.engines.okapi import OkapiEngine
from retrieval.errors import Skipped
from retrieval.expansion import Lexicon, Vocabulary
from retrieval.expansion.spelling import Heard, Sounds
from retrieval.expansion.synonyms import Alias, Aliases
from retrieval.indexing.records import Shelves
from retrieval.indexing.shelf import View, encode
from retrieval.model import Passage
from retrieval.places import Places
from retrieval.queries.catalogue import Catalogue, Totals
from retrieval.ranking import Index
from retrieval.ranking.confidence import Thresholds
from retrieval.ranking.presence import chinese

_OPEN_DOCUMENTS, _OPEN_PASSAGES = 128, 1024
"""Documents and passages that are kept decoded: the candidates of some ten questions."""
_REMEMBERED = 4096
"""Texts of which it is remembered whether the corpus has them."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What all documents of a generation together show, as plain data."""

    generation: str
    added: frozenset[str]
    """The operator's words."""
    aliases: Mapping[str, tuple[Alias, ...]]
    heard: bytes
    """The `Heard`, as it is kept."""
    dictionary: str
    """English to Chinese: see `bilingual.turned`."""
    labels: Mapping[str, tuple[int, ...]]
    totals: Totals
    thresholds: Thresholds = field(default_factory=Thresholds)
    skipped: tuple[Skipped, ...] = ()

    @classmethod
    def of(cls, index: Index) -> Learned:
        """What an index that serves was made from."""
        return cls(
            index.generation,
            index.lexicon.segmenter.added,
            index.lexicon.aliases.others,
            encode(index.lexicon.sounds.tables),
            index.lexicon.dictionary,
            index.places.labels,
            index.catalogue.totals,
            index.thresholds,
            index.skipped,
        )


def serve(
    learned: Learned,
    shelves: Shelves,
    catalogue: Catalogue,
    keys: tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]],
    fields: Fields,
    engine: Engine,
) -> Index:
    """The index over the documents on shelves: one is opened when an answer needs it. `keys` of
    the documents as `places.numbered` gives them."""
    owner = fields.owner
    first = np.searchsorted(owner, np.arange(len(shelves.documents) + 1))
    document = lru_cache(_OPEN_DOCUMENTS)(shelves.documents.__getitem__)
    kept = lru_cache(_OPEN_PASSAGES)(shelves.passages.__getitem__)

    may_hold = shelves.passages.may_hold

    @lru_cache(_OPEN_PASSAGES)
    def passage(number: int) -> Passage:
        return kept(number).passage(document(int(owner[number])))

    count = len(owner)
    passages = View(count, passage)
    vocabulary = Vocabulary(partial(counts, engine), fields.words)

    @lru_cache(_REMEMBERED)
    def occurs(text: str) -> bool:
        pairs = [text[at : at + 2] for at in range(len(text) - 1)]
        encoded = text.encode("utf-8", "surrogatepass")
        return any(
            may_hold(number, encoded) and text in kept(number).folded.text
            for number in engine.having((), pairs).tolist()
        )

    return Index(
        generation=learned.generation,
        documents=View(len(shelves.documents), document),
        about=View(len(shelves.facts), lambda number: shelves.facts[number].about),
        catalogue=catalogue,
        passages=passages,
        skipped=learned.skipped,
        lexicon=Lexicon(
            Segmenter(learned.added),
            Aliases(learned.aliases),
            Sounds(partial(decode, learned.heard, type=Heard), vocabulary, occurs),
            vocabulary,
            learned.dictionary,
        ),
        engine=engine,
        texts=(texts := View(count, kept)),
        may_hold=may_hold,
        chinese=chinese(texts),
        owner=owner.data,
        places=Places(*keys, first, passages, learned.labels),
        thresholds=learned.thresholds,
    )


def placed(index: Index, place: Place[OkapiEngine] | None, recipe: str) -> Index:
    """An index as `place` searches it; it has the generations of one `recipe` apart."""
    if place is None:
        return index
    assert isinstance(index.engine, OkapiEngine)
    name = f"{index.generation}_{recipe[:10]}"
    return replace(index, engine=place.engine(index.engine, name))
