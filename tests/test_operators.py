"""Exact phrases, exclusions and filters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.indexing import build
from retrieval.model import Block, Corpus, Document, Verdict
from retrieval.queries.operators import MOST, Kind, parse
from retrieval.ranking import Index


def document(name: str, text: str) -> Document:
    return Document(name, "", text, (Block(0, len(text)),), f"{name}.txt", text)


@pytest.fixture(scope="module")
def index() -> Index:
    rfi = document("a", "中国提出全过程人民民主。各国讨论了人权。")
    state = document("b", "国务卿谈到人民、民主与人权，还有疫苗。")
    older = document("c", "公开信谈人权，没有提到别的。")
    return build(
        Corpus(
            (
                replace(rfi, publisher="RFI", published="2024-01-22"),
                replace(state, publisher="美国国务院", published="2021-03"),
                replace(older, title="致拜登的联署信", published="2020"),
            )
        )
    )


def found(index: Index, question: str) -> set[str]:
    return set(index.documents_for(question, 20))


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("人权", {"a", "b", "c"}),
        ('"全过程人民民主"', {"a"}), ("＂全過程人民民主＂", {"a"}),
        ("人权 -疫苗", {"a", "c"}), ("人权 －疫苗 -公开信", {"a"}),
        ("人权 来源:RFI", {"a"}), ("人权 來源：rfi", {"a"}), ("source:rfi 人权", {"a"}),
        ('"联署信"', {"c"}), ('人权 "拜登"', {"c"}),
        ("人权 来源:美國國務院", {"b"}), ("人权 来源:联署信", {"c"}), ("人权 source:c.txt", {"c"}),
        ("人权 年份:2024", {"a"}), ("人权 年份：2020-2021", {"b", "c"}), ("year:2021 人权", {"b"}),
        ("人权 年份:2021-2020", {"b", "c"}), ("人权 来源:RFI 年份:2024", {"a"}),
    ],
)  # fmt: skip
def test_only_what_fits_is_found(index: Index, question: str, documents: set[str]) -> None:
    assert found(index, question) == documents
    assert index.search(question).unmatched_filters == ()


@pytest.mark.parametrize(
    ("question", "unmatched"),
    [
        ("人权 年份:1999", ("年份:1999",)),
        ("人权 年份:去年 来源:RFI", ("年份:去年",)),
        ("人权 来源:BBC", ("来源:BBC",)),
        ('人权 "没有这句话"', ('"没有这句话"',)),
        ("人权 来源:RFI 年份:2020", ("来源:RFI", "年份:2020")),
    ],
)
def test_a_filter_that_nothing_fits_is_named(
    index: Index, question: str, unmatched: tuple[str, ...]
) -> None:
    result = index.search(question)
    assert result.verdict is Verdict.NONE
    assert result.hits == ()
    assert result.unmatched_filters == unmatched


@pytest.mark.parametrize(
    "question",
    [
        "印度-太平洋事务协调员", "零下 -5 度", "什么是《全过程人民民主》",
        "数据来源：哪里", "a - b", "ls -l 是什么", '""', '"', "-", "来源", "covid-19 疫苗",
    ],
)  # fmt: skip
def test_what_people_write_anyway_is_no_operator(question: str) -> None:
    assert parse(question).filters == ()
    assert parse(question).text == question


def test_the_parts_of_a_question_with_operators() -> None:
    asked = parse('新疆 "強迫 勞動" -棉花 来源:"RFI 华语" year:2020-2021')
    assert asked.text.split() == ["新疆", "強迫", "勞動"]
    assert [(f.kind, f.value) for f in asked.filters] == [
        (Kind.PHRASE, "强迫 劳动"), (Kind.WITHOUT, "棉花"),
        (Kind.SOURCE, "rfi 华语"), (Kind.YEAR, "2020-2021"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("有没有提到普京", "普京"), ("文獻裡有沒有提到台灣？", "台灣"),
        ("哪里提到了巴黎协定", "巴黎协定"), ("Is Navalny mentioned?", "Navalny"),
        ("这些文件中是否提及过中国的统战工作吗？", "中国的统战工作"),
        ("any mention of Tibet?", "Tibet"), ("有没有提到“普京”", "普京"),
        ("布林肯提到了哪些国家", "布林肯提到了哪些国家"), ("有没有人提到", "有没有人提到"),
    ],
)  # fmt: skip
def test_a_question_whether_something_is_mentioned_is_about_that(
    question: str, subject: str
) -> None:
    assert parse(question).text.strip() == subject


def test_of_many_filters_the_first_different_ones_count_and_the_rest_is_told() -> None:
    asked = parse("人权 " + "来源:a " * 50 + " ".join(f"年份:{2000 + n}" for n in range(9)))
    assert [f.value for f in asked.filters] == ["a", *(str(2000 + n) for n in range(MOST - 1))]
    assert asked.ignored == ("年份:2007", "年份:2008")


def test_a_hundred_filters_cost_what_eight_cost(index: Index) -> None:
    question = "人权 来源:RFI " + " ".join(f"-词{n}" for n in range(100))
    result = index.search(question)
    assert found(index, question) == {"a"}
    assert len(result.ignored_filters) == 101 - MOST


@pytest.mark.parametrize(
    "question",
    [
        "什么是“全过程人民民主”？",
        "「全過程人民民主」",
        "『全过程人民民主』指什么",
        "«全过程人民民主»",
        "‘全过程人民民主’是谁说的",
    ],
)
def test_a_phrase_in_the_quotation_marks_of_phones_is_demanded(index: Index, question: str) -> None:
    assert found(index, question) == {"a"}


def test_what_nobody_wrote_in_them_is_told_and_the_rest_is_looked_up(index: Index) -> None:
    result = index.search("国务卿谈到人民、“没有这句话”")
    assert result.missing == ("“没有这句话”",)
    assert result.verdict is Verdict.POSSIBLE
    assert {hit.passage.document.id for hit in result.hits} == {"b"}


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("treaty", {"a", "b"}), ("treaty -art", {"a"}), ("treaty -party", {"b"}),
        ('treaty "art"', {"b"}), ('"nuclear treaty"', {"b"}),
    ],
)  # fmt: skip
def test_words_are_demanded_and_excluded_whole(question: str, documents: set[str]) -> None:
    treaties = build(
        Corpus(
            (
                document("a", "Each party to the treaty signed."),
                document("b", "The art of a nuclear treaty is in its words."),
            )
        )
    )
    assert found(treaties, question) == documents


def test_when_the_time_is_up_the_answer_says_so(index: Index) -> None:
    late = index.search("人权 -国务卿", seconds=0)
    assert late.partial
    assert not any("国务卿" in hit.quote for hit in late.hits)
    assert not index.search("人权 -国务卿").partial


def test_a_pair_of_characters_is_known_without_reading(index: Index) -> None:
    assert not index.search('人权 -疫苗 "人权"', seconds=0).partial


@given(st.text(alphabet='"-－:：人权来源年份source 2021a＂', max_size=40))
def test_any_question_is_parsed_and_searched(question: str) -> None:
    asked = parse(question)
    assert all(one.written in question for one in asked.filters)
    assert asked.filters or asked.text == question
