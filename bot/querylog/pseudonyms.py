"""Keyed pseudonyms: what the query log knows of people, chats and messages instead of their ids.

Without the key, a pseudonym can be neither computed from an id nor traced back to it. Telegram's
ids are short enough to try them all, so an unkeyed hash would hide nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.querylog.errors import QueryLogError

KEY_BYTES = 32

_log = logging.getLogger(__name__)


class Pseudonyms:
    """Pseudonyms under one key. The same kind and parts give the same pseudonym, always."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
        self._key = key

    def of(self, kind: str, *parts: object) -> str:
        """32 hex digits (128 bits of HMAC-SHA256) for, say, ``of("message", chat_id, number)``.

        `kind` keeps uses apart: the same number as an asker and as a chat shows no relation.
        """
        digest = hmac.new(self._key, digestmod=hashlib.sha256)
        for part in (kind, *parts):
            encoded = str(part).encode("utf-8", "surrogatepass")
            # The length in front keeps ("1", "23") and ("12", "3") apart.
            digest.update(len(encoded).to_bytes(8, "big"))
            digest.update(encoded)
        return digest.hexdigest()[:32]


def key_path(database: Path) -> Path:
    """Where the key of a query log stands: beside it, ending in ``.key``."""
    beside = database.with_suffix(".key")
    return beside if beside != database else database.with_name(database.name + ".key")


def load_key(path: Path) -> bytes:
    """The key in the file `path`, made at random if there is none, readable by its owner only.

    Raises QueryLogError when it can be neither read nor made, or is not a key. A key that others
    may read is used, with a warning in the log.
    """
    try:
        if not path.exists():
            _create(path)
        key = path.read_bytes()
        exposed = os.name == "posix" and path.stat().st_mode & 0o077
    except OSError as error:
        raise QueryLogError(
            path, f"the key for pseudonyms cannot be read or made: {error.strerror or error}"
        ) from error
    if len(key) != KEY_BYTES:
        raise QueryLogError(
            path,
            f"this is not a key for pseudonyms ({KEY_BYTES} bytes, this has {len(key)}); restore "
            "it from a copy, or delete it: then people are no longer matched to earlier rows",
        )
    if exposed:
        _log.warning("%s can be read by others; run: chmod 600 %s", path, path)
    return key


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
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
