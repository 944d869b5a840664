"""Buttons under an answer: paging, refinement, reasons; and buttons that were made up."""

from __future__ import annotations

from pathlib import Path

from bot.wording.locale import locale
from tests.dialogue import Dialogue, button, buttons, hold, write
from tests.tales import village

WORDS = locale("zh-Hans")
MORE, NEWEST = WORDS.text("button-more"), WORDS.text("button-newest")


def page_of(number: int, pages: int = 4) -> str:
    return WORDS.text("answer-page", page=number, pages=pages)


def test_more_pages_through_all_hits_in_place_and_back(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("石桥")
        quotes: list[str] = []
        shown = answer
        for number, label in enumerate((MORE, "▶", "▶"), start=2):
            quotes += _quotes(shown)
            _, shown = await it.press(shown, label)
            assert shown["message_id"] == answer["message_id"]
            assert page_of(number) in shown["text"]
            assert 1 <= len(_quotes(shown)) <= 5
        quotes += _quotes(shown)
        assert "▶" not in buttons(shown)
        assert len(quotes) == 18
        assert len(set(quotes)) == 18
        assert "14. " in shown["text"]
        for _ in range(3):
            _, shown = await it.press(shown, "◀")
        assert shown["text"] == answer["text"]
        assert shown["reply_markup"] == answer["reply_markup"]

    hold(talk, tmp_path)


def _quotes(message: dict[str, object]) -> list[str]:
    text, entities = str(message["text"]), message["entities"]
    assert isinstance(entities, list)
    return [
        text[e["offset"] : e["offset"] + e["length"]] for e in entities if e["type"] == "blockquote"
    ]


def test_every_button_pressed_twice_says_so_at_once_and_does_no_harm(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        asker = it.asker()
        seen = set[str]()
        for question in (
            "石桥",
            "老石匠郑义荣用三年修好石桥",
            "/documents",
            "/random",
            "/language",
            "/forget",
        ):
            asked = await it.ask(question)
            todo = [asked]
            while todo:
                before = todo.pop()
                labels = [
                    b["callback_data"]
                    for row in before.get("reply_markup", {}).get("inline_keyboard", [])
                    for b in row
                    if "callback_data" in b and b["callback_data"] not in seen
                ]
                for data in labels:
                    seen.add(data)
                    first = await asker.presses(before, data, forged=True)
                    again = await asker.presses(before, data, forged=True)
                    assert first is not None
                    assert again is not None
                    if len(seen) < 60:
                        todo.append(it.now(before))
        assert len(seen) > 50
        modified = [c for c in it.api.calls if c.refusal and c.method.startswith("edit")]
        assert all("not modified" in str(c.refusal) for c in modified)
        assert "2011" in (await it.ask("青石村的石桥"))["text"]

    hold(talk, tmp_path)


def test_paging_goes_on_after_a_restart(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("石桥")
        await it.restart()
        _, more = await it.press(answer, MORE)
        assert page_of(2) in more["text"]
        assert WORDS.text("answer-revised") not in more["text"]

    hold(talk, tmp_path)


def test_paging_goes_on_after_a_reload_and_says_that_the_corpus_changed(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("石桥")
        write(it.corpus, {"new.md": village("清泉", 2021, "南坊", 12)})
        await it.reload()
        _, more = await it.press(answer, MORE)
        assert WORDS.text("answer-revised") in more["text"]
        assert page_of(2, 5) in more["text"]
        last = button(more, "▶")["callback_data"].replace(":r2:", ":r4:")
        await it.asker().presses(more, last, forged=True)
        end = await it.api.edited(more)
        assert page_of(5, 5) in end["text"]
        for path in sorted(it.corpus.glob("0[4-9].md")):
            path.unlink()
        await it.reload()  # so much would be lost that it waits for a decision
        await it.ask("/reload serve", it.admin())
        # The page is gone: the last one there is stands in for it.
        _, back = await it.press(end, "◀")
        assert page_of(2, 2) in back["text"]

    hold(talk, tmp_path)


def test_newest_first_and_one_document_alone(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("石桥")
        _, newest = await it.press(answer, NEWEST)
        assert newest["text"].index("2019-01-01") < newest["text"].index("2018-01-01")
        _, best = await it.press(newest, WORDS.text("button-relevance"))
        assert best["text"] == answer["text"]
        _, page = await it.press(best, "📖 2")
        title = page["text"].split("\n")[0]
        _, only = await it.press(page, WORDS.text("button-only"))
        assert len(_quotes(only)) == 2
        assert only["text"].count(title) >= 2
        assert NEWEST not in buttons(only)
        _, everything = await it.press(only, WORDS.text("button-all"))
        assert everything["text"] == answer["text"]
        one_document = await it.ask("青石村的石桥")
        assert NEWEST not in buttons(one_document)

    hold(talk, tmp_path)


def test_a_document_that_is_gone_or_silent_gives_way(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("青石村的石桥")
        _, page = await it.press(answer, "📖 1")
        (it.corpus / "01.md").write_text("---\ntitle: 无题\n---\n\n无关的话。", encoding="utf-8")
        await it.reload()
        _, everything = await it.press(page, WORDS.text("button-only"))
        assert WORDS.text("button-all") not in buttons(everything)
        (it.corpus / "01.md").unlink()
        await it.reload()
        read = button(answer, "📖 1")["callback_data"]
        shown = await it.asker().presses(everything, read, forged=True)
        assert shown is not None
        assert shown.text == WORDS.text("document-gone")
        only = button(page, WORDS.text("button-only"))["callback_data"]
        shown = await it.asker().presses(everything, only, forged=True)
        assert shown is not None
        assert shown.text == WORDS.text("document-gone")

    hold(talk, tmp_path)


def test_a_word_taken_for_one_that_sounds_the_same_can_be_taken_literally(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("老石匠郑义荣用三年修好石桥")
        assert "黄梅村的石桥在2014年修好" in answer["text"]
        label = next(label for label in buttons(answer) if label.startswith("🔤"))
        _, literal = await it.press(answer, label)
        assert not any(one.startswith("🔤") for one in buttons(literal))

    hold(talk, tmp_path)


def test_why_this_names_the_words_that_matched(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("老石匠郑义荣用三年修好石桥")
        _, page = await it.press(answer, "📖 1")
        why = await it.alert(page, WORDS.text("button-why"))
        assert "郑义溶" in why
        assert "音近" in why
        why_data = button(page, WORDS.text("button-why"))["callback_data"]
        (it.corpus / "04.md").write_text(village("黄梅", 2024, "西坊", 40), encoding="utf-8")
        await it.reload()
        assert await it.alert(page, why_data) == WORDS.text("why-gone")

    hold(talk, tmp_path)


def test_made_up_and_foreign_buttons_get_an_alert_and_nobody_elses_data(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("青石村的石桥")
        theirs = await it.ask("白云村的石桥", it.other())
        forgeries = {
            "": "button-unknown",
            "x": "button-unknown",
            "v:short:r0:": "button-unknown",
            "v:AAAAAAAAAAAA:r0000:": "button-unknown",
            "v:AAAAAAAAAAAA:r0:": "question-expired",
            "f:AAAAAAAAAAAA:+": "question-expired",
            "g:AAAAAAAAAAAA:i": "question-expired",
            "r:AAAAAAAAAAAA:r0::AAAAAAAABBBBBBBB0": "question-expired",
            "r::r0::AAAAAAAABBBBBBBB0": "document-gone",
            "l:xx": "button-unknown",
            "d:-1:": "button-unknown",
            "p:reload": "button-unknown",
            "😀" * 16: "button-unknown",
            button(theirs, "📖 1")["callback_data"]: "question-expired",
            button(theirs, "👎")["callback_data"]: "question-expired",
        }
        for data, notice in forgeries.items():
            if not data:
                continue
            shown = await it.asker().presses(answer, data, forged=True)
            assert shown is not None
            assert (shown.text, shown.show_alert) == (WORDS.text(notice), True), data
        assert it.now(answer) == answer
        assert it.rows("SELECT * FROM feedback") == []

    hold(talk, tmp_path)


def test_a_button_under_a_message_that_is_gone(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer = await it.ask("石桥")
        it.api.private(it.asker()).remove(answer["message_id"])
        assert await _gone(it, answer) == WORDS.text("button-unknown")

    async def _gone(it: Dialogue, answer: dict[str, object]) -> str:
        shown = await it.asker().presses(answer, MORE)
        assert shown is not None
        return shown.text

    hold(talk, tmp_path)


def test_one_voice_a_person_changeable_and_a_reason_asked_for_once(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        answer, asker = await it.ask("青石村的石桥"), it.asker()
        outdated = WORDS.text("button-outdated")
        up = await asker.presses(answer, "👍")
        assert up is not None
        assert (up.text, up.show_alert) == (WORDS.text("vote-up"), False)
        assert it.rows("SELECT value, reason FROM feedback") == [(1, None)]
        toast, asked = await it.press(answer, "👎")
        assert toast == WORDS.text("vote-down")
        assert asked["text"] == answer["text"]
        assert buttons(asked)[-3:] == [
            WORDS.text(f"button-{reason}") for reason in ("irrelevant", "outdated", "misunderstood")
        ]
        reason = button(asked, outdated)["callback_data"]
        toast, after = await it.press(asked, outdated)
        assert toast == WORDS.text("vote-reason")
        assert buttons(after) == buttons(answer)
        assert it.rows("SELECT value, reason FROM feedback") == [(-1, "outdated")]
        again = await asker.presses(after, "👎")
        assert again is not None
        assert again.text == WORDS.text("vote-up")
        await it.api.idle(0.1)
        assert buttons(it.now(after)) == buttons(answer)
        await asker.presses(after, "👍")
        assert it.rows("SELECT value, reason FROM feedback") == [(1, None)]
        await asker.presses(after, reason, forged=True)
        assert it.rows("SELECT value, reason FROM feedback") == [(-1, "outdated")]

    hold(talk, tmp_path)
