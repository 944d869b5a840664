"""The parameters of one call, decoded from whichever way the client encoded them.

python-telegram-bot sends a form whose strings are bare and whose everything else is JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.botapi.refusal import bad

BARE = frozenset(
    {
        "text",
        "caption",
        "parse_mode",
        "callback_query_id",
        "inline_query_id",
        "guest_query_id",
        "inline_message_id",
        "next_offset",
        "url",
        "name",
        "title",
        "description",
        "short_description",
        "language_code",
        "file_id",
        "action",
        "photo",
        "document",
        "secret_token",
    }
)
"""Parameters that are text however much they look like a number or a list."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    filename: str
    content_type: str
    data: bytes


class Params(dict[str, Any]):
    """Decoded parameters with typed access; a wrong type is refused as Telegram would."""

    def text(self, name: str) -> str:
        """A string; empty where the parameter is absent."""
        value = self.get(name, "")
        return value if isinstance(value, str) else str(value)

    def integer(self, name: str) -> int | None:
        """A whole number or None where absent."""
        value = self.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise bad(f"invalid {name} specified")
        return int(value)

    def flag(self, name: str) -> bool:
        """A boolean; False where absent."""
        return self.get(name) in (True, 1, "True", "yes")

    def items_of(self, name: str) -> list[Any]:
        """A JSON array; empty where absent."""
        value = self.get(name)
        if value is None or value == "":
            return []
        if not isinstance(value, list):
            raise bad(f'expected an Array in the parameter "{name}"')
        return value

    def object_of(self, name: str) -> dict[str, Any] | None:
        """A JSON object or None where absent."""
        value = self.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise bad(f'expected an Object in the parameter "{name}"')
        return value


def _decoded(name: str, value: str) -> Any:
    if name in BARE:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _encodable(value: Any) -> bool:
    """Whether no string in it holds a lone surrogate (JSON escapes can smuggle them in)."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
        return True
    if isinstance(value, dict):
        return all(_encodable(item) for pair in value.items() for item in pair)
    if isinstance(value, list):
        return all(map(_encodable, value))
    return True


async def _fields(request: web.Request) -> list[tuple[str, Any]]:
    fields: list[tuple[str, Any]] = list(request.query.items())
    if request.content_type == "multipart/form-data":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                with value.file:
                    fields.append(
                        (name, Upload(value.filename, value.content_type, value.file.read()))
                    )
            else:
                fields.append((name, value if isinstance(value, str) else bytes(value).decode()))
    elif request.content_type == "application/json":
        body = json.loads(await request.read() or b"{}")
        if not isinstance(body, dict):
            raise bad("can't parse JSON object in the request body")
        fields += body.items()
    elif body_bytes := await request.read():
        fields += parse_qsl(body_bytes.decode(), keep_blank_values=True, errors="strict")
    return fields


async def read_params(request: web.Request) -> Params:
    """The decoded parameters of a request.

    Raises `Refusal` (400) for bytes that are no UTF-8, broken JSON bodies and lone surrogates.
    """
    try:
        fields = await _fields(request)
    except UnicodeDecodeError as error:
        raise bad("strings must be encoded in UTF-8") from error
    except ValueError as error:
        raise bad("can't parse JSON object in the request body") from error
    params = Params(
        (name, _decoded(name, value) if isinstance(value, str) else value) for name, value in fields
    )
    if not _encodable(dict(params)):
        raise bad("strings must be encoded in UTF-8")
    return params
