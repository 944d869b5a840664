"""What a question asks for, as far as its words tell: a date, a number; an address, a link."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.passages.zones import Zone

_WHEN = re.compile(
    r"什么时候|什么时间|何时|何年|何月|何日|几时|哪(?:一)?(?:年|天|日|月)|几[年月日号点]|多久|什么日子"
    r"|第几[年届]|几几年|日期|时间|\bwhen\b|\bwhat (?:year|date|day|time|month)\b|\bhow long\b"
)
_HOW_MANY = re.compile(
    r"多少|几(?!乎|何|年|月|日|号|点|时|几)|多大|多高|多长|多远|多重|第几|哪(?:一)?(?:号|条)|比例"
    r"|\bhow (?:many|much|often|old|far|large|big)\b"
)
_DATE = re.compile(
    r"[0-9〇零一二三四五六七八九十] ?[年月日号]|[0-9]{4}[-/.][0-9]{1,2}|[0-9]{1,2}[:：][0-9]{2}"
    r"|星期|周[一二三四五六日末]|周年|世纪|年代|\b(?:1[0-9]{3}|20[0-9]{2})\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
)
_NUMBER = re.compile(
    r"[0-9]|百分之|[一二两三四五六七八九十百千万亿]{2,}|[二两三四五六七八九十][^\W\d_]"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|hundred|thousand|million|half)\b"
)
_ZONES = {
    Zone.DATELINE: _WHEN,
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


@dataclass(frozen=True, slots=True)
class Asking:
    """What a folded question asks for."""

    folded: str
    kinds: tuple[re.Pattern[str], ...]
    """What its answer looks like."""

    @classmethod
    def of(cls, folded: str) -> Asking:
        when, many = _WHEN.search(folded), _HOW_MANY.search(folded)
        kinds = ((_DATE,) if when else ()) + ((_NUMBER,) if many else ())
        return cls(folded, kinds)

    def answered(self, folded: str) -> bool:
        """Whether a folded sentence has what the question asks for, where that can be told."""
        return any(kind.search(folded) for kind in self.kinds)

    def wants(self, zone: Zone) -> bool:
        """Whether the question asks for what stands in a zone."""
        return _ZONES[zone].search(self.folded) is not None
