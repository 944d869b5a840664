"""Names mined from glosses, and the operator's own."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.analysis.folding import fold
from retrieval.analysis.words import WordCutter
from retrieval.errors import CorpusError
from retrieval.expansion.glosses import find
from retrieval.expansion.synonyms import Aliases, Given, mine, operator_aliases
from retrieval.indexing import build
from retrieval.library import Library
from retrieval.model import Block, Bridge, Corpus, Document, Verdict
from retrieval.queries import analyse
from retrieval.ranking import Index
from retrieval.ranking.confidence import Thresholds
from tests.corpora import seeds_index


def cut(text: str) -> list[str]:
    return list(WordCutter().words(text))


def mined(text: str, given_: Given = Given()) -> Aliases:  # noqa: B008 - frozen
    return mine(find(text), cut, given_)


def others(text: str, name: str) -> list[str]:
    mentions = mined(text).mentions(fold(name).text)
    return [alias.spelled for mention in mentions for alias in mention.others]


@cache
def index(*texts: str) -> Index:
    built = build(
        Corpus(tuple(Document(str(n), "", t, (Block(0, len(t)),), f"{n}.txt", t)
                     for n, t in enumerate(texts)))
    )  # fmt: skip
    # Three sentences are no corpus to calibrate a refusal on.
    return replace(built, thresholds=Thresholds(found=0.0, possible=0.0))


@pytest.mark.parametrize(
    ("text", "chinese", "foreign"),
    [
        ("他们对最近胡塞人攻击马里卜(Marib)深表关切", "马里卜", "Marib"),
        ("和英国外交大臣拉布(Dominic Raab)发表声明", "拉布", "Dominic Raab"),
        ("西北部的巴卜萨拉姆（Bab al-Salaam）过境点", "巴卜萨拉姆", "Bab al-Salaam"),
        ("签名：茱莉·米尔萨普 (Julie Millsap)", "茱莉·米尔萨普", "Julie Millsap"),
        ("国务卿安东尼·布林肯(Antony J. Blinken)说", "安东尼·布林肯", "Antony J. Blinken"),
        ("| 自由之家 (Freedom House)", "自由之家", "Freedom House"),
        ("美国谴责中华人民共和国(PRC)的行为", "中华人民共和国", "PRC"),
        ("据芝加哥全球事务理事会(Chicago Council on Global Affairs)说", "芝加哥全球事务理事会",
         "Chicago Council on Global Affairs"),
        ("重新加入《巴黎气候协议》(Paris Climate Agreement)", "巴黎气候协议",
         "Paris Climate Agreement"),
    ],
)  # fmt: skip
def test_a_foreign_name_in_brackets_is_paired_both_ways(
    text: str, chinese: str, foreign: str
) -> None:
    assert foreign in others(text, chinese)
    assert others(text, foreign.upper()) == [chinese]


def test_a_list_of_examples_in_brackets_is_no_name() -> None:
    assert others("在很多自动机（KMP、AC 自动机、SAM）中", "kmp") == []
    assert others("保护记者委员会（CPJ、纽约）说", "cpj") == ["保护记者委员会"]


def test_a_short_name_in_brackets_is_paired_with_the_long_one() -> None:
    assert others("由香港政府实行的国家安全法（国安法）", "国安法") == ["国家安全法"]
    assert others("联合全面行动计划(又称伊核协议)仍然", "伊核协议") == ["联合全面行动计划"]
    assert others("The Asia Democracy Network (ADN) signed", "adn") == ["Asia Democracy Network"]


@pytest.mark.parametrize(
    "text",
    ["长度(cm)和宽度", "主持人:(通过口译)", "首尔(韩国)", "他生于北京（1950年）", "声明(英文)",
     "我们讨论了这个问题(笑声)", "全长二十公里(25 km)", "(Marib)", "()", "今天(朝鲜)试射导弹",
     "构建程序 (debian/rules build)", "提交到 DOM（将菜品放在桌子上）", "React（或其他软件）会",
     "新华社北京10月1日电（记者苏斌）", "它有一个大纲面板（下图左）", "饰演警察罗坚（张译饰）"],
)  # fmt: skip
def test_remarks_years_and_units_are_no_names(text: str) -> None:
    assert not mined(text).others


def test_what_recurs_before_one_bracket_gives_the_shorter_name() -> None:
    text = "奥斯汀强调美日联盟(U.S.-Japan Alliance)。肯定了美日联盟(U.S.-Japan Alliance)。"
    assert others(text, "U.S.-Japan Alliance") == ["美日联盟"]


def test_a_family_name_alone_is_known_where_one_person_has_it() -> None:
    one = "贝内迪克特·罗杰斯 (Benedict Rogers)"
    assert others(one, "Rogers") == ["罗杰斯"]
    assert others(f"{one}，还有威廉·罗格斯 (William Rogers)", "Rogers") == []


def test_the_operator_adds_and_forbids() -> None:
    text = "攻击马里卜(Marib)"
    assert not mined(text, Given(forbid=(("marib", "马里卜"),))).others
    more = mined(text, Given(same=(("北约", "NATO"),)))
    assert [alias.spelled for alias in more.others["nato"]] == ["北约"]


def test_only_names_that_the_corpus_has_are_taken_up() -> None:
    corpus = index("北韩试射导弹。" * 9, "今天下雨。" * 9)
    same = Given(same=(("朝鲜", "北韩", "Arirang", "Chosun", "DPRK", "North Korea"),))
    lexicon = replace(corpus.lexicon, aliases=mined("", same))
    bridges = analyse("朝鲜的导弹", lexicon).bridges
    assert [(bridge.asked, bridge.found) for bridge in bridges] == [("朝鲜", "北韩")]


def test_the_longest_name_is_mentioned_whatever_its_case() -> None:
    aliases = Aliases.of_pairs([(("自由之家", "Freedom House"), 1.0), (("之家", "House"), 1.0)])
    for question in ("who signed for FREEDOM  HOUSE?", "谁代表自由之家签名", "自由之家"):
        folded = fold(question).text
        found = [folded[m.start : m.end] for m in aliases.mentions(folded)]
        assert found in (["freedom  house"], ["自由之家"])
    assert [m.start for m in aliases.mentions("householder")] == []


@given(st.lists(st.tuples(st.text(min_size=2), st.text(min_size=2))), st.text())
def test_mentions_are_in_order_and_inside_any_text(pairs: list[tuple[str, str]], text: str) -> None:
    folded = fold(text + "".join(a for a, _ in pairs)).text
    reached = 0
    for mention in Aliases.of_pairs((pair, 1.0) for pair in pairs).mentions(folded):
        assert reached <= mention.start < mention.end <= len(folded)
        assert mention.others
        reached = mention.end


@given(st.text(alphabet="(（)）ab AB·的马里卜布林肯12, ", max_size=60))
def test_any_text_can_be_mined(text: str) -> None:
    for _ in mined(text).names():
        pass


def test_a_question_in_english_finds_the_chinese_passage_and_says_how() -> None:
    built = index(
        "和英国外交大臣拉布(Dominic Raab)发表了一份声明。",
        "拉布主持了安理会会议，谈到疫苗的分配与停火。",
        "首尔的记者会谈到了北方的导弹试射。",
    )
    result = built.search("What did Raab say about vaccines?")
    assert built.documents_for("What did Raab say about vaccines?", 3) == ["1", "0"]
    assert Bridge("alias", "Raab", "拉布") in result.bridges
    marks = {
        hit.passage.document.text[start:end]
        for hit in result.hits
        for start, end in hit.excerpt.marks
    }
    assert "拉布" in marks


def test_a_pronoun_is_no_organisation(tmp_path: Path) -> None:
    (tmp_path / "aliases.toml").write_text('same = [["世界卫生组织", "WHO"]]', encoding="utf-8")
    (tmp_path / "a.txt").write_text("世界卫生组织呼吁停火。", encoding="utf-8")
    built = Library(tmp_path).current
    assert built.search("who called?").verdict is Verdict.NONE
    assert built.search("WHO 呼吁").hits


def test_names_given_by_the_operator_take_effect_at_a_reload(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("巴卜萨拉姆过境点关闭了。", encoding="utf-8")
    library = Library(tmp_path)
    assert library.current.search("Bab al-Salaam").verdict is Verdict.NONE
    text = 'same = [["巴卜萨拉姆", "Bab al-Salaam"]]'
    (tmp_path / "aliases.toml").write_text(text, encoding="utf-8")
    library.reload()
    assert library.current.search("Bab al-Salaam").hits


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("same = [", "not TOML"), ('same = [["北约"]]', "same 1 = "), ("other = 1", "other"),
        ('forbid = [["a1", "b2", "c3"]]', "forbid 1 = "), ('same = [["北约", 3]]', "same 1 2 = 3"),
        ('forbidden = [["a", "b"]]', 'forbidden: unknown key; did you mean "forbid"'),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_the_place(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "aliases.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=reason):
        operator_aliases(tmp_path)


def test_the_shipped_names_are_read() -> None:
    given_ = operator_aliases(Path(__file__).parent.parent / "seeds")
    assert any({"北约", "NATO"} <= set(group) for group in given_.same)


def test_a_question_is_cut_into_words_that_the_corpus_has() -> None:
    lexicon = index("朝鲜试射导弹。" * 9, "人权状况恶化。" * 9, "中国人口。" * 9).lexicon
    assert [token.text for token in lexicon.cut("朝鲜人权状况")] == ["朝鲜", "人权", "状况"]
    assert [token.text for token in lexicon.cut("朝鲜人来了")] == ["朝鲜人", "来", "了"]
    assert analyse("朝鲜人权状况", lexicon).bridges == ()


@settings(max_examples=20)
@given(st.text("朝鲜人权中国口状况恶化a 。", max_size=20))
def test_cut_as_the_corpus_has_it_a_question_is_the_same_question(question: str) -> None:
    lexicon = index("朝鲜试射导弹。" * 9, "人权状况恶化。" * 9).lexicon
    cut, plain = lexicon.cut(question), list(lexicon.segmenter.words(question))
    assert "".join(t.text for t in cut) == "".join(t.text for t in plain)
    assert all(question[t.start : t.end] == t.text for t in cut)


def test_what_stands_in_for_a_word_weighs_as_much_as_that_would(tmp_path: Path) -> None:
    """冬奥会 stands nowhere; what is said of it goes before passages that have 抵制 alone."""
    (tmp_path / "aliases.toml").write_text('same = [["冬季奥运会", "冬奥会"]]', encoding="utf-8")
    texts = {
        "a": "各国该怎样看冬季奥运会，信里写得很清楚。" + "村里的人都来看戏。" * 9,
        "b": "人们抵制涨价。",
        **{f"c{n}": "村里的人都来看戏。" for n in range(9)},
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(f"信{name}\n\n{text}\n", encoding="utf-8")
    built = Library(tmp_path).current
    assert built.documents_for("要不要抵制冬奥会", 1) == ["a.txt"]


@pytest.mark.parametrize("asked", ["要不要抵制", "该不该抵制", "会不会抵制", "应不应该抵制"])
def test_two_words_that_are_one_question_word_are_not_looked_up(asked: str) -> None:
    assert set(analyse(asked, seeds_index().lexicon).word) == {"抵制"}
