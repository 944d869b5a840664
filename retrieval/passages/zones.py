"""Parts of a document that surround what it says: datelines, addresses, salutations, links and
tables of contents, known by their shape; and who speaks where, in an interview.

A question is hardly ever about them, but they hold its names and dates: they are quoted only
where nothing else is meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import IntEnum

from retrieval.analysis.folding import HAN, fold
from retrieval.analysis.sentences import Span
from retrieval.analysis.words import WordCutter, part_of_speech
from retrieval.model import Block, BlockKind, Document
from retrieval.passages.units import LEADS


class Zone(IntEnum):
    """What a part of a document is. The values are kept in indexes: none ever changes."""

    TEXT = 0
    DATELINE = 1
    ADDRESS = 2
    SALUTATION = 3
    LINKS = 4
    CONTENTS = 5


ASKED = {
    Zone.ADDRESS: re.compile(
        r"地址|哪条街|哪条路|几号|门牌|邮编|邮政|寄[到给往去]|收信|收件|街|大道|\baddress|\bstreet\b|\bzip\b"
    ),
    Zone.SALUTATION: re.compile(
        r"写给|寄给|致给|收信|收件|称呼|抬头|开头|署名|落款|结尾|公开信|\baddressed\b|\bsalutation\b|\bdear\b"
    ),
    Zone.LINKS: re.compile(
        r"链接|网址|网站|网页|网上|原文|版本|\blinks?\b|\burl\b|\bwebsite\b|https?:"
    ),
    Zone.CONTENTS: re.compile(r"目录|目次|章节|第几[章页]|\bcontents\b|\bchapters?\b"),
}
"""What of a folded question asks for what stands in a zone, but for dates."""
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
_LEADERS = re.compile(r"([.·])(?: ?\1){7,}")
"""Dots that lead to a page, as in a table of contents that a PDF has line by line."""
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
        kind = Zone.LINKS if _leads(blocks, number) else _kind(part)
        if kind is not Zone.TEXT:
            found.append((block.start, block.end, kind))
        elif number == 0 and (end := _dateline(part)):
            found.append((block.start, block.start + end, Zone.DATELINE))
    return found


def _leads(blocks: Sequence[Block], number: int) -> bool:
    """Whether a block is nothing but links, and no title that its neighbours say something of."""
    beside = (*blocks[max(number - 1, 0) : number], *blocks[number + 1 : number + 2])
    alone = not any(block.label.startswith(LEADS) for block in beside)
    return blocks[number].label == 2 * LEADS or (blocks[number].label == LEADS and not alone)


def _kind(part: str) -> Zone:
    lines = [line.strip() for line in part.split("\n") if line.strip()]
    if _LEADERS.search(part):
        return Zone.CONTENTS
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
    r"(?:问|答|問|问题|問題|回答|提问|提問|主持人|记者|記者)[一二三四五六七八九十0-9]{0,3}"
    r"|[QA] ?[0-9]{0,3}|QUESTION|ANSWER|MODERATOR|INTERVIEWER|INTERVIEWEE|HOST",
    re.IGNORECASE,
)
_TITLE = (
    "[总總][统統理]|首相|主席|[国國][务務]卿|[部防外][长長]|大臣"
    "|[发發]言人|大使|[议議][员員]|教授|[记記]者"
)
_ROLE = (
    rf"(?:{_TITLE}|先生|女士|小姐|夫人|[阁閣]下|老[师師]|博士|[医醫]生|律[师師]|法官|代表|主任|主持人"
    r"|[村镇鎮市省州局司校院][长長]|[书書][记記]|[经經]理|董事[长長]|[总總]裁|[将將][军軍]|[证證]人|被告|原告)"
)
_PERSON = re.compile(
    rf".*{_ROLE}|[{HAN}]{{0,8}}(?:{_TITLE}|[村市省州][长長])[{HAN}·]{{2,8}}"
    rf"|[{HAN}]+(?:[·‧][{HAN}]+)+|[甲乙丙丁]"
    r"|(?i:Mr|Mrs|Ms|Dr|Secretary|President|Prime Minister|Minister|Senator|Ambassador)\b.+"
)
_INTRODUCES = re.compile(
    r"[说說道称稱曰为為是有]|表示|指出|[宣公]布|[认認][为為]|[强強][调調]|如下|以下|下列|例如|[声聲]明|[名清][单單]"
)
_NAME = re.compile(rf"[{HAN}]{{2,4}}")
_TURNS = 2
"""Times that a label stands before a paragraph, at least, for the document to be an interview."""


def speakers(document: Document, quiet: list[tuple[int, int, Zone]]) -> list[Span]:
    """The labels that say who speaks from there on ("问：", "国务卿布林肯："), in order; [] for
    a document in which nobody takes turns. `quiet` are its zones.

    A label that ends a row of words ("错误如下：") or names a thing ("文件名：") is prose: people
    take turns where one that asks, answers or names a person recurs; there, what recurs is another.
    """
    labels = [
        match.span("label")
        for start in _beginnings(document, quiet)
        if (match := _LABEL.match(document.text, start))
    ]
    counts = Counter(document.text[start:end] for start, end in labels)
    if not counts or max(counts.values()) < _TURNS:
        return []
    asks = {label for label in counts if _ASKS.fullmatch(label[:-1])}
    known = asks | {label for label in counts if _person(label[:-1])}
    again = {label for label, count in counts.items() if count >= _TURNS}
    if not (again & asks or (again & known and len(known) > 1)):
        return []
    said = known | {label for label in again if not _introduces(label[:-1])}
    return [(start, end) for start, end in labels if document.text[start:end] in said]


def _introduces(label: str) -> bool:
    return any(match.end() == len(label) for match in _INTRODUCES.finditer(label))


def _person(label: str) -> bool:
    """Whether a label names a person, by a role or title, or by a name: in the dictionary, or of
    characters that are no words together."""
    bare = re.sub(r" *[（(][^（）()]*[）)]$", "", label)
    if _introduces(bare):
        return False
    if _PERSON.fullmatch(bare):
        return True
    if not _NAME.fullmatch(bare):
        return False
    folded = fold(bare).text
    tag = part_of_speech(folded)
    return tag.startswith("nr") if tag else all(len(w) == 1 for w in WordCutter().words(folded))


def _beginnings(document: Document, quiet: list[tuple[int, int, Zone]]) -> Iterator[int]:
    links = {start for start, _, kind in quiet if kind in (Zone.LINKS, Zone.SALUTATION)}
    after = {start: end for start, end, kind in quiet if kind is Zone.DATELINE}
    for block in document.blocks:
        if block.kind is BlockKind.PARAGRAPH and block.start not in links:
            yield after.get(block.start, block.start)
