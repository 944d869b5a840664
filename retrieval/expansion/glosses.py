"""Names that a document explains in brackets: 马里卜(Marib), 国家安全法(国安法), Asia Democracy
Network (ADN), 自由之家 (Freedom House).

What stands in the brackets is a name of its own; where the name before the brackets begins is
not marked, and is found from punctuation, word boundaries, the characters that spell foreign
names, and how long a translation is apart from its original.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.analysis.folding import HAN
from retrieval.analysis.stopwords import ENGLISH
from retrieval.analysis.words import known

_LATIN = "A-Za-zÀ-ɏ"
_BRACKET = re.compile(r"[(（]\s*([^()（）\n]{2,70}?)\s*[)）]")
_BEFORE = 40
_HAN_NAME = re.compile(
    rf"(?:《([^《》]{{2,30}})》|“([^“”]{{2,20}})”|([{HAN}·‧•・\-–—A-Z0-9]*[{HAN}]))\s?$"
)
_LATIN_NAME = re.compile(rf"([{_LATIN}][{_LATIN}0-9 .'’&\-/]*)$")
_PREFIX = re.compile(
    rf"^(?:又称|亦称|也称|简称|通称|俗称|旧称|原名|本名|又译|或译|音译|缩写|英文|英语|[{HAN}]文|[{HAN}]语)[为作]?(?:名称?|简称|缩写)?\s*[:：]?\s*"
)
_SPELLED_OTHERWISE = re.compile("^(?:又称|亦称|也称|简称|通称|俗称|旧称|又译|或译)")
_LATIN_INSIDE = re.compile(rf"[{_LATIN}][{_LATIN}0-9 .'’‘&\-/+]*")
_HAN_INSIDE = re.compile(rf"[{HAN}]{{2,8}}")
_UNITS = frozenset(
    "km cm mm kg mg ml nm hz khz mhz ghz db kw mw kv ph am pm ft in lb mph sq no vs tv dvd cd pdf "
    "ad bc ce bce jr sr st feat ft ver vol ch ep eng min max ca mi nb".split()
)
# The characters that spell most foreign names.
SPELLING = frozenset(
    "阿埃艾爱安昂奥巴拜班邦保鲍北贝本比彼毕边别宾波博伯勃布查柴昌茨达戴黛丹道德登邓狄迪蒂丁东杜"
    "敦顿多厄恩尔法凡范菲费芬丰冯佛夫弗福富盖甘冈高戈哥格葛根贡古瓜圭郭哈海汉豪赫黑亨洪侯胡华怀"
    "惠霍基吉季加贾简江杰金津京久居喀卡凯坎康考柯科克肯孔库夸奎昆拉莱赖兰朗劳勒雷蕾黎李里理历利"
    "丽莉力立连廉良列林琳龄留刘柳龙隆卢鲁路伦罗洛吕律略玛麦迈马曼茂梅门蒙孟米密敏明缪摩莫墨默姆"
    "穆拿娜纳乃奈南瑙内妮尼年涅宁牛纽农努诺欧帕派潘庞佩彭蓬皮匹平珀普齐奇契恰钱乔切钦琴琼丘屈让"
    "热仁日荣茹儒瑞若撒萨塞赛桑瑟森沙莎山珊尚绍舍申生圣施什士史斯丝司松苏素孙索塔泰坦唐陶特腾滕"
    "提廷通图土吐托脱瓦万旺威韦维卫魏温文翁沃乌伍武西希锡夏香肖谢辛欣兴休雪逊雅亚延扬耶叶伊依以"
    "易因英永尤于约赞扎詹占章珍芝治朱茱卓祖佐歇坚驰翰斐享卜颇逖里斯涛瑟慕穆玻婕娅碧璐露茉芙苔耿崔尚"
)
_DOT = re.compile("[·‧•・]")
_NEVER_INSIDE = frozenset("的在与和及对由被向是了将把据等")
_REMARK = frozenset(
    "的 了 在 把 将 被 或 或者 并 但 就 也 都 还 再 让 使 从 如 如果 因为 是 不是 有 没有 可以 "
    "可能 要 需要 必须 这 那 其他 你 我 没 已 已经 正在 包括 例如 比如 用于 用来 相当于".split()
)
"""Words that make a remark of what stands in brackets: DOM（将菜品放在桌子上）."""


@dataclass(frozen=True, slots=True)
class Gloss:
    """A bracket as it stands: everything before it that may be part of the name, and inside."""

    before: str
    inside: str
    whole: bool
    """Whether `before` is the name, no more: marked as one, or the same sort of characters."""


def find(text: str) -> Iterator[Gloss]:
    """Every bracket of an original text that may gloss a name."""
    for bracket in _BRACKET.finditer(text):
        before = text[max(bracket.start() - _BEFORE, 0) : bracket.start()]
        inside = _inside(bracket[1])
        if inside is None:
            continue
        marked = _SPELLED_OTHERWISE.match(bracket[1]) is not None
        han = _HAN_NAME.search(before)
        if han is not None:
            title, quoted, run = han.groups()
            name = title or quoted or run
            if _HAN_INSIDE.fullmatch(inside) and not marked and _shortened(inside, name) is None:
                continue
            yield Gloss(name, inside, whole=run is None)
            continue
        latin = _LATIN_NAME.search(before.rstrip())
        if latin is not None:
            name = _capitalised(latin[1], inside)
            if name:
                yield Gloss(name, inside, whole=True)


def _inside(text: str) -> str | None:
    """The name in a bracket; None where it holds none: a year, a unit, a remark, a path, a list of
    examples (KMP、SAM)."""
    one, _, other = text.partition("、")
    if other and one.isascii() and other[0].isascii():
        return None
    name = re.split(r"[,，;；、/]", _PREFIX.sub("", text.strip()), maxsplit=1)[0].strip(" .\"“”'")
    if _HAN_INSIDE.fullmatch(name):
        return name
    if not _LATIN_INSIDE.fullmatch(name) or len(name) < 2 or name.lower() in _UNITS:
        return None
    if f"{name}/" in text and name.islower():
        return None
    words = name.split()
    if len(words) > 9 or words[0].lower() in ENGLISH - {"the"} or not name[0].isalpha():
        return None
    return name


def _shortened(short: str, text: str) -> int | None:
    """Where in `text` the name begins that `short` abbreviates: its characters in order, from
    the last place where they all follow, the last of them near the end."""
    at = len(text)
    for character in reversed(short):
        at = text.rfind(character, 0, at)
        if at < 0:
            return None
    return at if len(text) - at >= len(short) + 1 and text[at:] != short else None


def _capitalised(run: str, inside: str) -> str | None:
    """The name at the end of Latin text: capitalised words, and small words between them. Its
    initials must be the letters inside, where those are Latin too."""
    words = run.split()
    first = len(words)
    while first and (words[first - 1][0].isupper() or words[first - 1].lower() in ENGLISH):
        first -= 1
    while first < len(words) and not words[first][0].isupper():
        first += 1
    names = words[first:]
    if not _LATIN_INSIDE.fullmatch(inside):
        return " ".join(names) if len("".join(names)) >= 3 else None
    letters = inside.replace(".", "")
    if len(letters) < 2 or " " in inside:
        return None
    for start in range(len(names) - 1):
        if names[start].lower() in ENGLISH:
            continue
        initials = [w[0] for w in names[start:] if w.lower() not in ENGLISH]
        if "".join(initials).lower() == letters.lower():
            return " ".join(names[start:])
    return None


def name_before(gloss: Gloss, words: Callable[[str], Sequence[str]]) -> tuple[str, float] | None:
    """The name that ends `gloss.before`, and how sure that is (0 to 1); None if none is likely.

    `words` cuts a run into words.
    """
    run, inside = gloss.before, gloss.inside
    if _HAN_INSIDE.fullmatch(inside) and not _REMARK.isdisjoint(words(inside)):
        return None
    if gloss.whole:
        return run, 1.0
    if _HAN_INSIDE.fullmatch(inside):
        start = _shortened(inside, run)
        if start is not None:
            return run[start:], 0.9
        named = len(run) <= 12 and _REMARK.isdisjoint(words(run))
        return (run, 0.5) if named else None
    spelled = _spelled(run, inside)
    if spelled is not None:
        return spelled, 0.9
    return _translated(run, inside, words)


def _spelled(run: str, inside: str) -> str | None:
    """A foreign name spelled by sound at the end of `run`: characters that spell such names,
    about one for every two or three letters."""
    run = run[max(map(run.rfind, _NEVER_INSIDE)) + 1 :]
    words = inside.split()
    if len(words) == 1 and len(inside) > 1 and inside.isupper():
        return None
    pieces = _DOT.split(run)
    if len(pieces) > 1:
        pieces[0] = pieces[0] if len(pieces[0]) <= 3 else _spelling_tail(pieces[0])
        return "·".join(filter(None, pieces))
    if len(words) > 3 or not inside[0].isupper():
        return None
    tail = _spelling_tail(run)
    if len(tail) < 2 or (len(tail) == 2 and len(words) > 2):
        return None
    for spelling in (inside, words[-1]):
        if 1.2 <= sum(map(str.isalpha, spelling)) / len(tail) <= 4.2:
            return tail
    return None


def foreign(name: str) -> bool:
    """Whether every character of a Chinese name is one that spells foreign names."""
    return bool(name) and SPELLING.issuperset(name)


def _spelling_tail(run: str) -> str:
    start = len(run)
    while start and run[start - 1] in SPELLING:
        start -= 1
    return run[start:]


def _translated(
    run: str, inside: str, words: Callable[[str], Sequence[str]]
) -> tuple[str, float] | None:
    """The words at the end of `run` whose length best fits a translation of `inside`."""
    content = [w for w in re.split(r"[\s\-]+", inside) if w.lower() not in ENGLISH]
    if not content:  # "(to-do)": nothing in it has a length to compare
        return None
    acronym = len(content) == 1 and sum(map(str.isupper, inside)) >= 2
    expected = 1.8 * sum(map(str.isupper, inside)) if acronym else 2.1 * len(content)
    best: tuple[float, str] | None = None
    edged = False
    name = ""
    pieces = list(words(run))
    for place in range(len(pieces) - 1, -1, -1):
        if pieces[place] in _NEVER_INSIDE:
            break
        name = pieces[place] + name
        if len(name) < 2:
            continue
        # A name that begins where the run or a particle ends has its edge proven.
        edge = place == 0 or pieces[place - 1] in _NEVER_INSIDE
        misfit = abs(len(name) - expected) / expected - (0.35 if edge else 0.0)
        if best is None or misfit < best[0]:
            best, edged = (misfit, name), edge
    if best is None or best[0] > 0.6:
        return None
    sure = 0.7 - 0.4 * max(best[0], 0.0)
    if len(content) == 1 and not acronym and not edged and known(best[1]):
        sure -= 0.3  # the last word of a longer name: 全球疫苗联盟(Gavi)
    return best[1], sure
