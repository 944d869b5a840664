"""An HTTP server for a few known callers, which strangers may find as well; health, metrics."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Any, Self

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.config.model import MetricsConfig
from bot.config.values import HEALTH_PATHS
from bot.metrics import Health

_CONNECTIONS = 256
"""At once; Telegram opens a hundred at the most."""
_HEAD_SECONDS = 10.0
"""For the first request of a connection to be there, its TLS handshake included."""
_STOP_SECONDS = 5.0
"""For what is being answered when it stops."""


class ListenError(Exception):
    """Nothing can listen at `where`."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where} ({why})")


class Listener:
    """Serves `web_app` between `async with` and its end. Raises ListenError where it cannot."""

    def __init__(
        self,
        web_app: web.Application,
        listen: str,
        port: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`listen` is an address, or ``unix:`` and the path of a socket."""
        web_app.middlewares.append(self._hear)
        # What was refused unread is not read any more: the connection ends.
        self._runner = web.AppRunner(
            web_app,
            access_log=None,  # who writes when is nobody's business
            lingering_time=0,
            shutdown_timeout=_STOP_SECONDS,
        )
        self._listen, self._port, self._tls = listen, port, tls
        kind, _, path = listen.partition(":")
        self._unix = Path(path) if kind == "unix" else None
        self._server: asyncio.Server | None = None
        self._unheard: set[asyncio.BaseProtocol] = set()

    @property
    def where(self) -> str:
        """Where it listens, for people to read."""
        return self._listen if self._unix else f"{self._listen} port {self._port}"

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        tls: dict[str, Any] = {"ssl": self._tls}
        if self._tls is not None:
            tls["ssl_handshake_timeout"] = _HEAD_SECONDS
        connect, at = self._connection, (self._listen, self._port)
        try:
            if self._unix is not None:
                self._server = await loop.create_unix_server(connect, self._unix, **tls)
                # As open as a port of this machine is; a proxy runs as another user.
                self._unix.chmod(0o666)
            else:
                self._server = await loop.create_server(connect, *at, **tls)
        except OSError as error:
            await self._runner.cleanup()
            raise ListenError(self.where, error.strerror or str(error)) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        await self._runner.cleanup()
        if self._unix is not None:
            self._unix.unlink(missing_ok=True)

    def _connection(self) -> asyncio.BaseProtocol:
        server = self._runner.server
        if server is None or len(server.connections) >= _CONNECTIONS:
            return _Refused()
        connection = server()
        self._unheard.add(connection)

        def look() -> None:
            if connection in self._unheard:
                self._unheard.discard(connection)
                connection.force_close()

        asyncio.get_running_loop().call_later(_HEAD_SECONDS, look)
        return connection

    @web.middleware
    async def _hear(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._unheard.discard(request.protocol)
        response = await handler(request)
        response.headers["Server"] = "yinju"
        return response


class _Refused(asyncio.Protocol):
    """One connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.abort()


def add_health(web_app: web.Application, health: Health) -> None:
    """Answer ``/healthz`` (the loop runs) and ``/readyz`` (what people say can be taken)."""

    async def alive(request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(request: web.Request) -> web.Response:
        failing = health.failing()
        text = f"not ready: {', '.join(failing)}\n" if failing else "ready\n"
        return web.Response(text=text, status=503 if failing else 200)

    for path, handler in zip(HEALTH_PATHS, (alive, ready), strict=True):
        web_app.router.add_get(path, handler)


def metrics_listener(config: MetricsConfig, health: Health) -> Listener | None:
    """What answers ``/metrics``, if that is configured; health as well, for who has no webhook."""
    if not config.port and not config.listen.startswith("unix:"):
        return None

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    web_app = web.Application()
    add_health(web_app, health)
    web_app.router.add_get("/metrics", metrics)
    return Listener(web_app, config.listen, config.port)
