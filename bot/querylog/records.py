"""The rows of the query log, as the rest of the bot sees them.

`asker`, `chat`, `voter` and `message` are pseudonyms, never ids or names. Times are aware
datetimes; they are stored in UTC to the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

ChatKind = Literal["private", "group", "supergroup", "channel", "inline", "terminal"]
Verdict = Literal["found", "possible", "none"]
VoteValue = Literal[1, -1]
DownReason = Literal["irrelevant", "outdated", "misunderstood"]
DOWN_REASONS: tuple[DownReason, ...] = get_args(DownReason)


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what became of it."""

    id: str
    """A random token of at least 64 bits: it stands in buttons, so it must not be guessable."""
    asked_at: datetime
    platform: str
    chat_kind: ChatKind
    asker: str
    chat: str | None
    text: str
    verdict: Verdict
    confidence: float
    elapsed_ms: float
    generation: str
    """Of the corpus that answered."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One passage that was quoted in reply to a question. `rank` is its place in the reply."""

    rank: int
    document: str
    passage: str
    score: float


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's voice on one answer; `reason` only ever on a -1."""

    voter: str
    value: VoteValue
    reason: DownReason | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SentReply:
    """The bot's message that answers a question. `number` is the platform's message number."""

    number: str
    question_id: str


@dataclass(frozen=True, slots=True)
class Reload:
    """One attempt to reload the corpus. `error` is None when it succeeded."""

    at: datetime
    generation: str
    """That serves after the attempt: the old one when it failed."""
    documents: int
    passages: int
    skipped: int
    elapsed_ms: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class PersonalRows:
    """How many rows belong to one person."""

    questions: int
    votes: int
    preferences: int

    @property
    def total(self) -> int:
        return self.questions + self.votes + self.preferences


@dataclass(frozen=True, slots=True)
class Forgotten(PersonalRows):
    """What was deleted for one person.

    `erased` is False when the rows are gone but their bytes could not yet be wiped from the file
    (another program was reading it, or the disk is full): the next clean-up wipes them.
    """

    erased: bool
