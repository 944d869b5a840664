"""What can go wrong in retrieval. Errors carry data; only the edge turns them into words."""

from __future__ import annotations


class RetrievalError(Exception):
    """Base of every error this package raises on purpose."""


class CorpusError(RetrievalError):
    """The corpus at `path` cannot be served. `reason` says why, for an operator."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class ReloadRunningError(RetrievalError):
    """Another reload is under way; its outcome will do."""


class EvaluationUnavailableError(RetrievalError):
    """The metrics' library is not installed: it comes with the extra ``yinju[eval]``."""
