"""Ports of this machine: one that is free, and one that a program is to listen at."""

from __future__ import annotations

import socket
import subprocess
from time import monotonic, sleep

_SECONDS = 60


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_it_listens(program: subprocess.Popen[bytes], port: int) -> None:
    """Return when `program` can be connected to; fail when it ended, or does not in a minute."""
    until = monotonic() + _SECONDS
    while monotonic() < until:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert program.poll() is None, f"{program.args!r} ended"
        sleep(0.05)
    raise AssertionError(f"{program.args!r} does not listen")
