"""What a text stands for: small talk, follow-ups, documents, lists, claims, or a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import (
    Ask,
    AskList,
    CheckClaims,
    FindDocument,
    Say,
    SmallTalk,
)
from bot.conversation.actions import (
    Action,
    CastVote,
    CopyQuote,
    Order,
    Plain,
    ShowCatalogue,
    ShowPlace,
    ShowReason,
    ShowView,
    View,
)
from bot.conversation.privacy import Memory, light
from bot.conversation.replies import Answer
from bot.conversation.typed import Shown
from bot.conversation.understanding import understand
from bot.wording.locale import patterns
from retrieval.places import Place, key
from tests.corpora import seeds_index

QUESTION = "AAAAAAAAAAAA"
FORWARDED = (
    "转发：二十四个组织联名致信拜登。信里要求抵制北京冬奥会。他们还说天上有两个月亮！大家怎么看？"
    "群友都在传这个消息，说得有鼻子有眼的。"
)


def _meant(text: str, shown: Shown | None = None, **how: str | bool) -> Action:
    return understand(Say(text, **how), shown, patterns())  # type: ignore[arg-type]


def _shown() -> Shown:
    result = seeds_index().search("香港国安法")
    assert result.hits
    return Shown(Answer(QUESTION, result, pages=3), "香港国安法")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你好", "greeting"),
        ("您好！", "greeting"),
        ("Hi", "greeting"),
        ("早上好。", "greeting"),
        ("谢谢", "thanks"),
        ("Thank you!", "thanks"),
        ("謝謝你", "thanks"),
        ("哈哈哈哈", "laughter"),
        ("你是谁？", "who"),
        ("你是誰", "who"),
        ("Are you a bot?", "who"),
        ("垃圾", "insult"),
        ("你这个垃圾！", "insult"),
        ("You are useless.", "insult"),
        ("好的", "laughter"),
    ],
)
def test_small_talk_is_told_from_questions(text: str, kind: str) -> None:
    assert _meant(text) == SmallTalk(kind)


@pytest.mark.parametrize(
    "text",
    ["谢谢谁签的名", "你好香港国安法", "thanks to whom was he released", "哈哈哈尔滨", "更多", "2"],
)
def test_what_only_begins_like_small_talk_is_a_question(text: str) -> None:
    assert _meant(text) == Ask(text)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("帮助", Plain("help")),
        ("how do I ask?", Plain("help")),
        ("有哪些文章？", ShowCatalogue(0)),
        ("最近的新闻", ShowCatalogue(0)),
        ("What's new?", ShowCatalogue(0)),
        ("致拜登的信全文", FindDocument("致拜登的信")),
        ("《关于香港的声明》", FindDocument("关于香港的声明")),
        ("full text of the letter", FindDocument("the letter")),
        ("谁签了名", AskList("谁签了名")),
        ("信里提了哪些要求？", AskList("信里提了哪些要求？")),
    ],
)
def test_documents_and_lists_are_asked_for_as_such(text: str, action: Action) -> None:
    assert _meant(text) == action


def test_a_short_word_means_something_of_the_last_answer() -> None:
    shown = _shown()
    assert isinstance(shown.reply, Answer)
    hit = shown.reply.result.hits[1]
    place, second = Place.of(hit.passage, hit.excerpt), key(hit.passage.document.id)
    for text in ("2", "读2", "讀 2", "read 2", "原文2"):
        assert _meant(text, shown) == ShowPlace(place, QUESTION, View())
    assert _meant("更多", shown) == ShowView(QUESTION, View(1))
    assert _meant("next", shown) == ShowView(QUESTION, View(1))
    assert _meant("最新", shown) == ShowView(QUESTION, View(order=Order.NEWEST))
    assert _meant("为什么2", shown) == ShowReason(QUESTION, View(), place)
    assert _meant("复制2", shown) == CopyQuote(QUESTION, View(), place)
    assert _meant("只看这篇2", shown) == ShowView(QUESTION, View(document=second))
    assert _meant("赞", shown) == CastVote(QUESTION, 1)
    assert _meant("踩", shown) == CastVote(QUESTION, -1)
    assert _meant("9", shown) == Plain("no-number")
    assert _meant("709", shown) == Ask("709")
    assert _meant("上一页", shown) == Plain("no-more")
    assert _meant("换一段", shown) == Plain("not-here")


def test_a_lasting_name_opens_its_place_without_anything_shown() -> None:
    place = Place.of(seeds_index().passages[3])
    assert _meant(f"yinju:{place.encode()}") == ShowPlace(place)
    assert _meant("yinju:nonsense") == Ask("yinju:nonsense")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("那法国呢？", '"法国" 香港国安法'),
        ("what about France?", '"France" 香港国安法'),
        ("什么时候？", "香港国安法 什么时候？"),
        ("还有谁", "香港国安法 还有谁"),
    ],
)
def test_what_leans_on_the_last_question_is_put_together_with_it(text: str, asked: str) -> None:
    assert _meant(text, _shown()) == Ask(asked, follows="香港国安法")
    assert _meant(text) == Ask(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("2021年3月的声明", "声明 年份:2021-03"),
        ("2021年關於香港的聲明", None),
        ("2021年的關於香港的聲明", "關於香港的聲明 年份:2021"),
        ("statements from March 2021", "statements year:2021-03"),
        ("letters of 2020", "letters year:2020"),
        ("布林肯说过什么关于香港的话？", None),
        ("布林肯對香港怎麼說", None),
        ("What did Blinken say about Hong Kong?", None),
        ("2021年3月18日的会谈谈了什么", None),
        ("statements of nothing 2021", None),
    ],
)
def test_dates_in_plain_words_are_filters_speakers_are_not(text: str, asked: str | None) -> None:
    assert _meant(text) == Ask(asked or text)


def test_a_document_that_was_shown_can_be_searched_alone() -> None:
    shown = _shown()
    assert isinstance(shown.reply, Answer)
    document = key(shown.reply.result.hits[0].passage.document.id)
    assert _meant("在这篇里找日本", shown) == Ask("日本", document)


def test_a_long_or_forwarded_text_is_checked_sentence_by_sentence() -> None:
    assert _meant(FORWARDED) == CheckClaims(FORWARDED.removeprefix("转发："))
    short = "二十四个组织联名致信拜登。信里要求抵制北京冬奥会。天上有两个月亮！"
    assert _meant(f"转发：{short}") == CheckClaims(short)
    assert _meant("你好。请问。谢谢。") == Ask("你好。请问。谢谢。")
    assert _meant("甲说了。乙也说了。", forwarded=True) == CheckClaims("甲说了。乙也说了。")
    assert _meant("这是真的吗？", about=FORWARDED) == CheckClaims(FORWARDED)
    assert _meant("这是真的吗", about="红枫村的石桥很有名") == Ask("红枫村的石桥很有名")
    assert _meant("白云村", about="红枫村的石桥很有名") == Ask("白云村")


@given(st.text(max_size=300), st.booleans(), st.text(max_size=80))
def test_any_text_stands_for_something(text: str, forwarded: bool, about: str) -> None:
    shown = _shown()
    for before in (None, shown):
        assert understand(Say(text, forwarded, about), before, patterns()) is not None


def test_memory_forgets_after_its_time_and_on_request() -> None:
    now = [0.0]
    memory, shown = Memory(30, lambda: now[0]), _shown()
    memory.remember("a", "c", shown)
    now[0] = 30 * 60 - 1
    assert memory.last("a", "c") == Shown(light(shown.reply), shown.question)
    assert memory.last("a", "other") is None
    now[0] += 1
    assert memory.last("a", "c") is None
    memory.remember("a", "c", shown)
    memory.remember("b", "c", shown)
    memory.forget("a")
    assert memory.last("a", "c") is None
    assert memory.last("b", "c") is not None
    now[0] += 30 * 60
    memory.remember("d", "c", shown)
    assert list(memory._shown) == [("d", "c")]  # nothing stays that was not asked for again
