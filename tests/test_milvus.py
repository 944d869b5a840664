"""A corpus that is searched in Milvus: filled, swapped, rolled back, down, shared, half filled."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from retrieval.analysis.segment import Segmenter
from retrieval.engines import rows as rows_module
from retrieval.engines.cluster import ALIAS, BATCH, BEFORE, Client, Cluster
from retrieval.engines.fields import Fields
from retrieval.engines.milvus import Milvus, MilvusEngine
from retrieval.engines.okapi import OkapiEngine
from retrieval.engines.rows import Numbering, rows
from retrieval.errors import EngineError, StoppedError
from retrieval.library import Library
from tests.corpora import query as asked
from tests.dialogue import ADMIN, Dialogue, hold, write
from tests.milvus import Server, milvus_engine, needs_lite, needs_milvus, tls

_TEXTS = {
    "tokyo.txt": "东京会议\n\n东京会议于三月十六日举行，双方发表了联合声明。",
    "panda.txt": "成都熊猫\n\n成都熊猫基地位于成都北郊，住着一百多只熊猫。",
    "tea.txt": "福建茶叶\n\n福建茶叶以乌龙茶和白茶最为有名，产量很大。",
}
_SEGMENTER = Segmenter()
DEPLOY = Path(__file__).parent.parent / "deploy" / "milvus"


def _fields(count: int, text: str = "人权报告") -> Fields:
    empty = [_SEGMENTER.terms("")]
    return Fields.of(
        {
            "passage": [_SEGMENTER.terms(f"{text}第{n}号 香港")],
            "title": empty,
            "lead": empty,
            "by": empty,
        }
        for n in range(count)
    )


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    write(tmp_path / "corpus", _TEXTS)
    return tmp_path / "corpus"


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "milvus")
    server.start()
    yield server
    server.stop()


def _ask(cluster: Cluster, what: Callable[[Client], object]) -> object:
    return cluster.do(lambda client, _: what(client))


def _served(cluster: Cluster, alias: str) -> str:
    found = _ask(cluster, lambda client: client.describe_alias(alias))
    assert isinstance(found, dict)
    return str(found["collection_name"])


def _collections(cluster: Cluster) -> set[str]:
    found = _ask(cluster, lambda client: client.list_collections())
    assert isinstance(found, list)
    return set(found)


def _quotes(library: Library, question: str) -> list[str]:
    return [hit.quote for hit in library.current.search(question).hits]


@needs_lite
def test_a_reload_moves_the_alias_and_a_rollback_moves_it_back(
    folder: Path, server: Server, tmp_path: Path
) -> None:
    cluster = Cluster(server.uri)
    library = Library(folder, store=tmp_path / "store", place=Milvus(cluster))
    here = Library(folder)
    for question in ("熊猫住在哪里？", "乌龙茶", "东京会议 -声明", "来源:tea 茶叶", "天气"):
        assert _quotes(library, question) == _quotes(here, question)
        one, other = library.current.search(question), here.current.search(question)
        assert one.verdict is other.verdict
        assert one.confidence == pytest.approx(other.confidence, abs=1e-3)
    first = _served(cluster, ALIAS)
    (folder / "moon.txt").write_text("月球探测\n\n月球探测器已经着陆。\n", encoding="utf-8")
    assert not library.reload().doubts
    assert _served(cluster, BEFORE) == first != _served(cluster, ALIAS)
    assert "月球探测器已经着陆。" in _quotes(library, "月球探测器")[0]
    library.rollback()
    assert _served(cluster, ALIAS) == first
    assert not any("月球" in quote for quote in _quotes(library, "月球探测器"))
    library.close()


@needs_lite
def test_generations_nobody_needs_are_dropped_after_a_while(folder: Path, server: Server) -> None:
    cluster = Cluster(server.uri)
    library = Library(folder, place=Milvus(cluster, grace=0.0))
    for count in range(3):
        (folder / "moon.txt").write_text("月球" * (count + 1) + "\n", encoding="utf-8")
        library.reload()
    engine = library.current.engine
    assert isinstance(engine, MilvusEngine)
    engine.collection.tidy()
    assert _collections(cluster) == {_served(cluster, ALIAS), _served(cluster, BEFORE)}
    # What was dropped comes back when it is wanted again.
    library.rollback()
    gone = _served(cluster, ALIAS)
    _ask(cluster, lambda client: client.alter_alias(_served(cluster, BEFORE), ALIAS))
    _ask(cluster, lambda client: client.drop_collection(gone))
    library.current.engine.promote()
    assert _served(cluster, ALIAS) == gone
    assert _quotes(library, "熊猫")
    library.close()


@needs_lite
def test_a_server_behind_tls_is_asked_and_one_of_another_authority_is_not(
    tmp_path: Path,
) -> None:
    with tls(tmp_path) as (uri, authority):
        trusted = Cluster(uri, token="root:Milvus", ca_file=authority)
        assert _collections(trusted) == set()
        trusted.close()
        with pytest.raises(EngineError):
            Cluster(uri).ask(lambda client, _: client.list_collections())


@needs_lite
def test_several_bots_share_a_cluster_and_fill_it_once(folder: Path, server: Server) -> None:
    one, other = Cluster(server.uri), Cluster(server.uri)
    sent: list[int] = []
    first = Library(folder, place=Milvus(one))
    second = Library(folder, place=Milvus(other))
    second.current.engine.publish(progress=lambda done, _: sent.append(done))
    assert sent == []
    assert _quotes(first, "熊猫") == _quotes(second, "熊猫") != []
    # One moves on; the other still finds what it has, in the generation that it has.
    (folder / "panda.txt").write_text("成都熊猫\n\n成都熊猫都搬走了。\n", encoding="utf-8")
    first.reload()
    assert "搬走了" in _quotes(first, "成都熊猫")[0]
    assert "一百多只" in _quotes(second, "成都熊猫")[0]
    first.close()
    second.close()


@needs_milvus
def test_what_was_half_filled_goes_on_where_it_was(tmp_path: Path) -> None:
    engine = milvus_engine(_fields(2 * BATCH + 40), tmp_path)
    sent: list[int] = []

    def stop(done: int, total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError) as held:  # and with it all that its frames hold
        engine.publish(progress=stop)
    assert engine.collection.count() == BATCH
    assert not any(tmp_path.iterdir()), held
    engine.publish(lambda: [asked("人权报告"), asked("7号")], lambda done, _: sent.append(done))
    assert sent == [BATCH, 2 * BATCH, 2 * BATCH + 40]  # the last batch is sent again
    assert len(engine.search(asked("人权报告"), 2000)) == 2 * BATCH + 40


@needs_milvus
def test_a_collection_that_scores_otherwise_is_not_served() -> None:
    stale = milvus_engine(_fields(3))
    stale.publish()
    wanted = milvus_engine(_fields(3, "人权报告人权报告"))
    wanted.collection.name = stale.collection.name
    with pytest.raises(EngineError, match="scores otherwise"):
        wanted.publish(lambda: [asked("人权报告")])
    with pytest.raises(EngineError):
        wanted.search(asked("人权报告"), 5)


@needs_milvus
def test_a_collection_with_more_than_there_is_is_made_anew() -> None:
    crowded, wanted = milvus_engine(_fields(4)), milvus_engine(_fields(3))
    crowded.publish()
    wanted.collection.name = crowded.collection.name
    wanted.publish(lambda: [asked("人权报告")])
    assert len(wanted.search(asked("人权报告"), 9)) == 3


@needs_lite
def test_the_bot_answers_help_while_the_cluster_is_down_and_questions_once_it_is_up(
    tmp_path: Path, server: Server
) -> None:
    server.stop()
    settings = {
        "retrieval__engine": "milvus",
        "milvus__uri": server.uri,
        "limits__user_per_minute": "0",
    }

    async def talk(bot: Dialogue) -> None:
        await bot.ask("/help", bot.admin())
        assert "/ask" in (await bot.ask("/help"))["text"]
        assert "暂时连不上检索服务" in (await bot.ask("熊猫住在哪里？"))["text"]
        assert "Nobody gets an answer" in await _alarm(bot)
        await asyncio.to_thread(server.start)
        for _ in range(100):
            answer = (await bot.ask("熊猫住在哪里？"))["text"]
            if "检索服务" not in answer:
                break
            await asyncio.sleep(0.2)
        assert "成都熊猫基地" in answer

    hold(talk, tmp_path, _TEXTS, **settings)


async def _alarm(bot: Dialogue) -> str:
    """What the admin was told unasked."""
    chat = bot.api.chats[ADMIN]
    for _ in range(100):
        texts = [str(message["text"]) for message in chat.messages.values()]
        if alarms := [text for text in texts if "search engine" in text]:
            return alarms[0]
        await asyncio.sleep(0.05)
    raise AssertionError(texts)


def test_every_term_has_a_number_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "_MOST", 9)  # where nearly all of them meet
    fields = Fields.of(
        [
            {
                "passage": [_SEGMENTER.terms("人权")],
                "title": [_SEGMENTER.terms("")],
                "lead": [_SEGMENTER.terms("法律")],
                "by": [_SEGMENTER.terms("")],
            }
        ]
    )
    numbering = Numbering(fields.postings)
    numbers = {
        f"{sort}.{term}": number
        for sort in ("word", "char")
        for term in ("人权", "法律", "人", "权", "法", "律", "天气")
        for number in numbering.vector(sort, {term: 1.0})
    }
    words, chars = ("人权", "法律"), ("人权", "法律", "人", "权", "法", "律")
    assert set(numbers) == {*(f"word.{w}" for w in words), *(f"char.{c}" for c in chars)}
    assert len(set(numbers.values())) == len(numbers)


def test_rows_are_the_same_in_any_run_and_from_any_start() -> None:
    engine = OkapiEngine(_fields(25))
    numbering = Numbering(engine.postings)
    weighted = list(engine.weighted())
    every = list(rows(weighted, engine.owner, numbering))
    assert [row["passage"] for row in every] == list(range(25))
    assert list(rows(weighted, engine.owner, numbering, run=4)) == every
    assert list(rows(weighted, engine.owner, numbering, run=4, start=10)) == every[10:]
    whole = sum(sum(row["whole"].values()) for row in every)
    assert whole == pytest.approx(sum(float(w.weights.sum() * w.factor) for w in weighted))


def test_what_deploys_a_cluster_is_sound() -> None:
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    chart = yaml.safe_load((DEPLOY / "values.yaml").read_text(encoding="utf-8"))
    own = yaml.safe_load(chart["extraConfigFiles"]["user.yaml"])
    assert composed["services"]["milvus"]["image"].endswith(chart["image"]["all"]["tag"])
    assert own["common"]["security"] == {"authorizationEnabled": True, "tlsMode": 1}
    (mount,) = chart["proxy"]["volumeMounts"]
    assert all(path.startswith(mount["mountPath"]) for path in own["tls"].values())


def test_without_pymilvus_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(EngineError, match=r"pip install 'yinju\[milvus\]'"):
        Cluster("http://secret:token@127.0.0.1:1")


def test_no_secret_stands_in_an_error() -> None:
    pytest.importorskip("pymilvus")
    cluster = Cluster("http://root:secret@127.0.0.1:1")
    with pytest.raises(EngineError) as caught:
        cluster.ask(lambda client, _: client.list_collections())
    assert "127.0.0.1:1" in str(caught.value)
    assert "secret" not in str(caught.value)
