"""Documents of any text, and whether Telegram would take what the bot makes of them, as the
server for tests judges it."""

from __future__ import annotations

import hashlib
from typing import Any

from hypothesis import strategies as st

from bot.telegram.replies import Outgoing
from retrieval.model import Block, BlockKind, Document
from tests.botapi.checks import checked_text
from tests.botapi.entities import blank
from tests.botapi.keyboards import checked_markup

_ODD = "a 人权𠮷😀👩\u200d👩e\u0301\u0628\u202e\u200f\u200b.。，!-\"'<b>&_*[](){}$\\/:@#"
_text = st.text(max_size=60) | st.text(alphabet=_ODD, max_size=400)
word = st.text(alphabet="人权𠮷😀éب", min_size=1, max_size=4)
# Kept free of control characters and lone surrogates, as readers leave them.
_clean = _text.map(lambda text: "".join(c for c in text if c.isprintable() or c == "\n"))
_long = st.sampled_from(["人", "𠮷", "😀", "e\u0301", "ab "]).map(lambda text: text * 10_000)
lines = _clean | _long | st.just("")
_urls = st.sampled_from(
    [
        "https://example.org/a",
        "https://example.org/a#b",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://[::1]/a",
        "http://[::1",
        "http://localhost:8000/",
        "http://a/",
        "https://例子.中国/路径?问=答",
        "https://example.org/with space",
        "https://example.org/\x7f",
        "javascript:alert(1)",
        "tg://resolve?domain=x",
        "https://",
        "https://user:pass@example.org/",
        "https://example.org/" + "a" * 3000,
        "https://example.org/" + "a" * 2020,
        "https://example.org/" + "路" * 2000,
        "",
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document of headings and paragraphs, some of them with line breaks."""
    blocks: list[Block] = []
    text = ""
    for part in draw(st.lists(_clean | _long.map(lambda t: t[:3000]) | word, max_size=6)):
        if stripped := part.strip():
            heading = "\n" not in stripped and draw(st.booleans())
            start = len(text) + (2 if text else 0)
            text = f"{text}\n\n{stripped}" if text else stripped
            kind = BlockKind.HEADING if heading else BlockKind.PARAGRAPH
            blocks.append(Block(start, start + len(stripped), kind, int(heading)))
    identity = str(draw(st.integers(0, 10**6)))
    title, publisher, url = draw(lines), draw(st.none() | lines), draw(st.none() | _urls)
    published = draw(st.sampled_from([None, "2021", "2021-03-31"]))
    fingerprint = hashlib.sha256(repr((text, title, publisher, identity)).encode()).hexdigest()
    return Document(
        identity,
        title,
        text,
        tuple(blocks),
        f"{identity}.md",
        fingerprint,
        url,
        publisher,
        published,
    )


def accepted(out: Outgoing) -> dict[str, Any]:
    """The message as it would stand in a chat. Raises `Refusal` where Telegram would refuse it."""
    text, kept = checked_text(out.text, list(out.entities), "")
    assert not blank(text)
    markup = checked_markup(out.fields.get("reply_markup"))
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    return {"text": text, "entities": kept, "buttons": buttons}
