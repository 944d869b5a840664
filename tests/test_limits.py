"""The limit on questions a minute: who is answered, who is told, and how often."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.limits import Allowance, MinuteLimit

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


@given(st.integers(1, 5), st.lists(st.floats(0, 40), max_size=60))
def test_no_minute_holds_more_than_it_may(per_minute: int, pauses: list[float]) -> None:
    clock = Clock()
    limit = MinuteLimit(per_minute, clock)
    allowed: list[float] = []
    told: list[float] = []
    for pause in pauses:
        clock.now += pause
        recent = [at for at in allowed if at > clock.now - 60]
        answer = limit.ask("a")
        if len(recent) < per_minute:
            assert answer is Allowance.YES
            allowed.append(clock.now)
        else:
            silent = any(at > clock.now - 60 for at in told)
            assert answer is (Allowance.SILENT if silent else Allowance.REFUSE)
            told += [] if silent else [clock.now]


def test_who_has_been_quiet_is_forgotten_and_may_ask_again() -> None:
    clock = Clock()
    limit = MinuteLimit(1, clock)
    limit.ask("a")
    assert limit.ask("a") is Allowance.REFUSE
    clock.now += 61
    limit.ask("b")
    assert limit.ask("a") is Allowance.YES
    assert limit.ask("a") is Allowance.REFUSE
