"""A question → a Query: folded, segmented, freed of the words that only make it a question."""

from __future__ import annotations

from collections import Counter

from retrieval.folding import fold
from retrieval.model import Query
from retrieval.segment import Segmenter, Token, grams
from retrieval.stopwords import ENGLISH, FUNCTION, QUESTION

DROPPED = QUESTION | ENGLISH
"""Words that belong to no field; they part the characters beside them. Function words are
left out of the word field only: between other words they are part of a phrase."""


def analyse(question: str, segmenter: Segmenter) -> Query:
    """The query for `question`; empty when it holds nothing but stop words and punctuation."""
    folded = fold(question)
    tokens = [token for token in segmenter.words(folded.text) if token.text not in DROPPED]
    content = [token for token in tokens if token.text not in FUNCTION]
    char: Counter[str] = Counter()
    if content:
        for start, end in _stretches(tokens):
            char.update(grams(folded.text[start:end]))
    spelled: dict[str, str] = {}
    for token in content:
        start, end = folded.original(token.start, token.end)
        spelled.setdefault(token.text, question[start:end])
    word = Counter(token.text for token in content)
    return Query(
        text=question,
        folded=folded.text,
        word={term: float(count) for term, count in word.items()},
        char={term: float(count) for term, count in char.items()},
        spelled=spelled,
    )


def _stretches(tokens: list[Token]) -> list[tuple[int, int]]:
    """Spans of tokens that touch: a dropped word or a blank parts neighbouring characters."""
    spans: list[tuple[int, int]] = []
    for token in tokens:
        if spans and spans[-1][1] == token.start:
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append((token.start, token.end))
    return spans
