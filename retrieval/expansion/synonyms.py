"""Names for the same thing: mined from the glosses of the corpus, and the operator's own.

`aliases.toml` in the corpus folder adds and forbids some:

    same = [
      ["北约", "NATO", "北大西洋公约组织"],   # each list: names for one thing
    ]
    forbid = [["中国", "PRC"]]                # pairs that were mined and are wrong

A question that uses one name then also finds passages that use another, at a lower weight.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from retrieval.analysis.folding import HAN, fold, is_han
from retrieval.corpus.manifest import read_toml
from retrieval.expansion.glosses import Gloss, foreign, name_before

FILE = "aliases.toml"
SURE = 0.5
"""The score, summed over its occurrences, from which a mined pair is believed."""
_LATIN_WORD = re.compile(rf"[^\W_{HAN}]+")
_DOT = re.compile("[·‧•・]")

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name for something, folded and as the corpus (or the operator) spells it."""

    name: str
    spelled: str
    score: float


@dataclass(frozen=True, slots=True)
class Mention:
    """A known name at ``[start, end)`` of a folded question, and its other names."""

    start: int
    end: int
    others: tuple[Alias, ...]


Name = Annotated[str, Field(min_length=2, max_length=80)]


class Given(BaseModel):
    """What the operator says of names: groups of the same, and pairs that are not."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    same: tuple[Annotated[tuple[Name, ...], Field(min_length=2)], ...] = ()
    forbid: tuple[Annotated[tuple[Name, ...], Field(min_length=2, max_length=2)], ...] = ()


class Aliases:
    """The names of a corpus that have other names. Immutable once built."""

    def __init__(self, others: Mapping[str, tuple[Alias, ...]]) -> None:
        """`others`: of each name, as `_key` has it, the other names, the surest first."""
        self.others = others
        self._longest: dict[str, int] = {}
        for name in others:
            head = name.split(" ", 1)[0] if _LATIN_WORD.match(name) else name[:2]
            size = len(name.split()) if _LATIN_WORD.match(name) else len(name)
            self._longest[head] = max(self._longest.get(head, 0), size)

    @classmethod
    def of_pairs(cls, pairs: Iterable[tuple[Pair, float]]) -> Aliases:
        """From pairs of names as they are spelled, with their scores."""
        others: dict[str, dict[str, Alias]] = defaultdict(dict)
        for pair, score in pairs:
            for one, other in (pair, pair[::-1]):
                folded = fold(other).text
                known = others[_key(one)].get(_key(other))
                if _key(other) != _key(one) and (known is None or known.score < score):
                    others[_key(one)][_key(other)] = Alias(folded, other, score)
        return cls(
            {
                name: tuple(sorted(found.values(), key=lambda a: (-a.score, a.name)))
                for name, found in others.items()
                if found
            }
        )

    def names(self) -> Iterator[str]:
        """The names, and the parts of them between dots; folded."""
        for name in self.others:
            yield from _DOT.split(name)

    def described(self) -> Iterator[str]:
        """Every name with each other one and its score: the same for the same aliases."""
        for name, others in self.others.items():
            yield from (f"{name}={other.name} {other.score:g}" for other in others)

    def mentions(self, folded: str) -> Iterator[Mention]:
        """The known names in a folded question, the longest at each place, none inside another."""
        reached = 0
        for start, ends in sorted([*self._chinese(folded), *self._latin(folded)]):
            for end in ends:
                others = self.others.get(_plain(folded[start:end]))
                if start >= reached and others:
                    yield Mention(start, end, others)
                    reached = end
                    break

    def _chinese(self, folded: str) -> Iterator[tuple[int, list[int]]]:
        for start in range(len(folded) - 1):
            longest = self._longest.get(folded[start : start + 2])
            if longest and not _LATIN_WORD.match(folded, start):
                last = min(start + longest, len(folded))
                yield start, list(range(last, start + 1, -1))

    def _latin(self, folded: str) -> Iterator[tuple[int, list[int]]]:
        words = [match.span() for match in _LATIN_WORD.finditer(folded)]
        for number, (start, end) in enumerate(words):
            longest = self._longest.get(folded[start:end])
            if longest:
                run = words[number : number + longest]
                yield start, [end for _, end in reversed(run)]


def mine(glosses: Iterable[Gloss], words: Callable[[str], Sequence[str]], given: Given) -> Aliases:
    """The aliases of a corpus from the brackets in it. `words` cuts a folded text into words."""
    scores: dict[Pair, float] = defaultdict(float)
    for gloss, count in Counter(glosses).items():
        found = name_before(gloss, words)
        if found is not None:
            scores[found[0].strip(" -–—"), gloss.inside] += found[1] * count
    believed = {pair: score for pair, score in _shortest(scores).items() if score >= SURE}
    partial = {
        pair: SURE for pair in _last_names(believed) if not any(pair[1] == b for _, b in believed)
    }
    never = {frozenset(map(_key, group)) for group in given.forbid}
    mined = [
        (pair, score)
        for pair, score in (partial | believed).items()
        if frozenset(map(_key, pair)) not in never
    ]
    return Aliases.of_pairs([*mined, *((pair, 100.0) for g in given.same for pair in _pairs(g))])


def _shortest(scores: dict[Pair, float]) -> dict[Pair, float]:
    """Where one reading of a name ends another (强调美日联盟, 美日联盟), only the shorter, with
    the scores of both; but a full name is not shortened to its last part."""
    by_inside: dict[str, list[str]] = defaultdict(list)
    for name, inside in sorted(scores, key=lambda pair: (len(pair[0]), pair)):
        by_inside[inside].append(name)
    merged: dict[Pair, float] = defaultdict(float)
    for inside, names in by_inside.items():
        for place, name in enumerate(names):
            ending = [n for n in names[:place] if name.endswith(n) and not _DOT.search(name)]
            merged[(ending or [name])[0], inside] += scores[name, inside]
    return merged


def _last_names(pairs: Iterable[Pair]) -> list[Pair]:
    """Family names from the full names of people: 罗杰斯 and Rogers, where only one has it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, inside in pairs:
        words, last = inside.split(), _DOT.split(name)[-1]
        if len(words) > 1 and words[-1][0].isupper() and foreign(last) and len(last) >= 2:
            found[words[-1].title()].add(last)
    return sorted((last.pop(), word) for word, last in found.items() if len(last) == 1)


def _pairs(group: Sequence[str]) -> Iterator[Pair]:
    for number, one in enumerate(group):
        for other in group[number + 1 :]:
            yield one, other


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    """What two spellings of a name share: folded; Latin words without their punctuation."""
    return _plain(fold(name).text)


def _plain(folded: str) -> str:
    if _LATIN_WORD.match(folded) and not any(map(is_han, folded)):
        return " ".join(_LATIN_WORD.findall(folded))
    return folded


def operator_aliases(folder: Path) -> Given:
    """The operator's `aliases.toml`; empty without one. Raises CorpusError, naming the place."""
    return read_toml(folder / FILE, Given)
