"""The five seeds, as they must come out of `seeds/`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from retrieval.corpus import load
from retrieval.model import BlockKind, Corpus, Document

SEEDS = Path(__file__).parent.parent / "seeds"

STATEMENTS = [
    ("2021-03-31", "香港政策法报告"),
    ("2021-03-31", "跨性别现身日"),
    (
        "2021-03-29",
        "国务卿安东尼·布林肯在联合国安理会就叙利亚人道主义局势举行的简报与磋商会上发表讲话",
    ),
    ("2021-03-24", "重申和重振美国的联盟"),
    ("2021-03-22", "国务卿布林肯要求加强对践踏人权的行为实行问责"),
    (
        "2021-03-18",
        "国务卿安东尼·J·布林肯、国防部长劳埃德·奥斯汀与大韩民国外交部长郑义溶和大韩民国国防部长"
        "徐旭于联合新闻吹风会上的发言(摘译)",
    ),
    ("2021-03-18", "2021年美国-大韩民国外交和国防部长级会议(“2+2”会议)联合声明(摘译)"),
    ("2021-03-17", "布林肯国务卿与大韩民国外交部长郑义溶会晤"),
    ("2021-03-16", "美日联合新闻声明"),
    ("2021-03-16", "布林肯国务卿与日本外务大臣茂木敏充会晤"),
    ("2021-03-16", "国务卿布林肯和国防部长奥斯汀与日本首相菅义伟会谈"),
    ("2021-03-16", "美国和日本扩大印度-太平洋经济合作"),
    ("2021-03-11", "对香港民主的攻击"),
    ("2021-03-10", "美国国务卿布林肯和国家安全顾问沙利文与中华人民共和国对口官员的会晤"),
    ("2021-03-03", "国务卿布林肯关于为美国人民制定的对外政策发表讲话摘译"),
    ("2021-02-24", "布林肯关于将人权置于美国外交政策核心的声明"),
    ("2021-02-19", "美国正式重新加入《巴黎协定》"),
    ("2021-02-18", "美利坚合众国国务卿、法国外长、德国外长、英国外交大臣联合声明"),
    ("2021-02-18", "布林肯国务卿的“四方会谈”外长通话"),
    (
        "2021-02-17",
        "国务卿安东尼·布林肯在联合国安理会COVID-19冠状病毒疾病和获取疫苗问题简报会上的发言",
    ),
    ("2021-02-15", "发起由加拿大起草的《反对在国家关系中使用任意拘留手段的宣言》"),
    ("2021-02-08", "美国决定重新与联合国人权理事会接触"),
    ("2021-02-04", "拜登总统关于美国世界地位的讲话"),
    ("2021-02-04", "增进全世界男女同性恋、双性恋、跨性别者、酷儿及间性人群体的人权的新闻声明"),
]  # fmt: skip


@cache
def _seeds() -> Corpus:
    return load(SEEDS)


def _seed(number: int) -> Document:
    (found,) = [d for d in _seeds().documents if d.source.startswith(f"00{number}_")]
    return found


def test_the_seeds_are_28_documents_and_nothing_is_skipped() -> None:
    assert len(_seeds().documents) == 28
    assert _seeds().skipped == ()


def test_the_digest_is_24_statements_in_order() -> None:
    digest = [d for d in _seeds().documents if d.source.startswith("004_")]
    assert [(d.published, d.title) for d in digest] == STATEMENTS
    assert {d.publisher for d in digest} == {"美国国务院"}
    assert {d.language for d in digest} == {"zh-Hans"}
    assert {d.url for d in digest} == {None}
    assert not any(d.text.startswith(d.title) for d in digest)
    assert digest[0].text.endswith("点击 此处 ,阅读《2021年香港政策法报告》(英文)。")


def test_the_two_addresses_that_documents_give_themselves() -> None:
    assert _seed(0).url == "https://www.hrichina.org/chs/node/27648"
    assert (_seed(3).url or "").startswith("https://www.rfi.fr/cn/%E4%BA%BA%E6%9D%83/20240122-")
    assert (_seed(3).url or "") in (SEEDS / _seed(3).source).read_text(encoding="utf-8")
    assert sum(1 for d in _seeds().documents if d.url) == 2


def test_what_the_other_seeds_say_of_themselves() -> None:
    about = [(d.title, d.publisher, d.published) for d in map(_seed, range(4))]
    assert about == [
        ("致拜登政府的联署信：将人权作为对华政策的中心", "中国人权", "2021-02-17"),
        ("成立对中国的国际人权监察机制：全球呼吁", None, None),
        ("致各位与中国有业务往来的公司CEO", "促进中国宗教自由联盟", "2019-07-15"),
        ("中国据报在联合国审议前广泛游说非西方国家赞扬其人权记录", "RFI", "2024-01-22"),
    ]


@pytest.mark.parametrize(
    "mark",
    [
        "阅读更多",
        "展示更多",
        "分享 :",
        "facebook",
        "whatsapp",
        "<",
        "](",
        "**",
        "»",
        "1705929302000",
    ],
)
def test_no_markup_or_furniture_reaches_a_text(mark: str) -> None:
    assert [d.id for d in _seeds().documents if mark in d.text] == []


def test_sentences_broken_by_pages_are_whole_and_lists_are_not_glued() -> None:
    letter, call = _seed(0).text, _seed(1).text
    assert "前往此届奥运会。美国政府还应开始" in letter
    assert "进入联合国设施，抹黑NGO 场边会议的讲者" in call
    assert (
        "\n\n谨启\n\n茱莉·米尔萨普 (Julie Millsap) | 维吾尔运动 (Campaign For Uyghurs)\n\n滕彪 |"
        in letter
    )
    assert "\n\n抄送:\n\n杰克·沙利文 (Jake Sullivan): 国家安全顾问\n\n" in letter
    assert "约瑟夫·R·拜登\n美利坚合众国总统\n白宫\n" in letter


def test_the_281_signatories_are_items_with_their_numbers() -> None:
    call = _seed(1)
    items = [call.text[b.start : b.end] for b in call.blocks if b.kind is BlockKind.ITEM]
    assert [int(item.split(".")[0]) for item in items] == list(range(1, 282))
    assert "19. Amnesty International" in items
    assert "193. Programa Venezolano de Educación-Acción en Derechos Humanos (Provea)" in items
    assert items[-1] == "281. 香港黎明, Dawn of Hong Kong, 香港の夜明け"
    assert "*连署团体共计 321 个。" in call.text


def test_every_word_of_the_seeds_is_in_their_documents() -> None:
    """Chinese runs of ten characters and more, but for titles, stand in some document."""
    whole = "".join(d.title + "\n" + d.text for d in _seeds().documents)
    for path in sorted(SEEDS.glob("*.txt")):
        source = re.sub(r"https?://\S+|whatsapp:\S+", "", path.read_text(encoding="utf-8"))
        runs = re.findall("[\u4e00-\u9fff，。；：、]{10,}", source)
        assert [run for run in runs if run not in whole] == []


def test_blocks_cover_the_text_and_ids_are_stable_and_unique() -> None:
    again = load(SEEDS)
    assert again == _seeds()
    assert len({d.id for d in again.documents}) == 28
    assert _seed(0).id == _seed(0).source
    for d in again.documents:
        outside = list(d.text)
        for block in d.blocks:
            outside[block.start : block.end] = [" "] * (block.end - block.start)
        assert not "".join(outside).strip()
        assert re.fullmatch("[0-9a-f]{64}", d.fingerprint)
