"""The bot on Matrix: rooms, threads, encryption, until it is told to stop."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
from pathlib import Path

import nio

from bot.app import App, log_key
from bot.config import Config
from bot.matrix import MatrixConfig
from bot.matrix.talking import Talking
from bot.platforms import StartError

logger = logging.getLogger(__name__)

_SYNC = 30_000
"""Milliseconds that the homeserver may hold a request for something new."""


async def serve(app: App, stopped: asyncio.Event) -> None:
    """Serve until `stopped` is set. Raises StartError."""
    # The library says at INFO what it sends, and at WARNING whose keys it lacks.
    logging.getLogger("nio").setLevel(logging.ERROR)
    key = await asyncio.to_thread(log_key, app.config.log)
    client = await asyncio.to_thread(_client, app.config, key)
    try:
        if reason := await _log_in(client, app.config):
            raise StartError(f"Matrix: {reason}.", again="reached" in reason)
        talking = Talking(app, client)
        talking.accept()
        if client.should_upload_keys:
            await client.keys_upload()  # or the first who invites it could not write to it
        known = client.store.load_sync_token() if client.store is not None else ""
        synced = await client.sync(timeout=0, since=known or None, full_state=True)
        if isinstance(synced, nio.SyncError):
            raise StartError(f"Matrix: the first sync failed: {synced.message}.", again=True)
        await talking.receiving.reception.replay(app.ledger.report)
        if known:
            await talking.receiving.catch_up(synced)
        await talking.receiving.keep(synced)
        talking.listen()
        logger.info("Serving on Matrix.")
        going = asyncio.create_task(client.sync_forever(timeout=_SYNC, loop_sleep_time=0))
        waiting = asyncio.create_task(stopped.wait())
        await asyncio.wait({going, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        going.cancel()
        failures = await asyncio.gather(going, return_exceptions=True)
        await talking.receiving.reception.stop()
        if not stopped.is_set():
            raise StartError(f"Matrix: {failures[0]!r}.", again=True)
    finally:
        await client.close()


async def refusal(config: Config) -> str | None:
    """Why the homeserver does not let the account in; None if it does."""
    settings = config.of(MatrixConfig)
    client = nio.AsyncClient(settings.homeserver, settings.user)
    try:
        return await _log_in(client, config)
    finally:
        if client.access_token and not settings.token.get_secret_value():
            await client.logout()
        await client.close()


def _client(config: Config, key: bytes) -> nio.AsyncClient:
    """The client, with its keys beside the query log, encrypted with a key made of its."""
    account, folder = config.of(MatrixConfig), config.log.path.parent / "matrix"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    how = nio.AsyncClientConfig(
        store_sync_tokens=False,  # before what came was kept: `Receiving.keep` does it after
        encryption_enabled=True,
        pickle_key=hmac.new(key, b"matrix keys", hashlib.sha256).hexdigest(),
    )
    return nio.AsyncClient(
        account.homeserver,
        account.user,
        device_id=_device(folder / "device"),
        store_path=str(folder),
        config=how,
    )


def _device(path: Path) -> str:
    """The name of this device, made with the store that its keys are in."""
    if not path.exists():
        path.write_text(f"YINJU{secrets.token_hex(4).upper()}", "ascii")
    return path.read_text("ascii").strip()


async def _log_in(client: nio.AsyncClient, config: Config) -> str | None:
    """Why it did not work, or None."""
    settings = config.of(MatrixConfig)
    token = settings.token.get_secret_value()
    try:
        if token:
            client.access_token = token
            who = await client.whoami()
            if not isinstance(who, nio.WhoamiResponse):
                return f"the homeserver does not know the token ({who.message})"
            client.restore_login(who.user_id, who.device_id or client.device_id, token)
            return None
        password = settings.password.get_secret_value()
        response = await client.login(password, device_name="Yinju")
        if not isinstance(response, nio.LoginResponse):
            return f"the homeserver does not let {settings.user} in ({response.message})"
    except (TimeoutError, OSError) as error:
        return f"{settings.homeserver} cannot be reached ({type(error).__name__})"
    return None
