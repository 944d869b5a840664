"""A platform in one file: lines of text over TCP, each connection a person. It shows all that
adding a platform takes; nothing elsewhere knows of it but an entry point."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from pydantic import Field

from bot.app import App
from bot.config import Config
from bot.config.model import PlatformConfig
from bot.conversation import Asker, ChatKind, Say
from bot.conversation.replies import File
from bot.conversation.requests import Request
from bot.conversation.understanding import command
from bot.platforms import Finding
from bot.wording.citation import Links
from bot.wording.locale import locale
from bot.wording.replies import file_text, render

END = "\x04\n"
"""After each reply."""


class ToyConfig(PlatformConfig):
    """Section ``[toy]``."""

    port: int = Field(default=0, ge=0, description="a port number; 0: not served")


class Toy:
    name = "toy"
    settings = ToyConfig

    def configured(self, config: Config) -> bool:
        return config.of(ToyConfig).port > 0

    async def check(self, config: Config) -> AsyncIterator[Finding]:
        yield Finding("toy", f"port {config.of(ToyConfig).port}")

    async def serve(self, app: App, stopped: asyncio.Event) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            person = str(writer.get_extra_info("peername"))
            asker = Asker("toy", person, person, ChatKind.PRIVATE, "zh")
            while line := (await reader.readline()).decode().strip():
                outcome = await app.conversation.handle(Request(asker, command(line) or Say(line)))
                reply, said = outcome.reply, ""
                if isinstance(reply, File):
                    said = file_text(reply)
                elif reply is not None:
                    words = locale(outcome.language or await app.conversation.language(asker))
                    reasons = outcome.reasons or ()
                    said = render(reply, words, Links(), buttons=False, reasons=reasons).text.text
                writer.write(f"{said}{END}".encode())
            writer.close()

        port = app.config.of(ToyConfig).port
        async with await asyncio.start_server(talk, "127.0.0.1", port, limit=1_000_000):
            await stopped.wait()


PLATFORM = Toy()
