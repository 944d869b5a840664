"""Reading on: around a quote, along a document, through links that outlive the corpus."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.wording.locale import locale
from tests.botapi import Message
from tests.botapi.entities import covered
from tests.dialogue import Dialogue, button, buttons, hold, write
from tests.tales import TALES, village

WORDS = locale("zh-Hans")
BACK = WORDS.text("button-back")


def place(number: int, total: int) -> str:
    return WORDS.text("page-place", number=number, total=total)


def payload(message: Message) -> str:
    """Of the first deep link in a message."""
    for entity in message["entities"]:
        if entity["type"] == "text_link" and "?start=" in entity["url"]:
            return str(parse_qs(urlsplit(entity["url"]).query)["start"][0])
    raise LookupError("no deep link")


def marked(message: Message) -> list[str]:
    return [covered(message["text"], e) for e in message["entities"] if e["type"] == "bold"]


def test_a_quote_opens_in_its_document_and_leads_on_and_back(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("青石村的石桥")
        _, page = await it.press(answer, "📖 1")
        assert page["text"].startswith("青石村的石桥\n东坊 · 2011-01-01\n")
        assert marked(page)[1] == "青石村的石桥在2011年修好，老石匠青石用了三年。"
        assert WORDS.text("page-no-url") in page["text"]
        assert place(1, 2) in buttons(page)
        assert "◀" not in buttons(page)
        citation = button(page, WORDS.text("button-cite"))["copy_text"]["text"]
        assert citation == "青石村的石桥\n东坊 · 2011-01-01"
        _, after = await it.press(page, "▶")
        assert "\n来人\n" in after["text"]
        assert place(2, 2) in buttons(after)
        assert "▶" not in buttons(after)
        assert len(marked(after)) == 1
        _, before = await it.press(after, "◀")
        assert before["text"] == page["text"]
        _, back = await it.press(before, BACK)
        assert (back["text"], back["reply_markup"]) == (answer["text"], answer["reply_markup"])

    hold(talk, tmp_path)


def test_back_leads_to_the_page_of_the_answer_it_was_opened_from(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("石桥")
        _, second = await it.press(answer, WORDS.text("button-more"))
        _, page = await it.press(second, "📖 5")
        await it.restart()
        _, back = await it.press(page, BACK)
        assert back["text"] == second["text"]

    hold(talk, tmp_path)


def test_the_seeds_open_with_their_source(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("谁代表自由之家签名？")
        _, page = await it.press(answer, "📖 1")
        source = button(page, WORDS.text("button-source"))["url"]
        assert source == "https://www.hrichina.org/chs/node/27648"
        assert WORDS.text("page-no-url") not in page["text"]
        assert source in button(page, WORDS.text("button-cite"))["copy_text"]["text"]

    hold(talk, tmp_path, None)


def test_a_deep_link_opens_the_quote_for_anyone_and_survives_restart_and_reload(
    tmp_path: Path,
) -> None:
    async def talk(it: Dialogue) -> None:
        link = payload(await it.ask("白云村的石桥"))
        await it.restart()
        write(it.corpus, {"00.md": village("清泉", 2021, "南坊", 12)})
        await it.reload()
        page = await it.ask(f"/start {link}", it.other())
        assert "白云村的石桥在2012年修好" in page["text"]
        assert len(marked(page)) == 2
        assert WORDS.text("page-revised") not in page["text"]
        assert BACK not in buttons(page)
        _, catalogue = await it.press(page, WORDS.text("button-all"), it.other())
        assert catalogue["text"].startswith(WORDS.text("catalogue-heading", count=22))

    hold(talk, tmp_path)


def test_a_link_to_what_was_revised_opens_nearby_and_says_so(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        link = payload(await it.ask("白云村的石桥"))
        write(it.corpus, {"02.md": TALES["02.md"].replace("用了三年", "用了四年")})
        await it.reload()
        page = await it.ask(f"/start {link}")
        assert WORDS.text("page-revised") in page["text"]
        assert "用了四年" in page["text"]
        assert len(marked(page)) == 1

    hold(talk, tmp_path)


def test_a_link_to_what_is_gone_says_so_and_a_forged_one_leads_nowhere(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        link = payload(await it.ask("白云村的石桥"))
        (it.corpus / "02.md").unlink()
        await it.reload()
        assert (await it.ask(f"/start {link}"))["text"] == WORDS.text("document-gone")
        for forged in (link[:-1], f"{link}x", "../../etc", "_" * 64, "ask_", link.upper()):
            answer = await it.ask(f"/start {forged}")
            assert answer["text"] in (WORDS.text("place-unknown"), WORDS.text("document-gone"))

    hold(talk, tmp_path)


def test_a_forged_span_marks_no_more_than_the_passage(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        link = payload(await it.ask("白云村的石桥")).rsplit("-", 2)[0]
        page = await it.ask(f"/start {link}-0-zzzz")
        assert marked(page)[1] == "白云村的石桥在2012年修好，老石匠白云用了三年。"
        assert len(marked(await it.ask(f"/start {link}-zzzz-1"))) == 1

    hold(talk, tmp_path)


def test_documents_are_browsed_by_publisher_and_opened(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        listing = await it.ask("/documents")
        dates = [line for line in listing["text"].split("\n") if " · 20" in line]
        assert dates == sorted(dates, key=lambda line: line[-10:], reverse=True)
        assert len(dates) == 8
        assert "1/3" in buttons(listing)
        _, second = await it.press(listing, "▶")
        assert "17" not in buttons(second)
        assert "16" in buttons(second)
        _, west = await it.press(second, WORDS.text("about-publisher", publisher="西坊", count=4))
        assert west["text"].startswith(WORDS.text("catalogue-heading", count=4))
        _, page = await it.press(west, "1")
        assert page["text"].startswith("玉泉村的石桥\n西坊 · 2019-01-01")
        _, everything = await it.press(page, WORDS.text("button-all"))
        assert everything["text"] == listing["text"]

    hold(talk, tmp_path)


def test_a_publisher_is_still_the_same_after_a_reload(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        listing = await it.ask("/documents")
        west = WORDS.text("about-publisher", publisher="西坊", count=4)
        write(
            it.corpus,
            {f"n{i}.md": village(f"新{i}", 2020, "南坊", i) for i in range(6)},
        )
        await it.reload()
        _, shown = await it.press(listing, west)
        assert west in shown["text"]
        assert "南坊" not in shown["text"]

    hold(talk, tmp_path)
