"""The limit on questions a minute: who is answered, who is told, and how often."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config
from bot.conversation.limits import Admission, Kind, MinuteLimit

YES, REFUSE, SILENT = "yes", "refuse", "silent"


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def ask(limit: MinuteLimit, key: str = "a") -> str:
    refusal = limit.ask(key)
    return YES if refusal is None else REFUSE if refusal.tell else SILENT


def test_past_the_limit_one_notice_and_then_silence_until_a_minute_has_passed() -> None:
    clock = Clock()
    limit = MinuteLimit(2, clock)
    assert [ask(limit) for _ in range(4)] == [YES, YES, REFUSE, SILENT]
    assert ask(limit, "b") == YES
    clock.now += 59
    assert ask(limit) == SILENT
    clock.now += 1
    assert [ask(limit) for _ in range(4)] == [YES, YES, REFUSE, SILENT]


def test_no_limit_at_all() -> None:
    limit = MinuteLimit(0, Clock())
    assert {ask(limit) for _ in range(1000)} == {YES}


@given(
    st.integers(1, 5),
    st.lists(st.floats(0, 40, allow_nan=False), max_size=80),
)
def test_never_more_than_the_limit_nor_a_second_notice_in_any_minute(
    per_minute: int, pauses: list[float]
) -> None:
    clock = Clock()
    limit = MinuteLimit(per_minute, clock)
    given_at: dict[str, list[float]] = {one: [] for one in (YES, REFUSE, SILENT)}
    for pause in pauses:
        clock.now += pause
        given_at[ask(limit)].append(clock.now)
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
        answer = ask(limit)
        if len(recent) < per_minute:
            assert answer == YES
            allowed.append(clock.now)
        else:
            silent = any(at > clock.now - 60 for at in told)
            assert answer == (SILENT if silent else REFUSE)
            told += [] if silent else [clock.now]


def test_who_has_been_quiet_is_forgotten_and_may_ask_again() -> None:
    clock = Clock()
    limit = MinuteLimit(1, clock)
    ask(limit)
    assert ask(limit) == REFUSE
    clock.now += 61
    ask(limit, "b")
    assert ask(limit) == YES
    assert ask(limit) == REFUSE


def test_a_refusal_says_when_to_try_again() -> None:
    clock = Clock()
    limit = MinuteLimit(1, clock)
    limit.ask("a")
    clock.now += 20.5
    refusal = limit.ask("a")
    assert refusal is not None
    assert refusal.seconds == 40
    clock.now += refusal.seconds
    assert limit.ask("a") is None


def test_any_number_of_people_take_no_more_room_than_the_most_that_are_remembered() -> None:
    limit = MinuteLimit(90, Clock())
    for number in range(100_000):
        assert limit.ask(str(number)) is None
    assert len(limit) <= 10_001
    tracemalloc.start()
    try:
        full = MinuteLimit(90, Clock(), keys=1000)
        for number in range(1000):
            for _ in range(91):
                full.ask(str(number))
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert used < 1_200_000


def test_each_kind_has_its_own_allowance_by_person_and_by_chat() -> None:
    limits = Config().limits.model_copy(update={"user_per_minute": 1, "chat_per_minute": 2})
    admission = Admission(limits, Clock())
    assert admission.ask(Kind.QUESTION, "a", "g") is None
    assert admission.ask(Kind.QUESTION, "a", "g") is not None
    assert admission.ask(Kind.PRESS, "a", "g") is None
    assert admission.ask(Kind.QUESTION, "b", "g") is None
    assert admission.ask(Kind.QUESTION, "c", "g") is not None
    assert admission.ask(Kind.QUESTION, "c2", None) is None
