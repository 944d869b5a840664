"""Why a quote was found: what is said of it is true, and nothing that is marked goes unsaid."""

from __future__ import annotations

import pytest

from bot.conversation import LANGUAGES
from bot.conversation.replies import Reason
from bot.wording.locale import locale
from bot.wording.replies import alert
from retrieval.excerpts.reasons import Because, because
from retrieval.model import Bridge, Hit
from tests.corpora import document, index, questions, seeds_index


def _why(question: str, *texts: str, title: str = "题") -> Because:
    found = index(document("a.txt", *texts, title=title)).search(question)
    return because(found.query, found.hits[0])


def test_words_that_stand_in_it_are_told_from_rows_of_characters() -> None:
    found = seeds_index().search("炸医院那次死了几个人")
    said = [because(found.query, hit) for hit in found.hits]
    assert "炸医院" in said[-1].words
    assert not any(why.runs for why in said)


def test_a_number_in_another_form_is_said_in_both() -> None:
    why = _why("二〇二一年三月三十一日的声明", "这份声明在2021年3月31日发表。")
    assert why.words == ("声明",)
    assert why.numbers == (("二〇二一年三月三十一日", "2021年3月31日"),)
    assert not why.near


def test_a_date_that_only_shares_the_month_is_not_called_the_same() -> None:
    found = seeds_index().search("2021年3月31日的声明")
    whys = [because(found.query, hit) for hit in found.hits]
    near = [pair for why in whys for pair in why.near]
    assert ("2021年3月31日", "2021年3月16日") in near
    assert all(asked != here for asked, here in near)
    assert not any(why.numbers for why in whys)


def test_another_form_of_an_english_word_is_said() -> None:
    why = _why("signed treaties", "The treaty was signing off on the bridge. They signed it.")
    assert why.words == ("signed",)
    assert why.forms == (("treaties", "treaty"), ("signed", "signing"))


def test_a_word_of_the_title_is_said_and_a_bridge_only_where_it_stands() -> None:
    found = seeds_index().search("What did Blinken say about Syria?")
    for hit in found.hits:
        why = because(found.query, hit)
        assert {b.found for b in why.bridges} == {
            b.found for b in found.bridges if b.found in hit.quote
        }
        assert ("叙利亚" in why.titled) == ("叙利亚" in hit.passage.document.title)
        assert not why.words


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_named_and_not_matched_is_said_to_be_named(language: str) -> None:
    hit: Hit = seeds_index().search("香港").hits[0]
    words = locale(language)
    assert alert(Reason(hit, Because()), words) == words.text("why-named")
    same = (Bridge("alias", "Biden", "拜登"), Bridge("translation", "Biden", "拜登"))
    assert alert(Reason(hit, Because(bridges=same)), words).count("拜登") == 1


def test_of_every_quote_on_the_seeds_something_is_said_and_stands_in_it() -> None:
    for row in questions():
        found = seeds_index().search(str(row["text"]))
        for hit in found.hits:
            why = because(found.query, hit)
            said = [*why.words, *why.runs]
            assert all(word in hit.quote for word in said)
            assert not hit.excerpt.marks or any(
                (said, why.forms, why.numbers, why.near, why.bridges)
            ), (row["text"], hit.quote)
