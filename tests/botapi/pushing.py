"""Updates pushed to a webhook, as Telegram does: again and again until each was taken, those of one
chat in their order, those of several at once."""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.botapi.updates import Update, UpdateQueue, Webhook

_AGAIN = 0.05


@dataclass(eq=False)
class Pusher:
    """Delivers what waits in `updates` wherever setWebhook last said."""

    updates: UpdateQueue
    statuses: list[int] = field(default_factory=list)
    """What the webhook answered, in order."""
    _set: Webhook | None = None
    _session: aiohttp.ClientSession | None = None
    _running: asyncio.Task[None] | None = None
    _chats: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def start(self) -> None:
        """Push whenever a webhook is set and something waits."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Push nothing any more."""
        tasks = [*self._chats.values(), *([self._running] if self._running else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _run(self) -> None:
        while True:
            if self.updates.webhook.url:
                for update in list(self.updates.waiting):
                    chat = _chat(update)
                    if chat not in self._chats:
                        self._chats[chat] = asyncio.create_task(self._push_all(chat))
            await self.updates.arrived.wait()

    async def _push_all(self, chat: str) -> None:
        try:
            while self.updates.webhook.url:
                ours = (update for update in self.updates.waiting if _chat(update) == chat)
                update = next(ours, None)
                if update is None:
                    return
                if await self._push(update):
                    self.updates.taken(update)
                else:
                    await asyncio.sleep(_AGAIN)
        finally:
            del self._chats[chat]

    async def _push(self, update: Update) -> bool:
        webhook = self.updates.webhook
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        try:
            session = await self._open(webhook)
            async with session.post(webhook.url, json=update, headers=headers) as response:
                await response.read()
                self.statuses.append(response.status)
                if response.ok:
                    return True
                error = f"Wrong response from the webhook: {response.status}"
        except (aiohttp.ClientError, OSError, TimeoutError) as broken:
            error = str(broken) or type(broken).__name__
        self.updates.undelivered = error, int(time.time())
        return False

    async def _open(self, webhook: Webhook) -> aiohttp.ClientSession:
        if self._session is None or self._set is not webhook:
            old, self._set = self._session, webhook
            tls = ssl.create_default_context()
            if webhook.certificate:
                tls.load_verify_locations(cadata=webhook.certificate.decode())
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=webhook.connections, ssl=tls),
                timeout=aiohttp.ClientTimeout(total=30),
            )
            if old is not None:
                await old.close()
        return self._session


def _chat(update: Update) -> str:
    kind, content = next((k, v) for k, v in update.items() if k != "update_id")
    message: dict[str, Any] = content.get("message", content)
    home: dict[str, Any] = message.get("chat") or content.get("from") or {}
    return str(home.get("id", kind))
