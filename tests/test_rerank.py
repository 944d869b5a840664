"""The best passages once more: words in one sentence, in their order, in the title."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.engines import importance
from retrieval.excerpts.reading import Reading
from retrieval.queries import analyse
from retrieval.ranking.rerank import rerank
from tests.corpora import document, index, seeds_index

_OTHERS = [document(f"{n}.txt", f"{c}村的人都来看戏。" * 3) for n, c in enumerate("甲乙丙丁戊己")]


def _first(question: str, *texts: str, titles: tuple[str, ...] = ()) -> str:
    """The name of the document that comes first: the number of its text."""
    named = titles or ("",) * len(texts)
    documents = [
        document(f"text{n}", text, title=title)
        for n, (text, title) in enumerate(zip(texts, named, strict=True))
    ]
    return index(*documents, *_OTHERS).documents_for(question, 1)[0]


@pytest.mark.parametrize("turned", [False, True])
def test_words_in_one_sentence_come_before_words_in_several(turned: bool) -> None:
    apart = "渔船停在港口。天色已经很晚。灯塔亮着。人们在睡觉。"
    together = "渔船靠灯塔认路。天色已经很晚。人们停在港口。大家在睡觉。"
    texts = (together, apart) if turned else (apart, together)
    assert _first("渔船和灯塔", *texts) == ("text0" if turned else "text1")


@pytest.mark.parametrize("turned", [False, True])
def test_words_that_follow_one_another_come_before_the_other_way_round(turned: bool) -> None:
    backwards, forwards = "铁匠送给渔夫一把刀。", "渔夫送给铁匠一把刀。"
    texts = (forwards, backwards) if turned else (backwards, forwards)
    assert _first("渔夫 铁匠", *texts) == ("text0" if turned else "text1")


def test_a_word_of_other_letters_is_found_whole_only() -> None:
    assert _first("art", "This is a party for all.", "This is art for us all.") == "text1"


@given(st.text(alphabet="布林肯人权台湾叙利亚the2021年三月 ", min_size=1, max_size=20))
def test_it_keeps_every_passage_and_gives_ordered_shares(question: str) -> None:
    built = seeds_index()
    query = analyse(question, built.lexicon)
    scored = built.engine.search(query, 30)
    better = rerank(scored, Reading(query, importance(built.engine, query), built.texts))
    assert {hit.passage for hit in better} == {hit.passage for hit in scored}
    assert all(0 < hit.score <= 1 for hit in better)
    assert all(one.score >= other.score for one, other in pairwise(better))
    assert {(hit.passage, hit.body) for hit in better} == {(h.passage, h.body) for h in scored}


def test_of_equals_the_engines_order_stays() -> None:
    built = seeds_index()
    query = analyse("布林肯", built.lexicon)
    (hit, *_) = built.engine.search(query, 5)
    nothing = Reading(query, {}, built.texts)
    twice = [hit, hit._replace(body=0.0)]
    assert [h.body for h in rerank(twice, nothing)] == [hit.body, 0.0]
