"""What a value of the configuration must be, and all that is wrong with one, with the way out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{8,}")
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. Never holds the bot token."""

    where: str
    """``telegram.tokn (line 3)``, ``line 3, column 5``, an environment variable, or a file."""
    what: str
    way_out: str


class ConfigError(Exception):
    """The configuration cannot be used. `path` is its file, None where there is none."""

    def __init__(self, path: Path | None, problems: Iterable[Problem]) -> None:
        self.path = path
        self.problems = tuple(problems)
        source = str(path) if path else "the configuration"
        lines = (f"{p.where}: {p.what}; {p.way_out}" for p in self.problems)
        super().__init__("\n".join((f"{source} cannot be used", *lines)))


def shown(value: object) -> str:
    """A value as an error message may show it: short, printable, without a token in it."""
    text = _TOKEN.sub("…", json.dumps(value, ensure_ascii=False, default=str))
    if len(text) > _LONGEST_SHOWN:
        text = text[:_LONGEST_SHOWN] + "…"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


A_LISTENER = 'an address such as "127.0.0.1", or "unix:" and the path of a socket'
HEALTH_PATHS = ("/healthz", "/readyz")
"""What every listener of the bot answers beside what it is for."""
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([smhd]?)")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def refusal(what: str, way_out: str) -> PydanticCustomError:
    """What is wrong with a value, and the way out, for a validator to raise."""
    return PydanticCustomError("yinju", "{what}", {"what": what, "way_out": way_out})


def _no_bool(value: object) -> object:
    # To Python, and so to pydantic, true is the number 1.
    if isinstance(value, bool):
        raise PydanticCustomError("bool", "a truth value is no number")
    return value


def web_address(value: str, of: str, example: str) -> str:
    """An address without its last slash; `of` and `example` stand in the refusal."""
    try:
        parts = urlsplit(value.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        good = good and not parts.query and not parts.fragment
    except ValueError:
        good = False
    if not good:
        raise refusal(
            f"{shown(value)} is not the address of {of}",
            f'give its root with http:// or https://, such as "{example}"',
        )
    return value.strip().rstrip("/")


def address(of: str, example: str, *, needed: bool = False) -> AfterValidator:
    """Checks that a value is the address of such a thing, or, where it is not `needed`, empty."""
    return AfterValidator(lambda value: web_address(value, of, example) if value or needed else "")


def listen_value(value: str) -> str:
    address = value.strip()
    good = address == "localhost" or address.startswith("unix:/")
    if not good:
        try:
            ip_address(address)
        except ValueError:
            raise refusal(
                f"{shown(value)} is no address to listen at",
                'write an IP address of this machine, such as "127.0.0.1", or "unix:" and the '
                "whole path of a socket",
            ) from None
    return address


def milvus_value(value: object) -> object:
    """An address as it is, a path as a path."""
    if not isinstance(value, str):
        return value
    if "://" in value:
        return web_address(value, "a Milvus server", "https://milvus.example.org:19530")
    if not value.strip().endswith(".db"):
        raise refusal(
            f"{shown(value)} is neither the address of a Milvus server nor a file of Milvus Lite",
            'give an address, such as "http://localhost:19530", or a file that ends in .db',
        )
    return Path(value.strip())


def key_value(value: SecretStr) -> SecretStr:
    key = value.get_secret_value().strip()
    if key and (len(key) != 64 or not set(key.lower()) <= set("0123456789abcdef")):
        raise refusal(
            "this is not the key of a query log (it is not shown here, for it is a secret)",
            'give 64 hexadecimal digits, as "openssl rand -hex 32" makes them, or leave it out '
            "for a key in a file (log.key_file)",
        )
    return SecretStr(key)


def _seconds(value: object) -> object:
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is not None:
        return float(found[1]) * _UNITS[found[2] or "s"]
    return _no_bool(value)


def _path(value: object) -> object:
    if isinstance(value, str) and ("\0" in value or not value.strip()):
        raise PydanticCustomError("path", "no file can have this name")
    return value


Whole = Annotated[int, BeforeValidator(_no_bool)]
Seconds = Annotated[float, BeforeValidator(_seconds)]
A_TIME = 'a time, such as 30, "10s", "5m" or "1h"'
"""What a field of `Seconds` is, for its description."""
FilePath = Annotated[Path, BeforeValidator(_path)]
NoneOrPath = Annotated[Path | None, BeforeValidator(lambda value: _path(value) if value else None)]
