"""A question → a Query: folded, segmented, freed of the words that only make it a question,
and widened by other names of what it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from retrieval.folding import Folded, fold
from retrieval.lexicon import Lexicon
from retrieval.model import Bridge, Query
from retrieval.segment import Segmenter, Token, grams
from retrieval.stopwords import ENGLISH, FUNCTION, QUESTION

DROPPED = QUESTION | ENGLISH
"""Words that belong to no field; they part the characters beside them. Function words are
left out of the word field only: between other words they are part of a phrase."""
LEARNED, PIECE = 0.5, 0.5
"""Weights of a learned word and of each of its pieces in the word field."""
import os

ABROAD = float(os.environ.get("ABROAD", "0.5"))
ALIAS = float(os.environ.get("ALIAS", "0.5"))
"""Weight of the terms of another name, beside 1 of the name in the question."""


def analyse(question: str, lexicon: Lexicon) -> Query:
    """The query for `question`; empty when it holds nothing but stop words and punctuation."""
    folded = fold(question)
    segmenter = lexicon.segmenter
    tokens = [token for token in segmenter.words(folded.text) if token.text not in DROPPED]
    content = [token for token in tokens if token.text not in FUNCTION]
    char: dict[str, float] = Counter()
    if content:
        for start, end in _stretches(tokens):
            char.update(grams(folded.text[start:end]))
    spelled: dict[str, str] = {}
    for token in content:
        spelled.setdefault(token.text, _spelling(question, folded, token.start, token.end))
    word = _weights((token.text for token in content), segmenter)
    expanded, bridges = _widen(question, folded, lexicon, word, char)
    return Query(
        text=question,
        folded=folded.text,
        word=word,
        char=dict(char),
        spelled=spelled,
        expanded=expanded,
        bridges=bridges,
    )


def _spelling(question: str, folded: Folded, start: int, end: int) -> str:
    first, last = folded.original(start, end)
    return question[first:last]


def _weights(words: Iterable[str], segmenter: Segmenter) -> dict[str, float]:
    weights: dict[str, float] = {}
    for word in words:
        pieces = [piece for piece in segmenter.pieces(word) if piece not in FUNCTION]
        weights[word] = weights.get(word, 0.0) + (LEARNED if pieces else 1.0)
        for piece in pieces:
            weights[piece] = weights.get(piece, 0.0) + PIECE
    return weights


def _widen(
    question: str,
    folded: Folded,
    lexicon: Lexicon,
    word: dict[str, float],
    char: dict[str, float],
) -> tuple[frozenset[str], tuple[Bridge, ...]]:
    """Add the terms of the other names of what the question names, to `word` and `char`."""
    if not word:
        return frozenset(), ()
    asked = {*word, *char}
    bridges = []
    for mention in lexicon.aliases.mentions(folded.text):
        spelled = _spelling(question, folded, mention.start, mention.end)
        asked_latin = spelled.isascii()
        for other in mention.others:
            weight = ABROAD if asked_latin else ALIAS
            if asked_latin and not other.name.isascii():
                bridges.append(Bridge("alias", spelled, other.spelled))
            words = [t.text for t in lexicon.segmenter.words(other.name)]
            content = [w for w in words if w not in DROPPED and w not in FUNCTION]
            for term, share in _weights(dict.fromkeys(content), lexicon.segmenter).items():
                word[term] = max(word.get(term, 0.0), weight * share)
            for gram in grams(other.name):
                char[gram] = max(char.get(gram, 0.0), weight)
    return frozenset({*word, *char} - asked), tuple(bridges)


def _stretches(tokens: list[Token]) -> list[tuple[int, int]]:
    """Spans of tokens that touch: a dropped word or a blank parts neighbouring characters."""
    spans: list[tuple[int, int]] = []
    for token in tokens:
        if spans and spans[-1][1] == token.start:
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append((token.start, token.end))
    return spans
