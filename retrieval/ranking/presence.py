"""Where a text stands: which passages have it, and which passages a question's filters leave.

The engine's postings name the candidates; only these are read, and a deadline ends the reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import compress
from operator import and_, not_
from time import monotonic

import numpy as np

from retrieval.analysis.folding import HAN
from retrieval.analysis.matching import bounded, edges, occurrences, words
from retrieval.analysis.segment import Segmenter, grams, latin
from retrieval.engines import Engine, Numbers, Scope, importance
from retrieval.model import Document, Query
from retrieval.passages.outline import Kept
from retrieval.queries.catalogue import Catalogue
from retrieval.queries.operators import Filter, Kind, Lookup

SECONDS = 2.0
"""That a question may take; then what was found so far is answered (the product's promise)."""
_SAMPLE = 16
"""Passages, about, that tell the language of all."""
_CHINESE = re.compile(f"[{HAN}]")
_STRIDE = 64
"""Passages that are read between two looks at the clock."""
_UNDER = 200
"""Passages, at most, that are looked up by what stands above them."""
_ABOUT = 0.5
"""Of a heading, what is looked up must be more than that for the heading to be about it."""


@dataclass(slots=True)
class Deadline:
    """When a question must be answered. `passed` stays true once work was left undone for it."""

    seconds: float = SECONDS
    passed: bool = False
    _started: float = field(default_factory=monotonic, init=False)

    def over(self) -> bool:
        """Whether the time is up; whoever asks gives up what they were doing if so."""
        self.passed = self.passed or monotonic() - self._started >= self.seconds
        return self.passed


@dataclass(frozen=True, slots=True)
class Presence:
    """Finds texts in the passages of one generation, for one question."""

    engine: Engine
    segmenter: Segmenter
    documents: Sequence[Document]
    catalogue: Catalogue
    texts: Sequence[Kept]
    """Of each passage."""
    may_hold: Callable[[int, bytes], bool]
    """Whether a passage could have a folded text, in UTF-8, without its being opened."""
    owner: Sequence[int]
    """Of each passage, the number of its document; ascending."""
    chinese: bool
    """Whether most passages are: see `chinese`."""
    deadline: Deadline

    def passages(self, text: str) -> Numbers:
        """The numbers, ascending, of the passages that have a folded text, on its boundaries; as
        many as could be read in time."""
        return np.fromiter(self._having(text), np.int64)

    def word(self, text: str) -> Numbers:
        """The passages that have a folded text as a word, or as part of a longer one, or as
        several: 国会 in 美国国会, not in 中国会议."""
        exact = self.engine.having([text], [])
        return exact if text.isascii() and len(exact) else np.union1d(exact, self.row(text, exact))

    def row(self, text: str, known: Numbers | None = None) -> Numbers:
        """The passages that have a folded text without parting two words for it, but for those
        `known` to have it."""
        found = self.passages(text)
        if known is not None:
            found = np.setdiff1d(found, known, assume_unique=True)
        kept = [
            number
            for number in found.tolist()
            if words(self._text(number), int.from_bytes(self.texts[number].edges, "little"), text)
        ]
        return np.asarray(kept, dtype=np.int64)

    def under(self, text: str, without: Numbers | None = None) -> list[tuple[int, float]]:
        """The passages, but for those `without`, at most `_UNDER`, below a heading that has a
        folded text, on its boundaries; and for each what of such a heading it is at most, 0 where
        it is no word there."""
        letters, chinese = self._terms(text)
        sorts = ("title.word", letters), ("title.char", chinese)
        if not all(all(self.engine.statistics(*sort).tolist()) for sort in sorts):
            return []
        terms = dict.fromkeys(letters, 1.0), dict.fromkeys(chinese, 1.0)
        query, shares = Query(text, text, *terms, {}), dict[str, float | None]()
        found: list[tuple[int, float]] = []
        scored = self.engine.search(query, _UNDER, Scope(without=without))
        for at, hit in enumerate(scored):
            if at % _STRIDE == 0 and self.deadline.over():
                break
            headings = self.texts[hit.passage].above.partition("\n")[2]
            if headings not in shares:
                lines = headings.split("\n") if text in headings else ()
                having = [line for line in lines if occurrences(line, [text])]
                whole = (len(text) / len(one) for one in having if self._word(one, text))
                shares[headings] = max(whole, default=0.0) if having else None
            if (share := shares[headings]) is not None:
                found.append((hit.passage, share))
        return found

    def anywhere(self, text: str) -> bool:
        """Whether any passage, heading or title has a folded text, on its boundaries."""
        found = next(self._having(text), None) is not None or self.titled_with(text)
        return found or bool(self.under(text))

    def titled_with(self, text: str) -> bool:
        """Whether publisher, file or title of any document has a folded text."""
        return any(occurrences(names, [text]) for _, names in self.catalogue.naming(text))

    def titled(self, query: Query) -> tuple[Document, ...]:
        """The documents, at most three, whose titles have words of the question; those that say
        most of it first."""
        says = importance(self.engine, query)
        shares: dict[int, float] = {}
        for word in query.word:
            for number in self._entitled(word) if len(word) > 1 else ():
                shares[number] = shares.get(number, 0.0) + says[word]
        best = sorted(shares, key=lambda number: (-shares[number], number))
        return tuple(self.documents[number] for number in best[:3])

    def _entitled(self, text: str) -> Iterator[int]:
        """The documents whose title has a folded text, on its boundaries."""
        for number, names in self.catalogue.naming(text):
            if occurrences(names.rpartition("\n")[2], [text]):
                yield number
            if self.deadline.over():
                return

    def foreign(self, question: str) -> bool:
        """Whether a question has no Chinese character and most passages are in Chinese."""
        return self.chinese and not _CHINESE.search(question) and any(map(str.isalpha, question))

    def _word(self, line: str, text: str) -> bool:
        bounds = int.from_bytes(edges(*self.segmenter.cut(line)), "little")
        return bool(words(line, bounds, text))

    def _terms(self, text: str) -> tuple[list[str], list[str]]:
        """Of a folded text, of the sorts `word` and `char`, what all that have it have."""
        return latin(text), [gram for gram in grams(text) if not gram.isascii()]

    def _text(self, number: int) -> str:
        return self.texts[number].folded.text

    def _candidates(self, text: str) -> Numbers:
        """The passages that have all that a folded text is made of."""
        return self.engine.having(*self._terms(text))

    def _having(self, text: str) -> Iterator[int]:
        """The passages that have a folded text on its boundaries, until the time is up."""
        if 0 < len(text) <= 2 and not bounded(text):
            yield from self._candidates(text).tolist()  # of one term, which knows them all
            return
        encoded = text.encode("utf-8", "surrogatepass")
        for at, number in enumerate(self._candidates(text).tolist()):
            if at % _STRIDE == 0 and self.deadline.over():
                return
            if self.may_hold(number, encoded) and occurrences(self._text(number), [text]):
                yield number

    def fitting(
        self, filters: Sequence[Filter], document: int | None = None
    ) -> tuple[Scope | None, tuple[str, ...]]:
        """The passages that fit every filter and are of the document of that number, None where
        nothing is asked; and the filters, as they are written, that leave none: each that fits
        none by itself, or else all of them."""
        own = None if document is None else Scope(documents=np.asarray([document]))
        scopes = [self._scope(one) for one in filters]
        some = [len(scope.numbers(self.owner)) > 0 for scope in scopes]
        held = [one.strict or fits for one, fits in zip(filters, some, strict=True)]
        filters, scopes = list(compress(filters, held)), list(compress(scopes, held))
        if not filters:
            return own, ()
        scope = reduce(and_, scopes)
        if not all(compress(some, held)) or not len(scope.numbers(self.owner)):
            written = [one.written for one in filters]
            alone = tuple(compress(written, map(not_, compress(some, held))))
            return scope, alone or tuple(written)
        return (scope if own is None else scope & own), ()

    def looked_up(self, wanted: Lookup) -> Numbers:
        """The passages that have what is looked up, by any of its names; see `_below`."""
        if wanted.term is not None:
            return self.engine.having([wanted.term], [])
        if wanted.phrase:
            return self._below(wanted.names, self.passages(wanted.names[0]))
        find = self.word if wanted.sure else self.row
        found = np.unique(np.concatenate([find(name) for name in wanted.names]))
        return self._below(wanted.names, found)

    def _below(self, names: Sequence[str], found: Numbers) -> Numbers:
        """The passages `found` to have one of some folded texts, and those below a heading that is
        about it; where none has, those below one that has it."""
        least = _ABOUT if len(found) else 0.0
        below = [n for name in names for n, share in self.under(name, found) if share > least]
        return np.union1d(found, np.asarray(below, np.int64))

    def _scope(self, one: Filter) -> Scope:
        match one.kind:
            case Kind.PHRASE:
                if len(found := self._below([one.value], self.passages(one.value))):
                    return Scope(passages=found)
                return Scope(documents=np.fromiter(self._entitled(one.value), np.int64))
            case Kind.WITHOUT:
                having = self.passages(one.value)
                if self.deadline.passed:  # what could not be read may have it too
                    having = self._candidates(one.value)
                return Scope(without=having)
            case Kind.SOURCE | Kind.AUTHOR | Kind.YEAR:
                return Scope(documents=self.catalogue.fitting(one))


def chinese(texts: Sequence[Kept]) -> bool:
    """Whether most passages are in Chinese, as far as a sample of them tells."""
    sample = [one.folded.text for one in texts[:: max(len(texts) // _SAMPLE, 1)]]
    return 2 * sum(3 * len(_CHINESE.findall(text)) > len(text) for text in sample) > len(sample)
