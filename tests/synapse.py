"""A real Matrix homeserver for tests: Synapse in a process of its own, on loopback."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

NAME = "yinju.test"
PASSWORD = "correct horse"
INSTALLED = find_spec("synapse") is not None and find_spec("nio") is not None
_PATIENCE = 90.0
_MORE = """
enable_registration: true
enable_registration_without_verification: true
report_stats: false
trusted_key_servers: []
suppress_key_server_warning: true
rc_message: {per_second: 1000, burst_count: 1000}
rc_registration: {per_second: 1000, burst_count: 1000}
rc_login:
  address: {per_second: 1000, burst_count: 1000}
  account: {per_second: 1000, burst_count: 1000}
rc_joins: {local: {per_second: 1000, burst_count: 1000}}
rc_invites:
  per_room: {per_second: 1000, burst_count: 1000}
  per_user: {per_second: 1000, burst_count: 1000}
"""


@contextmanager
def homeserver(folder: Path) -> Iterator[str]:
    """A fresh homeserver with open registration; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "homeserver.yaml"
    made = [sys.executable, "-m", "synapse.app.homeserver", "--server-name", NAME]
    made += ["--config-path", str(config), "--data-directory", str(folder)]
    made += ["--generate-config", "--report-stats=no"]
    subprocess.run(made, check=True, capture_output=True, cwd=folder)
    text = re.sub(r"(?m)^(\s*)-?\s*port: 8008.*", "", config.read_text("utf-8"))
    text = re.sub(r"(?ms)^listeners:.*?(?=^\S)", "", text)
    listener = (
        f"\nlisteners:\n  - port: {port}\n    type: http\n    bind_addresses: ['127.0.0.1']\n"
        "    resources: [{names: [client]}]\n"
    )
    config.write_text(text + listener + _MORE, "utf-8")
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
