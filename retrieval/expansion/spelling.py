"""What a question that mistypes a name most likely meant: words of the corpus that sound alike.

Most errors of Chinese typing are homophones (古特雷思 for 古特雷斯); some people type bare pinyin
(gutelesi) or slip a letter of a foreign name. Only what the corpus has nowhere is corrected.
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, islice

from retrieval.analysis.folding import HAN
from retrieval.analysis.segment import Token, stem
from retrieval.analysis.stopwords import ENGLISH, FUNCTION, QUESTION
from retrieval.analysis.words import known
from retrieval.expansion.glosses import foreign
from retrieval.expansion.sounds import blurred, readings, sound, spellings
from retrieval.files import behind, lines

WORDS = 25_000
"""Words of a corpus that are indexed by sound at most, the most frequent first."""
SLIPPED_NAMES = 5_000
"""Names that are found by a pinyin with one letter wrong at most."""
LONGEST = 8
"""Characters of a word that is indexed by sound."""
READ = 200
"""Characters of a question that are looked at."""
_HAN_WORD = re.compile(rf"[{HAN}]{{2,8}}")
_LATIN_WORD = re.compile(r"[a-z]{5,20}")
_LETTERS = 5
"""Of bare pinyin, at least."""
_SLIPPED = 7
"""Of bare pinyin that may have one letter wrong, at least."""
_PARTICLES = frozenset("的是在于与和了有被把不就也都还又很个这那为以及等从到对给将向由让使年月日时")


@dataclass(frozen=True, slots=True)
class Correction:
    """`found` is likely meant by what stands at ``[start, end)`` of a folded question."""

    start: int
    end: int
    found: str
    sure: bool
    """Whether to search for it unasked; otherwise it is only worth suggesting."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of a corpus by their sound: plain tables, made once a generation."""

    names: frozenset[str] = frozenset()
    """Words that only this corpus knows, of those in the tables."""
    alike: Mapping[str, Sequence[str]] = field(default_factory=dict)
    spelled: str = ""
    gapped: str = ""
    slipped: str = ""
    """These few questions ask about: as `files.lines`."""


def heard(words: Mapping[str, int], names: Set[str]) -> Heard:
    """From `words` → how often they occur; `names` are those that only this corpus knows."""
    alike: dict[str, list[str]] = defaultdict(list)
    spelled: dict[str, list[str]] = defaultdict(list)
    gapped: dict[str, list[str]] = defaultdict(list)
    slipped: dict[str, list[str]] = defaultdict(list)
    ranked = heapq.nsmallest(WORDS, words, key=lambda w: (w not in names, -words[w], w))
    for rank, word in enumerate(ranked):
        if _HAN_WORD.fullmatch(word) and word not in FUNCTION and word not in QUESTION:
            key = [sound(character) for character in word]
            alike[" ".join(key)].append(word)
            likely = spellings(word) if word in names else islice(spellings(word), 1)
            for spelling in dict.fromkeys(map(blurred, likely)):
                spelled[spelling].append(word)
                if rank < SLIPPED_NAMES and word in names and len(spelling) >= _SLIPPED:
                    for shorter in _shorter(spelling):
                        slipped[shorter].append(word)
            if len(word) >= 4 and word in names and foreign(word):
                for gap in range(len(word)):
                    gapped[f"{word[:gap]}*{word[gap + 1 :]}"].append(word)
        elif _LATIN_WORD.fullmatch(word):
            for shorter in _shorter(word):
                gapped[shorter].append(word)
    rare = map(lines, (spelled, gapped, slipped))
    return Heard(frozenset(w for w in ranked if w in names), alike, *rare)


class Sounds:
    """What questions mean that the corpus spells otherwise. Immutable once built."""

    def __init__(
        self, tables: Callable[[], Heard], words: Mapping[str, int], occurs: Callable[[str], bool]
    ) -> None:
        """`tables` are asked for when a question needs them; `words` → how often they occur;
        `occurs` tells whether a folded text stands in the corpus anywhere."""
        self._tables, self._words, self.occurs = tables, words, occurs

    @cached_property
    def tables(self) -> Heard:
        """Some ten megabytes, which a process that does not search need not have."""
        return self._tables()

    def _count(self, word: str) -> int:
        return self._words.get(word) or int(word in self.tables.names)

    def corrections(self, folded: str, tokens: Sequence[Token]) -> list[Correction]:
        """What a folded question likely meant otherwise than it was typed, in order, disjoint."""
        tokens = [token for token in tokens if token.end <= READ]
        found = [*self._chinese(folded, tokens), *self._latin(folded, tokens)]
        chosen: list[Correction] = []
        for one in sorted(found, key=lambda c: (not c.sure, c.start - c.end, c.start)):
            if all(one.end <= other.start or other.end <= one.start for other in chosen):
                chosen.append(one)
        return sorted(chosen, key=lambda c: c.start)

    def _chinese(self, folded: str, tokens: Sequence[Token]) -> Iterator[Correction]:
        edges = {token.start for token in tokens} | {token.end for token in tokens}
        fixed = self._fixed(tokens)
        for run in _HAN_RUN.finditer(folded, 0, min(READ, len(folded))):
            free = [place for place in range(*run.span()) if place not in fixed]
            sounds = [sound(character) for character in run.group()] if free else []
            odd = [0, *accumulate(not foreign(character) for character in run.group())]
            for start in range(run.start(), free[-1] + 1 if free else 0):
                least = max(start + 2, free[bisect_left(free, start)] + 1)
                for end in range(least, min(start + LONGEST, run.end()) + 1):
                    at = start - run.start()
                    key = " ".join(sounds[at : at + end - start])
                    few = end - start > 3 and odd[at + end - start] - odd[at] < 2  # a slip, foreign
                    if not few and key not in self.tables.alike:
                        continue
                    meant = self._meant(
                        folded[start:end],
                        key,
                        aligned=start in edges and end in edges,
                        fixed=fixed.intersection(range(start, end)),
                        start=start,
                    )
                    if meant:
                        yield Correction(start, end, *meant)

    def _fixed(self, tokens: Sequence[Token]) -> set[int]:
        """Places of a question that no correction may change: its known words, the words that
        make it a question, and particles."""
        return {
            place
            for token in tokens
            if token.text in QUESTION
            or token.text in _PARTICLES
            or (len(token.text) > 1 and self._count(token.text))
            for place in range(token.start, token.end)
        }

    def _meant(
        self, typed: str, key: str, *, aligned: bool, fixed: Set[int], start: int
    ) -> tuple[str, bool] | None:
        """The word of the corpus that `typed` most likely stands for, and whether that is sure."""
        meant = [w for w in self.tables.alike.get(key, ()) if self._likely(typed, w, aligned)]
        if not meant and len(typed) >= 4:
            gaps = (f"{typed[:gap]}*{typed[gap + 1 :]}" for gap in range(len(typed)))
            meant = [w for gap in gaps for w in behind(self.tables.gapped, gap)]
            if meant and (self._count(typed[:-1]) or self._count(typed[1:])):
                meant = []
        meant = [w for w in meant if all(w[at - start] == typed[at - start] for at in fixed)]
        if not meant or known(typed) or self.occurs(typed):
            return None
        best = min(meant, key=lambda w: (-_shared(typed, w), -self._count(w), w))
        return best, len(typed) > 2

    def _likely(self, typed: str, word: str, aligned: bool) -> bool:
        if word == typed:
            return False
        exact = all(set(readings(a)) & set(readings(b)) for a, b in zip(typed, word, strict=True))
        if len(word) == 2:
            return exact and aligned and _shared(typed, word) > 0
        if word in self.tables.names:
            # A known name with another character beside it is no other name: 特斯拉|生.
            part = {typed[:-1], typed[1:]} & self.tables.names
            return not part and (exact or _shared(typed, word) > 0)
        return aligned and _shared(typed, word) > 0 and (exact or len(word) > 3)

    def _latin(self, folded: str, tokens: Sequence[Token]) -> Iterator[Correction]:
        latin = [t for t in tokens if t.text.isascii() and t.text.isalpha()]
        for number, first in enumerate(latin):
            if first.text in ENGLISH or any(map(self._count, (first.text, stem(first.text)))):
                continue
            for last in range(min(number + 4, len(latin)), number, -1):
                run = latin[number:last]
                between = folded[first.start : run[-1].end]
                typed = "".join(token.text for token in run)
                if len(between) != len(typed) + len(run) - 1:
                    continue
                long = len(typed) >= _LETTERS
                words = behind(self.tables.spelled, blurred(typed)) if long else []
                if words:
                    exact = [w for w in words if typed in spellings(w)]
                    yield Correction(
                        first.start, run[-1].end, self._commonest(exact or words), True
                    )
                    break
            else:
                yield from self._slip(first)

    def _slip(self, token: Token) -> Iterator[Correction]:
        typed = blurred(token.text)
        names = {n for shorter in _shorter(typed) for n in behind(self.tables.slipped, shorter)}
        if names and len(typed) >= _SLIPPED:
            yield Correction(token.start, token.end, self._commonest(sorted(names)), True)
        elif _LATIN_WORD.fullmatch(token.text):
            near = {w for short in _shorter(token.text) for w in behind(self.tables.gapped, short)}
            near = {w for w in near if w[0] == token.text[0]}
            if near:
                yield Correction(token.start, token.end, self._commonest(sorted(near)), True)

    def _commonest(self, words: Sequence[str]) -> str:
        return min(words, key=lambda w: (w not in self.tables.names, -self._count(w), w))


_HAN_RUN = re.compile(rf"[{HAN}]{{2,}}")


def _shared(one: str, other: str) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def _shorter(word: str) -> set[str]:
    """A word, and what is left of it without any one letter: two words that share one of these
    differ by a letter changed, added, lost, or swapped with its neighbour."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
