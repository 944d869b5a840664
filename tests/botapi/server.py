"""HTTP around the world: one aiohttp server on a free port of 127.0.0.1."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp import web

from tests.botapi.failures import Failures, Trouble
from tests.botapi.methods import METHODS
from tests.botapi.params import Params, read_params
from tests.botapi.pushing import Pusher
from tests.botapi.refusal import Refusal
from tests.botapi.state import World
from tests.botapi.updates import Signal

MAX_BODY = 50 * 2**20
_PAGE = "<html><body>Not Found</body></html>"
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Call:
    """One call the bot made. `result` is None where it was refused, `refusal` where it was not.

    `at` is `time.monotonic()` at its end, `took` the seconds the server itself needed.
    """

    method: str
    params: Params
    result: Any
    refusal: Refusal | None
    at: float
    took: float

    @property
    def chat_id(self) -> int | None:
        """The chat it was about, where it was about one."""
        chat_id = self.params.get("chat_id")
        return chat_id if isinstance(chat_id, int) else None


@dataclass(eq=False)
class Server:
    """Serves `world` between `start` and `stop`, and records what was asked of it."""

    world: World
    changed: Signal
    """Fires at every call but getUpdates."""
    max_calls: int = 100_000
    failures: Failures = field(default_factory=Failures)
    calls: deque[Call] = field(init=False)
    polls: deque[Params] = field(default_factory=lambda: deque(maxlen=1000))
    """The parameters of the latest getUpdates."""
    polled: Signal = field(default_factory=Signal)
    """Fires at every getUpdates."""
    errors: list[BaseException] = field(default_factory=list)
    """Faults of this server itself; the bot got a 500 for each."""
    url: str = ""
    pusher: Pusher = field(init=False)
    _runner: web.AppRunner | None = None

    def __post_init__(self) -> None:
        self.calls = deque(maxlen=self.max_calls)

    async def start(self) -> None:
        """Listens; `url` is set after."""
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        app.router.add_get("/file/bot{token}/documents/{file_id}/{name}", self._download)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0][:2])
        self.pusher = Pusher(self.world.updates)
        await self.pusher.start()

    async def stop(self) -> None:
        """Lets polls end and closes everything."""
        self.world.updates.interrupt()
        await self.pusher.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request.match_info["token"])
            method = request.match_info["method"]
            params = await read_params(request)
            if trouble := self.failures.met(method.lower()):
                self.changed.fire()
            if isinstance(trouble, Refusal):
                raise trouble
            if trouble is Trouble.PAGE:
                return web.Response(status=404, text=_PAGE, content_type="text/html")
            if trouble is Trouble.HANG:
                await asyncio.sleep(3600)
            if trouble is Trouble.RESET:
                return _cut(request)
            polls = method.lower() == "getupdates"
            done = _ok(await self._poll(params) if polls else self._call(method, params))
            return _cut(request) if trouble is Trouble.DROPPED else done
        except Refusal as refusal:
            return _response(refusal.payload(), refusal.code)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception as error:
            self.errors.append(error)
            raise

    def _check_token(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise Refusal(404, "Not Found")
        if token != self.world.token:
            raise Refusal(401, "Unauthorized")
        if self.world.logged_out:
            raise Refusal(400, "Logged out")

    async def _poll(self, params: Params) -> list[Any]:
        self.polls.append(params)
        self.polled.fire()
        self.world.updates.changed.fire()  # whoever waits for a bot to poll waits for this, too
        if refusal := self.failures.next("getupdates", params):
            raise refusal
        limit = params.integer("limit")
        return await self.world.updates.get(
            params.integer("offset") or 0,
            min(max(limit if limit is not None else 100, 1), 100),
            min(max(params.integer("timeout") or 0, 0), 50),
            params.items_of("allowed_updates") if "allowed_updates" in params else None,
        )

    def _call(self, method: str, params: Params) -> Any:
        began = time.monotonic()
        result: Any = None
        refusal: Refusal | None = None
        try:
            refusal = self.failures.next(method.lower(), params)
            if refusal is not None:
                self._give_up(params)
                raise refusal
            function = METHODS.get(method.lower())
            if function is None:
                raise Refusal(404, "Not Found: method not found")
            result = function(self.world, params)
        except Refusal as met:
            refusal = met
            raise
        finally:
            now = time.monotonic()
            self.calls.append(Call(method, params, result, refusal, now, now - began))
            self.changed.fire()
        return result

    def _give_up(self, params: Params) -> None:
        """Frees the person who waits for an answer that a scripted refusal prevents."""
        for name in ("callback_query_id", "inline_query_id", "guest_query_id"):
            query = self.world.queries.get(params.text(name))
            if query is not None and not query.answer.done():
                query.answer.set_result(None)

    async def _download(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.world.token:
            return _response(Refusal(401, "Unauthorized").payload(), HTTPStatus.UNAUTHORIZED)
        known = self.world.files.get(request.match_info["file_id"])
        if known is None:
            return _response(Refusal(404, "Not Found").payload(), HTTPStatus.NOT_FOUND)
        return web.Response(body=known[1])


def _cut(request: web.Request) -> web.Response:
    """End the connection; nothing of the response goes out."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _ok(result: Any) -> web.Response:
    return _response({"ok": True, "result": result}, HTTPStatus.OK)


def _response(body: dict[str, Any], status: int) -> web.Response:
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(body=encoded, status=status, content_type="application/json")
