"""A question → a Query: folded, segmented, freed of the words that only make it a question."""

from __future__ import annotations

from collections import Counter

from retrieval.folding import fold
from retrieval.model import Query
from retrieval.segment import Segmenter, Token, grams, has_han
from retrieval.stopwords import STOPWORDS


def analyse(question: str, segmenter: Segmenter) -> Query:
    """The query for `question`; empty when it holds nothing but stop words and punctuation."""
    folded = fold(question)
    content = [t for t in segmenter.words(folded.text) if t.text not in STOPWORDS]
    char: Counter[str] = Counter()
    # In a Chinese question letter pairs forgive how a foreign name is spelt; a question without
    # Chinese is all letters, and its pairs would find every text of that script.
    if any(has_han(token.text) for token in content):
        for stretch in _stretches(content):
            char.update(grams(folded.text[stretch[0] : stretch[1]]))
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
