"""One generation's passages in Milvus: made, filled where something is missing, searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from retrieval.engines.cluster import Client, Cluster
from retrieval.engines.rows import Row

ALIAS, BEFORE = "yinju", "yinju_before"
"""What stands for the collection in service, and for the one before it."""
_SHARD, _SHARDS = 10_000_000, 16
"""Passages a shard, and shards at most: they are written side by side."""
BATCH = 500
"""Rows sent at a time: some 2 MB, and never more than one batch under way."""
MOST = 16_384
"""Passages that Milvus gives at most."""


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
            schema, types = self._cluster.schema()
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
        while batch := [_plain(row) for row in islice(made, BATCH)]:
            self._send(batch, again > 0)
            again -= len(batch)
            sent(len(batch))
        self._cluster.do(lambda client, timeout: client.flush(self.name, timeout=timeout))

    def _send(self, batch: list[dict[str, Any]], again: bool) -> None:
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


def _plain(row: Row) -> dict[str, Any]:
    rest = {str(term): weight for term, weight in row.rest.items()}
    return {"passage": row.passage, "document": row.document, "whole": row.whole, "rest": rest}


def _behind(client: Client, alias: str, timeout: float) -> str | None:
    """The collection that an alias stands for; None where there is no such alias."""
    for name in client.list_collections(timeout=timeout):
        if alias in client.list_aliases(name, timeout=timeout)["aliases"]:
            return str(name)
    return None


def _point(client: Client, alias: str, collection: str, timeout: float) -> None:
    there = _behind(client, alias, timeout) is not None
    (client.alter_alias if there else client.create_alias)(collection, alias, timeout=timeout)
