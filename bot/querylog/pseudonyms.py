"""Keyed pseudonyms: what the query log knows of people, chats and messages instead of their ids.

Without the key, a pseudonym can be neither computed from an id nor traced back to it. Telegram's
ids are short enough to try them all, so an unkeyed hash would hide nothing.
"""

from __future__ import annotations

import hashlib
import hmac

from bot.querylog.keys import KEY_BYTES


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
