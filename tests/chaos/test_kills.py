"""Twenty kills; `make chaos` makes two hundred."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.chaos.killing import table, wreak


def test_every_question_is_answered_through_twenty_kills_and_none_twice_without_doubt(
    tmp_path: Path,
) -> None:
    found = asyncio.run(wreak(tmp_path, 20, seed=9))
    print(table(found))
    assert (found.lost, found.wrongly, found.integrity, found.status) == (0, [], "ok", 0)
    assert found.replayed  # it was killed in the midst of it
