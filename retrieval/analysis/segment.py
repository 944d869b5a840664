"""Folded text → the terms of its fields, the same way for index and query.

Field `word`: jieba words for runs of Chinese, whole runs of letters or digits otherwise. Field
`char`: Chinese characters and pairs of neighbours, triples of other letters and digits (they
forgive a misspelt name). Punctuation, white space and a change of script part neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import add
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import Stemmer

from retrieval.analysis.folding import HAN
from retrieval.analysis.numbers import quantities
from retrieval.analysis.words import WordCutter

_STRETCH = re.compile(rf"(?P<han>[{HAN}]+)|[^\W_{HAN}]+")
_RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<digits>[0-9]+)|(?P<other>[^\W_0-9{HAN}]+)")

COMPOUND = re.compile(r"(?<![\w.@-])[a-z][a-z0-9]*(?:[-_.:]{1,2}[a-z0-9]+)+(?![\w])")
_LONGEST = 40
_HUMP = re.compile(
    r"(?:(?<![A-Za-z])[A-Za-z]|(?<![A-Za-z0-9]))[a-z0-9]++[A-Z][A-Za-z0-9]*"
)  # a long number is passed over once, not once from each of its digits
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LATIN = re.compile("[a-z]")

Numbers = npt.NDArray[np.uint64]

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
    """The terms of a text: of field `word` each as often as it occurs; and the folded text, whose
    `grams` those of field `char` are."""

    word: Sequence[str]
    text: str


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

    def cut(self, folded: str) -> tuple[list[str], list[int]]:
        """The words of a folded text, in order, without punctuation; and where each begins."""
        words: list[str] = []
        starts: list[int] = []
        cut = self._cutter.words
        for run in _RUN.finditer(folded):
            if run.lastgroup != "han":
                words.append(run.group())
                starts.append(run.start())
                continue
            words += (pieces := cut(run.group()))
            starts += accumulate(map(len, pieces[:-1]), initial=run.start())
        return words, starts

    def words(self, folded: str) -> list[Token]:
        """The words of a folded text, in order, without punctuation."""
        words, starts = self.cut(folded)
        ends = map(add, starts, map(len, words))
        return list(map(Token, words, starts, ends))

    def pieces(self, word: str) -> tuple[str, ...]:
        """What the dictionary alone would cut an added word into; () for words it knows whole."""
        return self._pieces.get(word, ())

    def terms(self, folded: str, words: Iterable[str] | None = None, written: str = "") -> Terms:
        """Every term of a folded text; added words also in their pieces, names of code also whole
        and in their parts, inflected English words also as their stem, dates and numbers also in
        their one form.

        `words` are its words, where they are known already; `written` is the text before it was
        folded, which shows the parts of names such as `readOnly`.
        """
        word = list(self.cut(folded)[0] if words is None else words)
        latin = _LATIN.search(folded) is not None
        if latin:
            word += (name for name, _ in compounds(folded))
            word += humps(written)
        if self._pieces:
            word += [piece for one in word for piece in self._pieces.get(one, ())]
        if latin:
            word += [stemmed for one in word if (stemmed := stem(one)) != one]
        for quantity in quantities(folded):
            word += quantity.terms
        return Terms(word, folded)


def latin(folded: str) -> list[str]:
    """The words of a folded text that are ASCII letters or digits."""
    return [run.group() for run in _RUN.finditer(folded) if run.group().isascii()]


def compounds(folded: str) -> Iterator[tuple[str, int]]:
    """The names of several parts in a folded text, such as v-if, read_only and app.use, which
    are terms of field `word` beside their parts; and where each begins."""
    for match in COMPOUND.finditer(folded):
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


@lru_cache(maxsize=65536)
def _kind(character: str) -> int:
    """1 for a Chinese character, 2 for any other letter or digit, else 0."""
    match = _STRETCH.match(character)
    return 0 if match is None else 1 if match.lastgroup == "han" else 2


def numbered_grams(
    texts: Sequence[str],
) -> tuple[Numbers, npt.NDArray[np.int64], Callable[[Numbers], Numbers]]:
    """The `grams` of many folded texts at once: of every one that occurs a number, the same for
    the same, and the number of the text that it is in; and what gives of such numbers the codes of
    the characters, in three rows, each plus one, and 0 in the first rows of a shorter gram."""
    written = "".join(f"{text}\n" for text in texts).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(written, np.uint32)
    alphabet = np.unique(codes)
    at = alphabet.searchsorted(codes)
    kinds = np.asarray([*map(_kind, map(chr, alphabet.tolist())), 0], np.uint8)
    kinds = kinds[np.concatenate((at, [-1, -1]))]  # no text goes on behind its end
    han, other = kinds == 1, kinds == 2
    pair = other[:-1] & other[1:]
    begins = other & ~np.concatenate(([False], other[:-1]))
    one = np.flatnonzero(han[:-1] | (begins[:-1] & ~pair))
    two = np.flatnonzero((han[:-2] & han[1:-1]) | (begins[:-2] & pair[:-1] & ~other[2:]))
    three = np.flatnonzero(pair[:-1] & pair[1:])
    size, ids = np.uint64(len(alphabet) + 1), at.astype(np.uint64) + np.uint64(1)
    numbers = (
        ids[one],
        ids[two] * size + ids[two + 1],
        (ids[three] * size + ids[three + 1]) * size + ids[three + 2],
    )
    owner = np.repeat(np.arange(len(texts)), np.fromiter(map(len, texts), np.int64) + 1)
    spelt = np.pad(alphabet.astype(np.uint64) + np.uint64(1), (1, 0))

    def characters(numbers: Numbers) -> Numbers:
        return spelt[np.stack((numbers // size // size, numbers // size % size, numbers % size))]

    return np.concatenate(numbers), owner[np.concatenate((one, two, three))], characters
