"""A file costs at most itself: whatever stands in it, the others are read, indexed and found."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.messages import LANGUAGES
from bot.wording.locale import locale
from bot.wording.reports import caused, skip_line, skip_lines
from retrieval.corpus.loading import load
from retrieval.errors import Cause, Skipped, Stage
from retrieval.indexing import build as building
from retrieval.indexing import records
from retrieval.indexing.build import build
from retrieval.model import Corpus, Document, Passage
from retrieval.passages.split import split
from retrieval.ranking.searcher import Index
from tests.corpora import document

GOOD = "# 熊猫\n\n成都熊猫基地位于成都北郊，住着一百多只熊猫。\n"


@pytest.mark.parametrize(
    "text",
    [
        "代办事项（to-do）",
        "代办事项（to-be）",
        "事（and the of）",
        "（）()（to-）",
        "甲（A）乙（-）",
    ],
)
def test_a_bracket_costs_nothing(text: str) -> None:
    assert build_of(document("a", text)).skipped == ()


def build_of(*documents: Document) -> Index:
    return build(Corpus(documents))


def test_a_document_that_cannot_be_cut_is_named_and_the_others_serve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def choking(one: Document) -> tuple[Passage, ...]:
        if one.id == "bad":
            raise ZeroDivisionError
        return split(one)

    monkeypatch.setattr(records, "split", choking)
    index = build_of(document("bad", "坏的一篇。"), document("good", "成都熊猫基地位于成都北郊。"))
    assert [d.id for d in index.documents] == ["good"]
    (lost,) = index.skipped
    assert (lost.path, lost.stage) == ("bad", Stage.SPLIT)
    for language in LANGUAGES:
        said = skip_line(lost, locale(language))
        assert "ZeroDivision" not in said
        assert locale(language).text("stage-split") in said
    assert index.search("成都熊猫基地").hits


@pytest.mark.parametrize(
    ("name", "key"),
    [("mine", "no-aliases"), ("heard", "no-sounds"),
     ("calibrate", "no-thresholds")],
)  # fmt: skip
def test_what_cannot_be_learned_costs_no_document(
    monkeypatch: pytest.MonkeyPatch, name: str, key: str
) -> None:
    real = getattr(building, name)
    failed: list[str] = []

    def choking(*given: object) -> object:
        if not failed:
            failed.append(name)
            raise ZeroDivisionError
        return real(*given)

    monkeypatch.setattr(building, name, choking)
    index = build_of(document("good", "成都熊猫基地(Panda Base)位于成都北郊。"))
    (lost,) = index.skipped
    assert (lost.path, lost.stage, lost.cause.key) == ("", Stage.LEARN, key)
    assert all(caused(lost, locale(language)) for language in LANGUAGES)
    assert index.search("成都熊猫基地").hits


_SCRAPS = st.sampled_from(
    """# |## 第一章|---\n|title: A: B\n|- |1. |```\n|    |\n\n|（to-do）|(ADN)|《|》|“|”|。|！？|
    第二条 |<div>|</p>|<table><tr>|<meta charset=undefined>|{"text": "|"}\n|[a](http://|](|\t|\u3000|\u200b|&#0;|
    &nbsp;|e\u0301|🐼|𠮷|ا|ﷺ|ก็|1,000|三千五|2021-02-30|\\u0000|to |of |The |A.B. |-|·|::: tip\n|
    $x$|[^1]|\x0c|\r|\ufffe|㎏|İ""".split("|")
)
_TEXTS = st.lists(st.one_of(_SCRAPS, st.text(max_size=8)), max_size=40).map("".join)
_SUFFIXES = st.sampled_from([".txt", ".md", ".html", ".htm", ".jsonl", ".markdown"])
_FILES = st.lists(st.tuples(_SUFFIXES, st.one_of(_TEXTS, st.binary(max_size=60))), max_size=6)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(_FILES)
def test_any_corpus_is_built_and_the_good_document_is_found(
    files: list[tuple[str, str | bytes]],
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "good.md").write_text(GOOD, encoding="utf-8")
        for number, (suffix, held) in enumerate(files):
            data = held if isinstance(held, bytes) else held.encode("utf-8", "surrogatepass")
            (folder / f"{number}{suffix}").write_bytes(data)
        index = build(load(folder))
    assert "good.md" in [d.id for d in index.documents]
    assert "good.md" in index.documents_for("成都熊猫基地位于成都北郊", limit=10)
    for lost in index.skipped:
        assert lost.cause.key != "failed", lost
    for passage in index.passages:
        assert passage.text == passage.document.text[passage.start : passage.end]


def test_what_was_not_read_is_said_once_a_kind() -> None:
    unread = Cause("no-reader", {"suffix": ".vue", "readable": ".md"})
    alike = [Skipped(f"{name}.vue", unread, wanted=False) for name in "abc"]
    told = skip_lines([*alike, Skipped("x.md", Cause("no-text"))], locale("en"))
    assert [wanted for wanted, _ in told] == [True, False]
    assert told[0][1].startswith("– x.md: ")
    assert told[1][1].startswith("– a.vue: ")
    assert told[1][1].endswith("(and 2 more like it)")
