"""Where sentences and clauses of Chinese and Latin text end, as contiguous spans; what is prose."""

from __future__ import annotations

import re
import unicodedata

from retrieval.analysis.folding import HAN

Span = tuple[int, int]

_CLOSERS = "”’」』）)】》〉\"'\\]］｝}"
# ASCII ! and ? end a sentence before white space, closers and Chinese; not inside an address.
_SENTENCE = re.compile(
    r"(?=[。！？；．｡؟۔।!?;….\s])(?:"  # what none of the following begins with is passed over fast
    rf"(?:[。！？；．｡؟۔।]|[!?](?=[\s{_CLOSERS}!?]|[^\x00-\x7f]|$)|(?<=[^\x00-\x7f]);"
    rf"|(?:(?<!…)…++|(?<!\.)\.{{3,}}+)(?=[{_CLOSERS}\s]|$))+[{_CLOSERS}]*(?:[0-9]{{1,2}}(?=\n|$))?\s*"
    rf"|(?P<dot>(?<!\.)\.(?!\.)[{_CLOSERS}]*(?:\s+|$))"
    r"|(?<!\s)[^\S\n]*\n\s*)"  # begun nowhere within blanks, or many of them would take for ever
)
# ASCII commas and colons end a clause beside Chinese or before a blank: not in numbers, times and
# addresses.
_CLAUSE = re.compile(
    rf"(?:[，；：﹐;]|——+|(?<=[^\x00-\x7f)\]\"])[,:]|[,:](?=[\s{_CLOSERS}]|[^\x00-\x7f]|$))"
    rf"[{_CLOSERS}]*\s*"
    rf"|(?<=[{HAN}]) (?=[{HAN}])"
)
ASKS = re.compile(
    "[?？][”」』）)]?$|怎么|怎样|如何|为什么|为何|什么|哪[里儿个些种]|谁|多少|是否|能不能|可不可以|[吗呢]$|"
    r"^(?:who|what|when|where|which|why|how|can|could|do(?! not)|does|did|is|are|should|may)\b",
    re.IGNORECASE,
)
"""What a line has that asks something, as headings of questions with their answers do."""
_WORD_BEFORE = re.compile(r"([^\W_]+)$")
_ABBREVIATIONS = frozenset(
    ["adm", "art", "arts", "capt", "cf", "ch", "co", "col", "corp", "dept", "dr", "ed", "eds",
    "etc", "fig", "figs", "gen", "gov", "hon", "inc", "jr", "lt", "ltd", "maj", "messrs", "mr",
    "mrs", "ms", "mt", "no", "nos", "par", "para", "pp", "pres", "prof", "rep", "reps", "rev",
    "sec", "sen", "sens", "sgt", "sr", "st", "supt", "univ", "viz", "vol", "vols", "vs", "jan",
    "feb", "mar", "apr", "jun", "jul", "aug", "sept", "oct", "nov", "dec"]
)  # fmt: skip
_JOINERS = frozenset("\u200d\ufe0e\ufe0f") | {chr(code) for code in range(0x1F3FB, 0x1F400)}
_LONG = 150
"""Characters: the longest that a sentence is on average in a text that is no list (the seeds'
signatories have 300 and more to a full stop, their longest prose 110)."""
_FULL_STOP = re.compile(r"[a-z]{2}\. ")


def sentences(text: str) -> list[Span]:
    """Spans of the sentences of `text`: in order, contiguous, all of it; [] for "".

    White space, closing quotes and a footnote's number belong to the sentence they follow.
    Line ends end one too.
    """
    ends = [
        match.end()
        for match in _SENTENCE.finditer(text)
        if match.lastgroup != "dot" or _ends(text, match.start(), match.end())
    ]
    return _spans(ends, len(text))


def clauses(text: str) -> list[Span]:
    """Spans of the clauses of `text`, contiguous, all of it: its sentences, cut at commas,
    colons, dashes, and at a space between two Chinese characters."""
    found: list[Span] = []
    for start, end in sentences(text):
        ends = [match.end() for match in _CLAUSE.finditer(text, start, end)]
        found += [(start + a, start + b) for a, b in _spans([e - start for e in ends], end - start)]
    return found


def safe_cut(text: str, at: int, least: int) -> int:
    """The last place in (least, at] where `text` can be cut without parting a character from
    its marks, and after a blank if there is one; `at` if there is none."""
    for place in range(at, least, -1):
        if text[place - 1 : place].isspace() and not text[place : place + 1].isspace():
            return place
    for place in range(at, least, -1):
        if not _attached(text[place : place + 1]):
            return place
    return at


def trimmed(text: str, start: int, end: int) -> Span:
    """``[start, end)`` of a text without white space at its edges."""
    piece = text[start:end]
    begins = start + len(piece) - len(piece.lstrip())
    return begins, begins + len(piece.strip())


def _attached(character: str) -> bool:
    return character in _JOINERS or bool(character and unicodedata.combining(character))


def _spans(ends: list[int], length: int) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for end in ends:
        if start < end:
            spans.append((start, end))
            start = end
    if start < length:
        spans.append((start, length))
    return spans


def _ends(text: str, dot: int, after: int) -> bool:
    """Whether the full stop at `dot` ends a sentence, the next of which begins at `after`."""
    if text[after : after + 1].islower():
        return False
    word = _WORD_BEFORE.search(text, max(0, dot - 12), dot)
    if word is None:
        return True
    before = word[1]
    if len(before) == 1 and before.isascii() and before.isalpha():
        return after >= len(text)  # an initial, or the last letter of "U.S."
    if before.isdigit():
        begins = word.start() == 0 or text[word.start() - 1] == "\n"
        return not begins  # "19. Amnesty International": a number of a list
    return before.lower() not in _ABBREVIATIONS


def is_prose(text: str) -> bool:
    """Whether a folded text is sentences rather than a list of names: one ends at least every
    `_LONG` characters."""
    ends = sum(text.count(mark) for mark in "。!?;…") + len(_FULL_STOP.findall(text))
    return ends * _LONG >= len(text)
