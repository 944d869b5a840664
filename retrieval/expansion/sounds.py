"""How Chinese characters sound, without tones, exactly and as often confused; and the names of
people that stand in a text unmarked: a family name cut off from what follows it, or a run of
characters that spell foreign names. Guesses, good enough to be looked up by sound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import islice, product
from pathlib import Path
from unicodedata import normalize

from retrieval.analysis.stopwords import FUNCTION
from retrieval.analysis.words import known
from retrieval.expansion.glosses import foreign
from retrieval.files import Mapped, mapped

READINGS = 2
"""Readings of one character that are considered, the commonest first."""
SPELLINGS = 4
"""Spellings of one word that are considered."""
_TONES = re.compile("[\u0300\u0301\u0304\u030c]")
_CONFUSED = re.compile(r"(?<=[zcs])h|(?<=[aei]n)g(?![aeiou])")


@cache
def _table() -> Mapped:
    """pypinyin's readings of characters, mapped: `"19968": "yī",` a line, ascending."""
    found = find_spec("pypinyin")  # it is not imported for this, with all that it brings: 12 MB
    assert found is not None, "it is required"
    return mapped(Path(str(found.origin)).with_name("pinyin_dict.json"))


@lru_cache(maxsize=16384)
def readings(character: str) -> tuple[str, ...]:
    """The syllables of a character without tones, the commonest first; () if it has none."""
    table, wanted = _table(), ord(character)
    low, high = table.find(b"\n") + 1, table.rfind(b"\n")
    while low < high:
        start = table.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = table.find(b"\n", start)
        code, _, written = table[start:end].partition(b'": "')
        if int(code[1:]) == wanted:
            bare = _TONES.sub("", normalize("NFD", written.decode().rstrip('",')))
            syllables = normalize("NFC", bare.replace("u\u0308", "v")).split(",")
            return tuple(dict.fromkeys(syllables))[:READINGS]
        low, high = (end + 1, high) if int(code[1:]) < wanted else (low, start)
    return ()


def blurred(spelling: str) -> str:
    """A spelling without what is often confused: zh/z, ch/c, sh/s, -ang/-an, -eng/-en, -ing/-in."""
    return _CONFUSED.sub("", spelling)


@lru_cache(maxsize=16384)
def sound(character: str) -> str:
    """The commonest syllable of a character, blurred, n/l and f/h taken for one; itself if none."""
    syllables = readings(character)
    if not syllables:
        return character
    syllable = blurred(syllables[0])
    return {"n": "l", "f": "h"}.get(syllable[0], syllable[0]) + syllable[1:]


def spellings(word: str) -> Iterator[str]:
    """The likeliest spellings of a word in letters, its syllables joined; () if it has none."""
    syllables = [readings(character) for character in word]
    return islice(map("".join, product(*syllables)), SPELLINGS)


FAMILY = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
    "覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒"
    "阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓"
    "古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣"
    "巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝菅茂洪朴"
)
_APART = FUNCTION.difference("正本向根同其中里能可") | frozenset("年内有生成高大多")
"""Words that end a name; less the particles that also stand in names."""
NO_GIVEN = _APART - {"之"} | frozenset("说讲写问谈案事人")
"""Words that are no part of a given name: in a question a verb or a particle follows it."""
_LONGEST = 8
"""Characters of a foreign name."""


_SPELLS, _FAMILY, _ENDS = 1, 2, 4
_SPELLED, _NAMED = re.compile(b"[\1\3]+"), re.compile(b"[\2\3\6]")
"""Rows of words that spell, and family names, by the kinds of words."""


@lru_cache(maxsize=65_536)
def _kind(word: str) -> int:
    """What a word may be of a name: a part of a foreign one, a family name, the end of any."""
    apart = word in _APART
    family = len(word) == 1 and word in FAMILY
    return _SPELLS * (not apart and foreign(word)) | _FAMILY * family | _ENDS * apart


def people(words: Sequence[str], starts: Sequence[int]) -> Iterator[str]:
    """Possible names of people in a folded text from its words in order, and where each begins;
    often none of one."""
    kinds = bytes(map(_kind, words))
    for run in _SPELLED.finditer(kinds):
        spelled, end = "", -1
        for at in range(*run.span()):
            spelled = spelled + words[at] if starts[at] == end else words[at]
            end = starts[at] + len(words[at])
        if 3 <= len(spelled) <= _LONGEST and not known(spelled):
            yield spelled
    for family in _NAMED.finditer(kinds):
        number = family.start()
        given, end = "", starts[number] + 1
        for at in range(number + 1, min(number + 3, len(words))):
            text = words[at]
            if starts[at] != end or len(given + text) > 2 or kinds[at] & _ENDS:
                break
            given += text
            end += len(text)
            if len(given) == 2:
                yield words[number] + given
