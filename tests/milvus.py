"""A real Milvus for tests: the one at ``YINJU_TEST_MILVUS_URI``, or else Milvus Lite, in a file or
as a server of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from retrieval.engines.cluster import Cluster
from retrieval.engines.fields import Fields
from retrieval.engines.milvus import MilvusEngine
from retrieval.engines.okapi import OkapiEngine
from tests.ports import free_port, until_it_listens

SERVER = os.environ.get("YINJU_TEST_MILVUS_URI", "")
needs_milvus = pytest.mark.skipif(
    find_spec("pymilvus") is None or not (SERVER or find_spec("milvus_lite")),
    reason="needs pip install 'yinju[milvus]'",
)
needs_lite = pytest.mark.skipif(
    find_spec("pymilvus") is None or find_spec("milvus_lite") is None,
    reason="needs pip install 'yinju[milvus]'",
)
"""For a server of the test's own."""
_numbers = count()


@cache
def _cluster() -> Cluster:
    folder = Path(tempfile.mkdtemp(prefix="yinju-milvus-"))
    token = os.environ.get("YINJU_TEST_MILVUS_TOKEN", "")
    return Cluster(SERVER or str(folder / "milvus.db"), token)


def milvus_engine(fields: Fields, scratch: Path | None = None) -> MilvusEngine:
    """An engine in a collection of its own, not yet filled; all of a run are in one cluster."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    return MilvusEngine(_cluster(), OkapiEngine(fields), name, scratch)


@contextmanager
def tls(folder: Path) -> Iterator[tuple[str, Path]]:
    """Milvus Lite behind TLS: its address, and the certificate of its authority."""
    import grpc
    from milvus_lite.adapter.grpc.servicer import MilvusServicer
    from milvus_lite.db import MilvusLite
    from pymilvus.grpc_gen.milvus_pb2_grpc import add_MilvusServiceServicer_to_server

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    authority = folder / "ca.pem"
    authority.write_bytes(certificate.public_bytes(Encoding.PEM))
    key = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    database = MilvusLite(str(folder / "tls"))
    server = grpc.server(ThreadPoolExecutor(4))
    add_MilvusServiceServicer_to_server(MilvusServicer(database), server)
    credentials = grpc.ssl_server_credentials([(key, authority.read_bytes())])
    port = server.add_secure_port("localhost:0", credentials)
    server.start()
    try:
        yield f"https://localhost:{port}", authority
    finally:
        server.stop(None).wait()
        database.close()


class Server:
    """Milvus Lite as a process of its own, which several bots can share and which can go down."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.uri = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it listens."""
        command = [sys.executable, "-m", "milvus_lite", "server"]
        options = ["--data-dir", self._folder, "--host", "127.0.0.1", "--port", str(self._port)]
        self._process = subprocess.Popen(
            [*command, *map(str, options)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until_it_listens(self._process, self._port)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
