"""The key of the query log, where it stands and how it is made, read and destroyed; and the
pseudonyms made with it: what the log knows of people, chats and messages instead of their ids.

The file of the log is encrypted with the key. It never stands beside the database: who takes one
of them away has nothing. Without it, a pseudonym can be neither computed from an id nor traced back
to it. Telegram's ids are short enough to try them all, so an unkeyed hash would hide nothing; and
one key for ever would chain all that a person ever asked. So the secrets that pseudonyms are made
with are thrown away: one is made new at half the time of its life and lives on beside the next, so
that nobody can chain what a person asked for longer than the whole time, and what was asked in its
later half can always still be found, and so deleted, by whoever asked.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self, get_args

from bot.querylog.records import QueryLogError

KEY_BYTES = 32

_log = logging.getLogger(__name__)


def default_key_file(database: Path) -> Path:
    """One for each database, in the folder where the user's programs keep what must last.

    The XDG Base Directory Specification names it, and wants a relative path ignored.
    """
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    if not state.is_absolute():
        if os.name == "nt" and (local := os.environ.get("LOCALAPPDATA")):
            state = Path(local)
        else:
            state = Path.home() / ".local" / "state"
    place = hashlib.sha256(os.fsencode(database.resolve())).hexdigest()[:8]
    return state / "yinju" / f"{database.stem}-{place}.key"


def find_key(given: str, file: Path | None, database: Path) -> bytes:
    """The key `given` in 64 hexadecimal digits, else that of `file`, else of the default file.

    Raises QueryLogError when it can be neither read nor made.
    """
    if given:
        return bytes.fromhex(given)
    try:
        return load_key(file or default_key_file(database))
    except RuntimeError as error:  # no home folder
        reason = "there is no folder for its key; set log.key_file"
        raise QueryLogError(database, reason) from error


def load_key(path: Path) -> bytes:
    """The key in the file `path`, made at random if there is none, readable by its owner only.

    Raises QueryLogError when it can be neither read nor made, or is not a key. A key that others
    may read is used, with a warning in the log.
    """
    try:
        if not path.exists():
            _create(path)
        key = path.read_bytes()
    except OSError as error:
        raise QueryLogError(
            path,
            f"the key of the query log cannot be read or made: {error.strerror or error}; "
            "set log.key_file to a file that the user who runs the bot may write",
        ) from error
    if len(key) != KEY_BYTES:
        raise QueryLogError(
            path,
            f"this is not the key of a query log ({KEY_BYTES} bytes, this has {len(key)}); restore "
            "it from a copy, or delete it: then the log begins anew",
        )
    if readable_by_others(path):
        _log.warning("%s can be read by others; run: chmod 600 %s", path, path)
    return key


def readable_by_others(path: Path) -> bool:
    """Whether more users than the file's owner may read or change it (never on Windows)."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def shred(path: Path) -> None:
    """Overwrite a file's bytes where they stand, then remove it. Nothing when it is not there.

    A disk that writes elsewhere (flash, copy on write, snapshots) may keep the old ones.
    """
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            overwrite(file.fileno())
        path.unlink()


def overwrite(handle: int) -> None:
    """Zeros over every byte of an open file, on the disk when this returns."""
    left = os.fstat(handle).st_size
    os.lseek(handle, 0, os.SEEK_SET)
    while left > 0:
        left -= os.write(handle, bytes(min(left, 1 << 20)))
    os.fsync(handle)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written whole under another name first: a second process sees no key or all of it.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            # Unlike a rename, a link never replaces the key that another process just made.
            with suppress(FileExistsError):
                path.hardlink_to(written)
        except OSError:
            written.replace(path)  # a file system without links
    finally:
        written.unlink(missing_ok=True)


Circle = Literal["private", "shared"]
"""Private chats, and chats that others read: what a person asks in one is not chained to what they
ask in the other."""
CIRCLES: tuple[Circle, ...] = get_args(Circle)


class Pseudonyms:
    """Pseudonyms under one key. The same kind and parts give the same pseudonym, always."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
        self._key = key
        # While one event is handled, the same few are wanted time and again.
        self.of = lru_cache(maxsize=32)(self._of)

    def _of(self, kind: str, *parts: object) -> str:
        """32 hex digits (128 bits of HMAC-SHA256) for, say, ``of("message", chat_id, number)``.

        `kind` keeps uses apart: the same number as an asker and as a chat shows no relation.
        """
        encoded = [str(part).encode("utf-8", "surrogatepass") for part in (kind, *parts)]
        # The length in front keeps ("1", "23") and ("12", "3") apart.
        whole = b"".join(len(part).to_bytes(8, "big") + part for part in encoded)
        return hmac.digest(self._key, whole, "sha256").hex()[:32]

    def under(self, secret: bytes) -> Pseudonyms:
        """Pseudonyms that take both keys to make."""
        return Pseudonyms(hmac.digest(self._key, secret, "sha256"))


@dataclass(frozen=True, slots=True)
class Keyring:
    """The pseudonyms that can be made now. What was made with a key that is no longer here can be
    traced to nobody, by anybody."""

    lasting: Pseudonyms
    """For what is tied to no question: a chosen language, the chat that took another's place."""
    private: tuple[Pseudonyms, ...]
    shared: tuple[Pseudonyms, ...]
    """The newest first: new rows are made with it."""

    @classmethod
    def made(cls, key: bytes, periods: dict[Circle, list[bytes]]) -> Self:
        """Of the log's own key and the secrets of the running periods, so that neither the one
        nor the other makes a pseudonym alone."""
        root = Pseudonyms(key)
        private, shared = (
            tuple(root.under(circle.encode() + secret) for secret in periods[circle])
            for circle in ("private", "shared")
        )
        return cls(root.under(b"lasting"), private, shared)

    def all(self) -> Iterator[Pseudonyms]:
        """Those of every circle and period."""
        yield from self.private
        yield from self.shared


def new_secrets() -> dict[Circle, list[bytes]]:
    """One new secret for each circle."""
    return {circle: [secrets.token_bytes(KEY_BYTES)] for circle in CIRCLES}
