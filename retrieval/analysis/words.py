"""Chinese words: jieba with a vocabulary of the corpus's own, never jieba's global one."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator
from functools import cache

import jieba

jieba.setLogLevel(logging.WARNING)


@cache
def _dictionary() -> tuple[dict[str, int], int]:
    """jieba's dictionary, loaded once a process (about half a second and 90 MB).

    It is read straight from the package: jieba's own cache is a file in the shared temporary
    folder that any other user of the machine could have written.
    """
    loader = jieba.Tokenizer()
    frequencies, total = loader.gen_pfdict(loader.get_dict_file())
    return frequencies, total


def known(word: str) -> bool:
    """Whether `word` stands in jieba's own dictionary."""
    return _dictionary()[0].get(word, 0) > 0


class WordCutter(jieba.Tokenizer):  # type: ignore[misc]  # jieba has no types
    """jieba's most probable segmentation (no HMM) over its dictionary and `learned` words.

    Every cutter shares one loaded dictionary and keeps its learned words beside it, so a new
    generation of a corpus costs the memory of its own words only.
    """

    def __init__(self, learned: Iterable[str] = ()) -> None:
        super().__init__()
        self.FREQ, self.total = _dictionary()
        self.initialized = True
        self._learned: dict[str, int] = {}
        # The shorter first: a word has to outweigh the learned words within it too.
        for word in sorted(set(learned), key=lambda word: (len(word), word)):
            frequency = self._frequency_to_stay_whole(word)
            for end in range(1, len(word)):
                self._learned.setdefault(word[:end], 0)
            self._learned[word] = frequency

    def _frequency_to_stay_whole(self, word: str) -> int:
        """The smallest frequency with which `word` is more probable than its pieces."""
        probability = 1.0
        for piece in self.words(word):
            frequency = self._learned.get(piece) or self.FREQ.get(piece) or 1
            probability *= frequency / self.total
        return max(int(probability * self.total) + 1, self.FREQ.get(word, 1))

    def get_DAG(self, sentence: str) -> dict[int, list[int]]:  # noqa: N802 (jieba's name)
        frequencies, learned = self.FREQ, self._learned
        length = len(sentence)
        graph: dict[int, list[int]] = {}
        for start in range(length):
            ends = []
            end = start
            fragment = sentence[start]
            while end < length and (fragment in frequencies or fragment in learned):
                if frequencies.get(fragment) or learned.get(fragment):
                    ends.append(end)
                end += 1
                fragment = sentence[start : end + 1]
            graph[start] = ends or [start]
        return graph

    def calc(
        self,
        sentence: str,
        DAG: dict[int, list[int]],  # noqa: N803 (jieba's name)
        route: dict[int, tuple[float, int]],
    ) -> None:
        frequencies, learned = self.FREQ, self._learned
        log_total = math.log(self.total)
        length = len(sentence)
        route[length] = (0.0, 0)
        for start in range(length - 1, -1, -1):
            route[start] = max(
                (
                    math.log(
                        learned.get(fragment := sentence[start : end + 1])
                        or frequencies.get(fragment)
                        or 1
                    )
                    - log_total
                    + route[end + 1][0],
                    end,
                )
                for end in DAG[start]
            )

    def words(self, text: str) -> Iterator[str]:
        """Cut a run of Chinese characters; the words joined are the run again.

        As jieba's `cut`, but for learned words with rare characters (Extension A and beyond),
        which `cut` takes for punctuation.
        """
        route: dict[int, tuple[float, int]] = {}
        self.calc(text, self.get_DAG(text), route)
        start = 0
        while start < len(text):
            end = route[start][1] + 1
            yield text[start:end]
            start = end
