"""A real Milvus for tests: the one at ``YINJU_TEST_MILVUS_URI``, or else Milvus Lite, in a file or
as a server of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from time import monotonic, sleep

import pytest

from retrieval.engines.cluster import Cluster
from retrieval.engines.fields import Fields
from retrieval.engines.milvus import MilvusEngine
from retrieval.engines.okapi import OkapiEngine

SERVER = os.environ.get("YINJU_TEST_MILVUS_URI", "")
needs_milvus = pytest.mark.skipif(
    find_spec("pymilvus") is None or not (SERVER or find_spec("milvus_lite")),
    reason="needs pip install 'yinju[milvus]'",
)
_numbers = count()


@cache
def _cluster() -> Cluster:
    folder = Path(tempfile.mkdtemp(prefix="yinju-milvus-"))
    token = os.environ.get("YINJU_TEST_MILVUS_TOKEN", "")
    return Cluster(SERVER or str(folder / "milvus.db"), token)


def milvus_engine(fields: Fields) -> MilvusEngine:
    """An engine in a collection of its own, not yet filled; all of a run are in one cluster."""
    return MilvusEngine(_cluster(), OkapiEngine(fields), f"t{os.getpid()}_{next(_numbers)}")


class Server:
    """Milvus Lite as a process of its own, which several bots can share and which can go down."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it listens."""
        command = [sys.executable, "-m", "milvus_lite", "server"]
        options = ["--data-dir", self._folder, "--host", "127.0.0.1", "--port", str(self._port)]
        self._process = subprocess.Popen(
            [*command, *map(str, options)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = monotonic() + 60
        while monotonic() < until:
            with closing(socket.socket()) as knock:
                if knock.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            assert self._process.poll() is None, "Milvus Lite ended"
            sleep(0.05)
        raise AssertionError("Milvus Lite does not listen")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
