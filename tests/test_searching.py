"""Searching in a process of its own: the same answers, and answers when it is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from retrieval import searching
from retrieval.errors import EngineError
from retrieval.library import Library
from retrieval.model import Result
from retrieval.processes import Process
from retrieval.ranking import Index
from retrieval.searching import Searcher
from tests.corpora import SEEDS
from tests.tales import TALES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="threads search there")

QUESTIONS = (
    "德国问了什么",
    "酷刑",
    "what did Germany ask?",
    "xyzzy",
    "习近平",
    "",
    "year:2021 人权",
)


@asynccontextmanager
async def _searching(
    folder: Path, store: Path | None, seconds: float = 600.0
) -> AsyncIterator[tuple[Searcher, Process]]:
    process = searching.process()
    assert process is not None
    library = Library(folder, store=store)
    searcher = Searcher(library, process, seconds)
    await searcher.start()
    try:
        yield searcher, process
    finally:
        await searcher.close()
        library.close()


def _whose(index: Index) -> int:
    return os.getpid()


def _counting(index: Index, question: str, count: Path) -> Result:
    with count.open("a") as file:
        file.write("|")
    return index.search(question)


def _fails(index: Index) -> None:
    raise EngineError("nowhere", "it is away")


def test_the_process_finds_what_this_one_finds(tmp_path: Path) -> None:
    async def talk() -> None:
        async with _searching(SEEDS, tmp_path) as (searcher, process):
            index = searcher.current
            assert await searcher.run(index, _whose) == process.number
            found = [searcher.run(index, Index.search, one, page=slice(5)) for one in QUESTIONS]
            for question, result in zip(QUESTIONS, await asyncio.gather(*found), strict=True):
                assert result == index.search(question, page=slice(5))
            with pytest.raises(EngineError, match="away"):
                await searcher.run(index, _fails)
            assert await searcher.run(index, _whose) == process.number
        with pytest.raises(ProcessLookupError):
            os.kill(process.number, 0)

    asyncio.run(talk())


def test_a_generation_in_memory_is_searched_here() -> None:
    async def talk() -> None:
        async with _searching(SEEDS, None) as (searcher, _):
            assert await searcher.run(searcher.current, _whose) == os.getpid()

    asyncio.run(talk())


def test_after_a_reload_both_generations_are_searched_there(tmp_path: Path) -> None:
    async def talk() -> None:
        corpus = tmp_path / "corpus"
        corpus.mkdir()
        for name, text in TALES.items():
            (corpus / name).write_text(text, encoding="utf-8")
        async with _searching(corpus, tmp_path / "store") as (searcher, process):
            (corpus / "new.md").write_text("# 新桥\n\n新桥有七十七个桥洞。\n", encoding="utf-8")
            before = searcher.current
            await asyncio.to_thread(searcher.library.reload)
            for index, expected in ((before, 0), (searcher.current, 1)):
                assert await searcher.run(index, _whose) == process.number
                found = await searcher.run(index, Index.search, "新桥有几个桥洞")
                assert found == index.search("新桥有几个桥洞")
                assert sum("七十七" in hit.quote for hit in found.hits) == expected

    asyncio.run(talk())


def test_what_was_found_is_found_once_until_it_is_forgotten_or_another_generation_serves(
    tmp_path: Path,
) -> None:
    async def talk() -> None:
        corpus, count = tmp_path / "corpus", tmp_path / "count"
        corpus.mkdir()
        for name, text in TALES.items():
            (corpus / name).write_text(text, encoding="utf-8")

        async def searched(question: str = "石桥") -> int:
            before = len(count.read_text()) if count.exists() else 0
            index = searcher.current
            asked = [searcher.run(index, _counting, question, count) for _ in range(3)]
            for result in await asyncio.gather(*asked):
                assert result == index.search(question)
            return len(count.read_text()) - before

        async with _searching(corpus, tmp_path / "store") as (searcher, _):
            assert [await searched(), await searched(), await searched("灯塔")] == [1, 0, 1]
            searcher.forget()
            assert [await searched(), await searched()] == [1, 0]
            (corpus / "new.md").write_text("# 石桥\n\n石桥有七十七个桥洞。\n", encoding="utf-8")
            await asyncio.to_thread(searcher.library.reload)
            assert [await searched(), await searched()] == [1, 0]
        async with _searching(corpus, tmp_path / "store", seconds=0) as (searcher, _):
            assert [await searched(), await searched()] == [1, 1]

    asyncio.run(talk())


def test_who_gives_up_waiting_costs_nobody_else_their_answer(tmp_path: Path) -> None:
    async def talk() -> None:
        async with _searching(SEEDS, tmp_path) as (searcher, _):
            index = searcher.current
            first, second = (
                asyncio.create_task(searcher.run(index, Index.search, "酷刑")) for _ in range(2)
            )
            await asyncio.sleep(0)
            first.cancel()
            assert await second == index.search("酷刑")

    asyncio.run(talk())


def test_when_the_process_is_killed_every_question_is_answered(tmp_path: Path) -> None:
    async def talk() -> None:
        async with _searching(SEEDS, tmp_path) as (searcher, process):
            index = searcher.current
            asked = [
                asyncio.create_task(searcher.run(index, Index.search, question))
                for question in QUESTIONS
            ]
            await asyncio.sleep(0)
            os.kill(process.number, signal.SIGKILL)
            for question, result in zip(QUESTIONS, await asyncio.gather(*asked), strict=True):
                assert result == index.search(question)
            assert await searcher.run(index, _whose) == os.getpid()

    asyncio.run(talk())


def test_what_is_slow_to_load_is_loaded_before_anybody_asks() -> None:
    code = """
import sys
from retrieval.analysis.numbers import number
from retrieval.searching import split_off
split_off()
loaded = set(sys.modules)
print(number("三千五"), loaded >= set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "3500 True\n"
