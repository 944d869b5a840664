"""The limit on questions a minute: who is answered, who is told, and how often."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.limits import Allowance, MinuteLimit

YES, REFUSE, SILENT = Allowance.YES, Allowance.REFUSE, Allowance.SILENT


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_past_the_limit_one_notice_and_then_silence_until_a_minute_has_passed() -> None:
    clock = Clock()
    limit = MinuteLimit(2, clock)
    assert [limit.ask("a") for _ in range(4)] == [YES, YES, REFUSE, SILENT]
    assert limit.ask("b") is YES
    clock.now += 59
    assert limit.ask("a") is SILENT
    clock.now += 1
    assert [limit.ask("a") for _ in range(4)] == [YES, YES, REFUSE, SILENT]


def test_no_limit_at_all() -> None:
    limit = MinuteLimit(0, Clock())
    assert {limit.ask("a") for _ in range(1000)} == {YES}


@given(
    st.integers(1, 5),
    st.lists(st.floats(0, 40, allow_nan=False), max_size=80),
)
def test_never_more_than_the_limit_nor_a_second_notice_in_any_minute(
    per_minute: int, pauses: list[float]
) -> None:
    clock = Clock()
    limit = MinuteLimit(per_minute, clock)
    given_at: dict[Allowance, list[float]] = {one: [] for one in Allowance}
    for pause in pauses:
        clock.now += pause
        given_at[limit.ask("a")].append(clock.now)
    for allowance, at_most in ((YES, per_minute), (REFUSE, 1)):
        times = given_at[allowance]
        for at in times:
            assert sum(at <= other < at + 60 for other in times) <= at_most
