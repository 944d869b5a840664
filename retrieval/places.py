"""Short, lasting names for documents and passages, fit for links and buttons.

A place names a document and a passage by what they are, not where they stand, so a link made
today still opens the same sentence after the corpus was reloaded in another order.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from retrieval.files import places
from retrieval.model import Document, Excerpt, Passage
from retrieval.passages.units import Labels, labelled

_KEY = "[A-Za-z0-9_-]{8}"
_NUMBER = "[0-9a-z]{1,4}"
_PLACE = re.compile(rf"({_KEY})({_KEY})({_NUMBER})(?:-({_NUMBER})-({_NUMBER}))?")
_ANY = "________"
"""No passage's key but by a chance of 2⁻⁴⁸: whatever stands at the ordinal."""


@lru_cache(maxsize=4096)
def key(identity: str) -> str:
    """Eight characters of ``[A-Za-z0-9_-]`` (48 bits) for a document's or passage's id."""
    return urlsafe_b64encode(_digest(identity)).decode()


def _digest(identity: str) -> bytes:
    return blake2b(identity.encode(), digest_size=6).digest()


def _base36(number: int) -> str:
    return np.base_repr(number, 36).lower()


@dataclass(frozen=True, slots=True)
class Place:
    """A passage by the keys of its document and itself, and its ordinal in case it is gone.

    `quote` is a span to mark in it, in offsets of the passage's own text.
    """

    document: str
    passage: str
    ordinal: int
    quote: tuple[int, int] | None = None

    @classmethod
    def of(cls, passage: Passage, excerpt: Excerpt | None = None) -> Place:
        """The place of a passage, with the part of it that is quoted where there is one: an
        excerpt can begin or end in a neighbour, or stand in it altogether."""
        quote = None
        if excerpt is not None:
            start = max(excerpt.start, passage.start) - passage.start
            end = min(excerpt.end, passage.end) - passage.start
            quote = (start, end) if start < end else None
        return cls(key(passage.document.id), key(passage.id), passage.ordinal, quote)

    @classmethod
    def beginning(cls, document: Document) -> Place:
        """Where a document begins."""
        return cls(key(document.id), _ANY, 0)

    def encode(self) -> str:
        """At most 30 characters of ``[A-Za-z0-9_-]``."""
        code = f"{self.document}{self.passage}{_base36(self.ordinal)}"
        if self.quote is not None:
            start, end = self.quote
            code += f"-{_base36(start)}-{_base36(end - start)}"
        return code

    @classmethod
    def decode(cls, text: str) -> Place | None:
        """The place that `encode` made `text` of; None for anything else."""
        match = _PLACE.fullmatch(text)
        if match is None:
            return None
        document, passage, ordinal, start, length = match.groups()
        quote = None
        if start is not None:
            quote = (int(start, 36), int(start, 36) + int(length, 36))
        place = cls(document, passage, int(ordinal, 36), quote)
        return place if place.encode() == text else None


class Places:
    """Finds the documents and passages of one generation by their keys."""

    def __init__(
        self,
        sorted_keys: npt.NDArray[np.uint64],
        numbers: npt.NDArray[np.int32],
        first: npt.NDArray[np.int64],
        passages: Sequence[Passage],
        labels: Labels,
    ) -> None:
        """`sorted_keys` and `numbers` as `numbered` gives them; `first`: of each document its
        first passage, and the number of all passages; `labels`: where numbered units begin."""
        self.labels = labels
        self.sorted_keys, self.numbers = sorted_keys, numbers
        self._first, self._passages = first, passages

    @classmethod
    def of(cls, documents: Sequence[Document], passages: Sequence[Passage]) -> Places:
        """Of passages that stand in the order of their documents."""
        owners = Counter(passage.document.id for passage in passages)
        first = np.cumsum([0, *(owners[document.id] for document in documents)])
        keys, numbers = numbered(document.id for document in documents)
        return cls(keys, numbers, first, passages, labelled(passages))

    def document(self, document_key: str) -> int | None:
        """The number of the document with that key."""
        if not re.fullmatch(_KEY, document_key):
            return None
        wanted = np.uint64(int.from_bytes(urlsafe_b64decode(document_key)))
        place = int(places(self.sorted_keys, wanted))
        return None if place < 0 else int(self.numbers[place])

    def passages(self, document: int) -> Sequence[Passage]:
        """The passages of a document, in order."""
        return self._passages[int(self._first[document]) : int(self._first[document + 1])]

    def at(self, document: int, ordinal: int) -> Passage:
        """One passage of a document."""
        return self._passages[int(self._first[document]) + ordinal]

    def locate(self, place: Place) -> tuple[Passage, bool] | None:
        """The passage at `place` and whether it is still the same; the nearest one by position
        where it was revised; None where its document is gone or empty."""
        number = self.document(place.document)
        passages = () if number is None else self.passages(number)
        if not passages:
            return None
        # The ordinal is a hint: most often the passage stands where it stood.
        nearest = passages[min(place.ordinal, len(passages) - 1)]
        for passage in (nearest, *passages):
            if place.passage == _ANY or key(passage.id) == place.passage:
                return passage, True
        return nearest, False


def numbered(ids: Iterable[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]:
    """The keys of documents as numbers, ascending, and whose each is."""
    keys = np.fromiter((int.from_bytes(_digest(identity)) for identity in ids), np.uint64)
    order = np.argsort(keys, kind="stable")
    return keys[order], order.astype(np.int32)
