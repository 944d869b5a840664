"""What of a question the corpus has nowhere, as it was typed, names whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.analysis.folding import fold
from retrieval.analysis.numbers import DIGITS, quantities
from retrieval.analysis.segment import Token
from retrieval.analysis.stopwords import EMPTY, ENGLISH, FUNCTION, QUESTION
from retrieval.analysis.words import part_of_speech
from retrieval.expansion import Lexicon
from retrieval.expansion.sounds import FAMILY, NO_GIVEN
from retrieval.model import Query, Verdict
from retrieval.queries.operators import Asked, Kind
from retrieval.ranking.presence import Presence

_NOUNS = ("n", "vn", "an", "j", "i", "l", "s", "t")
"""Parts of speech, as jieba's dictionary names them, whose absence says something."""
_NAMES = ("nr", "ns", "nt", "nz")
_FEW = 2
"""Latin words in small letters, at most, that are named: more are a language, not a subject."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Words at ``[start, end)`` of a folded question that no passage, heading or title has."""

    start: int
    end: int
    spelled: str
    name: bool
    """Of a person, place or thing, or a number, as far as form and dictionary tell."""
    noun: bool = True
    """Its absence is worth telling: it is a noun or a name."""


def missing(asked: Asked, query: Query, lexicon: Lexicon, presence: Presence) -> list[Missing]:
    """The words and quoted phrases of a question that the corpus has nowhere, in order.

    A word that stands in it although it was cut otherwise (抄 in 抄送), and one that another
    stands in for (`query.bridges`), is not missing. The pieces of a name are one word.
    """
    found = _Question(asked, query, lexicon, presence).missing()
    phrases = [
        one.written
        for one in asked.filters
        if one.kind is Kind.PHRASE and not presence.anywhere(one.value)
    ]
    outside = [one for one in found if not any(one.spelled in phrase for phrase in phrases)]
    return [*(Missing(0, 0, phrase, name=True) for phrase in phrases), *outside]


def told(absent: Sequence[Missing], verdict: Verdict) -> tuple[str, ...]:
    """What the asker is told of it, as typed, each once: nouns and names; where nothing was found
    and there is none, every word."""
    nouns = [one.spelled for one in absent if one.noun]
    every = [one.spelled for one in absent] if verdict is Verdict.NONE else []
    return tuple(dict.fromkeys(nouns or every))


def central(absent: Sequence[Missing]) -> bool:
    """Whether a name, a number or a word in Latin letters is missing: what was asked for."""
    return any(one.name or one.spelled.isascii() for one in absent)


@dataclass(frozen=True, slots=True)
class _Question:
    asked: Asked
    query: Query
    lexicon: Lexicon
    presence: Presence

    def missing(self) -> list[Missing]:
        text = self.asked.folded.text
        free = self._free()
        tokens = [t for t in self.asked.words(self.lexicon) if free(t.start, t.end)]
        found = [
            self._made(q.start, q.end, name=True)
            for q in quantities(text)
            if free(q.start, q.end) and self._unknown_number(text[q.start : q.end], q.terms)
        ]
        end = 0
        for at, token in enumerate(tokens):
            if token.start < end or any(n.start <= token.start < n.end for n in found):
                continue
            if person := self._person(tokens, at):
                end = person
                found.append(self._made(token.start, end, name=True))
            elif self._absent(token) and not self._covered(tokens, at):
                found.append(self._word(token))
        joined = self._joined(sorted(found, key=lambda one: one.start))
        small = [one for one in joined if one.spelled.isascii() and not one.name]
        return joined if len(small) <= _FEW else [one for one in joined if one not in small]

    def _word(self, token: Token) -> Missing:
        """A missing word of the question, and what it is."""
        first, _ = self.asked.folded.original(token.start, token.end)
        if token.text.isascii():
            name = not self.asked.text[first].islower()
            return self._made(token.start, token.end, name=name)
        speech = part_of_speech(token.text)
        name = len(token.text) > 1 and (speech is None or speech.startswith(_NAMES))
        noun = len(token.text) > 1 and (speech is None or speech.startswith(_NOUNS))
        return self._made(token.start, token.end, name=name, noun=noun)

    def _covered(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether the dictionary only cut a word otherwise than the corpus has it: 抄|送给 for
        抄送, or 封信 for 信. Its characters belong to neighbours, particles, and words there."""
        text = tokens[at].text
        if text.isascii() or len(text) < 2:
            return False
        before = tokens[at - 1] if at and tokens[at - 1].end == tokens[at].start else None
        if before and before.text in FUNCTION:
            before = None  # 的生 of 的|生日 stands in 的生活 too
        follows = at + 1 < len(tokens) and tokens[at + 1].start == tokens[at].end
        after = tokens[at + 1] if follows else None
        # 法律制裁 is 法律 and 制裁, but no part of a name says anything of it.
        speech = part_of_speech(text) or "nr"
        compound = len(text) > 2 and not speech.startswith(_NAMES)
        for cut in range(1, len(text)):
            left, right = text[:cut], text[cut:]
            if before and self._particle(right) and self.presence.anywhere(before.text + left):
                return True
            if after and self._particle(left) and self.presence.anywhere(right + after.text):
                return True
            if self._particle(left) and (self._particle(right) or right in self.lexicon.words):
                return True
            single = cut == 1 and right not in EMPTY  # 生 of 生日 says nothing of it
            if not single and self._particle(right) and self.presence.anywhere(left):
                return True
            if compound and left in self.lexicon.words and right in self.lexicon.words:
                return True
        return False

    def _particle(self, text: str) -> bool:
        """Whether a text is no more than a function word, a question word or a measure."""
        if text in FUNCTION or text in QUESTION:
            return True
        return len(text) == 1 and (part_of_speech(text) or "").startswith(("q", "m"))

    def _free(self) -> Callable[[int, int], bool]:
        """Whether a span is neither a bridge's, for another word stands in for it, nor of a date
        or number that the corpus has."""
        text = self.asked.folded.text
        taken: list[tuple[int, int]] = []
        for bridge in self.query.bridges:
            asked = fold(bridge.asked).text
            if (start := text.find(asked)) >= 0:
                taken.append((start, start + len(asked)))
        for quantity in quantities(text):
            written = text[quantity.start : quantity.end]
            if not self._unknown_number(written, quantity.terms):
                taken.append((quantity.start, quantity.end))
        return lambda start, end: not any(s < end and start < e for s, e in taken)

    def _unknown_number(self, written: str, terms: Sequence[str]) -> bool:
        """Whether a number stands nowhere: in no other form either, unless it is but a row of
        digits such as 六四, which is a name."""
        if not DIGITS.issuperset(written) and any(term in self.lexicon.words for term in terms):
            return False
        return not self.presence.anywhere(written)

    def _absent(self, token: Token) -> bool:
        text = token.text
        known = text in EMPTY or text in self.lexicon.words
        return not known and not self.presence.anywhere(text)

    def _person(self, tokens: Sequence[Token], at: int) -> int:
        """Where a Chinese name of a person ends that begins at a token and is missing; 0 if none
        does: a family name by itself, then a given name of one or two characters."""
        family, given, end = tokens[at], "", tokens[at].end
        if family.text in FUNCTION or family.text in QUESTION or family.text[0] not in FAMILY:
            return 0
        if len(family.text) > 1:
            return self._cut_short(tokens, at)
        cut = []
        for token in tokens[at + 1 : at + 3]:
            if token.start != end or len(given + token.text) > 2 or token.text.isascii():
                break
            if token.text in NO_GIVEN or token.text in QUESTION or self._acts(token.text):
                break
            given, end = given + token.text, token.end
            cut.append(token)
        if not cut or any(
            self.presence.anywhere(family.text + given[:length])
            for length in range(1, len(given) + 1)
        ):
            return 0
        if len(cut) == 2 and self.presence.anywhere(given):
            return 0  # a part of some other name, after a verb: 改名|成|苏镜宇
        certain = len(given) == 2 or any(self._absent(token) for token in (family, *cut))
        return end if certain else 0

    def _acts(self, text: str) -> bool:
        """Whether a word of two characters is a verb, an adverb and the like: no given name."""
        return len(text) == 2 and (part_of_speech(text) or "n")[0] not in "nsijl"

    def _cut_short(self, tokens: Sequence[Token], at: int) -> int:
        """Where a person's name ends of which the dictionary made a word too soon: 江天|勇."""
        token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
        if after is None or after.start != token.end or len(token.text + after.text) != 3:
            return 0
        named = (part_of_speech(token.text) or "nr").startswith(_NAMES)  # 高官 and 宗旨 are not
        given = after.text not in NO_GIVEN and after.text not in EMPTY
        return after.end if named and given and self._absent(token) else 0

    def _made(self, start: int, end: int, *, name: bool, noun: bool = True) -> Missing:
        first, last = self.asked.folded.original(start, end)
        return Missing(start, end, self.asked.text[first:last], name, noun)

    def _joined(self, found: Sequence[Missing]) -> list[Missing]:
        """Neighbours as one: the pieces of an unknown word; capitalised words, of which one that
        is not missing belongs to the name too."""
        joined: list[Missing] = []
        for one in map(self._capitalised, found):
            last = joined[-1] if joined else None
            if last is not None and one.start <= last.end + self._gap(last, one):
                if one.end > last.end:
                    joined[-1] = self._made(last.start, one.end, name=True)
            else:
                joined.append(one)
        return joined

    def _gap(self, one: Missing, other: Missing) -> int:
        """How far two may stand apart to be one: a blank between capitalised words."""
        if one.spelled[:1].isupper() and other.spelled[:1].isupper():
            return 1
        numbers = any(map(str.isdigit, one.spelled + other.spelled))
        return 0 if one.name and other.name and not numbers else -1

    def _capitalised(self, one: Missing) -> Missing:
        """A capitalised word with the capitalised words beside it, a blank between them."""
        if not (one.spelled[:1].isupper() and one.spelled.isascii()):
            return one
        words = list(self.lexicon.segmenter.words(self.asked.folded.text))
        start, end = one.start, one.end
        for token in words:
            if token.start == end + 1 and self._proper(token):
                end = token.end
        for token in reversed(words):
            if token.end == start - 1 and self._proper(token):
                start = token.start
        return self._made(start, end, name=True)

    def _proper(self, token: Token) -> bool:
        first, _ = self.asked.folded.original(token.start, token.end)
        return self.asked.text[first].isupper() and token.text not in ENGLISH
