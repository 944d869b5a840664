"""A headless Chromium that photographs pages, spoken to over its DevTools protocol.

`--screenshot` alone cannot crop to the content, and its window has a least width.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, Self

import aiohttp

WIDTH = 440
SCALE = 2
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = """
--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars
--disable-background-networking --disable-component-update --disable-sync
--font-render-hinting=none --remote-debugging-port=0
""".split()
_LISTENING = re.compile(rb"DevTools listening on (ws://\S+)")
_PATIENCE = 60.0


class BrowserError(Exception):
    """There is no Chromium, or it does not do what it is asked."""


def chromium() -> str:
    """The program, from CHROMIUM or PATH. Raises BrowserError."""
    wanted = os.environ.get("CHROMIUM")
    for name in (wanted,) if wanted else _NAMES:
        if found := shutil.which(name):
            return found
    if wanted:
        raise BrowserError(f"CHROMIUM={wanted} is not a program.")
    raise BrowserError("Chromium is not on PATH: install it, or set CHROMIUM to the program.")


class Browser:
    """One running Chromium with one page of `WIDTH` CSS pixels."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._session: str | None = None

    @classmethod
    @asynccontextmanager
    async def started(cls, program: str, scratch: Path) -> AsyncIterator[Self]:
        """Starts Chromium with a fresh profile inside `scratch`. Raises BrowserError."""
        process = await asyncio.create_subprocess_exec(
            program,
            *_FLAGS,
            f"--user-data-dir={scratch / 'profile'}",
            "about:blank",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            address, reading = await _listening(process)
            async with (
                aiohttp.ClientSession() as http,
                # A picture comes as one message, larger than the 4 MB allowed by default.
                http.ws_connect(address, max_msg_size=0) as socket,
            ):
                browser = cls(socket)
                await browser._open()
                yield browser
                await browser._do("Browser.close", session=None)
            await asyncio.wait_for(process.wait(), _PATIENCE)
            await reading
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def photograph(self, page: str) -> bytes:
        """The element `main` of a page that loads nothing else, as a PNG."""
        frame = (await self._do("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await self._do("Page.setDocumentContent", frameId=frame, html=page)
        ready = """(async () => {
            await document.fonts.ready;
            const box = document.querySelector("main").getBoundingClientRect();
            return {x: box.x, y: box.y, width: box.width, height: Math.ceil(box.height)};
        })()"""
        found = await self._do(
            "Runtime.evaluate", expression=ready, awaitPromise=True, returnByValue=True
        )
        clip = {**found["result"]["value"], "scale": 1}
        shot = await self._do("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    async def visit(self, url: str) -> None:
        """Open a page and wait until it is there."""
        await self._do("Page.navigate", url=url)
        await self.evaluate(
            "new Promise(done => document.readyState === 'complete' ? done()"
            " : addEventListener('load', done))"
        )

    async def evaluate(self, expression: str) -> Any:  # noqa: ANN401
        """What an expression in the page comes to, a promise's value included."""
        found = await self._do(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        return found["result"].get("value")

    async def speak(self, language: str) -> None:
        """Be the browser of somebody who reads that language, from the next page on."""
        await self._do("Emulation.setUserAgentOverride", userAgent="", acceptLanguage=language)

    async def look(self, *, media: str = "", scheme: str = "light") -> None:
        """See pages as on paper (``print``), or as by night (``dark``)."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        await self._do("Emulation.setEmulatedMedia", media=media, features=features)

    async def screenshot(self, width: int, height: int) -> bytes:
        """The part of the page that is in view, as a PNG."""
        await self._do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        shot = await self._do("Page.captureScreenshot")
        return base64.b64decode(shot["data"])

    async def _open(self) -> None:
        target = await self._do("Target.createTarget", session=None, url="about:blank")
        attached = await self._do(
            "Target.attachToTarget", session=None, targetId=target["targetId"], flatten=True
        )
        self._session = attached["sessionId"]
        await self._do(
            "Emulation.setDeviceMetricsOverride",
            width=WIDTH,
            height=800,
            deviceScaleFactor=SCALE,
            mobile=False,
        )

    async def _do(self, method: str, session: str | None = "", **params: object) -> dict[str, Any]:
        """One command and its result; in the page's session unless told otherwise."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": params}
        if session == "":
            session = self._session
        if session is not None:
            command["sessionId"] = session
        async with asyncio.timeout(_PATIENCE):
            await self._socket.send_json(command)
            while True:
                heard = await self._socket.receive_json()
                if heard.get("id") == number:
                    break
        if "error" in heard:
            raise BrowserError(f"{method}: {heard['error'].get('message')}")
        result: dict[str, Any] = heard["result"]
        return result


async def _listening(process: asyncio.subprocess.Process) -> tuple[str, asyncio.Task[bytes]]:
    """Where Chromium can be spoken to; and a task that keeps its stderr from filling up."""
    assert process.stderr is not None, "stderr is piped"
    said = b""
    try:
        async with asyncio.timeout(_PATIENCE):
            while line := await process.stderr.readline():
                if match := _LISTENING.search(line):
                    return match[1].decode(), asyncio.create_task(process.stderr.read())
                said += line
            await process.wait()
    except TimeoutError:
        pass
    last = said.decode(errors="replace")[-500:].strip()
    raise BrowserError(f"Chromium does not start: {last or 'it says nothing'}")
