"""Bytes become text: every encoding told apart, binaries and damage refused."""

from __future__ import annotations

import pytest

from retrieval.corpus.readers.decoding import decode
from retrieval.corpus.readers.raw import clean
from retrieval.errors import UnreadableError

SIMPLIFIED = "中国政府应当尊重人权，释放所有被任意拘留的律师和记者。"
TRADITIONAL = "中國政府應當尊重人權，釋放所有被任意拘留的律師和記者。"


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, SIMPLIFIED[:8], TRADITIONAL[:8]])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"],
)
def test_chinese_is_told_apart_in_every_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", [TRADITIONAL, TRADITIONAL[:8], "他們說：「人權」是普世價值。"])
@pytest.mark.parametrize("encoding", ["big5", "cp950", "big5hkscs"])
def test_big5_is_not_taken_for_gb18030(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_mixed_and_other_scripts_are_decoded() -> None:
    mixed = "人权组织 Human Rights in China 发表声明，要求 释放 记者。\nhttps://example.org/\n"
    assert decode(mixed.encode("gb18030")) == mixed
    french = "Déjà vu : la façade d’un café, « liberté » en français."
    assert decode(french.encode("cp1252")) == french
    plain = "plain English, no mark\r\nnext line"
    assert decode(plain.encode("utf-16-le")) == plain.replace("\r\n", "\n")


def test_what_a_page_declares_is_believed_when_it_is_not_utf8() -> None:
    page = f'<html><head><meta charset="gb2312"></head><body><p>{SIMPLIFIED}</p></body></html>'
    assert decode(page.encode("gb18030")) == page
    japanese = "<meta charset=Shift_JIS><p>人権について説明します。</p>"
    assert decode(japanese.encode("shift_jis")) == japanese


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"%PDF-1.4\n\xff\xfe\xfa"],
)
def test_a_binary_file_is_called_one(data: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        decode(data)
    assert caught.value.cause.key == "binary"


def test_a_file_that_breaks_its_own_promise_says_where() -> None:
    with pytest.raises(UnreadableError) as caught:
        decode(b"\xef\xbb\xbfabc\xff")
    assert caught.value.cause.params == {"encoding": "UTF-8", "byte": 3}


def test_what_cannot_be_seen_is_gone() -> None:
    unseen = "人\u200b权\ufeff\u202e\u2066\x00\x07\x9f\xad\ud800声\ufffe明"
    assert clean(unseen) == "人权声明"
    assert decode("a\r\nb\rc\u2028d".encode()) == "a\nb\nc\nd"
