"""Where what one question asks for stands in many texts: its terms, looked for in all of them at
once; a date, a number; an address, a link."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

from retrieval.analysis.folding import is_han
from retrieval.analysis.matching import Sought, Span, bounded, inflected, merged, starts, stems
from retrieval.analysis.numbers import quantities
from retrieval.analysis.segment import COMPOUND
from retrieval.analysis.stopwords import HOW
from retrieval.model import Query
from retrieval.passages.outline import LIMIT, Kept
from retrieval.passages.units import ARTICLE
from retrieval.passages.zones import ASKED, Zone

APART = 16
"""Characters, at least, that part two texts which are looked through as one."""
_FINE = 2**40
"""What terms say is added up in integers: the same for the same terms in any order, so that equal
passages and windows stay equal in every process."""


class Wanted:
    """What is looked for: the terms of one question, with what each of them says, and what of them
    a quote must have. Sets of terms are the bits of one number."""

    def __init__(self, query: Query, importance: Mapping[str, float]) -> None:
        self.sought = Sought.of(query)
        self.terms = tuple(importance)
        self.places = {term: place for place, term in enumerate(self.terms)}
        self.numbers = {term for term in self.terms if term[0] == "="}
        grams = query.char.keys() - query.word.keys()
        self.stems = stems(self.places.keys() - grams) | self.sought.stems
        self.looked = [(term, term not in grams and bounded(term)) for term in self.terms]
        """What is looked for, and whether only where it is a whole run: the terms, then what else
        is sought, or sought otherwise."""
        self.words: list[tuple[int, int, bool]] = []
        """Of what is sought the place in `looked`, its length, and whether it may stand for a row
        of words."""
        for term in sorted(self.sought.words | self.sought.names):
            place = self.places.get(term, -1)
            if place < 0 or term in grams:
                place = len(self.looked)
                self.looked.append((term, bounded(term)))
            self.words.append((place, len(term), len(term) > 1 and is_han(term[0])))
        self.sizes = [
            0 if t[0] == "=" or (len(t) == 1 and is_han(t)) else len(t) for t in self.terms
        ]
        """How long the terms are that a title can consist of: none of them characters, numbers."""
        self.says = np.rint(np.asarray([*importance.values()]) * _FINE).astype(np.int64)
        self._says: list[int] = self.says.tolist()
        self.total = sum(self._says) or 1
        self._shares: dict[int, float] = {}

    def share(self, terms: int) -> float:
        """The share of the question that some terms are: 0 to 1."""
        share = self._shares.get(terms)
        if share is None:
            said, left = 0, terms
            while left:
                last = left & -left
                said += self._says[last.bit_length() - 1]
                left ^= last
            share = self._shares[terms] = said / self.total
        return share


class Standing:
    """Where the terms stand in some passages, and in further texts behind them."""

    def __init__(self, wanted: Wanted, kept: Sequence[Kept], further: Sequence[str]) -> None:
        self.kept = kept
        texts = [*(one.folded.text for one in kept), *further]
        sizes = [(len(text) + APART) // 8 * 8 + 8 for text in texts]
        joined = "".join([text.ljust(n, "\n") for text, n in zip(texts, sizes, strict=True)])
        self.base = [0, *accumulate(sizes)]
        self._spans: list[Span] = []
        found = [starts(joined, term, whole=whole) for term, whole in wanted.looked]
        self._words(wanted, found, sizes)
        del found[len(wanted.terms) :]
        for word, span in inflected(joined, wanted.stems):
            if word in wanted.places:
                found[wanted.places[word]].append(span[0])
            if word in wanted.sought.stems:
                self._spans.append(span)
        if wanted.numbers:
            numbers = [*(one.numbers for one in kept), *(tuple(quantities(t)) for t in further)]
            for begin, one in ((b, q) for b, n in zip(self.base, numbers, strict=False) for q in n):
                for term in wanted.numbers & set(one.terms):
                    found[wanted.places[term]].append(begin + one.start)
                    self._spans.append((begin + one.start, begin + one.end))
        self.spans = merged(self._spans)
        """Where what is sought stands, from the first text on."""
        counts = [len(each) for each in found]
        self.at = np.fromiter(chain.from_iterable(found), np.int64, sum(counts))
        self.term = np.repeat(np.arange(len(found)), counts)
        self.width, self._sizes = len(found), wanted.sizes
        self.first = [0, *accumulate(counts)]

    def _words(self, wanted: Wanted, found: Sequence[Sequence[int]], sizes: Sequence[int]) -> None:
        """Take in where what is sought stands as a word or a row of words."""
        pairs = [(e.edges, n // 8) for e, n in zip(self.kept, sizes, strict=False)]
        bits = b"".join([edges.ljust(n, b"\0") for edges, n in pairs])
        edge = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little").tobytes()
        for place, size, han in wanted.words:
            for at in found[place]:
                end = at + size
                if end < len(edge) and (
                    (edge[at] and edge[end]) or (han and edge.find(1, at + 1, end) < 0)
                ):
                    self._spans.append((at, end))

    def rows(self, ends: Sequence[Sequence[int]]) -> tuple[npt.NDArray[np.bool_], list[int]]:
        """Which terms stand in each piece of the texts, that end at `ends`, and the first piece of
        each text; the last piece reaches to the next text."""
        bounds = [
            begin + end
            for begin, last, each in zip(self.base, self.base[1:], ends, strict=False)
            for end in (*each, last - begin)
        ]
        matrix = np.zeros((len(bounds), self.width), bool)
        piece = np.searchsorted(np.asarray(bounds, np.int64), self.at, "right")
        inside = piece < len(bounds)
        matrix[piece[inside], self.term[inside]] = True
        return matrix, [0, *accumulate(len(each) + 1 for each in ends)]

    @cached_property
    def sentences(self) -> tuple[npt.NDArray[np.bool_], list[int]]:
        """The terms of each sentence of the passages."""
        return self.rows([one.sentences for one in self.kept])

    def further(self) -> list[tuple[int, list[Span]]]:
        """Of each further text its terms, and where those stand in it that are no numbers and no
        single characters; of a form of a word its stem's length."""
        bases = self.base[len(self.kept) :]
        terms, spans = [0] * (len(bases) - 1), [list[Span]() for _ in bases[1:]]
        behind = (self.at >= bases[0]).nonzero()[0]
        for at, term in zip(self.at[behind].tolist(), self.term[behind].tolist(), strict=True):
            place = bisect_right(bases, at) - 1
            terms[place] |= 1 << term
            start = at - bases[place]
            spans[place].append((start, start + self._sizes[term]))
        return [*zip(terms, spans, strict=True)]

    @cached_property
    def units(self) -> tuple[list[int], list[int], list[list[int]]]:
        """The terms of each unit of the passages, the first unit of each, and where they end in
        the folded text."""
        ends = [
            [one.folded.place(end) for end in one.outline.ends]
            if one.folded.origins
            else list(one.outline.ends)
            for one in self.kept
        ]
        matrix, first = self.rows(ends)
        return bits(matrix), first, ends

    def found(self, place: int) -> list[Span]:
        """Where what is sought stands in a passage."""
        begin, end = self.base[place : place + 2]
        first = bisect_left(self.spans, (begin, begin))
        last = bisect_left(self.spans, (end, end), lo=first)
        return [(s - begin, e - begin) for s, e in self.spans[first:last]]

    def starts(self, term: int) -> npt.NDArray[np.int64]:
        """Where a term begins, ascending, from the first text on."""
        return np.sort(self.at[self.first[term] : self.first[term + 1]])


def bits(matrix: npt.NDArray[np.bool_]) -> list[int]:
    """The rows of a matrix, each as the bits of one number."""
    packed = np.packbits(matrix, axis=1, bitorder="little")
    width, data = packed.shape[1], packed.tobytes()
    return [
        int.from_bytes(data[n * width : n * width + width], "little") for n in range(len(packed))
    ]


_WHEN = re.compile(
    r"什么时候|什么时间|何时|何年|何月|何日|几时|哪(?:一)?(?:年|天|日|月)|几[年月日号点]|多久|什么日子"
    r"|第几[年届]|几几年|日期|时间|\bwhen\b|\bwhat (?:year|date|day|time|month)\b|\bhow long\b"
)
_HOW_MANY = re.compile(
    r"多少|几(?!乎|何|年|月|日|号|点|时|几)|多大|多高|多长|多远|多重|第几|哪(?:一)?(?:号|条)|比例"
    r"|\bhow (?:many|much|often|old|far|large|big)\b"
)
_HOW = re.compile("|".join(HOW) + r"|\bhow (?:do|does|to|can|could|should|would)\b")
_DATE = re.compile(
    r"[0-9〇零一二三四五六七八九十] ?[年月日号]|[0-9]{4}[-/.][0-9]{1,2}|[0-9]{1,2}[:：][0-9]{2}"
    r"|星期|周[一二三四五六日末]|周年|世纪|年代|\b(?:1[0-9]{3}|20[0-9]{2})\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
)
_NUMBER = re.compile(
    r"[0-9]|百分之|[一二两三四五六七八九十百千万亿]{2,}|[二两三四五六七八九十][^\W\d_]"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|hundred|thousand|million|half)\b"
)
_NAME = rf"--?[a-z][a-z-]+|(?!e\.g|i\.e){COMPOUND.pattern}|(?<!\w)[a-z]\w++(?=\()"
_IN_LETTERS, _IN_CHINESE = re.compile(_NAME), re.compile(rf"{_NAME}|(?<![a-z])[a-z]\w{{2,}}")
"""Names of code in a folded text: options, those of several parts, what is called; in Chinese
whatever is in letters."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a folded question asks for."""

    folded: str
    kinds: tuple[re.Pattern[str], ...]
    """What its answer looks like."""
    how: bool = False
    """Whether it asks for a way to do something, which code shows."""
    article: bool = False
    """Whether it speaks of an article or a section."""

    @classmethod
    def of(cls, folded: str) -> Asking:
        when, many = _WHEN.search(folded), _HOW_MANY.search(folded)
        kinds = ((_DATE,) if when else ()) + ((_NUMBER,) if many else ())
        return cls(folded, kinds, bool(_HOW.search(folded)), bool(ARTICLE.search(folded)))

    def answered(self, folded: str) -> bool:
        """Whether a folded sentence has what the question asks for, where that can be told."""
        return any(kind.search(folded) for kind in self.kinds)

    def answers(self, kept: Kept) -> list[tuple[str, int]]:
        """What in a passage may be the answer and is not in the question, and where it begins: a
        name of code for how to do something, else a date or number where one is asked for."""
        text, found = kept.folded.text, list[tuple[str, int, int]]()
        if self.how:
            names = _IN_CHINESE if kept.outline.limit == LIMIT else _IN_LETTERS
            found = [(name.group(), *name.span()) for name in names.finditer(text)]
        elif self.kinds:
            found = [(one.terms[0], one.start, one.end) for one in kept.numbers]
        return [(what, start) for what, start, end in found if text[start:end] not in self.folded]

    def wants(self, zone: Zone) -> bool:
        """Whether the question asks for what stands in a zone."""
        if zone is Zone.DATELINE:
            return _DATE in self.kinds
        return ASKED[zone].search(self.folded) is not None
