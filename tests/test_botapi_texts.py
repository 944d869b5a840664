"""What the server makes of a text: properties that always hold."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.botapi.entities import boundaries, clean, covered, find_entities, units
from tests.botapi.html import parse_html


def test_found_entities() -> None:
    text = "😀 /ask@yinju_test_bot 见 https://a.org/路径?x=1，问 @someone a/b x@y.org #标签 /不"
    found = [(one["type"], covered(text, one)) for one in find_entities(text)]
    assert found == [
        ("bot_command", "/ask@yinju_test_bot"),
        ("url", "https://a.org/路径?x=1"),
        ("mention", "@someone"),
        ("hashtag", "#标签"),
    ]


@given(st.text(max_size=60))
def test_found_entities_are_always_inside(text: str) -> None:
    for one in find_entities(text):
        assert covered(text, one)
        assert one["offset"] + one["length"] <= units(text)


@given(st.text(" \n\r\u2028\x00a😀𠮷", max_size=30), st.data())
@settings(max_examples=60)
def test_cleaning_moves_entities_with_their_text(text: str, data: st.DataObject) -> None:
    marks = boundaries(text)
    start, end = sorted(data.draw(st.tuples(*[st.sampled_from(marks)] * 2)))
    entities = [{"type": "bold", "offset": start, "length": end - start}] if end > start else []
    cleaned, moved = clean(text, entities)
    assert cleaned == cleaned.rstrip()
    assert clean(cleaned, moved) == (cleaned, moved)
    for one in moved:
        before = clean(covered(text, entities[0]), [])[0]
        assert covered(cleaned, one).strip() == before


@given(st.text(max_size=60))
def test_escaped_html_comes_back(text: str) -> None:
    source = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parsed, entities = parse_html(f"<b>{source}</b>")
    assert parsed == text
    assert [one["length"] for one in entities] == ([units(text)] if text else [])
