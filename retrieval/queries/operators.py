"""What a question asks of the search itself: `"…"`, `-词`, `来源:` (`source:`),
`作者:` (`author:`), `年份:` (`year:`); in words, where something is mentioned (有没有提到).

All quotation marks demand that a passage has the phrase; those that open and close, as phones
type them, only where the corpus has it, for they are also how people write. A minus is an operator
only before a word and after white space, so that 印度-太平洋 is none; nor is ls -l.

And questions that are one word, one name or one quoted phrase: they ask where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import pairwise

from retrieval.analysis.folding import Folded, fold
from retrieval.analysis.numbers import DIGITS, quantities
from retrieval.analysis.segment import Token
from retrieval.analysis.stopwords import EMPTY, FUNCTION, QUESTION
from retrieval.expansion import Lexicon
from retrieval.model import Query
from retrieval.passages.units import mentioned

_PAIRS = "“” ‘’ 「」 『』 «» ‹› 〝〞 ﹁﹂ ﹃﹄".split()
"""Quotation marks that open and close, which people write as much as they search with them."""
_SOFT = "|".join(rf"{pair[0]}[^{pair}]*\w[^{pair}]*{pair[1]}" for pair in _PAIRS)
_OPERATOR = re.compile(
    r"(?<!\S)(?:(?P<source>来源|來源|source)|(?P<author>作者|author)|(?P<year>年份|year)) ?[:：] ?"
    r'(?:["＂](?P<named>[^"＂]+)["＂]|(?P<value>[^\s"＂]+))'
    r'|(?<!\S)[-－](?:["＂](?P<unphrase>[^"＂]+)["＂]|(?P<unword>(?![a-z](?![^\s"＂]))[^\W\d_][^\s"＂]*))'
    rf'|["＂](?P<phrase>[^"＂]*\w[^"＂]*)["＂]|(?P<soft>{_SOFT})',
    re.IGNORECASE,
)
_YEARS = re.compile(r"([0-9]{4})(?:年)?(?:[-–—~至到]([0-9]{4})年?)?")
_MONTH = re.compile(r"([0-9]{4})(?:-|年)([0-9]{1,2})月?")

_MENTION = re.compile(
    r"\W*(?:请问)?(?:(?:这些|你们?的?)?(?:文献|文件|文章|文档|资料|材料|语料|书)(?:里面|里|中)?)?"
    r"(?:都|还)?(?:有没有|有无|是否|哪里|哪些文献|哪篇文献|在哪里|哪儿)有?"
    r"(?:提到|提及|提过|谈到|讲到|说到|写到|出现)[过了]?(.+?)[吗呢么]?\W*"
    r"|\W*(?:is there )?any mention of (.+?)\W*"
    r"|\W*(?:where )?(?:is|are|was|were) (.+?) (?:ever )?mentioned(?: anywhere)?\W*"
)
"""Questions whether or where something is mentioned, folded: they are about that and no more."""

MOST = 8
"""Filters of a question: more than anybody means, and each costs a look at every document."""


class Kind(Enum):
    """What a filter looks at, and what it demands."""

    PHRASE = "the passage, or a heading above it, has the words"
    WITHOUT = "the passage has not the words"
    SOURCE = "publisher, author, file or title of the document have the words"
    AUTHOR = "the author of the document has the words"
    YEAR = "the document is of the years, or of the month"


@dataclass(frozen=True, slots=True)
class Filter:
    """One demand. `value` is folded; `written` is the operator as it stands in the question."""

    kind: Kind
    value: str
    written: str
    strict: bool = True
    """Whether it holds although nothing fits it."""


@dataclass(frozen=True)
class Asked:
    """A question and its demands. `text` is what it is about: operators are gone, phrases stay."""

    text: str
    filters: tuple[Filter, ...] = ()
    """All different, at most `MOST`."""
    ignored: tuple[str, ...] = ()
    """The filters beyond these, as they are written."""
    _words: list[Token] = field(default_factory=list, init=False, repr=False, compare=False)

    def words(self, lexicon: Lexicon) -> list[Token]:
        """The words of the text, cut once for all who look at them."""
        if not self._words:
            self._words.extend(lexicon.cut(self.folded.text))
        return self._words

    @cached_property
    def folded(self) -> Folded:
        """The text, folded once for all who look at it."""
        return fold(self.text)


def filters(question: str) -> tuple[str, tuple[Filter, ...], tuple[str, ...]]:
    """A question without its operators, but with its phrases; and the filters of `Asked`."""
    found: list[Filter] = []

    def taken(match: re.Match[str]) -> str:
        part = match.groupdict()
        soft = part["soft"][1:-1] if part["soft"] else None
        phrase = part["phrase"] or soft
        if phrase is not None:
            kind, value = Kind.PHRASE, phrase
        elif part["source"] is not None:
            kind, value = Kind.SOURCE, part["named"] or part["value"]
        elif part["author"] is not None:
            kind, value = Kind.AUTHOR, part["named"] or part["value"]
        elif part["year"] is not None:
            kind, value = Kind.YEAR, part["named"] or part["value"]
        else:
            kind, value = Kind.WITHOUT, part["unphrase"] or part["unword"]
        written = match.group().strip()
        found.append(Filter(kind, fold(value).text.strip(), written, strict=not soft))
        return f" {phrase} " if phrase else " "

    text = _OPERATOR.sub(taken, question)
    different = {(one.kind, one.value): one for one in reversed(found)}
    chosen = [one for one in found if different[one.kind, one.value] is one]
    return text, tuple(chosen[:MOST]), tuple(one.written for one in chosen[MOST:])


def parse(question: str) -> Asked:
    """Part a question from its operators. Takes any string."""
    text, chosen, ignored = filters(question)
    asked = Asked(text)
    if (match := _MENTION.fullmatch(asked.folded.text)) is not None:
        first, last = asked.folded.original(*match.span(match.lastindex or 0))
        asked = Asked(asked.text[first:last])
    return Asked(asked.text.strip(), chosen, ignored) if chosen else asked


def dates(value: str) -> tuple[str, str] | None:
    """The first and the last year, or the month twice, that a filter of the kind YEAR names: as
    ISO 8601 dates begin, both of one length."""
    if month := _MONTH.fullmatch(value):
        named = f"{month[1]}-{month[2]:0>2}"
        return named, named
    match = _YEARS.fullmatch(value)
    if match is None:
        return None
    first, last = match[1], match[2] or match[1]
    return min(first, last), max(first, last)


_LONGEST = 8
"""Characters of a run of Chinese that may be one word although the dictionary cuts it: the
longest name that is indexed by sound."""
_TEXT = 200
"""Characters of a phrase that is looked up, at most; a quote has 180."""
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class Lookup:
    """What is looked up. Texts are folded."""

    spelled: str
    """As the question spells it."""
    names: tuple[str, ...]
    """What it is called: as it was asked for, and as the corpus calls it."""
    term: str | None = None
    """The term of a date or number, whatever way it is written."""
    phrase: bool = False
    """It stands in quotation marks: these characters, whatever words they are."""
    sure: bool = True
    """Whether it is one word for certain: the dictionary, the corpus or quotation marks say so.
    Else it is only worth a look: a run of characters that the dictionary cuts."""
    unlike: bool = False
    """Not sure, and all in single characters: it is no row of words either."""


def lookup(asked: Asked, query: Query, lexicon: Lexicon, units: Container[str]) -> Lookup | None:
    """The one thing a question consists of; None for every other question, and for one that
    names one of the numbered `units` of the corpus, by their keys."""
    if len(asked.text) > _TEXT or any(label.key in units for label in mentioned(asked.text)):
        return None
    phrases = [one for one in asked.filters if one.kind is Kind.PHRASE]
    spelled = _EDGES.sub("", asked.text)
    start = asked.text.find(spelled)
    folded = asked.folded.within(start, start + len(spelled))
    if phrases:
        whole = len(phrases) == 1 and _EDGES.sub("", phrases[0].value) == folded
        return Lookup(spelled, (folded,), phrase=True) if whole and folded else None
    tokens = asked.words(lexicon)
    if not tokens or len(folded) != tokens[-1].end - tokens[0].start:
        return None
    if len(tokens) > 1 and not QUESTION.isdisjoint(token.text for token in tokens):
        return None
    names = tuple(dict.fromkeys([folded, *(fold(b.found).text for b in query.bridges)]))
    if len(tokens) == 1 and _is_word(tokens[0].text, lexicon):
        return Lookup(spelled, names)
    number = next(quantities(folded), None)
    if number is not None and (number.start, number.end) == (0, len(folded)):
        return Lookup(spelled, (folded,), None if DIGITS.issuperset(folded) else number.terms[0])
    if any(m.start == 0 and m.end == len(folded) for m in lexicon.aliases.mentions(folded)):
        # Of a name that the corpus has in no form, its words may say something: 香港国安法.
        return Lookup(spelled, names, sure=len(names) > 1 or folded in lexicon.words)
    found = [fold(b.found).text for b in query.bridges if fold(b.asked).text == folded]
    if any(_is_word(text, lexicon) for text in found):
        return Lookup(spelled, names)
    if _one_run(tokens) and len(folded) <= _LONGEST:
        single = [len(token.text) == 1 for token in tokens]
        # 的 or 和 joins words; within a name that is cut to characters, as 黄之锋, it does not.
        if all(single) or (any(single) and FUNCTION.isdisjoint(token.text for token in tokens)):
            return Lookup(spelled, (folded,), sure=False, unlike=all(single))
    return None


def _is_word(text: str, lexicon: Lexicon) -> bool:
    """Whether a token is a word to look up, and not a title such as 青石村的石桥."""
    pieces = lexicon.segmenter.pieces(text)
    return text not in EMPTY and FUNCTION.isdisjoint(pieces)


def _one_run(tokens: list[Token]) -> bool:
    """Whether the tokens are Chinese, without a blank or a mark between them."""
    touching = all(a.end == b.start for a, b in pairwise(tokens))
    return touching and not any(token.text.isascii() for token in tokens)
