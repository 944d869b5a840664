"""Chinese words: jieba's segmentation, by rjieba (jieba in Rust, some 40 times as fast) where it
is installed and by jieba itself where it is not. Both cut alike; a test compares them.

Neither's global dictionary is ever changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

from retrieval.files import Mapped, mapped

try:
    import rjieba
except ImportError:  # no wheel for this platform
    rjieba = None  # type: ignore[assignment]


class Dictionary(Protocol):
    """Words with their frequencies, and the most probable way to cut a run into them."""

    def cut(self, text: str, hmm: bool, /) -> list[str]:
        """The words of a run of Chinese characters; joined they are the run again."""
        ...

    def has_word(self, word: str, /) -> bool: ...

    def suggest_freq(self, word: str, /) -> int:
        """The least frequency with which a word is more probable than its pieces."""
        ...

    def add_word(self, word: str, freq: int, tag: str | None, /) -> object: ...


class Jieba:
    """jieba's own tokenizer as a `Dictionary`, loaded from its package: its cache is a file in
    the shared temporary folder, which any other user of the machine could have written."""

    def __init__(self, shared: Jieba | None = None) -> None:
        """With `shared`, a copy of another's words that is one's own to add to."""
        import logging

        import jieba

        jieba.setLogLevel(logging.WARNING)
        self._tokenizer = tokenizer = jieba.Tokenizer()
        if shared is None:
            tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        else:
            tokenizer.FREQ, tokenizer.total = shared._tokenizer.FREQ.copy(), shared._tokenizer.total
        tokenizer.initialized = True

    def cut(self, text: str, hmm: bool, /) -> list[str]:
        # Not jieba's `cut`, which parts rare characters (Extension A and beyond) from the others
        # before it looks words up.
        assert not hmm
        route: dict[int, tuple[float, int]] = {}
        self._tokenizer.calc(text, self._tokenizer.get_DAG(text), route)
        words, start = [], 0
        while start < len(text):
            end = route[start][1] + 1
            words.append(text[start:end])
            start = end
        return words

    def has_word(self, word: str) -> bool:
        return bool(self._tokenizer.FREQ.get(word))

    def suggest_freq(self, word: str) -> int:
        total = float(self._tokenizer.total)
        share = 1.0
        for piece in self.cut(word, False):
            share *= self._tokenizer.FREQ.get(piece, 1) / total
        least: int = self._tokenizer.FREQ.get(word, 1)
        return max(int(share * total) + 1, least)

    def add_word(self, word: str, freq: int, tag: str | None) -> None:
        self._tokenizer.add_word(word, freq, tag)


@cache
def _jieba() -> Jieba:
    return Jieba()


def _plain() -> Dictionary:
    """The dictionary without additions, loaded once a process."""
    # Its functions are those of one instance; not all of them stand in its __all__.
    return _jieba() if rjieba is None else cast(Dictionary, rjieba)


def _own() -> Dictionary:
    """The same to add words to; some 25 MB."""
    return Jieba(_jieba()) if rjieba is None else rjieba.Jieba()


def known(word: str) -> bool:
    """Whether `word` stands in jieba's own dictionary."""
    return _plain().has_word(word)


@cache
def _entries() -> tuple[Mapped, npt.NDArray[np.int32]]:
    """jieba's dictionary, mapped: a word, its frequency, its tag a line; and where the lines begin,
    in the order of the words."""
    found = find_spec("jieba")  # it is not imported for this, with all that it brings: 12 MB
    assert found is not None, "it is required"
    path = Path(str(found.origin)).with_name("dict.txt")
    with path.open("rb") as file:
        lines = list(file)
    begins = np.cumsum([0, *map(len, lines)], dtype=np.int32)
    order = np.asarray(sorted(range(len(lines)), key=lines.__getitem__), np.int32)
    return mapped(path), begins[order]


@lru_cache(maxsize=4096)
def part_of_speech(word: str) -> str | None:
    """The tag that jieba's dictionary gives a word ("n", "nr", "ns", "v" …); None for others."""
    entries, begins = _entries()

    def line(at: int) -> bytes:
        start = int(begins[at])
        return entries[start : entries.find(b"\n", start)]

    wanted = f"{word} ".encode(errors="replace")
    at = bisect_left(range(len(begins)), wanted, key=line)
    found = line(at) if at < len(begins) else b""
    return found.split()[-1].decode() if found.startswith(wanted) else None


class WordCutter:
    """jieba's most probable segmentation (no HMM) over its dictionary and `added` words.
    Safe to share between threads."""

    def __init__(
        self, added: Iterable[str] = (), own: Callable[[], Dictionary] | None = None
    ) -> None:
        """`own` gives a dictionary to add words to; by default, one of the installed kind."""
        # The shorter first: a word has to outweigh the added words within it too.
        words = sorted(set(added), key=lambda word: (len(word), word))
        self._dictionary = (own or _own)() if words or own else _plain()
        for word in words:
            self._dictionary.add_word(word, self._dictionary.suggest_freq(word), None)

    def words(self, text: str) -> list[str]:
        """Cut a run of Chinese characters; the words joined are the run again."""
        return self._dictionary.cut(text, False)
