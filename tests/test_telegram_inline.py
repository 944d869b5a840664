"""Inline mode: quotes to insert into any chat."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.wording.locale import locale
from tests.dialogue import Dialogue, hold, write
from tests.tales import village

WORDS = locale("zh-Hans")


def test_excerpts_come_ten_at_a_time_each_once(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        offset, results = "", []
        sizes = []
        while True:
            answer = await it.asker().queries("石桥", offset)
            assert answer is not None
            assert answer.is_personal
            assert answer.cache_time <= 30
            assert answer.button is None
            results += answer.results
            sizes.append(len(answer.results))
            if not (offset := answer.next_offset):
                break
        assert sizes == [10, 8]
        assert len({one["id"] for one in results}) == 18
        first = results[0]
        text = first["input_message_content"]["message_text"]
        assert first["title"] in text
        assert "东坊 · " in first["description"] or "坊 · " in first["description"]
        kinds = {e["type"] for e in first["input_message_content"]["entities"]}
        assert {"blockquote", "text_link"} <= kinds

    hold(talk, tmp_path)


def test_an_inserted_quote_opens_in_the_bot_for_whoever_reads_it(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.asker().queries("青石村的石桥")
        assert answer is not None
        sent = await it.asker().picks(answer.results[0])
        url = sent["reply_markup"]["inline_keyboard"][0][0]["url"]
        start = parse_qs(urlsplit(url).query)["start"][0]
        page = await it.ask(f"/start {start}", it.other("en"))
        assert "青石村的石桥在2011年修好" in page["text"]

    hold(talk, tmp_path)


def test_an_empty_query_shows_how_to_ask_and_the_newest_documents(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        for text in ("", "  "):
            answer = await it.asker().queries(text)
            assert answer is not None
            titles = [one["title"] for one in answer.results]
            assert titles[0] == WORDS.text("inline-usage")
            assert titles[1:3] == ["玉泉村的石桥", "银杏村的石桥"]
            assert len(titles) == 6

    hold(talk, tmp_path)


def test_nothing_found_leads_into_the_private_chat(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        for text in ("how to bake bread", "？？"):
            answer = await it.asker().queries(text)
            assert answer is not None
            assert answer.results == []
            assert answer.button is not None
            assert answer.button["text"] == WORDS.text("inline-none")
            greeting = await it.ask(f"/start {answer.button['start_parameter']}")
            assert greeting["text"].startswith(WORDS.text("start"))
        assert it.rows("SELECT count(*) FROM question") == [(0,)]

    hold(talk, tmp_path)


def test_strange_offsets_and_queries_do_no_harm(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        for offset in ("x", "-1", "99", "9999999", "²"):
            assert await it.asker().queries("石桥", offset) is not None
        assert await it.asker().queries("石" * 256) is not None
        assert await it.asker().queries("<b>'; DROP TABLE") is not None

    hold(talk, tmp_path)


def test_a_reload_shows_in_the_next_query(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        write(it.corpus, {"new.md": village("清泉", 2021, "南坊", 12)})
        await it.reload()
        answer = await it.asker().queries("清泉村的石桥")
        assert answer is not None
        assert answer.results[0]["title"] == "清泉村的石桥"

    hold(talk, tmp_path)


def test_where_chats_are_named_others_get_nothing_inline(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        stranger = await it.other().queries("青石村的石桥")
        assert stranger is not None
        assert stranger.results == []
        assert stranger.button is None
        for person in (it.asker(), it.admin()):
            served = await person.queries("青石村的石桥")
            assert served is not None
            assert served.results

    hold(talk, tmp_path, telegram__allowed_chats="7")


def test_the_language_is_the_askers(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        for code, tag in {"zh-hk": "zh-Hant", "en": "en", None: "en"}.items():
            answer = await it.other(code).queries("")
            assert answer is not None
            assert answer.results[0]["title"] == locale(tag).text("inline-usage")

    hold(talk, tmp_path)
