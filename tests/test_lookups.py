"""Questions of one word or phrase are answered by presence; what is missing is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.folding import fold
from retrieval.model import Result, Scored, Verdict
from retrieval.ranking import Index
from retrieval.ranking.lookups import Grouping
from retrieval.ranking.presence import Deadline
from retrieval.ranking.rerank import capped
from tests.corpora import document, index, questions, seeds_index

EVERY = slice(0, 1000)


def every(question: str) -> Result:
    return seeds_index().search(question, page=EVERY)


@pytest.mark.parametrize(
    ("question", "total", "documents"),
    [
        ("责任", 9, 8), ("挑战", 32, 14), ("决定", 7, 7), ("台湾", 4, 3), ("臺灣？", 4, 3),
        ("国会", 4, 3), ("“四方会谈”", 4, 2), ('"四方会谈"', 4, 2), ("维吾尔人", 2, 2),
        ("古特雷斯", 3, 3), ("gutelesi", 3, 3), ("二〇二一年三月三十一日", 2, 2),
        ("有没有提到普京？", 1, 1), ("文獻裡有沒有提到台灣？", 4, 3), ("有没有提到刘晓波", 0, 0),
    ],
)  # fmt: skip
def test_one_word_is_answered_by_every_passage_that_has_it(
    question: str, total: int, documents: int
) -> None:
    result = every(question)
    verdict = Verdict.FOUND if total else Verdict.NONE
    assert (result.verdict, result.total, result.documents) == (verdict, total, documents)
    assert len({hit.passage.id for hit in result.hits}) == len(result.hits) == total
    assert all(hit.excerpt.marks for hit in result.hits)


def test_words_are_found_whole_and_inside_longer_ones_but_never_across_two() -> None:
    texts = (
        "美国国会通过了。",
        "中国会有所作为。",
        "联合国会议开幕。",
        "国会山。",
        "公开谴责任何国家。",
    )
    small = index(*(document(f"{n}.txt", text) for n, text in enumerate(texts)))
    hits = small.search("国会", page=EVERY).hits
    assert {hit.passage.document.id for hit in hits} == {"0.txt", "3.txt"}
    assert small.search("责任").verdict is Verdict.NONE


def test_a_lookup_is_paged_to_its_end_grouped_by_document_and_sorted_by_date() -> None:
    for newest in (False, True):
        pages = [slice(0, 3), *(slice(at, at + 5) for at in range(3, 32, 5))]
        found = [seeds_index().search("挑战", page=page, newest=newest).hits for page in pages]
        hits = [hit for page in found for hit in page]
        assert len({hit.passage.id for hit in hits}) == len(hits) == 32
        documents = [hit.passage.document for hit in hits[3:]]
        starts = [d.id for at, d in enumerate(documents) if not at or documents[at - 1] != d]
        assert len(starts) == len(set(starts)), "grouped by document"
        if newest:
            dates = [d.published or "" for d in documents]
            assert dates == sorted(dates, reverse=True)


@given(
    st.permutations([*range(0, 13), *range(48, 68), 125, 126, 165, 166]), st.sets(st.integers(0, 2))
)
def test_what_is_shown_is_where_it_would_be_if_all_were_read(
    numbers: list[int], first: set[int]
) -> None:
    seeds = seeds_index()  # these are of documents with prose and lists
    scored = [Scored(number, 1.0, 1.0) for number in numbers]
    grouping = Grouping(seeds.texts, seeds.owner, seeds.catalogue, Deadline(60))

    def shown(last: int, newest: bool) -> list[Scored]:
        hits = grouping.by_document(scored, last, first, newest=newest)
        begin = capped(hits, seeds.owner, 3)
        return [*begin, *(hit for hit in hits if hit not in begin)]

    for newest in (False, True):
        whole = shown(len(scored), newest)
        assert sorted(whole) == sorted(scored)
        for last in range(3, len(scored)):
            assert shown(last, newest)[:last] == whole[:last]


def test_prose_comes_before_lists() -> None:
    hits = every("台湾").hits
    assert "台湾海峡和平稳定" in hits[0].quote


def test_filters_and_only_this_document_stand_in_a_lookup() -> None:
    everywhere = every("挑战")
    for number, one in enumerate(seeds_index().documents):
        here = [h.passage.id for h in everywhere.hits if h.passage.document == one]
        alone = seeds_index().search("挑战", page=EVERY, document=number)
        assert sorted(h.passage.id for h in alone.hits) == sorted(here)
    dated, undated = every("责任 年份:2021"), every("责任")
    assert 0 < dated.total < undated.total
    assert {(h.passage.document.published or "")[:4] for h in dated.hits} == {"2021"}
    assert every("台湾 年份:2024").unmatched_filters == ("年份:2024",)


@pytest.mark.parametrize(
    "question",
    ["六四", "反送中", "陈光诚", "黄之锋", "江天勇", "刘晓波", "彭帅", "特斯拉", "“没有这句话”"],
)
def test_what_stands_nowhere_is_refused_and_named_whole(question: str) -> None:
    result = every(question)
    assert (result.verdict, result.hits, result.total) == (Verdict.NONE, (), 0)
    assert result.missing == (question.strip("“”"),)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("黄之锋是谁", ("黄之锋",)), ("黎智英被捕了吗", ("黎智英",)),
        ("蔡英文说了什么", ("蔡英文",)),
        ("Who is Joshua Wong?", ("Joshua Wong",)), ("1989年天安门", ("1989年", "天安门")),
        ("陳光誠為什麼逃到大使館", ("陳光誠", "大使館")),
        ("信抄送给谁", ()), ("封信是谁写的", ()), ("那次有几号", ()), ("王毅说了什么", ()),
        ("习近平的生日", ("生日",)), ("沙利文是干嘛的", ()),
        ("2021年3月31日的声明", ()), ("二〇二一年三月三十一日的声明", ()),
    ],
)  # fmt: skip
def test_missing_words_are_told_as_they_were_typed(question: str, missing: tuple[str, ...]) -> None:
    assert every(question).missing == missing


def test_a_name_that_the_corpus_writes_in_two_words_is_asked_for_by_these() -> None:
    assert "国安法" in every("香港国安法").hits[0].quote


def test_a_question_whose_name_is_missing_is_never_found() -> None:
    asked = "布林肯与日本外务大臣茂木敏充会晤时谈到什么"
    assert seeds_index().search(asked).verdict is Verdict.FOUND
    about = seeds_index().search("布林肯与日本外务大臣茂木敏充会晤时谈到黄之锋什么")
    assert about.verdict is not Verdict.FOUND
    assert about.missing == ("黄之锋",)
    english = seeds_index().search("What did Blinken say about zebras?")
    assert english.verdict is not Verdict.FOUND
    assert english.missing == ("zebras",)


def test_titles_are_named_for_a_refusal_only_where_they_share_a_word() -> None:
    refused = seeds_index().search("香港的红烧肉怎么做才不腻，高铁票怎么改签？")
    assert refused.verdict is Verdict.NONE
    assert refused.nearest
    assert all("香港" in document.title for document in refused.nearest)
    assert seeds_index().search("红烧肉怎么做").nearest == ()


def test_a_latin_question_over_chinese_documents_is_told_their_language() -> None:
    assert seeds_index().search("How to bake bread?").foreign
    assert not seeds_index().search("怎么烤面包？").foreign
    english = index(document("a.txt", "The treaty was signed in Vienna by both parties."))
    assert not english.search("Who signed the treaty?").foreign


def test_the_kinds_of_questions_that_the_set_is_for() -> None:
    """Of `questions.jsonl`, the set "kinds": totals to the letter, nothing quoted for what is not
    there; where the rest stays short, `yinju eval --misses` shows it."""
    kinds = [row for row in questions() if row["set"] == "kinds"]
    assert len(kinds) == 60
    answerable, answered, clean = 0, 0, 0
    for row in kinds:
        result = seeds_index().search(str(row["text"]))
        if "total" in row:
            counts = (result.total, result.documents)
            assert counts == (row["total"], row["documents"]), row["text"]
        answers, forbidden = row["answers"], row["forbidden"]
        assert isinstance(answers, list)
        assert isinstance(forbidden, list)
        quotes = [hit.quote for hit in result.hits]
        clean += not any(one in quote for quote in quotes for one in forbidden)
        if not answers:
            assert result.verdict is Verdict.NONE, row["text"]
            assert result.missing, row["text"]
            continue
        answerable += 1
        answered += any(answer in quote for quote in quotes for answer in answers)
    assert answered >= 0.85 * answerable
    assert clean >= 58


@given(st.sampled_from(["香港人权", "中国", "布林肯", "联合国", "公司"]), st.integers(0, 40))
def test_any_page_of_a_lookup_is_a_part_of_the_whole(question: str, start: int) -> None:
    built: Index = seeds_index()
    page = built.search(question, page=slice(start, start + 5))
    assert page.hits == built.search(question, page=slice(0, start + 5)).hits[start:]


@given(st.text(alphabet="香港人权中国的 “”谁", min_size=1, max_size=12))
def test_any_lookup_quotes_only_what_has_it(question: str) -> None:
    result = seeds_index().search(question, page=EVERY)
    if result.lookup is not None:
        assert len(result.hits) == result.total
        if not result.bridges:
            wanted = fold(result.lookup).text
            assert all(wanted in fold(hit.passage.text).text for hit in result.hits)
