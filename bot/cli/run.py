"""What the commands do with the corpus: `yinju run`, `chat` and `site` put it in service, `ask`
asks one question and keeps nothing, `eval` asks a labelled set."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from time import perf_counter

from rich.table import Table

from bot.app import open_app, open_library
from bot.cli import EX_CONFIG, EX_TEMPFAIL, fail, out, progress
from bot.config import Config
from bot.conversation import language_for
from bot.conversation.actions import ShowPlace
from bot.conversation.reading import opened
from bot.conversation.replies import Answer
from bot.conversation.typed import typed
from bot.platforms import Platform, StartError, serve_all
from bot.querylog.file import InstanceError, only_instance
from bot.terminal import literal, plain, shell_language
from bot.wording.citation import Links
from bot.wording.locale import locale
from retrieval.errors import CorpusError, EngineError, EvaluationUnavailableError
from retrieval.evaluation import Labelled, Outcome, beir, figures, labelled, run
from retrieval.indexing import build
from retrieval.library import Library
from retrieval.model import Hit, Result, Verdict
from retrieval.ranking import Index
from retrieval.searching import Processes


@contextmanager
def _served() -> Iterator[None]:
    """End the program with what is wrong with the corpus, where something is."""
    try:
        yield
    except (CorpusError, EngineError) as error:
        raise fail(f"The corpus cannot be served. {error}") from None


def serve(config: Config, platforms: list[Platform], processes: Processes | None) -> None:
    """Serve until told to stop. Exits 1 for what has to be changed, 75 for what may pass."""

    from bot.listener import ListenError, metrics_listener
    from bot.metrics import watch_loop

    async def opened() -> None:
        async with AsyncExitStack() as stack:
            stack.enter_context(only_instance(config.log.path))
            with progress("Reading the corpus") as advance:
                app = await stack.enter_async_context(open_app(config, advance, processes))
            stopped = asyncio.Event()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stopped.set)
                stack.callback(loop.remove_signal_handler, number)
            if (listener := metrics_listener(config.metrics, app.health)) is not None:
                await stack.enter_async_context(listener)
                stack.callback(asyncio.create_task(watch_loop()).cancel)
            await serve_all(app, platforms, stopped)

    try:
        with _served():
            asyncio.run(opened())
    except ListenError as error:
        raise fail(f"Metrics cannot be served at {error}.") from None
    except InstanceError as error:
        raise fail(f"{error} already; it goes on", EX_TEMPFAIL) from None
    except StartError as error:
        raise fail(str(error), EX_TEMPFAIL if error.again else EX_CONFIG) from None


def converse(config: Config, processes: Processes | None = None) -> None:
    """Talk in the terminal until the input ends."""
    from bot.terminal import chat

    async def talk() -> None:
        async with AsyncExitStack() as stack:
            with progress("Reading the corpus") as advance:
                app = await stack.enter_async_context(open_app(config, advance, processes))
            await chat(app, out)

    try:
        with _served():
            asyncio.run(talk())
    except KeyboardInterrupt:
        out.print()


def make_site(config: Config, folder: Path) -> None:
    """Write the site and say how many files it has."""
    from bot.site import write_site

    with _served(), progress("Reading the corpus") as advance:
        index = Library(config.corpus.path, advance).current
    try:
        count = write_site(index, folder, config.corpus.site_url)
    except (OSError, ValueError) as error:
        raise fail(f"The site cannot be written: {error}. Name an empty folder.") from None
    out.print(f"{count} files in {folder}; publish them as they are, then set corpus.site_url.")


def ask_once(config: Config, question: str, *, as_json: bool) -> None:
    """Print the answer, for people or for programs."""
    with _served(), progress("Reading the corpus") as advance:
        index = open_library(config, advance).current
    words, site = locale(language_for(shell_language())), config.corpus.site_url
    if not as_json and isinstance(lasting := typed(question, None, {}), ShowPlace):
        out.print(plain(opened(index, lasting.place), words, site))
        return
    started = perf_counter()
    limit, text = config.limits.question_length, question.strip()
    try:
        result = index.search(text[:limit])
    except EngineError as error:
        raise fail(f"The question cannot be answered. {error}", EX_TEMPFAIL) from None
    elapsed = (perf_counter() - started) * 1000
    if as_json:
        answer = as_object(question, result, elapsed, site)
        # ASCII only: a lone surrogate in the question survives too.
        out.file.write(json.dumps(answer, ensure_ascii=not _encodable(answer)) + "\n")
        return
    truncated = limit if len(text) > limit else None
    out.print(plain(Answer("", result, truncated=truncated), words, site))


def as_object(
    question: str, result: Result, elapsed_ms: float, site: str = ""
) -> dict[str, object]:
    """The answer as it is printed in JSON. `url` is the document's own address, or else where the
    quote stands in our published copy. `marks` are offsets into `excerpt`; `total` passages in
    so many `documents` have what was looked up, null for other questions."""
    looked_up = result.lookup is not None
    return {
        "question": question,
        "answered": result.verdict is not Verdict.NONE,
        "verdict": result.verdict.value,
        "confidence": result.confidence,
        "missing": list(result.missing),
        "total": result.total if looked_up else None,
        "documents": result.documents if looked_up else None,
        "hits": [_hit(hit, site) for hit in result.hits],
        "elapsed_ms": round(elapsed_ms, 3),
    }


def _hit(hit: Hit, site: str) -> dict[str, object]:
    document, part = hit.passage.document, hit.excerpt
    return {
        "document": document.id,
        "title": document.title,
        "url": document.url or Links(site=site).copy(hit),
        "published": document.published,
        "publisher": document.publisher,
        "passage": hit.passage.id,
        "score": hit.score,
        "excerpt": hit.quote,
        "marks": [[start - part.start, end - part.start] for start, end in part.marks],
    }


def _encodable(answer: dict[str, object]) -> bool:
    try:
        json.dumps(answer, ensure_ascii=False).encode(out.encoding)
    except UnicodeEncodeError:
        return False
    return True


def evaluate_set(config: Config, path: Path, *, as_json: bool, misses: bool) -> None:
    """Print the figures of a BEIR folder, or of a questions.jsonl over the configured corpus."""
    try:
        index, questions = _prepared(config, path)
        with progress("Asking") as advance:
            outcomes, milliseconds = run(index, questions, advance)
        measured = figures(outcomes, milliseconds)
    except (CorpusError, EngineError) as error:
        raise fail(str(error)) from None
    except EvaluationUnavailableError:
        raise fail("The metrics need an extra: pip install 'yinju[eval]'") from None
    if as_json:
        out.file.write(json.dumps(measured) + "\n")
    else:
        table = Table("figure", "value", title=f"{path.name}: {len(outcomes)} questions")
        for name, value in measured.items():
            table.add_row(name, "–" if value is None else f"{value:.4g}")
        out.print(table)
    if misses:
        out.print(_misses(outcomes))


def _prepared(config: Config, path: Path) -> tuple[Index, list[Labelled]]:
    with progress("Reading the corpus") as advance:
        if path.is_dir():
            corpus, questions = beir(path)
            return build(corpus, advance), questions
        library = open_library(config, advance)
        return library.current, labelled(path, library.current.documents)


def _misses(outcomes: list[Outcome]) -> Table:
    """The questions whose first hit is wrong, that were refused, or should have been."""
    table = Table("question", "what went wrong", "sure", "first quote")
    for outcome in outcomes:
        question, result = outcome.question, outcome.result
        refused = result.verdict is Verdict.NONE
        wrong = []
        if not question.relevant:
            wrong = [] if refused else ["quoted, has no answer"]
        elif refused:
            wrong = ["refused"]
        elif question.answers and not any(outcome.quoted):
            wrong = ["no excerpt holds the answer"]
        elif outcome.documents[:1] and outcome.documents[0] not in question.relevant:
            wrong = ["first document is another"]
        if outcome.forbidden:
            wrong.append("quotes what it must not")
        if wrong:
            quote = result.hits[0].quote if result.hits else ""
            sure = f"{result.confidence:.2f}"
            table.add_row(literal(question.text), "; ".join(wrong), sure, literal(quote))
    return table
