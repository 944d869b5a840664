"""The way to Telegram: requests over aiohttp or httpx, through a proxy where one is set."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
import msgspec
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError
from python_socks import parse_proxy_url
from telegram._utils.types import JSONDict
from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest, RequestData

from bot.telegram import TelegramConfig

_CONNECTIONS = 64
"""Open at once; what is handled at once (`processing`) is half of it."""
_UPLOAD_SECONDS = 60.0
_PROXY_ERRORS = (ProxyError, ProxyConnectionError, ProxyTimeoutError)
_UNSENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    *_PROXY_ERRORS,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
)
"""Failures before a byte of the request was written."""


class NotTelegramError(NetworkError):
    """Something on the way answered in Telegram's place: a proxy's page, a captive portal."""


class UnavailableError(NetworkError):
    """Telegram said (5xx) that it could not do it."""


def doubtful(error: NetworkError) -> bool:
    """Whether the request may have been carried out all the same."""
    if isinstance(error, NotTelegramError | UnavailableError | BadRequest):
        return False
    return not isinstance(error.__cause__, _UNSENT)


def proxy_for(telegram: TelegramConfig) -> str:
    """The proxy to go through: the configured one, else the environment's; "" for none. Raises
    ValueError for an address that is none."""
    proxy = telegram.proxy
    if not proxy:
        parts = urlsplit(telegram.api_url)
        known = getproxies()
        proxy = known.get(parts.scheme) or known.get("all") or ""
        if not proxy or proxy_bypass(parts.hostname or ""):
            return ""
    if urlsplit(proxy).scheme not in ("http", "https"):
        parse_proxy_url(_socks(proxy))
    return proxy


def request_for(
    telegram: TelegramConfig, *, seconds: float | None = None, unread: bool = False
) -> BaseRequest:
    """What the library is to make its requests with; `unread`, for who does the checking of
    answers. Raises ValueError or RuntimeError for a proxy that cannot be used."""
    proxy, limit = proxy_for(telegram), seconds or telegram.timeout
    inner: BaseRequest
    if telegram.http == "aiohttp":
        inner = AiohttpRequest(proxy, limit)
    else:
        inner = HTTPXRequest(
            connection_pool_size=_CONNECTIONS,
            connect_timeout=limit,
            read_timeout=limit,
            write_timeout=limit,
            media_write_timeout=_UPLOAD_SECONDS,
            pool_timeout=limit,
            proxy=_socks(proxy) or None,
            httpx_kwargs={"trust_env": False},
        )
    return inner if unread else Checked(inner)


class AiohttpRequest(BaseRequest):
    """Makes requests with aiohttp: an echo bot is seven times as fast as with httpx."""

    def __init__(self, proxy: str, seconds: float) -> None:
        """`proxy` as `proxy_for` gives it; `seconds` for an answer, and for connecting."""
        self._proxy = proxy
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer where a call names none."""
        return self._seconds

    async def initialize(self) -> None:
        """Make the session; nothing is connected yet."""
        if self._session is not None:
            return
        connector: aiohttp.BaseConnector
        if urlsplit(self._proxy).scheme in ("", "http", "https"):
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS, ttl_dns_cache=300)
        else:
            connector = ProxyConnector.from_url(_socks(self._proxy), limit=_CONNECTIONS)
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={"User-Agent": self.USER_AGENT},
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def shutdown(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 (the library's sentinel)
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401
    ) -> tuple[int, bytes]:
        """Status and body of the answer. Raises TimedOut or NetworkError; see `doubtful`."""
        if self._session is None:
            raise RuntimeError("this request object is not initialised")
        reading = _seconds(read_timeout, self._seconds)
        connecting = _seconds(connect_timeout, self._seconds)
        body: dict[str, Any] = {}
        if request_data is not None and request_data.contains_files:
            body["data"] = _form(request_data)
            reading = None if reading is None else max(reading, _UPLOAD_SECONDS)
        elif request_data is not None:
            body["data"] = written(request_data.parameters)
            body["headers"] = {"Content-Type": "application/json"}
        if urlsplit(self._proxy).scheme in ("http", "https"):
            body["proxy"] = self._proxy
        limits = aiohttp.ClientTimeout(total=None, sock_connect=connecting, sock_read=reading)
        try:
            async with self._session.request(method, url, timeout=limits, **body) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError, *_PROXY_ERRORS) as error:
            raise NetworkError(f"{type(error).__name__}: {_plain(error)}") from error


class Checked(BaseRequest):
    """Takes only Telegram's own answers for answers."""

    def __init__(self, inner: BaseRequest) -> None:
        self._inner = inner

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer where a call names none."""
        return self._inner.read_timeout

    async def initialize(self) -> None:
        """Make ready."""
        await self._inner.initialize()

    async def shutdown(self) -> None:
        """Close every connection."""
        await self._inner.shutdown()

    async def do_request(
        self,
        url: str,
        method: str,
        *args: Any,  # noqa: ANN401
        **kwargs: Any,  # noqa: ANN401
    ) -> tuple[int, bytes]:
        """Status and body of Telegram's answer. Raises NotTelegramError, UnavailableError too."""
        status, payload = await self._inner.do_request(url, method, *args, **kwargs)
        if method != "GET" and status != HTTPStatus.OK:  # a file; or read, and so checked, below
            checked(status, payload)
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """A good answer. Raises NotTelegramError."""
        return checked(HTTPStatus.OK, payload)


def checked(status: int, payload: bytes) -> dict[str, Any]:
    """What Telegram answered. Raises NotTelegramError, UnavailableError."""
    try:
        answer = read(payload)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or "ok" not in answer:
        raise NotTelegramError(f"something that is not Telegram answered (HTTP {status})")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise UnavailableError(f"Telegram answered HTTP {status}")
    return answer


def read(text: str | bytes) -> Any:  # noqa: ANN401
    """What a JSON text says, halves of characters too. Raises ValueError or RecursionError."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return json.loads(text)


def written(value: object) -> bytes:
    """`value` as JSON in UTF-8; half characters, which it cannot hold, become ``?``."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


def _seconds(given: Any, usual: float) -> float | None:  # noqa: ANN401
    if given is None or isinstance(given, int | float):
        return given
    return usual  # the library's DEFAULT_NONE


def _socks(proxy: str) -> str:
    """`socks5h` means that the proxy resolves names, which these libraries let it do anyway."""
    scheme, mark, rest = proxy.partition("://")
    return f"{'socks5' if scheme == 'socks5h' else scheme}{mark}{rest}"


def _plain(error: BaseException) -> str:
    """What went wrong, without the address: the token stands in it."""
    return error.strerror or "" if isinstance(error, OSError) else type(error).__name__
