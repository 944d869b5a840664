"""Messages of the Bot API → a chat page: text with its entities, keyboards, inline results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from pathlib import Path
from string import Template
from typing import Any

HERE = Path(__file__).resolve().parent

Json = dict[str, Any]

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "code",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
"""Entity type → element; every other type (links, mentions, commands) is drawn as a link."""


@dataclass(frozen=True, slots=True)
class Side:
    """Whose screen it is, and who the bot is: user ids."""

    me: int
    bot: int


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: the top bar, the messages, what is being typed.

    `start` is the time on the first message (``HH:MM``); each later one is a minute on.
    `offered` are InlineQueryResults, listed above the input box with `typed` in it.
    """

    title: str
    subtitle: str
    side: Side
    messages: Sequence[Json]
    start: str
    typed: str = ""
    offered: Sequence[Json] = field(default=())

    @property
    def group(self) -> bool:
        """Whether senders need their names."""
        return any(m["chat"]["type"] != "private" for m in self.messages)


def draw(scene: Scene) -> str:
    """The page as HTML, complete in itself."""
    times = _clock(scene.start, len(scene.messages))
    previous = [None, *(_sender(m) for m in scene.messages)]
    bubbles = [
        _message(message, scene, at, first=_sender(message) != before)
        for message, at, before in zip(scene.messages, times, previous, strict=False)
    ]
    return Template((HERE / "chat.html").read_text("utf-8")).substitute(
        style=(HERE / "chat.css").read_text("utf-8"),
        avatar=_avatar(scene.title, "av-bot" if not scene.group and not scene.typed else ""),
        title=escape(scene.title),
        subtitle=escape(scene.subtitle),
        messages="\n".join(bubbles),
        offered=_offered(scene.offered),
        typed=_typed(scene.typed),
    )


def marked(text: str, entities: Sequence[Json]) -> str:
    """HTML of a text whose entities count in UTF-16 units and are nested or apart."""
    raw = text.encode("utf-16-le")
    spans = sorted(
        ((e["offset"], e["offset"] + e["length"], _element(e)) for e in entities),
        key=lambda span: (span[0], -span[1]),
    )
    cuts = sorted({0, len(raw) // 2, *(at for start, end, _ in spans for at in (start, end))})
    parts: list[str] = []
    for start, end in pairwise(cuts):
        inside = [tags for first, last, tags in spans if first <= start and end <= last]
        opened = [tags[0] for first, _, tags in spans if first == start and tags in inside]
        closed = [tags[1] for first, last, tags in spans if last == end and first < end]
        parts += [*opened, escape(raw[2 * start : 2 * end].decode("utf-16-le")), *closed[::-1]]
    # A quote is a block by itself: the line breaks that set it apart are not empty lines.
    page = "".join(parts)
    return page.replace("\n<blockquote>", "<blockquote>").replace(
        "</blockquote>\n", "</blockquote>"
    )


def _element(entity: Json) -> tuple[str, str]:
    tag = _TAGS.get(entity["type"], "a")
    return f"<{tag}>", f"</{tag}>"


def _message(message: Json, scene: Scene, at: str, *, first: bool) -> str:
    mine = _sender(message) == scene.side.me
    person = message["from"]["first_name"]
    colour = _colour(message, scene)
    inner = ""
    if scene.group and not mine and first:
        inner += f'<div class="name {colour}">{escape(person)}</div>'
    if replied := message.get("reply_to_message"):
        inner += _reply(replied, _colour(replied, scene))
    said = message.get("html") or marked(message["text"], message.get("entities", []))
    inner += f'<div class="text">{said}</div>'
    inner += f'<div class="time">{at}</div>'
    beside = _avatar(person, colour) if scene.group and not mine else ""
    side = "mine" if mine else "theirs"
    keys = _keyboard(message.get("reply_markup", {}).get("inline_keyboard", []))
    return (
        f'<div class="row {side}">{beside}<div class="column{" wide" if keys else ""}">'
        f'<div class="bubble">{inner}</div>{keys}</div></div>'
    )


def _reply(replied: Json, colour: str) -> str:
    name, text = replied["from"]["first_name"], " ".join(replied["text"].split())
    return (
        f'<div class="reply {colour}"><div class="name">{escape(name)}</div>'
        f'<div class="line">{escape(text)}</div></div>'
    )


def _keyboard(rows: Sequence[Sequence[Json]]) -> str:
    drawn = "".join(
        f'<div class="keys">{"".join(_button(button) for button in row)}</div>' for row in rows
    )
    return f'<div class="keyboard">{drawn}</div>' if drawn else ""


def _button(button: Json) -> str:
    sign = "link" if "url" in button else "copy" if "copy_text" in button else ""
    corner = f'<span class="corner {sign}"></span>' if sign else ""
    return f'<div class="key">{escape(button["text"])}{corner}</div>'


def _offered(results: Sequence[Json]) -> str:
    rows = "".join(
        f'<div class="result"><div class="thumb">{escape(result["title"][:1])}</div>'
        f'<div class="about"><div class="title">{escape(result["title"])}</div>'
        f'<div class="description">{escape(result.get("description", ""))}</div></div></div>'
        for result in results
    )
    return f'<div class="offered">{rows}</div>' if rows else ""


def _typed(typed: str) -> str:
    if not typed:
        return '<span class="placeholder">输入消息…</span>'
    name, _, query = typed.partition(" ")
    return f'<span class="via">{escape(name)}</span> {escape(query)}<span class="caret"></span>'


def _avatar(name: str, colour: str) -> str:
    return f'<div class="avatar {colour}">{escape(name[:1])}</div>'


def _sender(message: Json) -> int:
    return int(message["from"]["id"])


def _colour(message: Json, scene: Scene) -> str:
    sender = _sender(message)
    return "av-bot" if sender == scene.side.bot else "av-me" if sender == scene.side.me else ""


def _clock(start: str, count: int) -> list[str]:
    hours, minutes = map(int, start.split(":"))
    total = (60 * hours + minutes + step for step in range(count))
    return [f"{at // 60 % 24:02}:{at % 60:02}" for at in total]
