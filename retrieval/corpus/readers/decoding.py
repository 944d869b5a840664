"""Bytes → text. Chinese files come in UTF-8, UTF-16, GB18030 and Big5, and rarely say which."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

from retrieval.corpus.readers.raw import clean
from retrieval.errors import UnreadableError

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY_STARTS = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b",
                  b"\x7fELF", b"\xd0\xcf\x11\xe0", b"SQLite format 3\x00")  # fmt: skip
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w-]{2,20})"
)
_SAMPLE = 20_000
_STRAY, _MOST_STRAY = 2000, 20
"""Characters for each stray byte that is replaced, and such bytes at most: books had one or two
in some hundred thousand."""
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))

# The characters most frequent in Chinese prose of both scripts, and its punctuation.
_COMMON = frozenset(
    "的一是不了在人有我他这这個个們们中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那"
    "得于於着下自之年过過发發后後作里用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動"
    "面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實日军軍者意无無力它与與长長把"
    "机機十民第公此已工使情明性知全三又关關点點正业業外将將两兩高间間由问問很最重并並物手应應战戰向"
    "头頭文体體政美相见見被利什二等产產或新己制身果加西斯月话話合回特代内內信表化老给給世位次度门門"
    "任常先海通教儿兒东東声聲提立及比员員解水名真论論处處走义義各入几幾口认認条條平系气氣题題活尔爾"
    "更别別打女变變四神总總何电電数數安少报報才结結反受目太量再感建务務做接必场場件计計管期市直德资"
    "資命山金指克许許统統区區保至队隊形社便空决決治展马馬科司五基眼书書非则則听聽白却卻界达達光放强"
    "強即像难難且权權思王象完设設式色路记記南品住告类類求据據程北边邊死张張该該交规規万萬取拉格望觉"
    "覺术術领領共确確传傳师師观觀清今切院让讓识識候带帶导導争爭运運笔書请請您於台灣港會香"
    "，。、；：？！“”‘’「」『』（）《》〈〉…—·　"
)


def decode(data: bytes, *, cleaned: bool = True) -> str:
    """The text of a file, clean unless told otherwise. UnreadableError if it has none."""
    return decoded(data, cleaned=cleaned)[0]


def decoded(data: bytes, *, cleaned: bool = True) -> tuple[str, int]:
    """The text likewise, and how many stray bytes of it stand as U+FFFD: few of many, and only
    where no encoding fits all."""
    text, lost = _decode(data)
    return clean(text) if cleaned else text, lost


def _decode(data: bytes) -> tuple[str, int]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), 0
            except UnicodeDecodeError as error:
                name = encoding.removesuffix("-sig").upper()
                raise UnreadableError("not-as-marked", encoding=name, byte=error.start) from None
    controls = _control_share(data)
    utf8 = _strict(data, "utf-8")
    if utf8 is not None and controls < 0.01:
        return utf8, 0
    wide = _best(data, ("utf-16-le", "utf-16-be"), least=0.5, ascii_counts=True)
    if wide is not None:
        return wide, 0
    if controls >= 0.01 or data.startswith(_BINARY_STARTS):
        raise UnreadableError("binary")
    declared = _declared(data)
    if declared is not None:
        return declared, 0
    damage = _damage(data)
    if damage is not None:
        mended = _mended(data, "utf-8", least=-3.0)
        if mended is None:
            raise UnreadableError("damaged", byte=damage)
        return mended
    # Chinese prose of eight characters or more scores 1.1 and mostly over 1.5; Korean or Japanese
    # read as Chinese at most 1.15.
    chinese = _best(data, ("gb18030", "cp950", "big5hkscs"), least=1.3, ascii_counts=False)
    if chinese is not None:
        return chinese, 0
    mended = _mended(data, "gb18030", least=1.3)
    if mended is not None:
        return mended
    text = _western(data) or _guessed(data)
    if text is None:
        text = _best(data, ("gb18030", "cp950"), least=0.5, ascii_counts=False)
    if text is None:
        raise UnreadableError("encoding-unknown")
    return text, 0


def _damage(data: bytes) -> int | None:
    """The first stray byte where most of what is not ASCII is UTF-8, so that no other encoding
    can be right."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    read = len(text) - len(text.encode("ascii", "ignore")) - lost
    return len(text[: text.index("\ufffd")].encode("utf-8")) if 2 * lost <= read else None


def _mended(data: bytes, encoding: str, *, least: float) -> tuple[str, int] | None:
    """The text with its few stray bytes replaced; None where they are more than few, or where
    what is left does not read like Chinese by `least`."""
    text = data.decode(encoding, "replace")
    lost = text.count("\ufffd")
    if lost > min(_MOST_STRAY, len(text) // _STRAY):
        return None
    return (text, lost) if _plausibility(text[:_SAMPLE], ascii_counts=False) >= least else None


def _western(data: bytes) -> str | None:
    """Text with few letters beyond ASCII, read as most of it is written."""
    beyond = len(data) - len(data.translate(None, bytes(range(128, 256))))
    return _strict(data, "cp1252") if beyond < 0.2 * len(data) else None


def _guessed(data: bytes) -> str | None:
    guess = from_bytes(data[:_SAMPLE]).best()
    return _strict(data, guess.encoding) if guess is not None else None


def _control_share(data: bytes) -> float:
    sample = data[:_SAMPLE]
    return (len(sample) - len(sample.translate(None, _CONTROL))) / max(1, len(sample))


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):  # "undefined" is an encoding that decodes nothing
        return None


def _declared(data: bytes) -> str | None:
    """What an HTML or XML file says of itself, read with the superset browsers use."""
    found = _DECLARED.search(data[:2048].lower())
    if found is None:
        return None
    name = found[1].decode("ascii")
    if name in ("gb2312", "gbk", "gb-2312"):
        name = "gb18030"
    for encoding in ("cp950", "big5hkscs") if name == "big5" else (name,):
        text = _strict(data, encoding)
        if text is not None:
            return text
    return None


def _best(
    data: bytes, encodings: tuple[str, ...], *, least: float, ascii_counts: bool
) -> str | None:
    """The decoding that reads most like Chinese; None where none scores `least`."""
    texts = {name: text for name in encodings if (text := _strict(data, name)) is not None}
    if not texts:
        return None
    scores = {name: _plausibility(text[:_SAMPLE], ascii_counts) for name, text in texts.items()}
    best = max(scores, key=lambda name: scores[name])
    return texts[best] if scores[best] >= least else None


def _plausibility(text: str, ascii_counts: bool) -> float:
    """Mean over the characters of `text` that tell: 3 for a common one, less for rarer ones."""
    total = count = 0.0
    for character in text:
        code = ord(character)
        if code < 0x80:
            if ascii_counts:
                seen = 32 <= code < 127 or code in (9, 10, 13)
                total += 1.0 if seen else -3.0
                count += 1
            continue
        count += 1
        if character in _COMMON:
            total += 3.0
        elif 0x4E00 <= code <= 0x9FFF:
            total += 1.0 if everyday(character) else -0.5
        elif 0x3000 <= code <= 0x30FF or 0xFF00 <= code <= 0xFFEF:
            total += 0.5
        elif 0xE000 <= code <= 0xF8FF or code < 0xA0:
            total -= 3.0
        else:
            total -= 1.0
    return total / count if count else 0.0


@lru_cache(maxsize=16_384)
def everyday(character: str) -> bool:
    """Whether GB 2312 or Big5 puts the character among its frequent ones (level 1)."""
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            lead = character.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
        if first <= lead <= last:
            return True
    return False
