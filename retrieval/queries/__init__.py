"""A question → a Query: folded, segmented, freed of the words that only make it a question,
and widened by other names of what it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from retrieval.analysis.folding import Folded, is_han
from retrieval.analysis.numbers import quantities
from retrieval.analysis.segment import Token, compounds, grams, humps, stem
from retrieval.analysis.stopwords import (
    ASKING,
    DROPPED,
    EMPTY,
    ENGLISH,
    ENGLISH_ASKING,
    FUNCTION,
    HOW,
    PARTICLES,
    QUESTION,
)
from retrieval.expansion import Lexicon
from retrieval.expansion.spelling import Correction
from retrieval.model import Bridge, Query
from retrieval.queries.operators import Asked
from retrieval.queries.widening import Widening, weights

EXACT, COARSE = 1.0, 0.3
"""Weights of a date or number in its one form, and of a part of it (the month of a date)."""
PART = 0.5
"""Weight of a part of a name of code, beside 1 of the whole."""
_LONGEST_NAME = 8
"""Characters, as of the names that are indexed by sound."""


def analyse(question: str | Asked, lexicon: Lexicon, *, literal: bool = False) -> Query:
    """The query for `question`; empty when it holds nothing but stop words and punctuation.

    A word that the corpus has nowhere gives way to one of the corpus that sounds the same, unless
    `literal`.
    """
    asked = Asked(question) if isinstance(question, str) else question
    question, folded, typed = asked.text, asked.folded, asked.words(lexicon)
    corrections = lexicon.sounds.corrections(folded.text, typed)
    if corrections and not any(map(is_han, folded.text)):
        # What is called something in Chinese is no slip: Saudi is not meant for study.
        called = [span for *span, _ in lexicon.translations(typed, folded.text)]
        corrections = [
            one for one in corrections if all(one.end <= s or e <= one.start for s, e in called)
        ]
    made = [] if literal else [one for one in corrections if one.sure]
    text, places = _rewritten(folded.text, made)
    counted, covered = _quantities(text, lexicon)
    # A date or number owns its characters: none is a word or a pair beside it, but long digits
    # as the corpus writes them. Of 300 questions on news first quotes +10; short ones count lists.
    cut = [*map(_asking, _joined(lexicon.cut(text) if made else typed))]
    kept = {word for word in _meant(cut) if word in question}  # IS, US and IT are names
    tokens = [
        token
        for token in cut
        if (token.text not in DROPPED or (token.text in kept and token.text in lexicon.words))
        and (
            not covered.issuperset((token.start, token.end - 1))
            or (len(token.text) > 2 and token.text.isascii() and token.text in lexicon.words)
        )
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
        spelled.setdefault(stem(token.text), spelled[token.text])
    word = weights((token.text for token in content), lexicon)
    for name, start in compounds(text):
        if name in lexicon.words:
            first, last = places[start][0], places[start + len(name) - 1][1]
            spelled.setdefault(name, _spelling(question, folded, first, last))
            word[name] = 1.0
    for part in map(stem, humps(question)):
        if part not in DROPPED and part in lexicon.words:
            word.setdefault(part, PART)
    word.update(counted)
    widening = Widening((question, folded), text, places, lexicon, word, char)
    widening.with_aliases()
    widening.with_translations(content)
    return Query(
        text=question,
        folded=text,
        word=word,
        char=char,
        spelled=spelled,
        names=frozenset({*_names(text, tokens), *widening.names}),
        expanded=widening.expanded,
        bridges=(
            *(
                Bridge("sound", _spelling(question, folded, one.start, one.end), one.found)
                for one in made
            ),
            *widening.bridges,
        ),
        meant=tuple(dict.fromkeys(one.found for one in corrections)),
    )


def _joined(tokens: Sequence[Token]) -> Iterator[Token]:
    """The words, of which two that are one question word are one: 会|不会, 要|不要."""
    at = 0
    while at < len(tokens):
        one, *after = tokens[at : at + 2]
        if after and one.end == after[0].start and one.text + after[0].text in QUESTION:
            one = Token(one.text + after[0].text, one.start, after[0].end)
            at += 1
        yield one
        at += 1


def _meant(tokens: Sequence[Token]) -> frozenset[str]:
    """The English stop words that a Chinese question is about: if let 怎么用, for 循环."""
    words = {token.text for token in tokens}
    latin = {word for word in words if word.isascii() and not word.isdigit()}
    if latin == words or not latin.isdisjoint(ENGLISH_ASKING):
        return frozenset()
    chinese = not EMPTY.isdisjoint(words - latin) or latin <= ENGLISH
    return ENGLISH & latin if chinese else frozenset()


def _asking(token: Token) -> Token:
    """A word without the question word that the dictionary has it end with: 缺 of 缺什么."""
    if len(token.text) > 2 and token.text[-2:] in ASKING and token.text not in DROPPED:
        return Token(token.text[:-2], token.start, token.end - 2)
    return token


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


def _names(folded: str, tokens: Sequence[Token]) -> Iterator[str]:
    """The runs of single Chinese characters, which are names that the dictionary does not have,
    perhaps with a word beside them; so each part of them, too. How is done what a verb says: of
    怎么写宏 the name is no more than 宏, a word."""
    single = [token for token in tokens if len(token.text) == 1 and is_han(token.text)]
    for start, end in _stretches(single):
        start += folded[:start].endswith(HOW)
        end = min(end, start + _LONGEST_NAME)
        for first in range(start, end - 1):
            for last in range(first + 2, end + 1):
                if PARTICLES.isdisjoint((folded[first], folded[last - 1])):
                    yield folded[first:last]


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


def _stretches(tokens: list[Token]) -> list[tuple[int, int]]:
    """Spans of tokens that touch: a dropped word or a blank parts neighbouring characters."""
    spans: list[tuple[int, int]] = []
    for token in tokens:
        if spans and spans[-1][1] == token.start:
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append((token.start, token.end))
    return spans
