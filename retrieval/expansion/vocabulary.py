"""Words that jieba's dictionary lacks and the corpus itself shows to be words.

Learned from what a document marks as a name (a short title, `《…》`, a quoted term, a glossed
name) and from runs of characters that recur and hold together. Only what the dictionary cuts to
pieces is learned, and only where both its ends are ends of words in context.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from retrieval.analysis.folding import fold
from retrieval.analysis.stopwords import FUNCTION, QUESTION
from retrieval.analysis.words import WordCutter, known
from retrieval.errors import CorpusError
from retrieval.expansion.cohesion import cohesive

FILE = "words.txt"
LONGEST = 10
"""Characters of a word that documents mark as a name."""
LONGEST_RUN = 6
"""Characters of a word that only recurs."""
_CONTEXT = 6
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKED = re.compile(rf"《([{_HAN}]{{2,{LONGEST}}})》|[“「『\"]([{_HAN}]{{2,{LONGEST}}})[”」』\"]")
_WORD = re.compile(rf"[{_HAN}]{{2,}}")
# What words are often followed or preceded by and never part of, besides function words.
_EDGES = frozenset("这那每各某另们后前时间称其此已曾将被把较约及均皆仍且并只仅则却所之月日年号")
_APART = _EDGES.union(word for word in FUNCTION | QUESTION if len(word) == 1)
_INSIDE = frozenset("的了在是")


def marked(text: str) -> Counter[str]:
    """The names that a folded text marks with book-title marks or quotation marks."""
    return Counter(first or second for first, second in _MARKED.findall(text))


def learn(folded: Sequence[str], names: Iterable[str], operator: Iterable[str]) -> frozenset[str]:
    """The words of a corpus that jieba's dictionary would cut.

    `folded` are its texts, `names` what documents mark as names; `operator` words are taken
    as they are. All folded.
    """
    cutter = WordCutter()
    words = {word for word in names if _WORD.fullmatch(word) and _worth(word, cutter)}
    joined = "\n".join(folded)
    for run in cohesive(joined):
        if (
            len(run.text) <= LONGEST_RUN
            and run.text not in words
            and _APART.isdisjoint((run.text[0], run.text[-1]))
            and _INSIDE.isdisjoint(run.text)
            and not known(run.text)
        ):
            pieces = list(cutter.words(run.text))
            if _broken(pieces) and _aligned(joined, run.place, run.text, cutter):
                words.add(run.text)
    return frozenset(words).union(operator)


def _worth(word: str, cutter: WordCutter) -> bool:
    return len(word) <= LONGEST and not known(word) and _broken(list(cutter.words(word)), True)


def _broken(pieces: Sequence[str], name: bool = False) -> bool:
    """Whether a word was cut to pieces that say little: one of them is a lone character."""
    if not any(len(piece) == 1 for piece in pieces):
        return False
    if name:
        return True
    return not (
        any(piece in FUNCTION or piece in QUESTION for piece in pieces)
        or pieces[0] in _EDGES
        or pieces[-1] in _EDGES
    )


def _aligned(text: str, place: int, word: str, cutter: WordCutter) -> bool:
    """Whether the dictionary ends a word where `word` begins and another where it ends."""
    start, end = max(place - _CONTEXT, 0), place + len(word) + _CONTEXT
    while start < place and not _WORD.match(text[start : start + 1] * 2):
        start += 1
    edges, at = {place} if start == place else set(), start
    for piece in cutter.words(text[start:end]):
        at += len(piece)
        edges.add(at)
    return place in edges and place + len(word) in edges


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
