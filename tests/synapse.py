"""A real Matrix homeserver for tests: Synapse in a process of its own, on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from tests.ports import free_port

NAME = "yinju.test"
PASSWORD = "correct horse"
INSTALLED = find_spec("synapse") is not None and find_spec("nio") is not None
_PATIENCE = 90.0
_CONFIG = """
server_name: {name}
listeners:
  - {{port: {port}, type: http, bind_addresses: ['127.0.0.1'], resources: [{{names: [client]}}]}}
database: {{name: sqlite3, args: {{database: homeserver.db}}}}
media_store_path: media
pid_file: homeserver.pid
log_config: log.yaml
signing_key_path: signing.key
macaroon_secret_key: macaroon
form_secret: form
bcrypt_rounds: 4
presence: {{enabled: false}}
enable_registration: true
enable_registration_without_verification: true
report_stats: false
trusted_key_servers: []
suppress_key_server_warning: true
rc_message: {{per_second: 1000, burst_count: 1000}}
rc_registration: {{per_second: 1000, burst_count: 1000}}
rc_login:
  address: {{per_second: 1000, burst_count: 1000}}
  account: {{per_second: 1000, burst_count: 1000}}
rc_joins: {{local: {{per_second: 1000, burst_count: 1000}}}}
rc_invites:
  per_room: {{per_second: 1000, burst_count: 1000}}
  per_user: {{per_second: 1000, burst_count: 1000}}
"""
_LOG = """
version: 1
handlers: {console: {class: logging.StreamHandler}}
root: {level: WARNING, handlers: [console]}
"""


@contextmanager
def homeserver(folder: Path) -> Iterator[str]:
    """A fresh homeserver with open registration; its address."""
    port = free_port()
    config = folder / "homeserver.yaml"
    config.write_text(_CONFIG.format(name=NAME, port=port), "utf-8")
    (folder / "log.yaml").write_text(_LOG, "utf-8")
    key = b64encode(os.urandom(32)).decode().rstrip("=")
    (folder / "signing.key").write_text(f"ed25519 a_test {key}\n", "utf-8")
    run = [sys.executable, "-m", "synapse.app.homeserver", "--config-path", str(config)]
    with (folder / "synapse.out").open("wb") as said:
        process = subprocess.Popen(run, cwd=folder, stdout=said, stderr=said)
    try:
        address = f"http://127.0.0.1:{port}"
        _until_it_answers(process, address, folder)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _until_it_answers(process: subprocess.Popen[bytes], address: str, folder: Path) -> None:
    end = monotonic() + _PATIENCE
    while monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"{address}/_matrix/client/versions"):
                return
        except (URLError, OSError):
            sleep(0.2)
    raise RuntimeError((folder / "synapse.out").read_text(errors="replace")[-2000:])


async def register(address: str, name: str) -> None:
    """Make an account."""
    from nio import AsyncClient

    client = AsyncClient(address, f"@{name}:{NAME}")
    await client.register(name, PASSWORD)
    await client.close()
