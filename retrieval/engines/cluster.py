"""A Milvus server, cluster or file: one connection, time-outs, one retry, and its own errors."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

from retrieval.errors import EngineError

T = TypeVar("T")
Client = Any
"""A MilvusClient of pymilvus, which need not be installed."""
_TIMEOUT = 2.0
"""Seconds for what an asker waits for: what a question may take at all."""
_PATIENCE = 120.0
"""Seconds for what nobody waits for: filling, flushing, loading."""
_PAUSE = 5.0
"""Seconds in which a server that did not answer is not asked again: nobody waits for it twice."""
_FOR_GOOD = ("invalid", "not found", "not exist", "auth", "permission", "denied", "unimplemented")
"""In what the server says: asking again changes nothing."""


class Cluster:
    """Opened when it is first asked; safe between threads. `uri` is an address, or the path of a
    file that ends in .db, which Milvus Lite serves to this process alone."""

    def __init__(
        self, uri: str, token: str = "", database: str = "", ca_file: Path | None = None
    ) -> None:
        """Raises EngineError where pymilvus is not installed. With `ca_file`, the server's
        certificate must be signed by it."""
        parts = urlsplit(uri)
        self.where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else uri
        try:
            import pymilvus
        except ImportError:
            reason = "pymilvus is not installed: pip install 'yinju[milvus]'"
            raise EngineError(self.where, reason) from None
        for name in ("pymilvus", "grpc"):  # what they log is raised too
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._library: Any = pymilvus
        self._options = {"uri": uri, "token": token, "db_name": database}
        if ca_file is not None:
            self._options["server_pem_path"] = str(ca_file)
        self._opening = Lock()
        self._client: Client = None
        self._silent_until = 0.0
        self._silence = ""

    @property
    def down(self) -> str:
        """Why it does not answer at the moment; empty where it does, as far as is known."""
        return self._silence

    @property
    def rested(self) -> bool:
        """Whether it may be asked again, after it did not answer."""
        return monotonic() >= self._silent_until

    def ask(self, what: Callable[[Client, float], T]) -> T:
        """What somebody waits for: `what` is given the client and its time-out. Raises
        EngineError."""
        if not self.rested:
            raise EngineError(self.where, self._silence)
        return self._tried(what, _TIMEOUT)

    def do(self, what: Callable[[Client, float], T]) -> T:
        """What may take its time. Raises EngineError."""
        return self._tried(what, _PATIENCE)

    def schema(self) -> tuple[Any, Any]:
        """An empty schema, and the types of its fields."""
        client = self._library.MilvusClient
        return client.create_schema(auto_id=False), self._library.DataType

    def close(self) -> None:
        """Give the connection back; the next question opens it again."""
        with self._opening:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _tried(self, what: Callable[[Client, float], T], timeout: float) -> T:
        for again in (True, False):
            try:
                done = what(self._open(), timeout)
            except Exception as error:  # pymilvus lets grpc's and its own through
                reason = _reason(error)
                if again and not any(word in reason.lower() for word in _FOR_GOOD):
                    self.close()
                    continue
                self._silence, self._silent_until = reason, monotonic() + _PAUSE
                raise EngineError(self.where, reason) from error
            self._silence, self._silent_until = "", 0.0
            return done
        raise AssertionError  # the second try returns or raises

    def _open(self) -> Client:
        with self._opening:
            if self._client is None:
                self._client = self._library.MilvusClient(**self._options, timeout=_TIMEOUT)
            return self._client


def _reason(error: Exception) -> str:
    details = getattr(error, "details", None)  # grpc's own errors have it as a method
    said = getattr(error, "message", None) or (details() if callable(details) else str(error))
    return " ".join(str(said).split())[:300] or type(error).__name__
