"""What an operator looks after: `yinju check` for all that can be wrong before the bot runs, `log`
for the latest questions, `wipe` for an end to all that was kept."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Column, Table

from bot.app import log_key, open_library, query_log
from bot.cli import EX_TEMPFAIL, fail, out, progress
from bot.config import DEFAULT_FILE, Config, ConfigError, load
from bot.conversation import language_for
from bot.platforms import Finding, installed
from bot.querylog import QueryLogError
from bot.querylog.file import InstanceError, only_instance
from bot.querylog.keys import default_key_file, readable_by_others, shred
from bot.terminal import literal, shell_language
from bot.wording.citation import Links, web_address
from bot.wording.corpus import skip_lines
from bot.wording.locale import locale
from retrieval.errors import CorpusError, EngineError
from retrieval.model import Document


async def check_all(path: Path | None, *, documents: bool = False) -> bool:
    """Check and print everything, with `documents` every one of these too; whether nothing was
    wrong."""
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
    for found in (_corpus(config, listed=documents), _query_log(config), _platforms(config)):
        async for finding in found:
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
    if config.metrics.port and config.metrics.listen not in ("localhost", "127.0.0.1", "::1"):
        detail = f"{config.metrics.listen} may be reached by others: let a firewall keep them away"
        yield Finding("metrics", detail, ok=False, remark=True)
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


async def _corpus(config: Config, *, listed: bool) -> AsyncIterator[Finding]:
    try:
        with progress("Reading the corpus") as advance:
            library = await asyncio.to_thread(open_library, config, advance)
    except (CorpusError, EngineError) as error:
        yield Finding("corpus", str(error), ok=False)
        return
    index = library.current
    if library.stale is not None:
        detail = f"{library.stale}; the bot would serve what it served last"
        yield Finding("corpus", detail, ok=False)
    if config.retrieval.engine == "milvus":
        try:
            await asyncio.to_thread(index.engine.publish)
            yield Finding("milvus", f"every passage is in {config.milvus.uri}")
        except EngineError as error:
            yield Finding("milvus", str(error), ok=False)
    if listed:
        for line in _described(index.documents, config.corpus.site_url):
            out.print(escape(line), soft_wrap=True, highlight=False)
    if index.documents:
        held = f"{len(index.documents)} documents, {len(index.passages)} passages"
        yield Finding("corpus", f"{held} in {config.corpus.path}")
    else:
        advice = "put documents there, or set corpus.path to their folder"
        yield Finding("corpus", f"no document in {config.corpus.path}; {advice}", ok=False)
    words = locale(language_for(shell_language()))
    for doubt in library.doubts:
        said = words.cause(doubt)
        detail = f"{said} (since it served last); /reload would ask first, /rollback returns to it"
        yield Finding("corpus", detail, ok=False, remark=True)
    for wanted, line in skip_lines(index.skipped, words):
        detail = f"not read: {line.removeprefix('– ')}"
        yield Finding("corpus", detail, ok=False, remark=not wanted)


_TOLD = {"title": "title", "published": "date", "url": "link"}


def _described(documents: Sequence[Document], site: str) -> Iterator[str]:
    """Of every document its title, date and link and where each was found, and whose it is; then
    how often each place told."""
    places: dict[str, Counter[str]] = {name: Counter() for name in _TOLD}
    for document in documents:
        yield document.id
        address = web_address(document)
        link = address or Links(site=site).document(document)
        values = {"title": document.title, "published": document.published, "url": link}
        for name, value in values.items():
            ours = "corpus.site_url" if name == "url" and not address else ""
            place = ours or document.origins.get(name, "")
            places[name][place if value else "none"] += 1
            yield f"  {_TOLD[name]:<5} {f'{value} ({place})' if value else 'none'}"
        if whose := [part for part in (document.author, document.publisher) if part]:
            yield f"  by    {' · '.join(whose)}"
    for name, counts in places.items():
        said = ", ".join(f"{place} {count}" for place, count in counts.most_common())
        yield f"{_TOLD[name]}s from: {said or 'none'}"


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


async def print_log(config: Config, count: int) -> None:
    """Print the latest `count` questions, the newest first."""
    path = config.log.path
    if not path.exists():
        out.print(f"Nothing was asked yet: there is no query log at {path}.", markup=False)
        return
    try:
        async with query_log(config.log) as log:
            entries = await log.latest(count)
    except QueryLogError as error:
        raise fail(f"The query log cannot be read. {error}") from None
    titles = ("asked (UTC)", "where", "asker", "question", "verdict", "sure", "quoted", "ms")
    # Folded, for a narrow terminal is to lose nothing.
    table = Table(*(Column(title, overflow="fold") for title in titles), box=SIMPLE_HEAD)
    for question, quotes in entries:
        table.add_row(
            f"{question.asked_at:%Y-%m-%d %H} h",
            f"{question.platform} {question.chat_kind}",
            question.asker[:8],
            literal(question.text),
            question.verdict,
            f"{question.confidence:.2f}",
            "\n".join(quote.passage for quote in quotes),
            f"{question.elapsed_ms:.1f}",
        )
    out.print(table)


def wipe_log(config: Config) -> None:
    """Destroy the key first, which takes no time and is enough, then every file of the log."""
    log = config.log
    try:
        with only_instance(log.path):
            with suppress(RuntimeError):  # there is no home folder, and so no key in it
                shred(log.key_file or default_key_file(log.path))
            for file in _files(log.path):
                shred(file)
    except InstanceError as error:
        raise fail(f"{error}; stop it first", EX_TEMPFAIL) from None
    except OSError as error:
        raise fail(f"Not everything could be destroyed: {error}") from None
    out.print(f"The query log {log.path} and its key are destroyed.", markup=False)
    if log.key.get_secret_value():
        out.print("Its key also stands in YINJU_LOG__KEY or a credential: remove it there.")


def _files(database: Path) -> list[Path]:
    """The database, what stands beside it under its name, and what was put aside; not the lock,
    which is held."""
    beside = database.parent.glob(database.name + "*") if database.parent.is_dir() else []
    lock = database.with_name(database.name + ".lock")
    return [file for file in beside if file != lock and file.is_file()]
