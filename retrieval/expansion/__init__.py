"""Other ways to say or to write what was asked for, and all that one generation knows of words: how
often it has them, how to cut them, which names have others, what English ones are in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.analysis.folding import HAN, fold, is_han
from retrieval.analysis.segment import Segmenter, Token, stem
from retrieval.corpus.manifest import read_text
from retrieval.errors import CorpusError
from retrieval.expansion.bilingual import translations
from retrieval.expansion.spelling import Sounds
from retrieval.expansion.synonyms import Aliases, Given, operator_aliases

FILE = "words.txt"
_REMEMBERED = 4096
"""Words of which it is remembered how often the corpus has them."""
_WORD = re.compile(f"[{HAN}]{{2,}}")


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator's own words and names, beside what the corpus shows."""

    words: frozenset[str] = frozenset()
    names: Given = field(default_factory=Given)

    @classmethod
    def load(cls, folder: Path) -> Operator:
        """From `words.txt` and `aliases.toml` in the corpus folder. Raises CorpusError."""
        return cls(operator_words(folder), operator_aliases(folder))


class Vocabulary(Mapping[str, int]):
    """Every word that passages or titles have → in how many of them; looked up where it is
    counted, so that nothing is held twice."""

    def __init__(
        self, counts: Callable[[Sequence[str]], Sequence[int]], words: Iterable[str]
    ) -> None:
        """`counts` gives those of many words. `words` are all there are, and may be some that are
        there no more."""
        self._counts, self._words = counts, words
        self._known: dict[str, int] = {}

    def look(self, words: Iterable[str]) -> None:
        """Look many words up at once, for they are about to be asked for one by one."""
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        if len(self._known) > _REMEMBERED:
            self._known = {}
        self._known |= zip(new, self._counts(new), strict=True)

    def __getitem__(self, word: str) -> int:
        count = self._known.get(word)
        if count is None:
            count = self._known[word] = self._counts([word])[0]
        if not count:
            raise KeyError(word)
        return count

    def __iter__(self) -> Iterator[str]:
        return iter(self.counted())

    def __len__(self) -> int:
        return len(self.counted())

    def counted(self) -> dict[str, int]:
        """All at once."""
        words = list(self._words)
        counted = zip(words, self._counts(words), strict=True)
        return {word: count for word, count in counted if count}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The vocabulary that index and query share."""

    segmenter: Segmenter
    aliases: Aliases
    sounds: Sounds
    words: Vocabulary
    """Every term of field `word` that passages or titles have → in how many of them."""
    dictionary: str = ""
    """English to Chinese: see `bilingual.turned`."""

    def has(self, name: str) -> bool:
        """Whether the corpus has a folded name, or all the words of a Latin one."""
        if any(map(is_han, name)):
            return self.sounds.occurs(name)
        return all(word.text in self.words for word in self.segmenter.words(name))

    def translations(
        self, tokens: Sequence[Token], folded: str
    ) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """What words of a folded question are called in Chinese: see `bilingual.translations`."""
        return translations(tokens, folded, self.words, self.dictionary, self.sounds.occurs)

    def cut(self, question: str) -> list[Token]:
        """The words of a folded question. Where two neighbours are not both words of the corpus
        but can be cut into two that are, these: 朝鲜|人权 for 朝鲜人|权."""
        words = list(self.segmenter.words(question))
        self.words.look(form for token in words for form in (token.text, stem(token.text)))
        tokens: list[Token] = []
        for token in words:
            before = tokens[-1] if tokens else token
            unknown = before.text not in self.words or token.text not in self.words
            if before.end == token.start and unknown:
                pair = question[before.start : token.end]
                cuts = ((pair[:at], pair[at:]) for at in range(2, len(pair) - 1))
                known = next((c for c in cuts if c[0] in self.words and c[1] in self.words), None)
                if known is not None:
                    middle = before.start + len(known[0])
                    tokens[-1] = Token(known[0], before.start, middle)
                    token = Token(known[1], middle, token.end)
            tokens.append(token)
        return tokens


def operator_words(folder: Path) -> frozenset[str]:
    """The words of the operator's `words.txt`: one a line, `#` begins a comment; folded.

    Raises CorpusError where it cannot be read or a line is not one Chinese word.
    """
    path = folder / FILE
    words = set()
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        word = fold(line.partition("#")[0].strip()).text
        if not word:
            continue
        if not _WORD.fullmatch(word):
            reason = "needs one word of two or more Chinese characters, nothing else"
            raise CorpusError(f"{path}:{number}", reason)
        words.add(word)
    return frozenset(words)
