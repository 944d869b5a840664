"""Other processes: split off from this one, which share what it has loaded, or started anew; tasks
shared out between them; what is said to them; and what each may cost."""

from __future__ import annotations

import ctypes
import gc
import math
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import BinaryIO

_LOOK = 0.1
"""Seconds between two looks at whether tasks are to go on."""
LENGTH = 8
"""Bytes of the length before each message."""
_YOUNG = 5_000
"""Objects that are made before Python's collector looks at the young ones: with its own 700, which
a search makes ten times over, a tenth of what answers cost goes there."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost."""

    seconds: float = 20.0
    """Of a processor."""
    megabytes: int = 512


@dataclass(frozen=True, slots=True)
class Process:
    """Another process, and the way to it."""

    number: int
    socket: socket.socket

    def end(self) -> None:
        """Let it end, and wait for that: at the most for what it is about to find."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # who waits for it is told, too
        self.socket.close()
        with suppress(ChildProcessError):
            os.waitpid(self.number, 0)


def fork(serve: Callable[[socket.socket], None]) -> Process | None:
    """Start a process that runs `serve` and ends with it; None where there can be none. To be
    called before there are threads, and before a corpus is in memory: what is loaded by then is
    shared."""
    if sys.platform != "linux":
        return None  # elsewhere a process has to be loaded anew, or may not be split at all
    ours, theirs = socket.socketpair()
    gc.freeze()
    gc.set_threshold(_YOUNG)
    if number := os.fork():
        theirs.close()
        return Process(number, ours)
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # it ends when the other one does
        os.closerange(3, theirs.fileno())
        os.closerange(theirs.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        serve(theirs)
    finally:
        os._exit(0)


def start(module: str, *told: str) -> subprocess.Popen[bytes]:
    """Run the `main` of a module of ours in a process of its own, which has nothing of what this
    one has in memory; what it is asked and answers goes through its pipes. Raises OSError."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "RUST_BACKTRACE": "0",  # where memory ends, it waits for its own lock for ever
    }
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", f"from {module} import main; main()", *told],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        # Ctrl-C is for the parent, which ends it; a session of its own would have as much of the
        # processors as the bot however nice it is, for Linux shares them between sessions first.
        process_group=0,
    )


def discard(process: subprocess.Popen[bytes]) -> None:
    """End a process at once, whatever it does, and leave nothing of it."""
    process.kill()
    with suppress(OSError), process:  # what was written to it last goes nowhere
        pass


def side_by_side(
    tasks: int,
    threads: int,
    work: Callable[[Iterator[int]], None],
    *,
    look: Callable[[], None],
    done: Callable[[int], None],
    end: Callable[[], None],
) -> None:
    """Do so many tasks in threads: `work` takes their numbers, and has done each before it takes
    the next. Meanwhile `look` is called time and again, and `done` with the number of each that is
    done. What any of the three raises is raised; then no task is begun, and `end`, which ends what
    the threads wait for, is called until they all have ended."""
    numbers, ended, over = count(), SimpleQueue[int | BaseException](), Event()

    def turns() -> Iterator[int]:
        while (number := next(numbers)) < tasks and not over.is_set():
            yield number
            ended.put(number)

    def run() -> None:
        try:
            work(turns())
        except BaseException as error:  # the thread that waits raises it
            ended.put(error)

    workers = [Thread(target=run, daemon=True) for _ in range(threads)]
    for worker in workers:
        worker.start()
    left = tasks
    try:
        while left:
            look()
            try:
                one = ended.get(timeout=_LOOK)
            except Empty:
                continue
            if isinstance(one, BaseException):
                raise one
            done(one)
            left -= 1
    except BaseException:
        over.set()
        for worker in workers:
            while worker.is_alive():  # it may just have begun what is to be ended
                end()
                worker.join(_LOOK)
        raise
    for worker in workers:
        worker.join()


def send(stream: BinaryIO, data: bytes) -> None:
    """Write one message."""
    stream.write(len(data).to_bytes(LENGTH, "big"))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """The next message; None at the end, or where it breaks off."""
    head = stream.read(LENGTH)
    length = int.from_bytes(head, "big")
    data = stream.read(length) if len(head) == LENGTH else b""
    return data if len(head) == LENGTH and len(data) == length else None


def limit_memory(megabytes: int) -> None:
    """Let this process take so much more than it has just now. Linux keeps to it; where the
    system does not, nothing but the time is limited."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except (ImportError, OSError):
        return
    most = pages * resource.getpagesize() + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def limit_time(seconds: float) -> None:
    """Let the system end this process once it has had so many more seconds of a processor: time
    that other programs take is nobody's fault, and the parent may be gone by then."""
    try:
        import resource
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(usage.ru_utime + usage.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def yield_to_others(nice: int = 0) -> None:
    """Let other processes go first; and where memory ends, let the system end this one."""
    with suppress(AttributeError, PermissionError):  # where rules for services forbid it
        os.nice(nice)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def give_memory_back() -> None:
    """What was freed, to the system: glibc keeps hundreds of megabytes otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
