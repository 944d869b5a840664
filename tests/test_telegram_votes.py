"""👍 and 👎 under an answer."""

from __future__ import annotations

from pathlib import Path

from bot.wording.locale import locale
from tests.dialogue import Dialogue, button, buttons, hold

WORDS = locale("zh-Hans")


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
