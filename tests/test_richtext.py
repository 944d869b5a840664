"""Text and entities grow together, in UTF-16 units."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.replies import entities
from bot.wording import RichText, Style, clipped, line, units
from tests.botapi.checks import check_entities
from tests.botapi.entities import covered

_text = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("𠮷😀e\u0301人"))


@given(st.lists(st.tuples(_text, st.sampled_from(["plain", "bold", "link"]))))
def test_every_entity_covers_what_was_added_in_it(parts: list[tuple[str, str]]) -> None:
    rich = RichText()
    for text, kind in parts:
        if kind == "bold":
            rich.bold(text)
        elif kind == "link":
            rich.link(text, "https://example.org")
        else:
            rich.add(text)
    assert rich.text == "".join(text for text, _ in parts)
    found = entities(rich)
    styled = [text for text, kind in parts if kind != "plain" and text]
    assert [covered(rich.text, entity) for entity in found] == styled
    if len(found) <= 100:
        check_entities(rich.text, found)


def test_an_outer_entity_comes_before_what_is_in_it() -> None:
    rich = RichText().add("😀")
    with rich.styled(Style.QUOTE):
        rich.bold("一").add("二")
    found = [(e["type"], e["offset"], e["length"]) for e in entities(rich)]
    assert found == [("blockquote", 2, 2), ("bold", 2, 1)]


def test_nothing_added_is_no_entity_and_no_address_no_link() -> None:
    rich = RichText().bold("").link("原文", None).link("", "https://example.org")
    assert rich.text == "原文"
    assert rich.spans == []


@given(_text, st.integers(1, 50))
def test_clipping_counts_utf_16_units_and_splits_no_character(text: str, limit: int) -> None:
    for cut in (clipped(text, limit), line(text, limit)):
        assert units(cut) <= limit
        cut.encode()
    if units(text) <= limit:
        assert clipped(text, limit) == text
    else:
        assert clipped(text, limit).endswith("…")
        assert text.startswith(clipped(text, limit)[:-1])
