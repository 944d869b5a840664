"""Matrix against a real homeserver, in plain and in encrypted rooms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.synapse import INSTALLED, NAME, PASSWORD, homeserver, register

if not INSTALLED:
    pytest.skip("Synapse and matrix-nio are not installed", allow_module_level=True)

from hypothesis import given, settings
from hypothesis import strategies as st
from nio import AsyncClient, AsyncClientConfig, MegolmEvent, RoomMessage
from nio.crypto.attachments import decrypt_attachment

from bot.app import App, open_app
from bot.config import Config, load
from bot.conversation import Asker, ChatKind
from bot.conversation.actions import ChooseLanguage, Plain
from bot.conversation.requests import Request
from bot.matrix.events import LIMIT, content
from bot.matrix.serving import serve
from bot.querylog.encryption import connect
from bot.wording import RichText, Style, message
from bot.wording.locale import locale
from tests.commands import small
from tests.conformance import CORPUS, converse
from tests.dialogue import write

BOT = f"@yinju:{NAME}"
pytestmark = pytest.mark.xdist_group("synapse")  # one homeserver for all of them


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with homeserver(tmp_path_factory.mktemp("synapse")) as found:
        asyncio.run(register(found, "yinju"))
        yield found


class Person:
    """Somebody with a client of their own, in one room with the bot."""

    def __init__(self, client: AsyncClient, room: str) -> None:
        self.client = client
        self.room = room
        self.app: App

    async def says(self, text: str, **more: Any) -> str:
        """Say something; the id of the message."""
        said = {"msgtype": "m.text", "body": text, **more}
        sent = await self.client.room_send(
            self.room, "m.room.message", said, ignore_unverified_devices=True
        )
        return str(sent.event_id)

    async def hears(self, count: int = 1) -> list[dict[str, Any]]:
        """The next messages of the bot, decrypted where they are encrypted."""
        heard: list[dict[str, Any]] = []
        async with asyncio.timeout(60):
            while len(heard) < count:
                synced = await _synced(self.client, timeout=2000)
                joined = synced.rooms.join.get(self.room)
                heard += [
                    event.source
                    for event in (joined.timeline.events if joined else ())
                    if isinstance(event, RoomMessage) and event.sender == BOT
                ]
        return heard

    async def asks(self, text: str, **more: Any) -> str:
        """Say something that gets one reply; its text."""
        await self.says(text, **more)
        body: str = (await self.hears())[0]["content"]["body"]
        return body


@asynccontextmanager
async def talking(
    address: str,
    folder: Path,
    name: str,
    *,
    encrypted: bool,
    more: Mapping[str, str] | None = None,
) -> AsyncIterator[Person]:
    """A bot that serves, and somebody in a room with it."""
    async with open_app(configured(address, folder, more or {})) as app:
        stopped = asyncio.Event()
        serving = asyncio.create_task(serve(app, stopped))
        try:
            async with somebody(address, folder, name, encrypted=encrypted) as person:
                person.app = app
                yield person
        finally:
            stopped.set()
            await serving


@asynccontextmanager
async def somebody(
    address: str, folder: Path, name: str, *, encrypted: bool
) -> AsyncIterator[Person]:
    """Somebody in a room with the bot, which serves already."""
    await register(address, name)
    store = folder / name
    store.mkdir()
    settings_ = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
    client = AsyncClient(
        address, f"@{name}:{NAME}", store_path=str(store), config=settings_, device_id="PHONE"
    )
    await client.login(PASSWORD)
    algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
    state = [{"type": "m.room.encryption", "content": algorithm}] if encrypted else []
    try:
        made = await client.room_create(is_direct=True, invite=[BOT], initial_state=state)
        await _until(client, made.room_id, 2, encrypted=encrypted)
        yield Person(client, made.room_id)
    finally:
        await client.close()


async def _synced(client: AsyncClient, **how: Any) -> Any:
    """One sync, and the exchange of keys that follows it in a client that runs for ever."""
    synced = await client.sync(**how)
    if client.should_upload_keys:
        await client.keys_upload()
    if client.should_query_keys:
        await client.keys_query()
    await client.send_to_device_messages()
    return synced


async def _until(client: AsyncClient, room: str, members: int, *, encrypted: bool) -> None:
    async with asyncio.timeout(60):
        while True:
            await _synced(client, timeout=500, full_state=True)
            found = client.rooms.get(room)
            if found is None or found.joined_count < members:
                continue
            if not encrypted or list(client.device_store.active_user_devices(BOT)):
                return


def configured(address: str, folder: Path, more: Mapping[str, str] | None = None) -> Config:
    return load(
        environ=dict(more or {})
        | {
            "YINJU_CORPUS__PATH": str(folder / "corpus"),
            "YINJU_LOG__PATH": str(folder / "data" / "yinju.db"),
            "YINJU_LOG__KEY": "0f" * 32,
            "YINJU_RETRIEVAL__STORE": "memory",  # what splits off processes is tested elsewhere
            "YINJU_MATRIX__HOMESERVER": address,
            "YINJU_MATRIX__USER": BOT,
            "YINJU_MATRIX__PASSWORD": PASSWORD,
        }
    )


def hold(talk: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(talk())


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_question_is_answered_read_on_and_edited(
    address: str, tmp_path: Path, encrypted: bool
) -> None:
    small(tmp_path)

    async def talk() -> None:
        name = "asker-e" if encrypted else "asker-p"
        async with talking(address, tmp_path, name, encrypted=encrypted) as person:
            number = await person.says("外长会议在哪里举行？")
            (answer,) = await person.hears()
            said = answer["content"]
            assert "各国外长在东京举行会议" in said["body"]
            assert "https://example.org/tokyo#:~:text=" in said["body"]
            assert "<blockquote>" in said["formatted_body"]
            assert said["m.relates_to"]["m.in_reply_to"]["event_id"] == number
            assert "东京会议" in await person.asks("1")
            assert "不客气" in await person.asks("谢谢")
            new = {"msgtype": "m.text", "body": "熊猫吃什么？"}
            relation = {"rel_type": "m.replace", "event_id": number}
            await person.says("* 熊猫吃什么？", **{"m.new_content": new, "m.relates_to": relation})
            (edited,) = await person.hears()
            assert edited["content"]["m.relates_to"]["event_id"] == answer["event_id"]
            assert "吃竹子" in edited["content"]["m.new_content"]["body"]
            assert "1 条记录" in await person.asks("/forget")
            assert "已删除" in await person.asks("1")

    hold(talk)


def test_a_reply_in_a_thread_stays_in_it(address: str, tmp_path: Path) -> None:
    small(tmp_path)

    async def talk() -> None:
        async with talking(address, tmp_path, "threader", encrypted=False) as person:
            root = await person.says("/help")
            await person.hears()
            relation = {"rel_type": "m.thread", "event_id": root}
            await person.says("熊猫吃什么？", **{"m.relates_to": relation})
            (answer,) = await person.hears()
            assert answer["content"]["m.relates_to"]["rel_type"] == "m.thread"
            assert answer["content"]["m.relates_to"]["event_id"] == root

    hold(talk)


_UNDONE = """CREATE TRIGGER undone AFTER UPDATE ON inbox WHEN NEW.content IS NULL
    BEGIN UPDATE inbox SET content = OLD.content WHERE place = OLD.place; END"""


def test_what_was_asked_while_it_was_away_is_answered_once(address: str, tmp_path: Path) -> None:
    small(tmp_path)

    async def talk() -> None:
        async with talking(address, tmp_path, "patient", encrypted=False) as person:
            assert "吃竹子" in await person.asks("熊猫吃什么？")
            room, client = person.room, person.client
        again = AsyncClient(address, client.user_id)
        again.restore_login(client.user_id, client.device_id, client.access_token)
        await again.sync(timeout=0, full_state=True)
        later = Person(again, room)
        await later.says("外长会议在哪里举行？")
        file = tmp_path / "data" / "yinju.db"
        with closing(connect(file, bytes.fromhex("0f" * 32), 5)) as db:
            db.execute(_UNDONE)
        async with open_app(configured(address, tmp_path)) as app:
            stopped = asyncio.Event()
            serving = asyncio.create_task(serve(app, stopped))
            (answer,) = await later.hears()
            assert "东京" in answer["content"]["body"]
            assert "不客气" in await later.asks("谢谢")
            stopped.set()
            await serving
        # As if the bot had been killed before anything of that answer could be noted.
        with closing(connect(file, bytes.fromhex("0f" * 32), 5)) as db:
            db.executescript("DROP TRIGGER undone; DELETE FROM reply;")
            waiting = db.execute("SELECT count(*) FROM inbox WHERE content IS NOT NULL").fetchone()
            assert waiting[0] >= 1
        async with open_app(configured(address, tmp_path)) as app:
            stopped = asyncio.Event()
            serving = asyncio.create_task(serve(app, stopped))
            assert "不客气" in await later.asks("谢谢")
            stopped.set()
            await serving
        await again.close()

    hold(talk)


def test_who_asks_too_much_is_told_once(address: str, tmp_path: Path) -> None:
    small(tmp_path)

    async def talk() -> None:
        more = {"YINJU_LIMITS__USER_PER_MINUTE": "1"}
        async with talking(address, tmp_path, "eager", encrypted=False, more=more) as person:
            assert "吃竹子" in await person.asks("熊猫吃什么？")
            told = locale("zh-Hans").text("too-many", seconds=60)[:8]
            assert (await person.asks("熊猫吃什么？")).startswith(told)
            await person.says("熊猫吃什么？")
            await person.says("/help")
            assert "/ask" in (await person.hears())[0]["content"]["body"]

    hold(talk)


def test_what_was_said_too_long_ago_gets_one_notice_a_room(address: str, tmp_path: Path) -> None:
    small(tmp_path)

    async def talk() -> None:
        more = {"YINJU_MATRIX__STALE_AFTER": "0"}
        async with talking(address, tmp_path, "late", encrypted=False, more=more) as person:
            assert await person.asks("熊猫吃什么？") == locale("zh-Hans").text("stale")
            await person.says("外长会议在哪里举行？")
            async with somebody(address, tmp_path, "later", encrypted=False) as other:
                assert await other.asks("熊猫吃什么？") == locale("zh-Hans").text("stale")
            assert await _said(person) == 1
        async with talking(address, tmp_path, "punctual", encrypted=False) as person:
            assert "吃竹子" in await person.asks("熊猫吃什么？")

    hold(talk)


def test_where_few_rooms_are_allowed_admins_reach_it_alone_and_it_leaves_the_rest(
    address: str, tmp_path: Path
) -> None:
    small(tmp_path)

    async def talk() -> None:
        more = {
            "YINJU_MATRIX__ALLOWED_CHATS": f"!elsewhere:{NAME}",
            "YINJU_MATRIX__ADMINS": f"@boss:{NAME}",
            "YINJU_MATRIX__LEAVE_OTHER_CHATS": "true",
        }
        async with talking(address, tmp_path, "boss", encrypted=False, more=more) as person:
            assert "吃竹子" in await person.asks("熊猫吃什么？")
            await register(address, "third")
            third = AsyncClient(address, f"@third:{NAME}")
            await third.login(PASSWORD)
            await person.client.room_invite(person.room, third.user_id)
            await third.join(person.room)
            await person.says("/ask 熊猫吃什么？")
            async with asyncio.timeout(60):
                while BOT in (members := await _members(person)):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
            assert members == {person.client.user_id, third.user_id}
            assert await _said(person) == 1
            await third.close()

    hold(talk)


async def _said(person: Person) -> int:
    """How many messages of the bot stand in the room."""
    found = await person.client.room_messages(person.room, limit=50)
    return sum(isinstance(one, RoomMessage) and one.sender == BOT for one in found.chunk)


async def _members(person: Person) -> set[str]:
    found = await person.client.joined_members(person.room)
    return {member.user_id for member in found.members}


@dataclass
class OnMatrix:
    """Somebody for the dialogues; what was shown goes as /forget does it."""

    person: Person

    async def fresh(self) -> None:
        person = self.person
        user = str(person.client.user_id)
        asker = Asker("matrix", user, person.room, ChatKind.PRIVATE)
        for action in (ChooseLanguage(None), Plain("forget")):
            await person.app.conversation.handle(Request(asker, action))

    async def says(self, text: str) -> str:
        await self.person.says(text)
        (heard,) = await self.person.hears()
        said = heard["content"]
        if said["msgtype"] != "m.file":
            return str(said["body"])
        data = await self.person.client.download(said.get("url") or said["file"]["url"])
        body: bytes = data.body
        if keys := said.get("file"):
            body = decrypt_attachment(body, keys["key"]["k"], keys["hashes"]["sha256"], keys["iv"])
        return body.decode()


def test_the_dialogues_of_every_platform_in_a_plain_and_in_an_encrypted_room(
    address: str, tmp_path: Path
) -> None:
    (tmp_path / "corpus").mkdir()
    write(tmp_path / "corpus", CORPUS)
    without_limits = {
        "YINJU_LIMITS__USER_PER_MINUTE": "0",
        "YINJU_LIMITS__COMMANDS_PER_MINUTE": "0",
    }

    async def talk() -> None:
        async with (
            talking(address, tmp_path, "dia-p", encrypted=False, more=without_limits) as plain,
            somebody(address, tmp_path, "dia-e", encrypted=True) as secret,
        ):
            secret.app = plain.app
            wrong = await asyncio.gather(converse(OnMatrix(plain)), converse(OnMatrix(secret)))
            assert list(wrong) == [[], []]

    hold(talk)


def test_only_verified_devices_read_answers_where_that_is_wanted(
    address: str, tmp_path: Path
) -> None:
    small(tmp_path)

    async def talk() -> None:
        verified = {"YINJU_MATRIX__TRUST": "verified"}
        async with talking(address, tmp_path, "doubted", encrypted=True, more=verified) as person:
            await person.says("熊猫吃什么？")
            assert (await _undecryptable(person)).sender == BOT

    hold(talk)


async def _undecryptable(person: Person) -> MegolmEvent:
    """The bot's next message, which this device has no key for."""
    async with asyncio.timeout(60):
        while True:
            synced = await _synced(person.client, timeout=2000)
            joined = synced.rooms.join.get(person.room)
            for event in joined.timeline.events if joined else ():
                assert not (isinstance(event, RoomMessage) and event.sender == BOT)
                if isinstance(event, MegolmEvent) and event.sender == BOT:
                    return event


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@settings(max_examples=30)
@given(st.lists(st.tuples(_texts, st.sampled_from(["plain", "bold", "link", "quote", "code"]))))
def test_any_text_is_content_within_the_limit_and_its_quotes_are_whole(
    parts: list[tuple[str, str]],
) -> None:
    text = RichText()
    for part, kind in parts:
        if kind == "bold":
            text.bold(part)
        elif kind == "link":
            text.link(part, "https://example.org/?a=1&b=2")
        elif kind == "plain":
            text.add(part)
        else:
            with text.styled(Style.QUOTE if kind == "quote" else Style.CODE):
                text.add(part)
    said = content(message(text))
    html = said.get("formatted_body", "")
    assert len(said["body"].encode()) + len(html.encode()) <= LIMIT
    assert html.count("<blockquote>") == html.count("</blockquote>")
    assert "<script" not in html
