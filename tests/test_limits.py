"""So many questions in any minute, told once, and nothing remembered longer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.limits import Allowance, MinuteLimit


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_one_too_many_is_told_once_and_the_rest_meets_silence() -> None:
    clock = Clock()
    limit = MinuteLimit(2, clock)
    asked = [limit.ask("a") for _ in range(5)]
    yes, refuse, silent = Allowance.YES, Allowance.REFUSE, Allowance.SILENT
    assert asked == [yes, yes, refuse, silent, silent]
    assert limit.ask("b") is yes
    clock.now += 59.9
    assert limit.ask("a") is silent
    clock.now += 0.1
    assert [limit.ask("a") for _ in range(3)] == [yes, yes, refuse]


def test_no_limit_is_no_limit() -> None:
    limit = MinuteLimit(0)
    assert {limit.ask("a") for _ in range(1000)} == {Allowance.YES}


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
