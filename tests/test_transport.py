"""The way to Telegram, over both libraries: calls, uploads, proxies, and what is no answer."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import Bot
from telegram.error import NetworkError, TimedOut

from bot.config import Config, load
from bot.telegram import TelegramConfig
from bot.telegram.transport import (
    NotTelegramError,
    UnavailableError,
    doubtful,
    proxy_for,
    request_for,
)
from tests.botapi import BotApi

HTTP = pytest.mark.parametrize("http", ["aiohttp", "httpx"])


def config_for(url: str, token: str, **settings: str) -> Config:
    environment = {"api_url": url, "token": token} | settings
    return load(environ={f"YINJU_TELEGRAM__{key.upper()}": v for key, v in environment.items()})


def with_bot(
    talk: Callable[[BotApi, Bot], Coroutine[Any, Any, None]], url: str = "", **settings: str
) -> None:
    async def run() -> None:
        async with BotApi() as api:
            config = config_for(url or api.url, api.token, **settings)
            bot = Bot(
                api.token,
                base_url=f"{config.of(TelegramConfig).api_url}/bot",
                base_file_url=f"{config.of(TelegramConfig).api_url}/file/bot",
                request=request_for(config.of(TelegramConfig)),
                get_updates_request=request_for(config.of(TelegramConfig)),
            )
            async with bot:
                await talk(api, bot)

    asyncio.run(run())


@asynccontextmanager
async def server(serve: Callable[[Reader, Writer], Awaitable[None]]) -> AsyncIterator[str]:
    """Something that listens in a proxy's or in Telegram's place; its address."""
    tasks: set[asyncio.Task[Any]] = set()

    async def one(reader: Reader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await serve(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        host, port = listening.sockets[0].getsockname()[:2]
        yield f"{host}:{port}"
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def pipe(reader: Reader, writer: Writer) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


@HTTP
def test_messages_are_sent_and_files_uploaded(http: str) -> None:
    async def talk(api: BotApi, bot: Bot) -> None:
        chat = api.private(api.user(7))
        sent = await bot.send_message(7, "引据 & 123")
        assert chat.messages[sent.message_id]["text"] == "引据 & 123"
        await bot.edit_message_text("5", 7, sent.message_id)
        assert chat.messages[sent.message_id]["text"] == "5"
        file = await bot.send_document(7, "全文".encode(), filename="全文.txt", caption="字")
        assert file.document is not None
        content = await (await bot.get_file(file.document.file_id)).download_as_bytearray()
        assert bytes(content).decode() == "全文"

    with_bot(talk, http=http)


@HTTP
def test_all_goes_through_an_http_proxy(http: str) -> None:
    async def run() -> None:
        seen: list[bytes] = []

        async def proxy(reader: Reader, writer: Writer) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            seen.append(head.split(b" ")[1])
            address = head.split(b"//")[1].split(b"/")[0].decode()
            up, down = await asyncio.open_connection(*address.split(":"))
            down.write(head)
            await asyncio.gather(pipe(reader, down), pipe(up, writer))

        async with BotApi() as api, server(proxy) as address:
            config = config_for(api.url, api.token, http=http, proxy=f"http://{address}")
            async with Bot(
                api.token,
                base_url=f"{api.url}/bot",
                request=request_for(config.of(TelegramConfig)),
                get_updates_request=request_for(config.of(TelegramConfig)),
            ) as bot:
                assert bot.username == "yinju_test_bot"
        assert seen
        assert all(one.startswith(api.url.encode()) for one in seen)

    asyncio.run(run())


@HTTP
def test_all_goes_through_a_socks_proxy(http: str) -> None:
    async def run() -> None:
        through = 0

        async def proxy(reader: Reader, writer: Writer) -> None:
            nonlocal through
            _, methods = await reader.readexactly(2)
            await reader.readexactly(methods)
            writer.write(b"\x05\x00")
            kind = (await reader.readexactly(4))[3]
            size = 4 if kind == 1 else (await reader.readexactly(1))[0]
            await reader.readexactly(size)
            port = int.from_bytes(await reader.readexactly(2))
            up, down = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
            through += 1
            await asyncio.gather(pipe(reader, down), pipe(up, writer))

        async with BotApi() as api, server(proxy) as address:
            config = config_for(api.url, api.token, http=http, proxy=f"socks5h://{address}")
            async with Bot(
                api.token,
                base_url=f"{api.url}/bot",
                request=request_for(config.of(TelegramConfig)),
                get_updates_request=request_for(config.of(TelegramConfig)),
            ) as bot:
                assert bot.username == "yinju_test_bot"
        assert through

    asyncio.run(run())


PAGE = b"HTTP/1.1 %d X\r\nContent-Length: 13\r\nContent-Type: text/html\r\n\r\n<html></html>"
FAULTS: dict[str, tuple[bytes, type[NetworkError], bool]] = {
    "a page": (PAGE % 200, NotTelegramError, False),
    "a page that is not found": (PAGE % 404, NotTelegramError, False),
    "a gateway's page": (PAGE % 502, NotTelegramError, False),
    "trouble": (
        b'HTTP/1.1 500 X\r\nContent-Length: 12\r\n\r\n{"ok":false}',
        UnavailableError,
        False,
    ),
    "a connection that ends": (b"", NetworkError, True),
    "half an answer": (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", NetworkError, True),
    "silence": (b"-", TimedOut, True),
}


@HTTP
@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_answer_and_whether_it_is_in_doubt(http: str, fault: str) -> None:
    said, kind, in_doubt = FAULTS[fault]

    async def run() -> None:
        async def telegram(reader: Reader, writer: Writer) -> None:
            await reader.readuntil(b"\r\n\r\n")
            if said == b"-":
                await asyncio.sleep(60)
            writer.write(said)
            await writer.drain()

        async with server(telegram) as address:
            url = f"http://{address}"
            request = request_for(
                config_for(url, "1:a", http=http, timeout="0.2s").of(TelegramConfig)
            )
            async with request:
                with pytest.raises(kind) as caught:
                    await request.post(f"{url}/bot1:a/sendMessage")
        assert type(caught.value) is kind
        assert doubtful(caught.value) is in_doubt
        assert "1:a" not in str(caught.value)

    asyncio.run(run())


@HTTP
@pytest.mark.parametrize("proxy", ["", "socks5://127.0.0.1:9", "http://127.0.0.1:9"])
def test_what_was_never_connected_is_not_in_doubt(http: str, proxy: str) -> None:
    async def run() -> None:
        config = config_for("http://127.0.0.1:9", "1:a", http=http, proxy=proxy)
        async with request_for(config.of(TelegramConfig)) as request:
            with pytest.raises(NetworkError) as caught:
                await request.post("http://127.0.0.1:9/bot1:a/sendMessage")
        assert not doubtful(caught.value)

    asyncio.run(run())


def test_the_environment_names_a_proxy_unless_one_is_configured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    plain = config_for("https://api.telegram.org", "1:a").of(TelegramConfig)
    assert proxy_for(plain) == ""
    monkeypatch.setenv("ALL_PROXY", "socks5://somewhere:1")
    assert proxy_for(plain) == "socks5://somewhere:1"
    monkeypatch.setenv("https_proxy", "http://elsewhere:1")
    assert proxy_for(plain) == "http://elsewhere:1"
    monkeypatch.setenv("no_proxy", "api.telegram.org")
    assert proxy_for(plain) == ""
    chosen = config_for("https://api.telegram.org", "1:a", proxy="http://mine:1").of(TelegramConfig)
    assert proxy_for(chosen) == "http://mine:1"
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("https_proxy", "gopher://x")
    with pytest.raises(ValueError, match="scheme"):
        proxy_for(plain)
