"""Numbered units: told from prose, one passage each, found by the label in any spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.corpus import load
from retrieval.indexing import build
from retrieval.model import BlockKind, Verdict
from retrieval.passages.units import at_start, mentioned
from retrieval.ranking import Index

_PENAL = """# 熊猫国竹林法

第一章 总则

第一条 为了保护竹林，制定本法。

第二条 竹林属于全体熊猫。

任何熊猫不得独占竹林。

第二章 罚则

第十二条 盗伐竹子的，依照本法第十三条处罚。

第十三条 有前条行为，处七天禁食。

第十三条之一 屡教不改的，处十四天禁食。
"""
_RIVER = """# 熊猫国河流法

第一条 为了保护河流，制定本法。

第二条 违反本法的，依照《竹林法》第十三条处罚。

第十三条 本法自今日起施行。
"""
_ACT = """# Bamboo Act 1990

Section 1. Interpretation. In this Act, bamboo means any grass that a panda eats.

Section 12. Penalties. Whoever cuts bamboo without a licence shall be fined as section 1 says.

Section 13. Commencement. This Act comes into force today.
"""


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("laws")
    for name, text in (("b.md", _PENAL), ("a.md", _RIVER), ("c.md", _ACT)):
        (folder / name).write_text(text, encoding="utf-8")
    return build(load(folder))


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("第二百六十四条 盗窃", "条264"), ("第264條", "条264"), ("第２６４条", "条264"),
        ("第一百三十三条之一", "条133.1"), ("第一千零七十九条", "条1079"), ("Article 5", "条5"),
        ("Art. 5 Freedom", "条5"), ("§ 12a", "§12a"), ("Section 12.", "§12"), ("Sec. 12", "§12"),
        ("第 84-1 條", "条84.1"), ("第84之1條", "条84.1"), ("第84條之1", "条84.1"),
        ("第十九回 下邳城", "回19"), ("CHAPTER XIX", "章19"), ("第三编", "编3"),
    ],
)  # fmt: skip
def test_labels_are_the_same_however_they_are_written(written: str, key: str) -> None:
    label = at_start(written)
    assert label is not None
    assert label.key == key


@pytest.mark.parametrize("text", ["三条建议", "在第三条路上走", "Article without number", "条例"])
def test_what_is_no_label_begins_none(text: str) -> None:
    assert at_start(text) is None


def test_labels_in_questions() -> None:
    assert [label.key for label in mentioned("刑法264条和民法典第一千零七十九条")] == [
        "条264",
        "条1079",
    ]
    assert [label.key for label in mentioned("给我12条建议，两条就行")] == []


def test_each_article_is_a_passage_under_its_chapter(laws: Index) -> None:
    found = [(p.label, p.headings) for p in laws.passages if p.document.id == "b.md"]
    assert found == [
        ("第一条", ("第一章 总则",)), ("第二条", ("第一章 总则",)), ("第十二条", ("第二章 罚则",)),
        ("第十三条", ("第二章 罚则",)), ("第十三条之一", ("第二章 罚则",)),
    ]  # fmt: skip
    second = laws.passages[[p.label for p in laws.passages].index("第二条", 3)]
    assert second.text.endswith("独占竹林。")


@pytest.mark.parametrize(
    ("question", "document", "label"),
    [
        ("竹林法13条", "b.md", "第十三条"), ("竹林法第十三条", "b.md", "第十三条"),
        ("竹林法第13条规定了什么？", "b.md", "第十三条"), ("河流法第十三条", "a.md", "第十三条"),
        ("熊猫国竹林法第十三条之一", "b.md", "第十三条之一"), ("section 12", "c.md", "Section 12"),
        ("What does s. 12, I mean § 12 of the Bamboo Act, say?", "c.md", "Section 12"),
    ],
)  # fmt: skip
def test_a_label_goes_to_the_unit_before_the_texts_that_cite_it(
    laws: Index, question: str, document: str, label: str
) -> None:
    result = laws.search(question)
    assert result.verdict is not Verdict.NONE
    first = result.hits[0].passage
    assert (first.document.id, first.label) == (document, label)
    assert label in result.hits[0].quote


def test_an_article_that_says_it_goes_before_one_that_refers_to_it(tmp_path: Path) -> None:
    law = "第一条 砍伐竹子，数额巨大的，处罚款，并且一年之内不得进山。\n\n第二条 本法今年施行。\n"
    on_it = "第一条 砍伐竹子的处罚：依照竹林法第一条处罚款。\n\n第二条 本解释今年施行。\n"
    (tmp_path / "法.md").write_text(f"# 竹林法\n\n{law}", encoding="utf-8")
    (tmp_path / "解释.md").write_text(f"# 关于竹林法的解释\n\n{on_it}", encoding="utf-8")
    index = build(load(tmp_path))
    said = [hit.passage.document.title for hit in index.search("砍伐竹子怎么处罚？").hits]
    assert said == ["竹林法", "关于竹林法的解释"]
    asked = index.search("砍伐竹子依照第几条处罚？").hits  # what it refers to is asked for
    assert asked[0].passage.document.title == "关于竹林法的解释"


def test_filters_hold_for_labels_too(laws: Index) -> None:
    hits = laws.search("竹林法第十三条 来源:河流法").hits
    assert {hit.passage.document.id for hit in hits} == {"a.md"}


def test_prose_that_begins_like_an_article_is_no_law(tmp_path: Path) -> None:
    prose = "Article 5 guarantees freedom to all.\n\nArticle 6 does not.\n\nSection 2 ends it."
    (tmp_path / "a.txt").write_text(f"Remarks on the bill\n\n{prose}\n", encoding="utf-8")
    (document,) = load(tmp_path).documents
    assert {block.kind for block in document.blocks} == {BlockKind.PARAGRAPH}


def test_chapters_of_a_novel_in_plain_text_are_headings(tmp_path: Path) -> None:
    chapters = "\n\n".join(f"第{n}回 熊猫出山\n\n且说熊猫下山。{n}次。" for n in "一二三")
    (tmp_path / "熊猫传.txt").write_text(f"熊猫传\n\n{chapters}\n", encoding="utf-8")
    index = build(load(tmp_path))
    assert [(p.headings, p.label) for p in index.passages][1] == (("第二回 熊猫出山",), "第二回")
    assert index.search("第三回").hits[0].passage.label == "第三回"
