"""`yinju ask`: one question, one answer, nothing kept."""

from __future__ import annotations

import json
from time import perf_counter

from bot.app import open_library
from bot.cli.console import EX_TEMPFAIL, fail, out, progress
from bot.config import Config
from bot.conversation.actions import ShowPlace
from bot.conversation.messages import language_for
from bot.conversation.reading import opened
from bot.conversation.replies import Answer
from bot.conversation.shown import typed
from bot.terminal import plain, shell_language
from bot.wording.citation import Links
from bot.wording.locale import locale
from retrieval.errors import CorpusError, EngineError
from retrieval.model import Hit, Result, Verdict


def ask_once(config: Config, question: str, *, as_json: bool) -> None:
    """Print the answer, for people or for programs."""
    try:
        with progress("Reading the corpus") as advance:
            index = open_library(config, advance).current
    except (CorpusError, EngineError) as error:
        raise fail(f"The corpus cannot be served. {error}") from None
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
