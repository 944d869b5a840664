"""Folded text → the terms of its fields, the same way for index and query.

Field `word`: jieba words for runs of Chinese, whole runs of letters or digits otherwise. Field
`char`: Chinese characters and pairs of neighbours, triples of other letters and digits (they
forgive a misspelt name). Punctuation, white space and a change of script part neighbours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import add
from typing import NamedTuple

import Stemmer

from retrieval.analysis.folding import HAN
from retrieval.analysis.numbers import quantities
from retrieval.analysis.words import WordCutter

_STRETCH = re.compile(rf"(?P<han>[{HAN}]+)|[^\W_{HAN}]+")
_RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<digits>[0-9]+)|(?P<other>[^\W_0-9{HAN}]+)")

_COMPOUND = re.compile(r"(?<![\w.@-])[a-z][a-z0-9]*(?:[-_.:]{1,2}[a-z0-9]+)+(?![\w])")
_LONGEST = 40
_HUMP = re.compile(
    r"(?:(?<![A-Za-z])[A-Za-z]|(?<![A-Za-z0-9]))[a-z0-9]++[A-Z][A-Za-z0-9]*"
)  # a long number is passed over once, not once from each of its digits
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

_ENGLISH = Stemmer.Stemmer("english", 0)  # without a cache of its own: safe between threads


_cutter = lru_cache(1)(WordCutter)
"""The next generation mostly adds the same words; loading a dictionary takes .1 s."""


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """What the forms of an English word share (Porter's second stemmer); any other as it is."""
    return str(_ENGLISH.stemWord(word)) if word.isascii() and word.isalpha() else word


class Token(NamedTuple):
    """One occurrence of a term in a folded text, at ``[start, end)``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Terms:
    """How often each term occurs, field by field."""

    word: Counter[str]
    char: Counter[str]


class Segmenter:
    """Cuts folded text into terms with one vocabulary. Safe to share between threads."""

    def __init__(self, added: Iterable[str] = ()) -> None:
        """`added` words stay whole whatever the dictionary says; all folded."""
        self.added = frozenset(added)

    @cached_property
    def _cutter(self) -> WordCutter:
        # Some 25 MB, which a process that only knows of a generation need not have.
        return _cutter(self.added)

    @cached_property
    def _pieces(self) -> dict[str, tuple[str, ...]]:
        plain = WordCutter()
        cut = {word: tuple(plain.words(word)) for word in self.added}
        return {word: pieces for word, pieces in cut.items() if len(pieces) > 1}

    def words(self, folded: str) -> Iterator[Token]:
        """The words of a folded text, in order, without punctuation."""
        for run in _RUN.finditer(folded):
            start = run.start()
            if run.lastgroup != "han":
                yield Token(run.group(), start, run.end())
                continue
            for word in self._cutter.words(run.group()):
                yield Token(word, start, start + len(word))
                start += len(word)

    def pieces(self, word: str) -> tuple[str, ...]:
        """What the dictionary alone would cut an added word into; () for words it knows whole."""
        return self._pieces.get(word, ())

    def terms(self, folded: str, tokens: Iterable[Token] | None = None, written: str = "") -> Terms:
        """Every term of a folded text, counted; added words also in their pieces, names of code
        also whole and in their parts, inflected English words also as their stem, dates and
        numbers also in their one form.

        `tokens` are its words, where they are known already; `written` is the text before it was
        folded, which shows the parts of names such as `readOnly`.
        """
        tokens = self.words(folded) if tokens is None else tokens
        word = Counter(token.text for token in tokens)
        word.update(name for name, _ in compounds(folded))
        word.update(humps(written))
        found = {added: word[added] for added in self._pieces.keys() & word.keys()}
        for added, count in found.items():
            for piece in self._pieces[added]:
                word[piece] += count
        for inflected, count in [(w, n) for w, n in word.items() if stem(w) != w]:
            word[stem(inflected)] += count
        for quantity in quantities(folded):
            word.update(quantity.terms)
        return Terms(word, Counter(grams(folded)))


def latin(folded: str) -> list[str]:
    """The words of a folded text that are ASCII letters or digits."""
    return [run.group() for run in _RUN.finditer(folded) if run.group().isascii()]


def compounds(folded: str) -> Iterator[tuple[str, int]]:
    """The names of several parts in a folded text, such as v-if, read_only and app.use, which
    are terms of field `word` beside their parts; and where each begins."""
    for match in _COMPOUND.finditer(folded):
        if len(match.group()) <= _LONGEST:
            yield match.group(), match.start()


def humps(written: str) -> Iterator[str]:
    """The parts, folded, of names such as `ReadOnlyField` in a text as it is written."""
    for match in _HUMP.finditer(written):
        for part in _PART.findall(match.group()):
            if len(part) > 1:
                yield part.lower()


def grams(folded: str) -> Iterator[str]:
    """The terms of field `char`: Chinese characters and pairs of neighbours; of a run of other
    letters or digits every three neighbours, or the whole run where it has no more."""
    for match in _STRETCH.finditer(folded):
        stretch = match.group()
        if match.lastgroup == "han":
            yield from stretch
            yield from map(add, stretch, stretch[1:])
        elif len(stretch) <= 3:
            yield stretch
        else:
            yield from (stretch[at : at + 3] for at in range(len(stretch) - 2))
