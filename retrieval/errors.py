"""What can go wrong in retrieval. Errors carry data; only the edge turns them into words."""

from __future__ import annotations

import errno
import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

logger = logging.getLogger(__name__)


class RetrievalError(Exception):
    """Base of every error this package raises on purpose."""


class CorpusError(RetrievalError):
    """The corpus at `path` cannot be served. `reason` says why, for an operator."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class BrokenOffError(CorpusError):
    """The process that built the index of `path` was ended from outside by `signal`."""

    def __init__(self, path: str, signal: int) -> None:
        reason = f"the process that builds its index was ended (signal {signal})"
        super().__init__(path, f"{reason}; it may have needed more memory than there was")
        self.signal = signal


class EngineError(RetrievalError):
    """The search engine at `where` did not do what it was asked. `reason` is for an operator;
    nothing in either is a secret."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class ReloadRunningError(RetrievalError):
    """Another reload is under way; its outcome will do."""


class StoppedError(RetrievalError):
    """Reading was stopped on purpose before it ended."""


class EvaluationUnavailableError(RetrievalError):
    """The metrics' library is not installed: it comes with the extra ``yinju[eval]``."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something was not read: a key of the locale files (``cause-…``) and its parameters."""

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)


class Stage(StrEnum):
    """On the way from a file to the index: where something was lost."""

    FIND = "find"
    READ = "read"
    SPLIT = "split"
    SEGMENT = "segment"
    LEARN = "learn"
    """What all documents together show: names, sounds, words, thresholds."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a document of one, that is not in the corpus, and why.

    `path` is empty for what no file is to blame for. `wanted` says that it should have been
    readable: a picture is not.
    """

    path: str
    cause: Cause
    stage: Stage = Stage.READ
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class ReadFile:
    """How a file was when it was read, what in it could not be, and how many documents it gave."""

    status: str
    skipped: tuple[Skipped, ...]
    documents: int


class UnreadableError(RetrievalError):
    """A file that cannot be read. `cause` says why; every reader may raise it."""

    def __init__(self, key: str, **params: str | int) -> None:
        super().__init__(key)
        self.cause = Cause(key, params)


def refusal(error: OSError) -> Cause:
    """Why the system gave no access to a file."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return Cause("denied")
    if error.errno == errno.ELOOP:
        return Cause("link-dead")
    if error.errno == errno.ENOENT:
        return Cause("vanished")
    return Cause("system", {"code": errno.errorcode.get(error.errno or 0, "?")})


def failure(path: str, stage: Stage, error: Exception) -> Skipped:
    """What our own program failed at. The log says where; nothing of the text is in it."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    logger.warning("%s: %s failed: %s at %s", path, stage, type(error).__name__, place)
    return Skipped(path, Cause("failed"), stage)
