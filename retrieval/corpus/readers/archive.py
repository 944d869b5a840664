"""Zip files, which DOCX and EPUB are: opened only where what they unpack to is in proportion."""

from __future__ import annotations

import zipfile
from io import BytesIO

from retrieval.errors import UnreadableError

_LARGEST = 200 * 1024 * 1024
"""Bytes unpacked: four times the largest file that is read."""
_RATIO = 100
"""Bytes unpacked for one packed, beyond the first megabyte: text packs to about a fifth, a bomb
to a thousandth."""
_MOST = 10_000
"""Members."""
_ENCRYPTED = 0x1


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive. UnreadableError where it is none, is encrypted, or unpacks to too much.

    What a member unpacks to is what the directory says: reading stops there.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OverflowError):
        raise UnreadableError("archive-damaged") from None
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > _MOST or unpacked > _LARGEST or unpacked > _RATIO * len(data) + 1024 * 1024:
        raise UnreadableError("archive-bomb")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise UnreadableError("encrypted")
    return archive


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of a member. UnreadableError where it is absent or damaged."""
    try:
        return archive.read(name)
    except (KeyError, zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError):
        raise UnreadableError("archive-damaged") from None
    except Exception as error:  # zlib.error and its like, by compression
        raise UnreadableError("archive-damaged") from error
