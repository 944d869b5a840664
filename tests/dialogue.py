"""The whole bot in dialogue: the real app and the real handlers against the Bot API server.

`dialogue(tmp_path, …)` opens a corpus, a server and the bot; in it, people of `Dialogue.api` say
and press things. Without `files`, the corpus is a copy of the seeds.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from functools import cache
from pathlib import Path
from typing import Any

from bot.app import App, open_app
from bot.config import Config, load
from bot.conversation.outbox import Pace
from bot.querylog.retention import NOBODY
from bot.telegram.run import Tempo, serve
from retrieval.indexing.store import Store, fingerprint
from retrieval.library import Library
from tests.botapi import BotApi, Chat, Message, Person
from tests.corpora import SEEDS
from tests.querylogs import KEY, raw
from tests.tales import TALES

ADMIN = 1
ASKER = 7
OTHER = 8
HASTE = Tempo(Pace(per_second=0), breath=0.01)
"""No pacing: most dialogues are about something else."""


class Dialogue:
    """A running bot. `api` is the world around it; `app` what runs inside."""

    def __init__(self, folder: Path, api: BotApi, config: Config, tempo: Tempo) -> None:
        self.folder = folder
        self.corpus = config.corpus.path
        self.api = api
        self.config = config
        self.app: App
        self.tempo = tempo
        self._stopped = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._opened = AsyncExitStack()

    def asker(self, code: str | None = "zh-hans") -> Person:
        """The person most dialogues are about; names of the bot's languages by `code`."""
        return self.api.user(ASKER, "Asker", code)

    def other(self, code: str | None = "zh-hans") -> Person:
        return self.api.user(OTHER, "Other", code)

    def admin(self, code: str | None = "zh-hans") -> Person:
        """The one in telegram.admins."""
        return self.api.user(ADMIN, "Admin", code)

    async def start(self) -> None:
        """Start the bot; it polls when this returns."""
        self._stopped = asyncio.Event()
        self.app = await self._opened.enter_async_context(open_app(self.config))
        polls, hooks = len(self.api.polls), len(self.api.made("setWebhook"))
        self._running = asyncio.create_task(serve(self.app, self._stopped, self.tempo))
        polled = asyncio.create_task(
            self.api.world.updates.changed.until(
                lambda: len(self.api.polls) > polls or len(self.api.made("setWebhook")) > hooks,
                60,
                "the bot polling",
            )
        )
        await asyncio.wait({polled, self._running}, return_when=asyncio.FIRST_COMPLETED)
        polled.cancel()
        if self._running.done():
            await self._running

    async def stop(self) -> None:
        """Stop the bot as a signal would."""
        self._stopped.set()
        if self._running is not None:
            await self._running
        await self._opened.aclose()

    async def restart(self) -> None:
        """Stop the bot and start it again on the same files."""
        await self.stop()
        await self.start()

    async def reload(self) -> Message:
        """Let the admin reload the corpus; the report."""
        command = await self.admin().says("/reload")
        # What builds is as nice as can be, and may have to wait on a busy machine.
        return (await self.api.replies(command, 2, timeout=120))[1]

    async def ask(
        self, text: str, person: Person | None = None, chat: Chat | None = None, **how: Any
    ) -> Message:
        """Say something that gets one reply; the reply."""
        person = person or self.asker()
        return (await self.api.replies(await person.says(text, chat, **how)))[0]

    async def done(self) -> None:
        """Wait until nothing that came is under way any more."""
        # Nobody is told of a change in a database.
        while self.rows("SELECT count(*) FROM inbox WHERE content IS NOT NULL") != [(0,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def silence(self, *messages: Message, chat: Chat | None = None) -> None:
        """Assert that nothing answered these. Something said after them is answered first."""
        witness = self.api.user(99, "Witness", "en")
        await self.ask("/privacy", witness)
        await self.app.assistant.quotes("石", 0)  # one search after the other: theirs are over
        await self.app.ledger.settled()
        await self.api.idle(0.1)
        for message in messages:
            home = self.api.chats[message["chat"]["id"]]
            assert message["message_id"] not in home.answers
        if chat is not None:
            assert chat.seen == len(chat.sent), [chat.messages[n]["text"] for n in chat.sent]

    def now(self, message: Message) -> Message:
        """A message as it stands."""
        current = self.api.current(message)
        assert current is not None
        return current

    async def press(
        self, message: Message, label: str, person: Person | None = None
    ) -> tuple[str, Message]:
        """Press a button that changes its message; the pop-up, and the message after."""
        before = self.now(message)
        answer = await (person or self.asker()).presses(before, label)
        after = await self.api.edited(before)
        return (answer.text if answer else ""), after

    async def alert(self, message: Message, label: str, person: Person | None = None) -> str:
        """Press a button that shows an alert; the alert."""
        answer = await (person or self.asker()).presses(self.now(message), label)
        assert answer is not None
        assert answer.show_alert
        return answer.text

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What stands in the query log: in a copy, for the bot may be writing to the file, and
        could not go on while this waits for it."""
        path = self.config.log.path
        with tempfile.TemporaryDirectory() as folder:
            for file in (path, path.with_name(f"{path.name}-wal")):
                if file.exists():
                    shutil.copy(file, folder)
            with closing(raw(Path(folder, path.name))) as db:
                # What was overwritten stands there until the file is rewritten.
                db.execute("DELETE FROM question WHERE asker = ?", (NOBODY,))
                return db.execute(sql).fetchall()


def buttons(message: Message) -> list[str]:
    """The labels of the buttons under a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def button(message: Message, label: str) -> dict[str, Any]:
    """The button of that label, whole."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    for found in (one for row in rows for one in row if one["text"] == label):
        return dict(found)
    raise LookupError(f"no button {label!r} among {buttons(message)}")


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


_TEMPORARY = tempfile.gettempdir()  # of all tests: one may have a folder of its own for a while


@cache
def _told() -> tuple[Path, str]:
    """The corpus of `TALES`, left alone for long, and beside it its index, made once; the name of
    the generation in that."""
    folder = Path(tempfile.mkdtemp(prefix="yinju-tales-", dir=_TEMPORARY))
    write(folder / "corpus", TALES)
    for file in (folder / "corpus").iterdir():
        os.utime(file, (1_600_000_000, 1_600_000_000))
    library = Library(folder / "corpus", store=folder / "index")
    kept = library.kept(library.current)
    assert kept is not None
    library.close()
    return folder, kept.name


def _tell(corpus: Path, store: Path | None) -> None:
    """Put the tales into `corpus`, and their index into `store` as if a run before had made it."""
    folder, generation = _told()
    shutil.copytree(folder / "corpus", corpus)
    if store is not None and not store.exists():
        shutil.copytree(folder / "index" / generation, store / generation, copy_function=os.link)
        kept = Store(store, corpus)
        kept.choose(generation, "", fingerprint(corpus))
        kept.release()


@asynccontextmanager
async def dialogue(
    folder: Path,
    files: Mapping[str, str] | None = None,
    *,
    api: Mapping[str, Any] | None = None,
    tempo: Tempo | None = None,
    **settings: str,
) -> AsyncIterator[Dialogue]:
    """A bot on a corpus of `files`. `settings` by their names, as in ``telegram__admins="1"``."""
    corpus = folder / "corpus"
    async with BotApi(**(api or {})) as server:
        environment = {
            "corpus__path": str(corpus),
            "log__path": str(folder / "log" / "yinju.db"),
            "log__key": KEY.hex(),
            "telegram__token": server.token,
            "telegram__api_url": server.url,
            "telegram__admins": str(ADMIN),
            "limits__commands_per_minute": "0",
            "limits__presses_per_minute": "0",
        } | settings
        config = load(environ={f"YINJU_{key.upper()}": v for key, v in environment.items()})
        if files is None:
            shutil.copytree(SEEDS, corpus)
        elif files is TALES:
            _tell(corpus, config.store if config.retrieval.engine != "milvus" else None)
        else:
            corpus.mkdir()
            write(corpus, files)
        made = Dialogue(folder, server, config, tempo or HASTE)
        await made.start()
        try:
            yield made
        finally:
            await made.stop()


def hold(
    talk: Callable[[Dialogue], Coroutine[Any, Any, None]],
    folder: Path,
    files: Mapping[str, str] | None = TALES,
    **settings: Any,
) -> None:
    """Run a dialogue from its first word to its last, with a bot of its own."""

    async def run() -> None:
        async with dialogue(folder, files, **settings) as it:
            await talk(it)

    asyncio.run(run())
