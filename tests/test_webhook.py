"""Webhooks: what Telegram pushes is kept before it hears 200, and strangers are refused cheaply."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.config import load
from bot.config.model import MetricsConfig
from bot.listener import metrics_listener
from bot.platforms import StartError
from bot.telegram import PLATFORM, TelegramConfig
from bot.telegram.run import Tempo
from bot.wording.locale import locale
from tests.dialogue import HASTE, Dialogue, hold
from tests.ports import free_port

SECRET = "a-secret-of-the-test_0"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MORE = locale("zh-Hans").text("button-more")
QUICK = Tempo(HASTE.pace, breath=HASTE.breath, look=0.05)


def hooked(**more: Any) -> dict[str, Any]:
    """The settings of a bot with a webhook."""
    port = free_port()
    settings = {
        "telegram__transport": "webhook",
        "telegram__webhook_url": f"http://127.0.0.1:{port}/hook",
        "telegram__webhook_port": str(port),
        "telegram__webhook_secret": SECRET,
    }
    return settings | more


def update(number: int, text: str, person: int = 7) -> dict[str, Any]:
    sender = {"id": person, "is_bot": False, "first_name": "Asker", "language_code": "zh-hans"}
    chat = {"id": person, "type": "private", "first_name": "Asker"}
    said = {"message_id": 5_000_000 + number, "date": int(datetime.now(UTC).timestamp())}
    return {"update_id": number, "message": said | {"chat": chat, "from": sender, "text": text}}


async def post(
    it: Dialogue,
    data: Any,
    secret: str = SECRET,
    path: str = "",
    method: str = "POST",
    **how: Any,
) -> int:
    url = (
        it.config.of(TelegramConfig).webhook_url.removesuffix("/hook") + path
        if path
        else it.config.of(TelegramConfig).webhook_url
    )
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, data=data, headers={HEADER: secret}, **how) as response,
    ):
        await response.read()
        return response.status


def test_people_are_answered_and_a_restart_goes_on(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        assert "2011" in (await it.ask("青石村的石桥"))["text"]
        (call,) = it.api.made("setWebhook")
        assert "callback_query" in call.params["allowed_updates"]
        group = it.api.group()
        answer = await it.ask("/ask 石桥", it.other(), group)
        assert (await it.press(answer, MORE, it.other()))[1]["text"] != answer["text"]
        await it.restart()
        assert "2012" in (await it.ask("白云村的石桥"))["text"]
        assert set(it.api.pushed) == {200}
        assert not it.api.polls

    hold(talk, tmp_path, **hooked())


def test_what_was_said_while_the_bot_was_away_is_answered(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        await it.stop()
        asked = [await it.asker().says(f"{name}的石桥") for name in ("青石村", "白云村")]
        await it.start()
        for message, year in zip(asked, ("2011", "2012"), strict=True):
            assert year in (await it.api.replies(message))[0]["text"]

    hold(talk, tmp_path, **hooked())


def test_received_means_kept_and_twice_delivered_is_once_answered(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        chat = it.api.private(it.asker())
        one = json.dumps(update(42, "青石村的石桥"))
        assert await post(it, one) == 200
        assert ("42",) in it.rows("SELECT event FROM inbox")
        assert await post(it, one) == 200
        await it.api.until(lambda: len(chat.sent) == 1)
        await it.restart()
        assert await post(it, one) == 200
        await it.silence()
        assert len(chat.sent) == 1

    hold(talk, tmp_path, **hooked())


def test_strangers_and_nonsense_are_refused_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def begun(it: Dialogue, length: str, *pieces: bytes) -> bytes:
        """What is answered to a request that never ends."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", it.config.of(TelegramConfig).webhook_port
        )
        head = f"POST /hook HTTP/1.1\r\nHost: bot\r\n{HEADER}: {SECRET}\r\n{length}\r\n\r\n"
        writer.writelines((head.encode(), *pieces))
        answer = await asyncio.wait_for(reader.readline(), 60)
        writer.close()
        return answer.split()[1]

    async def talk(it: Dialogue) -> None:
        good = json.dumps(update(7, "青石村的石桥"))
        assert await post(it, good, secret="wrong") == 403
        assert await post(it, good, secret="") == 403
        assert await post(it, good, path="/other") == 404
        assert await post(it, None, method="GET") == 405
        for bad in ("", "{", "[]", "7", '{"update_id": "7"}', "\xff", "[" * 100_000):
            assert await post(it, bad) == 400
        assert await begun(it, f"Content-Length: {2**20 + 1}") == b"413"
        chunk = b"40000\r\n" + b" " * 0x40000 + b"\r\n"
        assert await begun(it, "Transfer-Encoding: chunked", *[chunk] * 5) == b"413"
        monkeypatch.setattr("bot.telegram.receiving._BODY_SECONDS", 0.2)
        assert await begun(it, "Content-Length: 9", b'{"') == b"408"
        # A stranger who never says what it wants.
        monkeypatch.setattr("bot.listener._HEAD_SECONDS", 0.2)
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", it.config.of(TelegramConfig).webhook_port
        )
        writer.write(b"POST /hook HTTP/1.1\r\nHost: ")
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()
        monkeypatch.undo()
        assert it.rows("SELECT event FROM inbox") == []
        assert await post(it, None, path="/healthz", method="GET") == 200
        assert await post(it, None, path="/readyz", method="GET") == 200
        assert "2011" in (await it.ask("青石村的石桥"))["text"]

    hold(talk, tmp_path, **hooked())


def test_too_many_connections_are_closed_and_those_there_are_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.listener._CONNECTIONS", 4)

    async def talk(it: Dialogue) -> None:
        assert "2011" in (await it.ask("青石村的石桥"))["text"]
        port = it.config.of(TelegramConfig).webhook_port
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(8)]
        closed = [asyncio.create_task(reader.read()) for reader, _ in held]
        done, _ = await asyncio.wait(closed, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        assert done
        assert "2012" in (await it.ask("白云村的石桥"))["text"]
        for _, writer in held:
            writer.close()
        await asyncio.gather(*closed, return_exceptions=True)

    hold(talk, tmp_path, **hooked())


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return chain, private


def test_with_a_certificate_of_its_own_that_is_renewed_while_it_runs(tmp_path: Path) -> None:
    chain, key = self_signed(tmp_path)
    settings = hooked(
        telegram__webhook_certificate=str(chain),
        telegram__webhook_private_key=str(key),
        telegram__webhook_self_signed="true",
    )
    settings["telegram__webhook_url"] = settings["telegram__webhook_url"].replace("http:", "https:")

    async def serial(it: Dialogue) -> int:
        pem = await asyncio.to_thread(
            ssl.get_server_certificate, ("127.0.0.1", it.config.of(TelegramConfig).webhook_port)
        )
        return x509.load_pem_x509_certificate(pem.encode()).serial_number

    async def talk(it: Dialogue) -> None:
        assert "2011" in (await it.ask("青石村的石桥"))["text"]
        before = await serial(it)
        self_signed(tmp_path)
        async with asyncio.timeout(60):
            while await serial(it) == before:  # noqa: ASYNC110 (nothing tells)
                await asyncio.sleep(0.05)
        chain.write_text("no certificate")
        await asyncio.sleep(0.1)
        assert await serial(it) != before

    hold(talk, tmp_path, tempo=QUICK, **settings)


def test_at_a_socket(tmp_path: Path) -> None:
    path = tmp_path / "hook.sock"

    async def talk(it: Dialogue) -> None:
        chat = it.api.private(it.asker())
        connector = aiohttp.UnixConnector(str(path))
        async with aiohttp.ClientSession(connector=connector) as session:
            sent = session.post(
                "http://bot/hook", json=update(1, "青石村的石桥"), headers={HEADER: SECRET}
            )
            async with sent as response:
                assert response.status == 200
        await it.api.until(lambda: len(chat.sent) == 1)
        await it.stop()
        assert not path.exists()
        await it.start()

    hold(talk, tmp_path, **hooked(telegram__webhook_listen=f"unix:{path}"))


def test_a_webhook_that_was_changed_elsewhere_is_set_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def talk(it: Dialogue) -> None:
        url = it.api.world.updates.webhook.url
        async with aiohttp.ClientSession() as session:
            await (await session.get(f"{it.api.url}/bot{it.api.token}/deleteWebhook")).read()
        await it.api.until(lambda: it.api.world.updates.webhook.url == url)
        assert "2011" in (await it.ask("青石村的石桥"))["text"]

    hold(talk, tmp_path, tempo=QUICK, **hooked())
    assert "The webhook was changed elsewhere: it is set again." in caplog.messages


def test_a_revoked_token_ends_it_and_says_so(tmp_path: Path) -> None:
    async def talk(it: Dialogue) -> None:
        it.api.world.token = "7000000001:another"
        assert it._running is not None
        with pytest.raises(StartError, match="token"):
            await asyncio.wait_for(asyncio.shield(it._running), 60)
        it._running = None

    hold(talk, tmp_path, tempo=QUICK, **hooked())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"telegram__webhook_url": "http://192.0.2.1/hook"}, "does not take the webhook"),
        ({"telegram__webhook_listen": "192.0.2.1"}, "cannot listen"),
        (
            {
                "telegram__webhook_certificate": "none.pem",
                "telegram__webhook_private_key": "none.key",
            },
            "webhook_certificate",
        ),
    ],
)
def test_what_cannot_work_is_said_at_the_start(
    tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    async def talk(it: Dialogue) -> None:
        raise AssertionError("it started")

    with pytest.raises(StartError, match=said):
        hold(talk, tmp_path, **hooked(**settings))


def test_a_private_key_that_others_can_read_fails_the_check(tmp_path: Path) -> None:
    chain, key = self_signed(tmp_path)
    settings = {
        "YINJU_TELEGRAM__TOKEN": "1:a",
        "YINJU_TELEGRAM__API_URL": f"http://127.0.0.1:{free_port()}",
        "YINJU_TELEGRAM__WEBHOOK_CERTIFICATE": str(chain),
        "YINJU_TELEGRAM__WEBHOOK_PRIVATE_KEY": str(key),
    }

    async def found() -> list[str]:
        return [one.what async for one in PLATFORM.check(load(None, settings)) if not one.ok]

    key.chmod(0o644)
    assert asyncio.run(found()) == ["webhook", "token"]
    key.chmod(0o600)
    assert asyncio.run(found()) == ["token"]


def test_metrics_count_and_name_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    @asynccontextmanager
    async def scraped(it: Dialogue) -> AsyncIterator[dict[str, str]]:
        port = free_port()
        listener = metrics_listener(MetricsConfig(port=port), it.app.health)
        assert listener is not None
        found = {}
        async with listener, aiohttp.ClientSession() as session:
            for path in ("metrics", "healthz", "readyz"):
                async with session.get(f"http://127.0.0.1:{port}/{path}") as response:
                    assert response.status == 200
                    found[path] = await response.text()
        yield found

    def value(metrics: str, name: str) -> float:
        return sum(
            float(line.rpartition(" ")[2]) for line in metrics.splitlines() if line.startswith(name)
        )

    async def talk(it: Dialogue) -> None:
        async with scraped(it) as before:
            pass
        person = it.api.user(271828182845, "Perdita", "en")
        await it.ask("青石村的石桥", person)
        await it.ask("量子色动力学", person)
        await it.silence()  # whatever came before is done with
        async with scraped(it) as after:
            pass
        gained = value(after["metrics"], "yinju_questions_total") - value(
            before["metrics"], "yinju_questions_total"
        )
        assert gained == 2
        for name in ("yinju_answer_seconds_count", "yinju_search_seconds_count"):
            assert value(after["metrics"], name) - value(before["metrics"], name) >= 2, name
        assert value(after["metrics"], "yinju_documents ") == 21
        assert "yinju_inbox" in after["metrics"]
        assert "yinju_outbox" in after["metrics"]
        for planted in ("271828182845", "Perdita", "青石", "量子"):
            assert planted not in after["metrics"]

    hold(talk, tmp_path)
    assert metrics_listener(MetricsConfig(), None) is None  # type: ignore[arg-type]
