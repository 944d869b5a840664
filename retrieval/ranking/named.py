"""What a question names goes first: a numbered unit, as of 刑法第二百六十四条 and section 12; the
document of a title, as of 李白的静夜思 and 《登鹳雀楼》; or all of an author's, as of 孟浩然写的诗.

A question names a document where the title stands in it and all the rest is its author, or only
makes it a question; between 《》 the title need not be all there is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import numpy.typing as npt

from retrieval.analysis.folding import fold, is_han
from retrieval.analysis.segment import Segmenter, Token
from retrieval.analysis.stopwords import EMPTY
from retrieval.engines import Engine, Scope
from retrieval.model import Query, Scored
from retrieval.passages.outline import Kept
from retrieval.passages.units import Labels, mentioned
from retrieval.queries.catalogue import STATE, Called, Catalogue, bare
from retrieval.queries.operators import Asked

MOST = 3
"""Units that one label may name: as many as a first page has places."""
_MANY = 12
"""Documents that share a title, at most, for it to name them without an author."""
_ALIKE = 0.8
"""Dice's coefficient of the pairs of characters of two titles, for them to be nearly the same."""
_MEANT = 0.7
"""Of the characters asked for beside an author's name, that a title has, for it to be meant."""
_LONGEST = 24
"""Words of a question that is looked at, and of a name in any."""
_MARKED = re.compile(r"[《〈]([^《》〈〉]{1,80})[》〉]")
_LIGHT = EMPTY | frozenset(
    "写 作 著 诗 词 诗词 首 篇 文 文章 作品 全文 原文 内容 的诗 poem poems text article full write "
    "wrote written".split()
)
"""What says nothing of a document, and what a question calls one beside its title."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Finds what questions name in one generation."""

    labels: Labels
    catalogue: Catalogue
    texts: Sequence[Kept]
    owner: Sequence[int]
    segmenter: Segmenter
    engine: Engine

    def named(
        self, asked: Asked, query: Query, ranked: Sequence[Scored], scope: Scope | None
    ) -> tuple[list[Scored], bool]:
        """The passages that the question names, as the best there are, at most `MOST`; and whether
        it names their document. `ranked` is what it finds otherwise."""
        order = [hit.passage for hit in ranked]
        allowed = None if scope is None else lambda n: scope.admits(n, self.owner[n])
        numbers, sure = self._labelled(asked.text, order, allowed)
        if sure:  # of versions the newest first
            numbers.sort(key=lambda n: self.catalogue.date(self.owner[n]), reverse=True)
        if numbers := numbers[:MOST]:
            best = ranked[0] if ranked else Scored(0, 1.0, 1.0)
            return [best._replace(passage=number) for number in numbers], sure
        found = self.titled(asked, query, scope)
        return (found, True) if found else self._alike(asked, ranked)

    def _alike(self, asked: Asked, ranked: Sequence[Scored]) -> tuple[list[Scored], bool]:
        """The passages among the best ranked whose title is nearly one that stands in 《》, and
        True; else those whose title has most of the characters beside their author's name, as of
        卢纶的塞下曲 and 韦应物 秋夜寄丘员外, and False."""
        marked = _MARKED.search(asked.text)
        wanted = _pairs(bare(fold(marked[1]).text)) if marked is not None else set()
        question = asked.folded.text
        chosen: dict[int, Scored] = {}
        for hit in ranked[:_MANY]:
            _, author, _, title = self.catalogue.names(self.owner[hit.passage]).split("\n")
            if wanted:
                pairs = _pairs(bare(title))
                fits = 2 * len(wanted & pairs) >= _ALIKE * (len(wanted) + len(pairs))
            else:
                known = len(author) > 1 and author in question
                rest = list(filter(is_han, question.replace(author, ""))) if known else []
                fits = len(rest) > 2 and sum(map(title.__contains__, rest)) >= _MEANT * len(rest)
            if fits:
                chosen.setdefault(self.owner[hit.passage], hit)
        return list(chosen.values())[:MOST], bool(wanted and chosen)

    def titled(self, asked: Asked, query: Query, scope: Scope | None) -> list[Scored]:
        """Of each document that the question names, at most `MOST`, the passage that says most of
        the rest of it, or else the first."""
        found = titles(asked, self.catalogue, self.segmenter)
        chosen: list[Scored] = []
        for number in found.documents:
            inside = Scope(documents=np.asarray([number]))
            inside = inside if scope is None else inside & scope
            best = [] if found.whole else self.engine.search(query, 1, inside)
            if not best:
                left = inside.numbers(self.owner)
                best = [Scored(int(left[0]), 1.0, 1.0)] if len(left) else []
            chosen += best
            if len(chosen) == MOST:
                break
        return chosen

    def _labelled(
        self, question: str, ranked: Sequence[int], allowed: Callable[[int], bool] | None
    ) -> tuple[list[int], bool]:
        """The passages with which the units that a question names begin, and whether it names
        their document too.

        Of the same label in several documents, those stand first whose title the question says
        most of, the shortest title among equals, and then those whose headings. Where it says
        nothing of any title, they stand as they are `ranked`, and those that are not are left out.
        """
        for label in reversed(list(mentioned(question))):
            numbers = [n for n in self.labels.get(label.key, ()) if allowed is None or allowed(n)]
            if not numbers:
                continue
            rest = fold(f"{question[: label.start]} {question[label.end :]}").text
            words = {token.text for token in self.segmenter.words(rest)} - EMPTY
            titles = {
                n: self.catalogue.title(n).replace(STATE, "")
                for n in map(self.owner.__getitem__, numbers)
            }
            said = {n: (_said(title, words), -len(title)) for n, title in titles.items()}
            most = max(said.values())
            if not most[0]:
                known = set(numbers)
                return [n for n in ranked if n in known][:MOST], False
            named = [n for n in numbers if said[self.owner[n]] == most]
            above = {n: _said(self.texts[n].above.partition("\n")[2], words) for n in named}
            nearest = max(above.values())
            return [n for n in named if above[n] == nearest], True
        return [], False


def _said(text: str, words: set[str]) -> int:
    """Characters of the words that a folded text has."""
    return sum(len(word) for word in words if word in text)


def _pairs(name: str) -> set[str]:
    return {name[at : at + 2] for at in range(len(name) - 1)}


Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Named:
    """The documents that a question names."""

    documents: tuple[int, ...] = ()
    """Newest first."""
    whole: bool = True
    """Whether nothing else stands in the question."""


def titles(asked: Asked, catalogue: Catalogue, segmenter: Segmenter) -> Named:
    """The documents that a question names by title or author; none for most questions."""
    question = asked.text
    for match in _MARKED.finditer(question):
        found = catalogue.called("title", bare(fold(match[1]).text))
        if len(found):
            rest = fold(f"{question[: match.start()]} {question[match.end() :]}").text
            return _Words.of(rest, segmenter).narrowed(found, catalogue)
    return _Words.of(asked.folded.text, segmenter).named(catalogue)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a question; `says`: the places of those that do not only make it one."""

    tokens: Sequence[Token]
    says: frozenset[int]

    @classmethod
    def of(cls, folded: str, segmenter: Segmenter) -> _Words:
        tokens = list(segmenter.words(folded))
        says = (at for at, token in enumerate(tokens) if token.text not in _LIGHT)
        return cls(tokens, frozenset(says))

    def named(self, catalogue: Catalogue) -> Named:
        if not self.says or len(self.tokens) > _LONGEST:
            return Named()
        begins, ends = min(self.says), max(self.says) + 1
        # What a title leaves is an author's: all of it stands before it, or all behind.
        count = len(self.tokens)
        outer = [(f, t) for f in range(begins + 1) for t in range(begins + 1, count + 1)]
        outer += [(f, t) for f in range(begins + 1, ends) for t in range(ends, count + 1)]
        outer.sort(key=lambda run: (run[0] - run[1], run[0]))
        for first, last, written in self._names("title", catalogue, outer):
            inside = self.says.intersection(range(first, last))
            if inside and len(written) > 1:
                left = _Words(self.tokens, self.says - inside)
                told = left.narrowed(catalogue.called("title", written), catalogue)
                if told.whole and told.documents:
                    return told
        if len(self.says) < len(self.tokens):  # a name alone is looked up
            every = [(first, last) for first, last in outer if first <= begins and last >= ends]
            for _, _, written in self._names("author", catalogue, every):
                return Named(_newest(catalogue.called("author", written), catalogue))
        return Named()

    def narrowed(self, found: npt.NDArray[np.int64], catalogue: Catalogue) -> Named:
        """Of the documents of a title those whose author these words name."""
        if not self.says:
            few = len(found) <= _MANY
            return Named(_newest(found, catalogue)) if few else Named()
        count = len(self.tokens)
        runs = [(f, t) for f in range(count) for t in range(f + 1, min(f + _LONGEST, count) + 1)]
        for first, last, name in self._names("author", catalogue, runs):
            if self.says.intersection(range(first, last)):
                both = np.intersect1d(found, catalogue.called("author", name))
                if len(both):
                    whole = self.says <= set(range(first, last))
                    return Named(_newest(both, catalogue), whole)
        return Named(_newest(found, catalogue) if len(found) <= _MANY else (), whole=False)

    def _names(
        self, kind: Called, catalogue: Catalogue, runs: Sequence[Run]
    ) -> Iterator[tuple[int, int, str]]:
        """Those of some runs of tokens that are a title, or an author, in the catalogue."""
        texts = [token.text for token in self.tokens]
        named = [(first, last, "".join(texts[first:last])) for first, last in runs]
        yield from compress(named, catalogue.known(kind, [name for _, _, name in named]))


def _newest(found: npt.NDArray[np.int64], catalogue: Catalogue) -> tuple[int, ...]:
    return tuple(sorted(found.tolist(), key=catalogue.date, reverse=True))
