"""The dialogues that every platform must hold, word for word the same.

A `Talker` is somebody on one platform; `fresh` makes them somebody who was shown nothing yet. The
corpus is that of `tales`, and a letter with demands and signatories.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tests.tales import TALES

CORPUS = TALES | {
    "letter.md": """---
title: 致镇长的公开信
publisher: 西坊
date: 2021-03-17
url: https://example.org/letter
---

三位村民联名给镇长写了这封公开信，希望镇上重视桥梁的安全。

我们请求镇上采取以下步骤：

- 重修红枫村的渡口。每年春天检查一次。
- 在黄梅村立一块石碑。
- 公布历年修桥的账目。

谨启

李大山 | 红枫村第一渡口的老船工

王小河 | 黄梅村小学的语文教师

赵青松 | 白云村修桥会的管账先生
""",
}


class Talker(Protocol):
    """Somebody on a platform."""

    async def fresh(self) -> None:
        """Be somebody who was shown nothing yet."""
        ...

    async def says(self, text: str) -> str:
        """Say something that gets one reply; the reply's text, or the text of the file it is."""
        ...


@dataclass(frozen=True)
class Turn:
    """What is said, what the reply has, and what it has not."""

    says: str
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


def _turn(says: str, *has: str, lacks: str = "") -> Turn:
    return Turn(says, has, (lacks,) if lacks else ())


_ASK = _turn("青石村的石桥是谁修的？", "老石匠青石用了三年", "2011")
_BRIDGES = _turn("石桥", "见于", "1. ")
_OFF = _turn("怎样申请信用卡", "没有找到", lacks="1. ")
_LETTER = _turn("致镇长的公开信全文", "找到 1 篇文献", "致镇长的公开信", "2021-03-17")

DIALOGUES: dict[str, tuple[Turn, ...]] = {
    "a question": (_ASK,),
    "nothing found": (_OFF,),
    "nothing to look up": (_turn("？", "没有可以查找的词"),),
    "open a quote": (_ASK, _turn("1", "青石村的石桥", "东坊")),
    "open it by a word": (_ASK, _turn("原文", "青石村的石桥", "东坊")),
    "read on": (_ASK, _turn("读1", "青石村"), _turn("下一页", "桥长1丈")),
    "and back": (_ASK, _turn("1", "青石村"), _turn("返回", "老石匠青石")),
    "more": (_BRIDGES, _turn("更多", "第 2 页")),
    "and before": (_BRIDGES, _turn("更多", "第 2 页"), _turn("上一页", "1. ", lacks="第 2 页")),
    "no more": (_OFF, _turn("还有呢", "没有更多了")),
    "no such number": (_ASK, _turn("19", "没有这个编号")),
    "why": (_ASK, _turn("为什么", "匹配")),
    "copy": (_ASK, _turn("复制", "“", "老石匠青石", "东坊 · 2011-01-01", "yinju:")),
    "only this document": (_BRIDGES, _turn("只看这篇", "只在《")),
    "and all again": (
        _BRIDGES,
        _turn("只看这篇", "只在《"),
        _turn("全部文献", "见于", lacks="只在《"),
    ),
    "newest first": (_BRIDGES, _turn("最新", "2019-01-01")),
    "best first again": (_BRIDGES, _turn("最新", "2019"), _turn("最相关", "见于")),
    "a good vote": (_ASK, _turn("赞", "谢谢")),
    "a bad vote and its reason": (_ASK, _turn("踩", "谢谢"), _turn("不相关", "谢谢", "记下")),
    "a greeting": (_turn("你好", "你好"),),
    "thanks": (_turn("谢谢", "不客气"),),
    "who are you": (_turn("你是谁？", "引据"),),
    "an insult": (_turn("你这个垃圾", "抱歉"),),
    "help": (_turn("怎么用", "来源:", "年份:"),),
    "an unknown command": (_turn("/nonsense", "来源:"),),
    "which documents": (_turn("有什么文章", "共 22 篇"), _turn("1", "致镇长的公开信")),
    "a publisher's": (_turn("/documents", "共 22 篇"), _turn("东坊", "共 3 篇")),
    "a whole document": (_LETTER, _turn("1", "我们请求镇上采取以下步骤", "李大山")),
    "as a file": (_LETTER, _turn("文件", "https://example.org/letter", "公布历年修桥的账目")),
    "a list": (_turn("给镇长的信提了哪些要求", "清单共 3 项", "在黄梅村立一块石碑"),),
    "an item of it": (
        _turn("给镇长的信提了哪些要求", "清单共 3 项"),
        _turn("2", "致镇长的公开信", "立一块石碑"),
    ),
    "who signed": (_LETTER, _turn("谁签了名", "清单共 3 项", "王小河")),
    "and another one": (
        _ASK,
        _turn("那白云村呢？", "接着上一问", '只查："白云村"', "白云村的石桥"),
    ),
    "these words alone": (
        _ASK,
        _turn("那白云村呢？", "接着上一问"),
        _turn("只查这几个字", "白云村", lacks="接着上一问"),
    ),
    "when": (_ASK, _turn("什么时候", "接着上一问", "青石村")),
    "in this document": (_BRIDGES, _turn("在这篇里找桥长", "只在《", "桥长")),
    "claims": (
        _turn(
            "转发：青石村的石桥在2011年修好。天上挂着两个月亮。黄梅村要立一块石碑。",
            "逐句核对",
            "1. 青石村的石桥",
            "文献里没有",
        ),
    ),
    "a date in plain words": (_turn("2021年3月的公开信", "只查：年份:2021-03", "致镇长的公开信"),),
    "somebody's words": (_turn("李大山说过什么关于石碑的话", lacks="只查"),),
    "a filter": (_turn("石桥 来源:北坊", "北坊", lacks="东坊"),),
    "English": (
        _turn("/language en", "I will speak English"),
        _turn("thanks", "welcome"),
        _turn("/about", "22 documents"),
    ),
    "Traditional": (_turn("/language zh-Hant", "我會說繁體中文"), _turn("謝謝", "不客氣")),
    "a choice of languages": (_turn("/language", "语言"), _turn("1", "简体中文")),
    "privacy": (_turn("/privacy", "化名"),),
    "forgotten": (_ASK, _turn("/forget", "1 条记录"), _turn("1", "已删除")),
    "kept": (_ASK, _turn("/forget", "1 条记录"), _turn("2", "没有删除")),
    "at random": (_turn("/random"), _turn("换一段", lacks="没有找到")),
    "the corpus": (_turn("/about", "22 篇文献", "西坊（5）"),),
    "the first minute": (
        _turn("/start", "22 篇文献", "可以先试试"),
        _turn("1", "1. ", lacks="没有找到"),
    ),
    "much too long": (_turn("青石村的石桥。" * 300, "逐句核对", "没有核对"),),
}
"""What each is about → its turns."""


async def converse(talker: Talker, *, skip: frozenset[str] = frozenset()) -> list[str]:
    """Hold every dialogue; what went wrong, a line each."""
    wrong: list[str] = []
    for name, turns in DIALOGUES.items():
        if name in skip:
            continue
        await talker.fresh()
        for turn in turns:
            reply = await talker.says(turn.says)
            missing = [text for text in turn.has if text not in reply]
            unwanted = [text for text in turn.lacks if text in reply]
            if missing or unwanted:
                wrong.append(f"{name}: {turn.says!r} lacks {missing}, has {unwanted}: {reply!r}")
                break
    return wrong
