"""What a question that mistypes a name most likely meant: words of the corpus that sound alike.

Most errors of Chinese typing are homophones (古特雷思 for 古特雷斯); some people type bare pinyin
(gutelesi) or slip a letter of a foreign name. Only what the corpus has nowhere is corrected.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice

from retrieval.analysis.characters import HAN
from retrieval.analysis.segment import Token, stem
from retrieval.analysis.stopwords import ENGLISH, FUNCTION, QUESTION
from retrieval.analysis.words import known
from retrieval.expansion.glosses import foreign
from retrieval.expansion.pinyin import blurred, readings, sound, spellings

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


class Sounds:
    """The words of a corpus by their sound. Immutable once built."""

    def __init__(
        self, words: Mapping[str, int], names: Set[str], occurs: Callable[[str], bool]
    ) -> None:
        """`words` → how often they occur; `names` are those that only this corpus knows.
        `occurs` tells whether a folded text stands in the corpus anywhere."""
        self._occurs = occurs
        self._names = names
        self._count = words
        self._alike: dict[str, list[str]] = defaultdict(list)
        self._spelled: dict[str, list[str]] = defaultdict(list)
        self._gapped: dict[str, list[str]] = defaultdict(list)
        self._slipped: dict[str, list[str]] = defaultdict(list)
        ranked = sorted(words, key=lambda w: (w not in names, -words[w], w))[:WORDS]
        for rank, word in enumerate(ranked):
            if _HAN_WORD.fullmatch(word) and word not in FUNCTION and word not in QUESTION:
                key = [sound(character) for character in word]
                self._alike[" ".join(key)].append(word)
                likely = spellings(word) if word in names else islice(spellings(word), 1)
                for spelling in dict.fromkeys(map(blurred, likely)):
                    self._spelled[spelling].append(word)
                    if rank < SLIPPED_NAMES and word in names and len(spelling) >= _SLIPPED:
                        for shorter in _shorter(spelling):
                            self._slipped[shorter].append(word)
                if len(word) >= 4 and word in names and foreign(word):
                    for gap in range(len(word)):
                        self._gapped[f"{word[:gap]}*{word[gap + 1 :]}"].append(word)
            elif _LATIN_WORD.fullmatch(word):
                for shorter in _shorter(word):
                    self._gapped[shorter].append(word)

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
            sounds = [sound(character) for character in run.group()]
            for start in range(run.start(), run.end() - 1):
                for end in range(start + 2, min(start + LONGEST, run.end()) + 1):
                    if fixed.issuperset(range(start, end)):
                        continue
                    at = start - run.start()
                    meant = self._meant(
                        folded[start:end],
                        " ".join(sounds[at : at + end - start]),
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
            or (len(token.text) > 1 and token.text in self._count)
            for place in range(token.start, token.end)
        }

    def _meant(
        self, typed: str, key: str, *, aligned: bool, fixed: Set[int], start: int
    ) -> tuple[str, bool] | None:
        """The word of the corpus that `typed` most likely stands for, and whether that is sure."""
        meant = [w for w in self._alike.get(key, ()) if self._likely(typed, w, aligned)]
        if not meant and len(typed) >= 4:
            gaps = (f"{typed[:gap]}*{typed[gap + 1 :]}" for gap in range(len(typed)))
            meant = [w for gap in gaps for w in self._gapped.get(gap, ())]
            if typed[:-1] in self._count or typed[1:] in self._count:
                meant = []
        meant = [w for w in meant if all(w[at - start] == typed[at - start] for at in fixed)]
        if not meant or known(typed) or self._occurs(typed):
            return None
        best = min(meant, key=lambda w: (-_shared(typed, w), -self._count.get(w, 0), w))
        return best, len(typed) > 2

    def _likely(self, typed: str, word: str, aligned: bool) -> bool:
        if word == typed:
            return False
        exact = all(set(readings(a)) & set(readings(b)) for a, b in zip(typed, word, strict=True))
        if len(word) == 2:
            return exact and aligned and _shared(typed, word) > 0
        if word in self._names:
            # A known name with another character beside it is no other name: 特斯拉|生.
            part = {typed[:-1], typed[1:]} & self._names
            return not part and (exact or _shared(typed, word) > 0)
        return aligned and _shared(typed, word) > 0 and (exact or len(word) > 3)

    def _latin(self, folded: str, tokens: Sequence[Token]) -> Iterator[Correction]:
        latin = [t for t in tokens if t.text.isascii() and t.text.isalpha()]
        for number, first in enumerate(latin):
            if first.text in ENGLISH or {first.text, stem(first.text)} & self._count.keys():
                continue
            for last in range(min(number + 4, len(latin)), number, -1):
                run = latin[number:last]
                between = folded[first.start : run[-1].end]
                typed = "".join(token.text for token in run)
                if len(between) != len(typed) + len(run) - 1:
                    continue
                words = self._spelled.get(blurred(typed), ()) if len(typed) >= _LETTERS else ()
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
        names = {n for shorter in _shorter(typed) for n in self._slipped.get(shorter, ())}
        if names and len(typed) >= _SLIPPED:
            yield Correction(token.start, token.end, self._commonest(sorted(names)), True)
        elif _LATIN_WORD.fullmatch(token.text):
            near = {w for shorter in _shorter(token.text) for w in self._gapped.get(shorter, ())}
            near = {w for w in near if w[0] == token.text[0]}
            if near:
                yield Correction(token.start, token.end, self._commonest(sorted(near)), True)

    def _commonest(self, words: Sequence[str]) -> str:
        return min(words, key=lambda w: (w not in self._names, -self._count.get(w, 0), w))


_HAN_RUN = re.compile(rf"[{HAN}]{{2,}}")


def _shared(one: str, other: str) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def _shorter(word: str) -> set[str]:
    """A word, and what is left of it without any one letter: two words that share one of these
    differ by a letter changed, added, lost, or swapped with its neighbour."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
