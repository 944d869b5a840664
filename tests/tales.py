"""A small corpus for dialogues: nine documents on the bridges of nine villages, and a dozen that
have nothing to do with them."""

from __future__ import annotations

_VILLAGES = (
    ("青石", 2011, "东坊"),
    ("白云", 2012, "东坊"),
    ("红枫", 2013, "西坊"),
    ("黄梅", 2014, "西坊"),
    ("紫竹", 2015, "东坊"),
    ("绿柳", 2016, "北坊"),
    ("金沙", 2017, "北坊"),
    ("银杏", 2018, "西坊"),
    ("玉泉", 2019, "西坊"),
)
_OTHERS = {
    "稻谷": "秋天收割后晒在场院",
    "茶叶": "春天采摘后在锅里炒青",
    "棉花": "夏天开花后由姑娘们采回",
    "渔船": "清晨出海傍晚才回到港湾",
    "山歌": "每逢月圆便有人对唱到深夜",
    "药草": "长在背阴的坡上郎中常去寻",
    "陶罐": "用窑里的火烧上三天三夜",
    "木犁": "由耕牛拉着翻开湿润的泥土",
    "灯笼": "元宵夜里挂满了整条长街",
    "风筝": "清明前后孩子们在田埂上放飞",
    "蜂蜜": "藏在崖洞里攀绳才能取到",
    "豆腐": "磨坊里天不亮就开始点卤",
}


_MASONS = {"黄梅": "郑义溶"}
"""Masons of another name than their village."""


def village(name: str, year: int, publisher: str, length: int) -> str:
    """A document of two passages, without an address on the web."""
    return (
        f"---\ntitle: {name}村的石桥\npublisher: {publisher}\ndate: {year}-01-01\n---\n\n"
        f"{name}村的石桥在{year}年修好，老石匠{_MASONS.get(name, name)}用了三年。\n\n"
        f"# 来人\n\n{name}村的人都来看石桥，桥长{length}丈。\n"
    )


TALES = {
    f"{number:02}.md": village(*told, number) for number, told in enumerate(_VILLAGES, start=1)
} | {
    f"{number}.txt": f"{thing}记\n\n{thing}{what}，年年如此。\n"
    for number, (thing, what) in enumerate(_OTHERS.items(), start=10)
}
"""File names and contents. The question 石桥 has 18 hits in 9 documents, of which each names
its village; 青石村的石桥 has two in one."""
