"""Dates and numbers in one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.analysis.folding import fold
from retrieval.analysis.numbers import number, quantities

DAY = ["2021年3月31日", "2021-03-31", "2021/03/31", "2021/3/31", "二〇二一年三月三十一日",
       "二○二一年三月三十一号", "2021 年 3 月 31 日", "March 31, 2021", "31 March 2021",
       "２０２１年３月３１日"]  # fmt: skip


def terms(text: str) -> list[str]:
    return [term for quantity in quantities(fold(text).text) for term in quantity.terms]


@pytest.mark.parametrize("written", DAY)
def test_a_day_is_the_same_however_it_is_written(written: str) -> None:
    assert terms(f"在{written}发布") == ["=2021-03-31", "=03-31", "=2021-03", "=2021"]


def test_a_day_without_its_year_matches_one_with_it() -> None:
    assert set(terms("三月三十一日")) == {"=03-31"} == set(terms("3月31号"))
    assert set(terms("2021年三月")) & set(terms("2021年3月31日")) == {"=2021-03", "=2021"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("150万", 1_500_000), ("1500000", 1_500_000), ("一百五十万", 1_500_000),
        ("1,340万", 13_400_000), ("一千三百四十万", 13_400_000), ("1000万美元", 10_000_000),
        ("一千万美元", 10_000_000), ("3.5亿", 350_000_000), ("一万亿", 10**12),
        ("两千二百五十四号", 2254), ("2254号", 2254), ("一千零一", 1001), ("三万五千", 35_000),
        ("三千五", 3500), ("一万二", 12_000), ("3千万", 30_000_000),
        ("一九八九", 1989), ("1.1万", 11_000),
    ],
)  # fmt: skip
def test_a_number_is_the_same_however_it_is_written(written: str, value: int) -> None:
    assert terms(written) == [f"={value}"]


def test_a_share_is_the_same_however_it_is_written() -> None:
    assert terms("50%") == terms("百分之五十") == terms("５０％") == ["=50%"]
    assert terms("百分之三点五") == terms("3.5%") == ["=3.5%"]


@pytest.mark.parametrize(
    "text",
    ["一个人", "两国", "3", "万一下雨", "千万不要", "十分", "第三类", "三月", "2+2",
     "六四", "九一一", "七五", "八九六四"],
)  # fmt: skip
def test_small_bare_numbers_say_nothing(text: str) -> None:
    assert terms(text) == []


@pytest.mark.parametrize("text", ["2021-13-45", "13月40日"])
def test_what_is_no_date_gives_no_date(text: str) -> None:
    assert not [term for term in terms(text) if "-" in term]


@given(st.integers(min_value=20, max_value=10**11))
def test_every_number_is_read_back_from_digits(value: int) -> None:
    assert number(str(value)) == number(f"{value:,}") == value


@given(st.integers(min_value=1, max_value=9999))
def test_every_number_is_read_back_from_numerals(value: int) -> None:
    digits, places = "零一二三四五六七八九", ["千", "百", "十", ""]
    text = "".join(
        digits[int(d)] + place if d != "0" else "零"
        for d, place in zip(f"{value:04}", places, strict=True)
    )
    while "零零" in text:
        text = text.replace("零零", "零")
    assert number(text.strip("零")) == value


@pytest.mark.parametrize("piece", ["一", "1", "亿", "1,", "九千", "点", "二〇"])
def test_endless_numbers_are_no_numbers(piece: str) -> None:
    assert terms(piece * 3000) == [] or piece == "1,"
    assert number("百分之" + piece * 3000) is None


@given(st.text(alphabet="0123456789一二十百千万亿点零年月日号百分之%,.-/ ", max_size=60))
def test_any_run_of_numerals_is_read(text: str) -> None:
    for quantity in quantities(text):
        assert all("E" not in term for term in quantity.terms)


@given(st.text())
def test_any_text_is_read_and_spans_are_in_order(text: str) -> None:
    folded = fold(text).text
    reached = 0
    for quantity in quantities(folded):
        assert reached <= quantity.start < quantity.end <= len(folded)
        assert quantity.terms
        assert all(term.startswith("=") for term in quantity.terms)
        reached = quantity.end


@pytest.mark.parametrize("text", ["十亿二", "百十二", "二亿零", "万亿二家"])
def test_numerals_that_cn2an_fails_on_are_no_numbers(text: str) -> None:
    assert number(text[:3]) is None
    list(quantities(f"共有{text}人"))  # does not raise
