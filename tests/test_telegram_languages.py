"""Three languages: which one is spoken to whom, and every kind of reply as it reads in each.

The snapshots in `tests/snapshots/` are written anew with YINJU_UPDATE_SNAPSHOTS=1; read them then.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from bot.wording.locale import locale
from tests.botapi import Message
from tests.botapi.entities import units
from tests.dialogue import Dialogue, button, buttons, hold, write
from tests.tales import TALES, village

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = bool(os.environ.get("YINJU_UPDATE_SNAPSHOTS"))
CODES = {"zh-Hans": "zh-hans", "zh-Hant": "zh-tw", "en": "en"}

_SIGNS = {"bold": ("*", "*"), "blockquote": ("> ", ""), "text_link": ("[", "]")}


def shown(message: Message) -> str:
    """A message as text: quotes after `> `, bold in `*`, links in brackets, buttons below."""
    raw = message["text"]
    inserts: list[tuple[int, str]] = []
    for entity in message["entities"]:
        before, after = _SIGNS.get(entity["type"], ("", ""))
        inserts += [(entity["offset"], before), (entity["offset"] + entity["length"], after)]
    text, at = "", 0
    for character in raw:
        text += "".join(sign for place, sign in inserts if place == at) + character
        at += units(character)
    text += "".join(sign for place, sign in inserts if place == at)
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    lines = [" ".join(f"({b['text']})" for b in row) for row in rows]
    return "\n".join([re.sub(r"\d+(\.\d+)?( ?)(?=秒|s\))", r"0\2", text), *lines])


class Album:
    """What was shown, in order, each under a name."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def add(self, name: str, content: Message | str) -> None:
        text = content if isinstance(content, str) else shown(content)
        self._parts.append(f"=== {name} ===\n{text.rstrip()}\n")

    def check(self, tag: str) -> None:
        """Compare with the snapshot of that name, or write it."""
        path, text = SNAPSHOTS / f"{tag}.txt", "\n".join(self._parts)
        if UPDATE:
            SNAPSHOTS.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("tag", CODES)
def test_every_kind_of_reply_reads_as_it_did(tmp_path: Path, tag: str) -> None:
    words = locale(tag)
    album = Album()

    async def asks(it: Dialogue) -> None:
        asker = it.asker(CODES[tag])
        for text in ("/start", "/help", "/about", "/documents", "/language", "/privacy", "/ask"):
            album.add(text, await it.ask(text, asker))
        answer = await it.ask("老石匠郑义荣用三年修好石桥", asker)
        album.add("a question", answer)
        _, page = await it.press(answer, "📖 1", asker)
        album.add("the reader", page)
        album.add("why", await it.alert(page, words.text("button-why"), asker))
        _, back = await it.press(page, words.text("button-back"), asker)
        sound = next(label for label in buttons(back) if label.startswith("🔤"))
        _, literal = await it.press(back, sound, asker)
        album.add("taken literally", literal)
        many = await it.ask("石桥", asker)
        _, second = await it.press(many, words.text("button-more"), asker)
        album.add("a second page", second)
        toast, asked = await it.press(second, "👎", asker)
        album.add("a vote", "\n".join([toast, *buttons(asked)[-3:]]))
        toast, _ = await it.press(asked, words.text("button-outdated"), asker)
        album.add("a reason", toast)
        for text in ("how to bake bread", "？？", "石桥" + "，高" * 600, "-石桥"):
            album.add(text[:20], await it.ask(text, asker))
        compact = await it.ask("/ask 石桥", asker, it.api.group())
        album.add("in a group", compact)
        album.add("another's", await it.alert(compact, "👍", it.other(CODES[tag])))
        album.add("a forged button", await _forged(it, compact))

    async def changes(it: Dialogue) -> None:
        asker, admin = it.asker(CODES[tag]), it.admin(CODES[tag])
        answer = await it.ask("青石村的石桥", asker)
        _, page = await it.press(answer, "📖 1", asker)
        why = button(page, words.text("button-why"))["callback_data"]
        link = f"r::r0::{why.split(':')[-1]}"
        write(it.corpus, {"new.md": village("清泉", 2021, "南坊", 12)})
        write(it.corpus, {"01.md": TALES["01.md"].replace("三年", "四年")})
        (it.corpus / "bad.txt").write_bytes(b"")
        (it.corpus / "03.md").unlink()
        command = await admin.says("/reload")
        for number, said in enumerate(await it.api.replies(command, 2)):
            album.add(f"a reload {number}", said)
        _, back = await it.press(page, words.text("button-back"), asker)
        album.add("after a reload", back)
        await asker.presses(back, link, forged=True)
        album.add("a revised place", await it.api.edited(back))
        album.add("unchanged", (await it.api.replies(await admin.says("/reload"), 2))[1])
        album.add("not an admin", await it.ask("/reload", asker))
        asked = await it.ask("/forget", asker)
        album.add("/forget", asked)
        _, forgotten = await it.press(asked, words.text("button-forget"), asker)
        album.add("forgotten", forgotten)
        album.add("nothing to forget", await it.ask("/forget", asker))

    async def inline(it: Dialogue) -> None:
        asker = it.asker(CODES[tag])
        for query in ("", "青石村的石桥", "how to bake bread"):
            answer = await asker.queries(query)
            assert answer is not None
            lines = [f"{one['title']}\n  {_indented(one)}" for one in answer.results]
            if answer.button:
                lines.append(f"({answer.button['text']})")
            album.add(f"inline: {query}", "\n".join(lines))

    async def talk(it: Dialogue) -> None:
        await asks(it)
        await inline(it)
        await changes(it)

    hold(talk, tmp_path)
    album.check(tag)


def _indented(result: dict[str, Any]) -> str:
    return str(result.get("description", "")).replace("\n", "\n  ")


async def _forged(it: Dialogue, message: Message) -> str:
    answer = await it.asker().presses(message, "nonsense", forged=True)
    assert answer is not None
    return answer.text


def test_the_language_follows_the_code_of_the_person(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        codes = {
            "zh-Hans": ("zh", "zh-hans", "zh-cn", "zh-sg", "zh-Hans-HK"),
            "zh-Hant": ("zh-hk", "zh-mo", "zh-tw", "zh-hant", "ZH_TW", "yue"),
            "en": ("en", "en-gb", "de", "ja", "", None, "x-zh"),
        }
        for tag, known in codes.items():
            for code in known:
                answer = await it.ask("/language", it.asker(code))
                assert answer["text"] == locale(tag).text("language-choose"), code

    hold(talk, tmp_path)


def test_a_chosen_language_stays_everywhere_and_over_a_restart_until_undone(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        asked = await it.ask("/language")
        _, chosen = await it.press(asked, "繁體中文")
        hant = locale("zh-Hant")
        assert chosen["text"] == hant.text("language-chosen")
        await it.restart()
        answer = await it.ask("/ask 青石村的石桥", chat=it.api.group())
        assert answer["text"].startswith(hant.text("answer-found"))
        # Quotes are never converted.
        assert "青石村的石桥在2011年修好" in answer["text"]
        other = await it.ask("/ask 青石村的石桥", it.other("en"))
        assert other["text"].startswith(locale("en").text("answer-found"))
        asked = await it.ask("/language")
        _, undone = await it.press(asked, hant.text("button-automatic"))
        assert undone["text"] == locale("zh-Hans").text("language-automatic")
        assert it.rows("SELECT * FROM preference") == []

    hold(talk, tmp_path)


def test_a_question_in_the_other_script_finds_the_same(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("青石村的石橋", it.asker("zh-hk"))
        assert "青石村的石桥在2011年修好" in answer["text"]
        assert answer["text"].startswith(locale("zh-Hant").text("answer-found"))

    hold(talk, tmp_path)
