"""Other ways to say what a question names, added to its terms: aliases of the corpus, and
translations of an English question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retrieval.analysis.folding import Folded, is_han
from retrieval.analysis.segment import Token, grams, stem
from retrieval.analysis.stopwords import DROPPED, ENGLISH, FUNCTION
from retrieval.expansion import Lexicon
from retrieval.expansion.synonyms import Mention
from retrieval.model import Bridge

ADDED, PIECE = 0.5, 0.5
"""Weights of the operator's word, or an inflected English one, and of each of its pieces, its
stem."""
ALIAS, ABROAD = 0.3, 0.6
"""Weights of the terms of another name, beside 1 of the name in the question: of a Chinese and
of a foreign one. The likeliest translation counts as a foreign name, others as Chinese ones. The
surest other name of what the corpus has nowhere by the name in the question counts in its place."""
OTHERS = 3
"""Other names, of those that the corpus has, that are taken up for one at most, the surest
first."""
FOREIGN = 0.3
"""What is left of the weight of an English word, in a question without any Chinese, where the
corpus has it in Chinese too: in English it mostly stands in letterheads and lists of names."""


def weights(words: Iterable[str], lexicon: Lexicon) -> dict[str, float]:
    """The terms of field `word` for words of a question, with their weights."""
    found: dict[str, float] = {}
    for word in words:
        pieces = [piece for piece in lexicon.segmenter.pieces(word) if piece not in FUNCTION]
        if stem(word) != word and stem(word) in lexicon.words:
            pieces = [stem(word)]
            if word not in lexicon.words:
                word = pieces.pop()
        found[word] = found.get(word, 0.0) + (ADDED if pieces else 1.0)
        for piece in pieces:
            found[piece] = found.get(piece, 0.0) + PIECE
    return found


class Widening:
    """Widens one question. `word` and `char`, its terms by field, are changed in place."""

    def __init__(
        self,
        question: tuple[str, Folded],
        text: str,
        places: Sequence[tuple[int, int]],
        lexicon: Lexicon,
        word: dict[str, float],
        char: dict[str, float],
    ) -> None:
        """`text` is the folded question as it is searched; `places`, for each character of it, its
        span in the folded question as it was asked."""
        self.bridges: list[Bridge] = []
        self.names: set[str] = set()
        """The other names that were added, folded."""
        self._question, self._folded = question
        self._text, self._places, self._lexicon = text, places, lexicon
        self._word, self._char = word, char
        self._asked = {*word, *char}
        self._stands_in: set[str] = set()
        self._chinese = any(map(is_han, question[0]))

    @property
    def expanded(self) -> frozenset[str]:
        """The terms that were added and stand in for nothing that was asked for."""
        return frozenset({*self._word, *self._char} - self._asked - self._stands_in)

    def with_aliases(self) -> None:
        """Add the other names that the corpus has for what the question names."""
        for mention in self._lexicon.aliases.mentions(self._text) if self._word else ():
            self._mentioned(mention)

    def _mentioned(self, mention: Mention) -> None:
        name = self._text[mention.start : mention.end]
        spelled, foreign = self._spelling(mention.start, mention.end), name.isascii()
        if name in ENGLISH and not spelled.isupper():
            return  # "who" is not the WHO
        words = [token.text for token in self._lexicon.segmenter.words(name)]
        unknown = [word for word in words if word not in self._lexicon.words]
        others = [other for other in mention.others if self._lexicon.has(other.name)][:OTHERS]
        for other in others:
            if not unknown and not foreign and other.name.isascii():
                # The corpus speaks of it in Chinese; its foreign name only stands where it was
                # explained first, which would outweigh every other passage.
                continue
            if unknown or (foreign and not other.name.isascii()):
                self.bridges.append(Bridge("alias", spelled, other.spelled))
            in_its_place = bool(unknown) and other is others[0]
            weight = 1.0 if in_its_place else ABROAD if foreign else ALIAS
            self._add(other.name, weight, stands_in=bool(unknown))
        if foreign and not all(other.name.isascii() for other in others):
            self._weaken(name, words)
        if unknown and others:
            self._forget(unknown)

    def with_translations(self, content: Sequence[Token]) -> None:
        """Add what words of a question without any Chinese are called in Chinese, where the corpus
        has that more often. The likeliest stands in for what it has nowhere in English."""
        if self._chinese:
            return
        known = self._lexicon.words
        for start, end, names in self._lexicon.translations(content, self._text):
            spelled = self._spelling(start, end)
            if any(bridge.asked == spelled for bridge in self.bridges):
                continue  # the corpus itself says what that is called
            words = [token.text for token in content if start <= token.start < end]
            unknown = [word for word in words if not {word, stem(word)} & known.keys()]
            self._forget(unknown)
            self._weaken(self._text[start:end], words)
            for place, name in enumerate(names):
                self.bridges.append(Bridge("translation", spelled, name))
                likeliest = place == 0
                weight = ABROAD if likeliest else ALIAS
                self._add(name, weight, stands_in=likeliest and bool(unknown))

    def _spelling(self, start: int, end: int) -> str:
        first, last = self._folded.original(self._places[start][0], self._places[end - 1][1])
        return self._question[first:last]

    def _add(self, name: str, weight: float, *, stands_in: bool) -> None:
        self.names.add(name)
        words = [token.text for token in self._lexicon.segmenter.words(name)]
        content = [word for word in words if word not in DROPPED and word not in FUNCTION]
        terms = weights(dict.fromkeys(content), self._lexicon)
        pairs = set(grams(name))
        for term, share in terms.items():
            self._word[term] = max(self._word.get(term, 0.0), weight * share)
        for gram in pairs:
            self._char[gram] = max(self._char.get(gram, 0.0), weight)
        if stands_in:
            self._stands_in |= {*terms, *pairs}

    def _weaken(self, text: str, words: Sequence[str]) -> None:
        if self._chinese:
            return
        for term in {*words, *map(stem, words)} & self._word.keys():
            self._word[term] *= FOREIGN
        for gram in set(grams(text)) & self._char.keys():
            self._char[gram] *= FOREIGN

    def _forget(self, unknown: Iterable[str]) -> None:
        """Take out what the corpus has not of a name that another stands in for."""
        for term in unknown:
            self._word.pop(term, None)
            for gram in grams(term):
                if self._char.get(gram, 0.0) <= 1.0:
                    self._char.pop(gram, None)
                else:
                    self._char[gram] -= 1.0
