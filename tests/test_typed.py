"""Everything that a reply offers can be typed, in every language, and comes out as the same action;
lists, documents and examples are the right ones."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path

import pytest

from bot.conversation import LANGUAGES
from bot.conversation.actions import Plain, View
from bot.conversation.documents import find, listing
from bot.conversation.privacy import light
from bot.conversation.reading import Reading
from bot.conversation.replies import (
    Answer,
    Choice,
    Claim,
    Claims,
    Documents,
    Greeting,
    Listing,
    Notice,
    Page,
    Reason,
    Reply,
)
from bot.conversation.typed import Shown, typed
from bot.wording import Copy, Open, Share
from bot.wording.citation import Links
from bot.wording.locale import locale, patterns
from bot.wording.replies import alert, render, typed_form
from retrieval.excerpts.reasons import Because
from retrieval.library import Library
from retrieval.places import Place, key
from retrieval.searching import Searcher
from tests.corpora import SEEDS, seeds_index
from tests.dialogue import write
from tests.tales import TALES

QUESTION = "AAAAAAAAAAAA"


@pytest.fixture(scope="module")
def reading() -> Reading:
    return Reading(Searcher(Library(SEEDS)), patterns().examples)


def _replies(reading: Reading) -> list[Reply]:
    index = seeds_index()
    result = index.search("香港国安法")
    document = key(result.hits[0].passage.document.id)
    hit = result.hits[0]
    opened = reading.open(Place.of(hit.passage, hit.excerpt), QUESTION, View())
    random = reading.random()
    sounding = index.search("杨洁池")
    assert any(bridge.kind == "sound" for bridge in sounding.bridges)
    assert isinstance(opened, Page)
    letter = listing(index, "给拜登的信提了哪些要求")
    named = find(index, "致拜登")
    greeting = asyncio.run(reading.greeting())
    assert letter is not None
    assert named is not None
    assert isinstance(greeting, Greeting)
    assert greeting.examples
    first = Answer(QUESTION, result, pages=3)
    return [
        first,
        Answer(QUESTION, index.search("香港国安法", page=slice(3, 8)), View(1), pages=3),
        Answer(QUESTION, index.search("香港国安法", newest=True), View(document=document)),
        Answer(QUESTION, result, pages=1, follows="日本"),
        Answer(QUESTION, sounding),
        opened,
        random,
        reading.catalogue(),
        reading.catalogue(1),
        reading.catalogue(0, key("RFI")),
        letter,
        named,
        Claims(QUESTION, (Claim("香港。", None), Claim("国安法。", hit)), 0),
        greeting,
        Choice(Notice("forget-confirm", {"rows": 2}), (("button-forget", Plain("forget")),)),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_offered_can_be_typed(reading: Reading, language: str) -> None:
    words = locale(language)
    for reply in _replies(reading):
        offers = [o for row in render(reply, words, Links()).rows for o in row]
        for offer in offers:
            if isinstance(offer.does, Copy | Open | Share) or offer.does == Plain("nothing"):
                continue
            form = typed_form(offer, words)
            for remembered in (reply, light(reply)):
                assert typed(form, Shown(remembered), patterns().typed) == offer.does


@pytest.mark.parametrize(
    ("said", "like"),
    [
        ("第二条", "read 2"), ("第二条全文", "read 2"), ("看第2条", "read 2"), ("全文 2", "read 2"),
        ("第二條的出處", "source 2"), ("复制第三段", "copy 3"), ("number 2", "read 2"),
    ],
)  # fmt: skip
def test_a_quote_is_named_as_people_count(reading: Reading, said: str, like: str) -> None:
    shown = Shown(_replies(reading)[0])
    wanted = typed(like, shown, patterns().typed)
    assert wanted is not None
    assert typed(said, shown, patterns().typed) == wanted


def test_an_article_of_a_law_is_no_quote_by_its_number(tmp_path: Path) -> None:
    write(tmp_path, {"法.md": "# 竹林法\n\n第一条　本法保护竹林。\n\n第二条　竹林属于熊猫。\n"})
    shown = Shown(Answer(QUESTION, Library(tmp_path).current.search("竹林法第一条")))
    assert typed("第二条", shown, patterns().typed) is None


def test_what_was_shown_is_remembered_without_any_text(reading: Reading) -> None:
    texts = [document.text[:40].encode() for document in seeds_index().documents]
    for reply in _replies(reading):
        if isinstance(reply, Answer | Page | Documents | Listing):
            assert any(text in pickle.dumps(reply) for text in texts)
            assert not any(text in pickle.dumps(light(reply)) for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", ["香港国安法", "杨洁池", "Who is Pedersen?", "Japan"])
def test_why_has_words_for_every_bridge(language: str, question: str) -> None:
    result = seeds_index().search(question)
    why = Reason(result.hits[0], Because(("词",), bridges=result.bridges))
    for bridge in result.bridges:
        assert bridge.found in alert(why, locale(language))


@pytest.mark.parametrize(
    ("question", "shown", "begins", "count"),
    [
        ("24个组织给拜登的信提了哪些要求", None, "将人权作为对华政策的中心", 8),
        ("給拜登的信提了哪些要求", None, "将人权作为对华政策的中心", 8),
        ("谁签署了给拜登的信", None, "茱莉", 24),
        ("谁签了名", "000", "茱莉", 24),
        ("哪些组织签了名", "001", "1. 21Wilberforce", 281),
        ("提了哪些要求", "002", "制定行动计划", 3),
        ("信抄送给了谁", "000", "杰克·沙利文", 9),
    ],
)
def test_a_question_for_a_list_gets_the_right_one(
    question: str, shown: str | None, begins: str, count: int
) -> None:
    index = seeds_index()
    number = next((d for d in index.documents if shown and d.id.startswith(shown)), None)
    found = listing(index, question, key(number.id) if number else None)
    assert isinstance(found, Listing)
    assert len(found.items) == count
    assert any(item.startswith(begins) for item in found.items)
    for item, passage in zip(found.items, found.passages, strict=True):
        assert item in passage.document.text


@pytest.mark.parametrize(
    "question",
    [
        "联署信为什么要求美国官员发言时严格区分中国政府和人民？",
        "科技企业被劝告别把东西卖给哪些机构，以免助纣为虐？",
        "联署信对北京冬季奥运会有什么要求",
        "有多少港中官员因为自治法被列入名单",
    ],
)
def test_a_question_about_more_than_a_list_gets_no_list(question: str) -> None:
    assert listing(seeds_index(), question) is None


def test_who_signed_for_an_organisation_begins_with_it() -> None:
    found = listing(seeds_index(), "Who signed the letter for Freedom House?")
    assert isinstance(found, Listing)
    assert found.matching == 1
    assert found.items[0].endswith("自由之家 (Freedom House)")


def test_who_signed_is_answered_whatever_language_names_the_letter() -> None:
    found = listing(seeds_index(), "Who signed the letter to Biden?")
    assert isinstance(found, Listing)
    assert found.passage.document.id.startswith("000")
    assert len(found.items) == 24


def test_a_list_that_several_documents_have_is_asked_for_by_document() -> None:
    found = listing(seeds_index(), "谁签了名")
    assert isinstance(found, Documents)
    assert {d.id[:3] for d in found.documents} >= {"000", "001"}


def test_a_document_is_found_by_its_words_and_no_other_with_it() -> None:
    found = find(seeds_index(), "致拜登的信")
    assert found is not None
    assert [d.id[:3] for d in found.documents] == ["000"]


def test_every_example_is_a_question_that_is_answered_from_its_document(reading: Reading) -> None:
    index = seeds_index()
    greeting = asyncio.run(reading.greeting())
    assert isinstance(greeting, Greeting)
    made = greeting.examples
    assert len(made) == 4
    assert len({example.document.id for example in made}) == 4
    assert {example.person for example in made} == {True, False}
    for example in made:
        for question in example.questions.values():
            assert question[-1] in "？?"
            hits = index.search(question).hits
            assert example.document in [hit.passage.document for hit in hits]


def test_no_quote_stands_twice_in_an_answer(tmp_path: Path) -> None:
    write(tmp_path, TALES)
    index = Library(tmp_path).current
    for question in ("青石村的石桥", "青石村的石桥是谁修的？", "石桥"):
        hits = index.search(question, page=slice(0, 10)).hits
        places = [Place.of(hit.passage, hit.excerpt) for hit in hits]
        assert len(set(places)) == len(places)
