"""Words of a question that say nothing about what is asked. Folded forms: lower case, Simplified.

They are dropped from queries only: in documents they cost nothing, and phrases need them.
"""

from __future__ import annotations

QUESTION = frozenset(
    """
    什么 甚么 啥 什么样 什么时候 什么时间 什么地方 什么人 什么样子 为什么 为何 为啥 何
    何时 何处 何地 何人 何种 何事 何以 何年 何月 何日 何谓 如何 怎么 怎么样 怎样 怎
    怎么办 咋 咋样 哪 哪个 哪些 哪里 哪儿 哪位 哪年 哪天 哪种 哪几 哪家 哪国 哪一 哪一个
    哪一年 哪一天 哪一种 哪怕 哪方面 哪次 哪一次 哪一位 哪座 哪部 哪两 谁 谁人 谁家 孰
    多少 几 几个 几年 几次 几时 几种 几位 几人 几名 几岁 几天 几月 多久 多长 多长时间
    多远 多高 多重 多深 多快 第几 若干 吗 呢 吧 啊 呀 么 嘛 哦 喔 哇 咧 啦 哩 是否
    是不是 有没有 能否 能不能 可否 可不可以 会不会 要不要 该不该 应不应该 需不需要 愿不愿意
    想不想 敢不敢 算不算 知不知道 有无 是非 请 请问 问 一下 想问 问问
    请教 告诉 告诉我 知道 想知道 介绍 说说 谈谈 讲讲 麻烦 帮 帮我 求 谢谢 您好 你好 叫
    叫做 名叫 称为 指 指的是 指的 是指 意思 属于 大家 大家好 有人 谁知道 求问 帮忙
    想问问 问一下
    今天 今日 昨天 昨日 明天 后天 前天 现在 如今 目前 最近 近来 近日 刚刚 刚才 今年 去年 明年
    """.split()
)
"""Words that make a sentence a question, that open and close one politely, or that tell a time
by the day of asking: a document's 今天 is another day."""

HOW = ("怎么", "怎样", "如何", "咋")
"""Those that ask for a way to do something."""

ASKING = frozenset("什么 甚么 怎么 怎样 多少 哪里 哪儿 哪个 哪些".split())
"""Those with which the dictionary has other words end: 缺什么, 凭什么."""

FUNCTION = frozenset(
    """
    的 地 得 了 着 过 之 所 者 而 以 于 与 和 及 或 或者 并 并且 且 但 但是 则 即 就
    就是 才 只 只有 也 都 还 还有 又 再 便 却 把 被 将 给 让 使 对 对于 关于 有关 由
    由于 从 自 自从 到 至 向 往 在 当 为 为了 因 因为 因此 所以 如 如果 若 虽 虽然 除
    除了 比 跟 同 按 据 根据 等 等等 是 不是 有 没有 无 会 能 能够 可以 可 要 应 应该
    需要 必须 这 那 这个 那个 这些 那些 这里 那里 此 该 其 其中 它 他 她 它们 他们 她们
    我 我们 你 你们 您 自己 某 某个 某些 每 每个 各 各个 本 一 一个 一种 一些 一位 一名
    一次 一样 个 位 名 种 些 次 里 中 上 下 内 外 时 时候 的话 之间 之中 之一 以及 通过
    进行 包括 很 最 更 较 非常 十分 太 不 没 未 已 已经 曾 曾经 正在 正 是从 有着 用来
    变得 何为 哪条 哪些地方 总共 一共 共有 共 做 字 张 颗 座 条 首 届 第
    """.split()
)
"""Particles, pronouns, prepositions, conjunctions, and the like."""

PARTICLES = frozenset(word for word in FUNCTION if len(word) == 1).difference("正本向根同其里能可")
"""Function words of one character that neither begin nor end a name."""

ENGLISH = frozenset(
    """
    a an the of in on at to for from by with about as into and or but not no is are was
    were be been being am do does did done has have had having can could will would
    shall should may might must i me my we our you your he him his she her it its they
    them their this that these those there here who whom whose what which when where why
    how many much tell say says said please s t
    say says said ask asks asked get got also any all some more most such than then between
    during after before over under out up down off let lets
    if so just only even ever because while
    """.split()
)

ENGLISH_ASKING = frozenset("what who whom whose which where why how tell please me".split())
"""Those that make a sentence English, whatever names in Chinese stand in it."""

EMPTY = QUESTION | ENGLISH | FUNCTION
"""Words that say nothing by themselves."""

DROPPED = QUESTION | ENGLISH
"""Words that belong to no field; they part the characters beside them. Function words are
left out of the word field only: between other words they are part of a phrase."""
