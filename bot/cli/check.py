"""`yinju check`: everything that can be wrong before the bot runs, all of it at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from rich.markup import escape

from bot.app import log_key, open_library, query_log
from bot.cli.console import out, progress
from bot.config import Config, ConfigError, load
from bot.config.loading import DEFAULT_FILE
from bot.conversation.messages import language_for
from bot.platforms import Finding, installed
from bot.querylog import QueryLogError
from bot.querylog.keys import default_key_file, readable_by_others
from bot.terminal.chat import shell_language
from bot.wording.locale import locale
from bot.wording.reports import skip_lines
from retrieval.errors import CorpusError, EngineError


async def check_all(path: Path | None) -> bool:
    """Check and print everything; whether nothing was wrong."""
    try:
        config = load(path)
    except ConfigError as error:
        for problem in error.problems:
            detail = f"{problem.where}: {problem.what}; {problem.way_out}"
            _show(Finding("configuration", detail, ok=False))
        return False
    _show(Finding("configuration", "every key is known and every value fits"))
    fine = True
    for finding in _secrets(config, path or DEFAULT_FILE):
        _show(finding)
        fine = fine and (finding.ok or finding.remark)
    for check in (_corpus, _query_log, _platforms):
        async for finding in check(config):
            _show(finding)
            fine = fine and (finding.ok or finding.remark)
    return fine


def _show(finding: Finding) -> None:
    mark = "[green]✓[/]" if finding.ok else "[yellow]![/]" if finding.remark else "[red]✗[/]"
    out.print(f"{mark} [bold]{finding.what}[/]: {escape(finding.detail)}", soft_wrap=True)


def _secrets(config: Config, file: Path) -> Iterator[Finding]:
    """Whether secrets stand where others can read them, or a key beside what it locks."""
    if file.is_file() and readable_by_others(file):
        text = file.read_text(encoding="utf-8", errors="replace")
        if any(secret.get_secret_value() in text for secret in config.secrets()):
            detail = f"{file} holds a secret and can be read by others; run: chmod 600 {file}"
            yield Finding("secrets", detail, ok=False)
    if config.log.key.get_secret_value():
        return
    try:
        key = config.log.key_file or default_key_file(config.log.path)
    except RuntimeError:
        return  # said by the query log
    if key.is_file() and readable_by_others(key):
        detail = f"{key} can be read by others; run: chmod 600 {key}"
        yield Finding("key", detail, ok=False)
    if key.resolve().parent == config.log.path.resolve().parent:
        detail = f"{key} stands beside the database it locks: who takes one takes both; move it"
        yield Finding("key", f"{detail} and set log.key_file", ok=False)


async def _corpus(config: Config) -> AsyncIterator[Finding]:
    try:
        with progress("Reading the corpus") as advance:
            index = (await asyncio.to_thread(open_library, config, advance)).current
    except (CorpusError, EngineError) as error:
        yield Finding("corpus", str(error), ok=False)
        return
    if config.retrieval.engine == "milvus":
        try:
            await asyncio.to_thread(index.engine.publish)
            yield Finding("milvus", f"every passage is in {config.milvus.uri}")
        except EngineError as error:
            yield Finding("milvus", str(error), ok=False)
    if index.documents:
        held = f"{len(index.documents)} documents, {len(index.passages)} passages"
        yield Finding("corpus", f"{held} in {config.corpus.path}")
    else:
        advice = "put documents there, or set corpus.path to their folder"
        yield Finding("corpus", f"no document in {config.corpus.path}; {advice}", ok=False)
    words = locale(language_for(shell_language()))
    for wanted, line in skip_lines(index.skipped, words):
        detail = f"not read: {line.removeprefix('– ')}"
        yield Finding("corpus", detail, ok=False, remark=not wanted)


async def _query_log(config: Config) -> AsyncIterator[Finding]:
    try:
        await asyncio.to_thread(log_key, config.log)
        async with query_log(config.log) as log:
            await log.open()
    except QueryLogError as error:
        yield Finding("query log", str(error), ok=False)
        return
    yield Finding("query log", f"{config.log.path} can be written")


async def _platforms(config: Config) -> AsyncIterator[Finding]:
    found = [platform for platform in installed() if platform.configured(config)]
    if not found:
        advice = "the bot will talk in the terminal; @BotFather gives you a token"
        yield Finding("token", f"none is configured: {advice}", ok=False, remark=True)
    for platform in found:
        async for finding in platform.check(config):
            yield finding
