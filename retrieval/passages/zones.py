"""Parts of a document that surround what it says: datelines, addresses, salutations, links and
tables of contents, known by their shape; and who speaks where, in an interview.

A question is hardly ever about them, but they hold its names and dates: they are quoted only
where nothing else is meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from enum import IntEnum

from retrieval.analysis.characters import HAN
from retrieval.analysis.sentences import Span
from retrieval.model import BlockKind, Document


class Zone(IntEnum):
    """What a part of a document is. The values are kept in indexes: none ever changes."""

    TEXT = 0
    DATELINE = 1
    ADDRESS = 2
    SALUTATION = 3
    LINKS = 4
    CONTENTS = 5


_DATE = re.compile(
    r"[12][0-9]{3} ?年 ?[01]?[0-9] ?月(?: ?[0-3]?[0-9] ?[日号號])?"
    r"|[12][0-9]{3}[-/.][01]?[0-9][-/.][0-3]?[0-9]|[0-3]?[0-9]/[0-3]?[0-9]/[12][0-9]{3}"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? [0-3]?[0-9],? [12][0-9]{3}"
    r"|[二一][零〇○一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?"
)
_ADDRESS = re.compile(
    r"[0-9０-９] ?[号號楼樓室]$|邮编|郵編|邮政编码|信箱|P\.? ?O\.? ?Box"
    r"|\b[A-Z]{2},? [0-9]{5}(?:-[0-9]{4})?$"
    r"|\b[0-9]+ [\w. ]+(?:Street|Avenue|Road|Boulevard|St\.|Ave\.|Rd\.)"
)
_SALUTATION = re.compile(
    rf"^(?:尊敬的|敬爱的|敬愛的|亲爱的|親愛的|致各|Dear |To whom )[^。！？!?]{{1,40}}[:：,，]?$"
    rf"|^[{HAN}]{{1,12}}(?:先生|女士|阁下|閣下|同志|台鉴|台鑒)[:：]$"
    r"|^(?:谨启|謹啟|谨上|謹上|此致|敬礼|敬禮|顺颂|順頌|敬上|致以[^。]{0,12}(?:问候|敬意|問候)"
    r"|(?:Yours |Very |Respectfully|Sincerely|Best |Kind )[A-Za-z ]{0,20})[,，!！。:：]?$"
)
_URL = re.compile(r"https?://\S+|www\.\S+")
_CONTENTS = re.compile(r"(?:\.{3,}|…+|·{3,}|\s{2,}|\t)\s*[0-9ivx]{1,4}$")
_STOPS = re.compile(rf"[。！？!?；;，、：]|(?<=[{HAN}）)”]),|:(?![0-9])")
_HEAD = 260
"""Characters that a dateline may take at the head of a document's first paragraph; the longest
of the seeds has 157."""
_HEAD_PIECE = 34
"""Characters of one piece of it: office, place, date, time, name."""
_LINE = 120


def zones(document: Document) -> list[tuple[int, int, Zone]]:
    """The zones of a document that are no text: in order, disjoint."""
    text = document.text
    found: list[tuple[int, int, Zone]] = []
    blocks = [block for block in document.blocks if block.kind is not BlockKind.HEADING]
    for number, block in enumerate(blocks):
        if block.kind is BlockKind.CODE:
            continue
        part = text[block.start : block.end]
        kind = _kind(part)
        if kind is not Zone.TEXT:
            found.append((block.start, block.end, kind))
        elif number == 0 and (end := _dateline(part)):
            found.append((block.start, block.start + end, Zone.DATELINE))
    return found


def _kind(part: str) -> Zone:
    lines = [line.strip() for line in part.split("\n") if line.strip()]
    if not lines or max(map(len, lines)) > _LINE:
        return Zone.TEXT
    if sum(len(match.group()) for match in _URL.finditer(part)) * 2 > len(part):
        return Zone.LINKS
    if len(lines) == 1 and _SALUTATION.match(lines[0]):
        return Zone.SALUTATION
    if _DATE.sub("", part).strip(" ()（）\n") == "":
        return Zone.DATELINE
    if any(map(_ADDRESS.search, lines)) and not any("。" in line for line in lines):
        return Zone.ADDRESS
    if len(lines) > 2 and sum(bool(_CONTENTS.search(line)) for line in lines) * 2 > len(lines):
        return Zone.CONTENTS
    return Zone.TEXT


def _dateline(part: str) -> int:
    """Where the dateline at the head of a paragraph ends: a row of short pieces without stops,
    one of which is a date, before the first sentence. 0 where there is none."""
    end = dated = 0
    for piece in re.finditer(r"\S+(?: (?=[A-Z0-9(（])\S+)*\s*", part[:_HEAD]):
        written = piece.group().strip()
        is_date = _DATE.search(written) is not None
        if _STOPS.search(re.sub(r"\([^()]*\)", "", written)) or len(written) > _HEAD_PIECE + 30:
            break
        if len(re.sub(r"[\x00-\x7f]", "", written)) > _HEAD_PIECE:
            break
        end = piece.end()
        dated = dated or is_date
    return end if dated and end < len(part) else 0


_LABEL = re.compile(
    rf"(?P<label>[{HAN}A-Za-z][{HAN}·‧A-Za-z.’' ]{{0,24}}?(?:[（(][^（）()]{{1,12}}[）)])?[:：])"
    r"(?!//)"
)
_ASKS = re.compile(
    r"问|答|問|主持人|记者|記者|提问|Q|A|QUESTION|MODERATOR|INTERVIEWER", re.IGNORECASE
)
_TURNS = 2
"""Times that a label stands before a paragraph, at least, for the document to be an interview."""


def speakers(document: Document, quiet: list[tuple[int, int, Zone]]) -> list[Span]:
    """The labels that say who speaks from there on ("问：", "国务卿布林肯："), in order; [] for
    a document in which nobody takes turns. `quiet` are its zones."""
    labels = [
        match.span("label")
        for start in _beginnings(document, quiet)
        if (match := _LABEL.match(document.text, start))
    ]
    counts = Counter(document.text[start:end] for start, end in labels)
    turns = any(
        count >= _TURNS and (_ASKS.match(label) or len(counts) > 1)
        for label, count in counts.items()
    )
    return labels if turns else []


def _beginnings(document: Document, quiet: list[tuple[int, int, Zone]]) -> Iterator[int]:
    links = {start for start, _, kind in quiet if kind in (Zone.LINKS, Zone.SALUTATION)}
    after = {start: end for start, end, kind in quiet if kind is Zone.DATELINE}
    for block in document.blocks:
        if block.kind is BlockKind.PARAGRAPH and block.start not in links:
            yield after.get(block.start, block.start)
