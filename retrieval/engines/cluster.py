"""A Milvus server, cluster or file: one connection, time-outs, one retry, and its own errors; and
one generation's passages there: made, filled where something is missing, searched."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

from retrieval.engines.rows import Row
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

ALIAS, BEFORE = "yinju", "yinju_before"
"""What stands for the collection in service, and for the one before it."""
_SHARD, _SHARDS = 10_000_000, 16
"""Passages a shard, and shards at most: they are written side by side."""
BATCH = 500
"""Rows sent at a time: some 2 MB, and never more than one batch under way."""
MOST = 16_384
"""Passages that Milvus gives at most."""


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
        self._made: Client = pymilvus.MilvusClient
        self.types: Any = pymilvus.DataType
        self._options = {"uri": uri, "token": token, "db_name": database}
        if ca_file is not None:
            self._options["server_pem_path"] = str(ca_file)
        self._opening = Lock()
        self._client: Client = None
        self._silent_until = 0.0
        self.down = ""
        """Why it does not answer at the moment; empty where it does, as far as is known."""

    @property
    def rested(self) -> bool:
        """Whether it may be asked again, after it did not answer."""
        return monotonic() >= self._silent_until

    def ask(self, what: Callable[[Client, float], T]) -> T:
        """What somebody waits for: `what` is given the client and its time-out. Raises
        EngineError."""
        if not self.rested:
            raise EngineError(self.where, self.down)
        return self._tried(what, _TIMEOUT)

    def do(self, what: Callable[[Client, float], T]) -> T:
        """What may take its time. Raises EngineError."""
        return self._tried(what, _PATIENCE)

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
                self.down, self._silent_until = reason, monotonic() + _PAUSE
                raise EngineError(self.where, reason) from error
            self.down, self._silent_until = "", 0.0
            return done
        raise AssertionError  # the second try returns or raises

    def _open(self) -> Client:
        with self._opening:
            if self._client is None:
                self._client = self._made(**self._options, timeout=_TIMEOUT)
            return self._client


def _reason(error: Exception) -> str:
    details = getattr(error, "details", None)  # grpc's own errors have it as a method
    said = getattr(error, "message", None) or (details() if callable(details) else str(error))
    return " ".join(str(said).split())[:300] or type(error).__name__


class Collection:
    """Every method raises EngineError."""

    def __init__(self, cluster: Cluster, generation: str) -> None:
        self._cluster = cluster
        self.name = f"{ALIAS}_{generation}"

    def search(self, vector: dict[int, float], limit: int, where: str, *, waits: bool) -> list[Any]:
        """The best passages for a vector that a filter leaves: each with `passage`, its `distance`
        (the score) and, in `entity`, the part of its terms' weights that title and lead have.
        `waits`: whether somebody does, for an answer."""

        def ask(client: Client, timeout: float) -> list[Any]:
            (hits,) = client.search(
                self.name,
                data=[vector],
                anns_field="whole",
                limit=min(limit, MOST),
                filter=where,
                output_fields=["rest"],
                search_params={"metric_type": "IP"},
                consistency_level="Eventually",  # nothing changes once it was published
                timeout=timeout,
            )
            return list(hits)

        return self._cluster.ask(ask) if waits else self._cluster.do(ask)

    def count(self) -> int:
        """How many passages it has; 0 where there is no collection."""

        def count(client: Client, timeout: float) -> int:
            if not client.has_collection(self.name, timeout=timeout):
                return 0
            client.load_collection(self.name, timeout=timeout)
            (row,) = client.query(
                self.name,
                filter="",
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=timeout,
            )
            return int(row["count(*)"])

        return self._cluster.do(count)

    def create(self, passages: int) -> None:
        """Make it for so many passages, if it is not there."""

        def create(client: Client, timeout: float) -> None:
            if client.has_collection(self.name, timeout=timeout):
                return
            schema = client.create_schema(auto_id=False)
            types = self._cluster.types
            schema.add_field("passage", types.INT64, is_primary=True)
            schema.add_field("document", types.INT64)
            schema.add_field("whole", types.SPARSE_FLOAT_VECTOR)
            schema.add_field("rest", types.JSON)
            index = client.prepare_index_params()
            index.add_index("whole", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
            client.create_collection(
                self.name,
                schema=schema,
                index_params=index,
                num_shards=min(1 + passages // _SHARD, _SHARDS),
                timeout=timeout,
            )

        self._cluster.do(create)

    def fill(self, rows: Iterable[Row], again: int, sent: Callable[[int], None]) -> None:
        """Send rows, batch by batch; the first `again` of them may be there. `sent` is told how
        many more have arrived."""
        made = iter(rows)
        while batch := list(islice(made, BATCH)):
            self._send(batch, again > 0)
            again -= len(batch)
            sent(len(batch))
        self._cluster.do(lambda client, timeout: client.flush(self.name, timeout=timeout))

    def _send(self, batch: list[Row], again: bool) -> None:
        ways = iter(("upsert", "upsert") if again else ("insert", "upsert"))

        def send(client: Client, timeout: float) -> None:  # a second try may meet a part of it
            getattr(client, next(ways))(self.name, batch, timeout=timeout)

        self._cluster.do(send)

    def drop(self) -> None:
        self._cluster.do(lambda client, timeout: client.drop_collection(self.name, timeout=timeout))

    def promote(self) -> bool:
        """Let `ALIAS` stand for it, and `BEFORE` for what was in service; whether it is there."""

        def move(client: Client, timeout: float) -> bool:
            if not client.has_collection(self.name, timeout=timeout):
                return False
            served = _behind(client, ALIAS, timeout)
            if served not in (None, self.name):
                _point(client, BEFORE, str(served), timeout)
            if served != self.name:
                _point(client, ALIAS, self.name, timeout)
            return True

        return self._cluster.do(move)

    def tidy(self) -> None:
        """Drop every generation but this one, the one in service and the one before."""

        def drop(client: Client, timeout: float) -> None:
            kept = {self.name, *(_behind(client, alias, timeout) for alias in (ALIAS, BEFORE))}
            for name in client.list_collections(timeout=timeout):
                if name.startswith(f"{ALIAS}_") and name not in kept:
                    client.drop_collection(name, timeout=timeout)

        self._cluster.do(drop)


def _behind(client: Client, alias: str, timeout: float) -> str | None:
    """The collection that an alias stands for; None where there is no such alias."""
    for name in client.list_collections(timeout=timeout):
        if alias in client.list_aliases(name, timeout=timeout)["aliases"]:
            return str(name)
    return None


def _point(client: Client, alias: str, collection: str, timeout: float) -> None:
    there = _behind(client, alias, timeout) is not None
    (client.alter_alias if there else client.create_alias)(collection, alias, timeout=timeout)
