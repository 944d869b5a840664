"""`yinju log`: the latest questions as a table."""

from __future__ import annotations

from rich.table import Table

from bot.app import query_log
from bot.cli.console import fail, out
from bot.config import Config
from bot.querylog import QueryLogError
from bot.terminal.render import literal


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
    table = Table("asked (UTC)", "where", "asker", "question", "verdict", "sure", "quoted", "ms")
    for question, quotes in entries:
        table.add_row(
            f"{question.asked_at:%Y-%m-%d %H:%M:%S}",
            f"{question.platform} {question.chat_kind}",
            question.asker[:8],
            literal(question.text),
            question.verdict,
            f"{question.confidence:.2f}",
            "\n".join(quote.passage for quote in quotes),
            f"{question.elapsed_ms:.1f}",
        )
    out.print(table)
