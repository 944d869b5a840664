"""A question → a Query: folded, segmented, freed of the words that only make it a question,
and widened by other names of what it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from retrieval.analysis.folding import Folded, fold
from retrieval.analysis.numbers import quantities
from retrieval.analysis.segment import Segmenter, Token, grams
from retrieval.analysis.stopwords import ENGLISH, FUNCTION, QUESTION
from retrieval.expansion.lexicon import Lexicon
from retrieval.expansion.spelling import Correction
from retrieval.model import Bridge, Query

DROPPED = QUESTION | ENGLISH
"""Words that belong to no field; they part the characters beside them. Function words are
left out of the word field only: between other words they are part of a phrase."""
ADDED, PIECE = 0.5, 0.5
"""Weights of the operator's word and of each of its pieces in the word field."""
EXACT, COARSE = 1.0, 0.3
"""Weights of a date or number in its one form, and of a part of it (the month of a date)."""
ALIAS, ABROAD = 0.3, 0.6
"""Weights of the terms of another name, beside 1 of the name in the question: of a Chinese and
of a foreign one."""


def analyse(question: str, lexicon: Lexicon, *, literal: bool = False) -> Query:
    """The query for `question`; empty when it holds nothing but stop words and punctuation.

    A word that the corpus has nowhere gives way to one of the corpus that sounds the same, unless
    `literal`.
    """
    folded = fold(question)
    segmenter = lexicon.segmenter
    corrections = lexicon.sounds.corrections(folded.text, list(segmenter.words(folded.text)))
    made = [] if literal else [one for one in corrections if one.sure]
    text, places = _rewritten(folded.text, made)
    counted, covered = _quantities(text, lexicon)
    # A date or number owns its characters: none of them is a word or a pair beside it.
    tokens = [
        token
        for token in segmenter.words(text)
        if token.text not in DROPPED and not covered.issuperset((token.start, token.end - 1))
    ]
    content = [token for token in tokens if token.text not in FUNCTION]
    char: dict[str, float] = {}
    for start, end in _stretches(tokens) if content else ():
        for gram in grams(text[start:end]):
            char[gram] = char.get(gram, 0.0) + 1.0
    spelled: dict[str, str] = {}
    for token in content:
        start, end = places[token.start][0], places[token.end - 1][1]
        spelled.setdefault(token.text, _spelling(question, folded, start, end))
    word = _weights((token.text for token in content), segmenter)
    word.update(counted)
    expanded, bridges = _widen(text, places, (question, folded), lexicon, word, char)
    return Query(
        text=question,
        folded=text,
        word=word,
        char=char,
        spelled=spelled,
        expanded=expanded,
        bridges=(
            *(
                Bridge("sound", _spelling(question, folded, one.start, one.end), one.found)
                for one in made
            ),
            *bridges,
        ),
        meant=tuple(dict.fromkeys(one.found for one in corrections)),
    )


def whole(query: Query, names: Iterable[str], segmenter: Segmenter) -> Query:
    """`query` with each of the `names`, which the corpus has nowhere, in place of the pieces that
    it was cut into: they stand in the corpus for something else."""
    word, char = dict(query.word), dict(query.char)
    for name in names:
        folded = fold(name).text
        pieces = [token.text for token in segmenter.words(folded)]
        if len(pieces) < 2:
            continue
        for piece in pieces:
            word.pop(piece, None)
        for gram in grams(folded):
            char.pop(gram, None)
        word[folded] = 1.0
    return replace(query, word=word, char=char)


def _quantities(folded: str, lexicon: Lexicon) -> tuple[dict[str, float], set[int]]:
    """The terms for dates and numbers that the corpus has too, and the places they cover."""
    terms: dict[str, float] = {}
    covered: set[int] = set()
    for quantity in quantities(folded):
        known = [term for term in quantity.terms if term in lexicon.words]
        for term in known:
            terms[term] = EXACT if term == quantity.terms[0] else COARSE
        if known:
            covered.update(range(quantity.start, quantity.end))
    return terms, covered


def _rewritten(folded: str, made: Sequence[Correction]) -> tuple[str, list[tuple[int, int]]]:
    """The folded question with its corrections, and each character's span before them."""
    pieces, places, at = [], [], 0
    for one in made:
        pieces += [folded[at : one.start], one.found]
        places += [(place, place + 1) for place in range(at, one.start)]
        places += [(one.start, one.end)] * len(one.found)
        at = one.end
    pieces.append(folded[at:])
    places += [(place, place + 1) for place in range(at, len(folded))]
    return "".join(pieces), places


def _spelling(question: str, folded: Folded, start: int, end: int) -> str:
    first, last = folded.original(start, end)
    return question[first:last]


def _weights(words: Iterable[str], segmenter: Segmenter) -> dict[str, float]:
    weights: dict[str, float] = {}
    for word in words:
        pieces = [piece for piece in segmenter.pieces(word) if piece not in FUNCTION]
        weights[word] = weights.get(word, 0.0) + (ADDED if pieces else 1.0)
        for piece in pieces:
            weights[piece] = weights.get(piece, 0.0) + PIECE
    return weights


def _widen(
    folded: str,
    places: Sequence[tuple[int, int]],
    source: tuple[str, Folded],
    lexicon: Lexicon,
    word: dict[str, float],
    char: dict[str, float],
) -> tuple[frozenset[str], tuple[Bridge, ...]]:
    """Add the terms of the other names of what the question names, to `word` and `char`."""
    if not word:
        return frozenset(), ()
    asked = {*word, *char}
    stands_in: set[str] = set()
    bridges = []
    for mention in lexicon.aliases.mentions(folded):
        name = folded[mention.start : mention.end]
        start, end = places[mention.start][0], places[mention.end - 1][1]
        if name in ENGLISH and not source[0][start:end].isupper():
            continue  # "who" is not the WHO
        spelled, foreign = _spelling(*source, start, end), name.isascii()
        unknown = [t.text for t in lexicon.segmenter.words(name) if t.text not in lexicon.words]
        weight = ABROAD if foreign else ALIAS
        for other in mention.others:
            if not unknown and not foreign and other.name.isascii():
                # The corpus speaks of it in Chinese; its foreign name only stands where it was
                # explained first, which would outweigh every other passage.
                continue
            if unknown or (foreign and not other.name.isascii()):
                bridges.append(Bridge("alias", spelled, other.spelled))
            words, pairs = _terms(other.name, lexicon)
            for term, share in words.items():
                word[term] = max(word.get(term, 0.0), weight * share)
            for gram in pairs:
                char[gram] = max(char.get(gram, 0.0), weight)
            if unknown:
                stands_in |= {*words, *pairs}
        if unknown and mention.others:
            _forget(name, unknown, word, char)
    return frozenset({*word, *char} - asked - stands_in), tuple(bridges)


def _terms(name: str, lexicon: Lexicon) -> tuple[dict[str, float], set[str]]:
    words = [token.text for token in lexicon.segmenter.words(name)]
    content = [w for w in words if w not in DROPPED and w not in FUNCTION]
    return _weights(dict.fromkeys(content), lexicon.segmenter), set(grams(name))


def _forget(
    name: str, unknown: Iterable[str], word: dict[str, float], char: dict[str, float]
) -> None:
    """Take out of a query what the corpus has not of a name that another stands in for."""
    for term in unknown:
        word.pop(term, None)
        for gram in grams(term):
            if char.get(gram, 0.0) <= 1.0:
                char.pop(gram, None)
            else:
                char[gram] -= 1.0


def _stretches(tokens: list[Token]) -> list[tuple[int, int]]:
    """Spans of tokens that touch: a dropped word or a blank parts neighbouring characters."""
    spans: list[tuple[int, int]] = []
    for token in tokens:
        if spans and spans[-1][1] == token.start:
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append((token.start, token.end))
    return spans
