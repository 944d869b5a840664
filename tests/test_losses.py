"""A file costs at most itself: whatever stands in it, the others are read, indexed and found."""

from __future__ import annotations

import html
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import LANGUAGES
from bot.wording.corpus import caused, skip_line, skip_lines
from bot.wording.locale import locale
from retrieval import indexing as building
from retrieval import processes
from retrieval.corpus import load
from retrieval.corpus.readers import SUFFIXES
from retrieval.errors import Cause, Skipped, Stage
from retrieval.indexing import assemble, build, cutters, records, segmented
from retrieval.model import BlockKind, Corpus, Document, Passage
from retrieval.passages import split
from retrieval.processes import Limits, receive
from retrieval.ranking import Index
from tests.corpora import document
from tests.files import book_of, pdf_of, word_of

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


@pytest.mark.parametrize(
    ("limits", "cause"),
    [
        (Limits(1, 512), Cause("too-slow", {"seconds": 1})),
        (Limits(20, 16), Cause("memory", {"megabytes": 16})),
    ],
)
def test_a_document_that_takes_too_much_in_cutting_costs_itself_alone(
    limits: Limits, cause: Cause, tmp_path: Path
) -> None:
    documents = (
        document("before", "成都熊猫基地位于成都北郊。"),
        document("long", "三千五百二十一万零三。" * 90_000),  # numbers are what takes longest
        document("after", "红枫村的石桥建于清代。"),
    )
    parts = segmented(Corpus(documents), folder=tmp_path, limits=limits)
    assert parts.lost == (Skipped("long", cause, Stage.SPLIT),)
    index = assemble((), parts)
    assert [one.id for one in index.documents] == ["before", "after"]
    assert index.search("红枫村的石桥").hits


@pytest.mark.skipif(sys.platform == "win32", reason="nothing can be stopped there")
def test_a_process_that_waits_for_ever_in_cutting_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started = list[subprocess.Popen[bytes]]()
    popen, waits = subprocess.Popen, cutters._WAITS

    def starting(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        monkeypatch.setattr(cutters, "_WAITS", waits)
        started.append(popen(*arguments, **options))
        return started[-1]

    def hearing(stream: BinaryIO) -> bytes | None:
        said = receive(stream)
        if len(started) == 1:  # it is at the first document
            monkeypatch.setattr(cutters, "_WAITS", 0)
            started[0].send_signal(signal.SIGSTOP)
        return said

    monkeypatch.setattr(subprocess, "Popen", starting)
    monkeypatch.setattr(processes, "receive", hearing)
    documents = (document("stuck", "外长在东京举行会议。" * 60_000), document("good", GOOD))
    parts = segmented(Corpus(documents), folder=tmp_path, limits=Limits(20, 512))
    assert parts.lost == (Skipped("stuck", Cause("too-slow", {"seconds": 20}), Stage.SPLIT),)
    assert [one.id for one in assemble((), parts).documents] == ["good"]


@pytest.mark.parametrize(
    "text", [" ", "　", "\t", " \n", "（", "“", "说：“", "- 甲\n", "第一条 ", "!"]
)
def test_what_a_document_costs_in_cutting_grows_with_its_length(text: str) -> None:
    def seconds(characters: int) -> float:
        begun = process_time()
        build_of(document("a", f"甲{text * (characters // len(text))}乙"))
        return process_time() - begun

    seconds(1_000)  # what is loaded once
    assert seconds(24_000) < 30 * max(seconds(3_000), 0.01)  # 8 times the length; its square is 64


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
    [("mine", "no-aliases"), ("heard", "no-sounds"), ("turned", "no-dictionary"),
     ("calibrate", "no-thresholds")],
)  # fmt: skip
def test_what_cannot_be_learned_costs_no_document(
    monkeypatch: pytest.MonkeyPatch, name: str, key: str
) -> None:
    real = getattr(building, name)
    failed: list[str] = []

    def choking(*given: object, **named: object) -> object:
        if not failed:
            failed.append(name)
            raise ZeroDivisionError
        return real(*given, **named)

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
_LISTS = st.lists(_TEXTS, min_size=1, max_size=4)
_CUES = "1\n00:00:01,000 --> 00:00:04,000\n{}\n\n"
_MADE: dict[str, Callable[[list[str]], str | bytes]] = {
    **dict.fromkeys([".txt", ".md", ".rst", ".html", ".htm", ".xhtml", ".markdown"], "\n\n".join),
    ".json": lambda parts: json.dumps([{"title": p, "text": p} for p in parts]),
    ".jsonl": lambda parts: "\n".join(json.dumps({"text": p}) for p in parts),
    ".csv": lambda parts: "title,text\n" + "\n".join(f'x,"{p}"' for p in parts),
    ".tsv": "\t".join,
    ".ipynb": lambda parts: json.dumps({"cells": [{"cell_type": "markdown", "source": parts}]}),
    ".srt": lambda parts: "".join(_CUES.format(p) for p in parts),
    ".vtt": lambda parts: "WEBVTT\n\n" + "".join(_CUES.format(p) for p in parts),
    ".docx": word_of,
    ".epub": lambda parts: book_of("\n".join(f"<p>{p}</p>" for p in parts)),
    ".pdf": lambda parts: pdf_of([[p] for p in parts]),
}
"""Files of every format, whole, of some paragraphs."""


@st.composite
def _files(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file: whole, cut off, with a byte changed, or nothing of its format."""
    suffix = draw(st.sampled_from(sorted(_MADE)))
    whole = _LISTS.map(_MADE[suffix])
    held = draw(st.one_of(whole, whole, _TEXTS, st.binary(max_size=60)))
    data = held if isinstance(held, bytes) else held.encode("utf-8", "surrogatepass")
    harm = draw(st.sampled_from(["none", "none", "cut", "change"]))
    if data and harm != "none":
        at = draw(st.integers(0, len(data) - 1))
        rest = b"" if harm == "cut" else bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
        data = data[:at] + rest
    return suffix, data


def test_every_format_that_is_read_is_tried() -> None:
    assert set(_MADE) == set(SUFFIXES)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_files(), max_size=6))
def test_any_corpus_is_built_and_the_good_document_is_found(
    files: list[tuple[str, bytes]],
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "good.md").write_text(GOOD, encoding="utf-8")
        for number, (suffix, data) in enumerate(files):
            (folder / f"{number}{suffix}").write_bytes(data)
        index = build(load(folder))
    served = {document.source for document in index.documents}
    assert "good.md" in served
    assert "good.md" in index.documents_for("成都熊猫基地位于成都北郊", limit=10)
    lost = {skipped.path.partition(":")[0].partition("#")[0] for skipped in index.skipped}
    assert {f"{number}{suffix}" for number, (suffix, _) in enumerate(files)} <= served | lost
    for skipped in index.skipped:
        assert skipped.cause.key != "failed", skipped
        assert all(caused(skipped, locale(language)) for language in LANGUAGES)
    for passage in index.passages:
        assert passage.text == passage.document.text[passage.start : passage.end]


_SAID = st.text(
    st.sampled_from("熊猫吃竹子，第一天 the panda eats. 三千1948"), min_size=12, max_size=60
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(suffix=st.sampled_from(sorted(_MADE)), parts=st.lists(_SAID, min_size=1, max_size=6))
def test_a_quote_is_a_slice_of_its_document_and_has_nothing_that_its_file_has_not(
    suffix: str, parts: list[str]
) -> None:
    if suffix == ".pdf":  # the test's own writer has letters only
        parts = [re.sub(r"[^ -~]", "x", part) for part in parts]
    held = _MADE[suffix](parts)
    with TemporaryDirectory() as name:
        data = held if isinstance(held, bytes) else held.encode()
        Path(name, f"a{suffix}").write_bytes(data)
        index = build(load(Path(name)))
    if suffix == ".epub":  # its second chapter is the same in every book
        parts = [*parts, "话说竹子。"]
    if suffix == ".docx":  # its table says everything once more
        parts = [*parts, *parts]
    written = "".join("".join(parts).split())
    for question in ("熊猫吃竹子", "the panda eats", "xxx", "1948"):
        for hit in index.search(question).hits:
            whole = hit.passage.document.text
            assert whole[hit.excerpt.start : hit.excerpt.end] == hit.quote == hit.quote.strip()
            # What parts the cells of a table is the reader's.
            quoted = hit.quote.replace("|", "")
            left = iter(written)  # of pages, what is repeated on each is left out
            assert all(character in left for character in "".join(quoted.split()))
            for first, last in hit.excerpt.marks:
                assert hit.excerpt.start <= first < last <= hit.excerpt.end


_CODE = st.lists(
    st.text(st.sampled_from("panda \t{}[]()<>&*_`#|~:;\\'\"=熊猫1.-"), max_size=40),
    min_size=1,
    max_size=30,
).map(lambda lines: "\n".join(["panda();", *lines, "return"]))


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(code=_CODE, suffix=st.sampled_from([".md", ".html", ".ipynb"]))
def test_code_is_quoted_with_its_files_own_characters(code: str, suffix: str) -> None:
    fence = "~" * (3 + max(map(len, re.findall("~+", code)), default=0))
    if suffix == ".md":
        held = f"# Code\n\nThe panda runs:\n\n{fence}\n{code}\n{fence}\n"
    elif suffix == ".html":
        held = f"<html><body><p>The panda runs:</p><pre>{html.escape(code)}</pre></body></html>"
    else:
        held = json.dumps({"cells": [{"cell_type": "code", "source": code}]})
    with TemporaryDirectory() as name:
        Path(name, f"a{suffix}").write_text(held, encoding="utf-8")
        index = build(load(Path(name)))
    hits = index.search("panda").hits
    assert hits
    for hit in hits:
        document, part = hit.passage.document, hit.excerpt
        for block in document.blocks_in(part.start, part.end):
            if block.kind is BlockKind.CODE:
                shown = document.text[max(block.start, part.start) : min(block.end, part.end)]
                assert shown in code
    assert any(block.kind is BlockKind.CODE for block in hits[0].passage.document.blocks)


def test_what_was_not_read_is_said_once_a_kind() -> None:
    unread = Cause("no-reader", {"suffix": ".vue", "readable": ".md"})
    picture = Cause("no-reader", {"suffix": ".png", "readable": ".md"})
    alike = [Skipped(f"{name}.vue", unread, wanted=False) for name in "abc"]
    alike.append(Skipped("a.png", picture, wanted=False))
    broken = [Skipped(f"{name}.pdf", Cause("pdf-damaged")) for name in "xyz"]
    for language in LANGUAGES:
        told = skip_lines([*alike, *broken], locale(language))
        assert [wanted for wanted, _ in told] == [True, False]
        assert told[0][1].startswith("– x.pdf")
        assert locale(language).text("skip-more", count=2) in told[0][1]
        assert ".vue 3, .png 1" in told[1][1]
    (one,) = skip_lines(alike[:1], locale("en"))
    assert one[1].startswith("– a.vue: ")
