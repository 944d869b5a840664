"""The command `yinju`. Every error a person can mend ends in one clear line, not a traceback."""

from __future__ import annotations

import asyncio
import logging
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import EX_CONFIG, configured, fail, log_to_stderr, out

app = typer.Typer(
    add_completion=True, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False
)
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help="The configuration; else ./config.toml, else the defaults."
    ),
]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        out.print(f"yinju {version('yinju')}", highlight=False)
        raise typer.Exit


@app.callback(help=__doc__)
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Say which this is.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """What can stand before every command."""
    log_to_stderr(logging.WARNING)


def main() -> None:
    """The entry point of the command."""
    _forgiving_streams()
    app()


def _forgiving_streams() -> None:
    """Read what is not in the terminal's encoding as �, and print what the encoding lacks as
    escapes, rather than fail."""
    for stream, errors in (
        (sys.stdin, "replace"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=errors)


@app.command()
def run(
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Write the program's own log as JSON lines.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Run the bot on every configured platform; without any, talk here."""
    from retrieval.searching import split_off

    log_to_stderr(logging.INFO, as_json=log_json)
    settings = configured(config)
    processes = split_off() if settings.store else None

    from bot.cli.run import converse, serve
    from bot.platforms import installed

    if ready := [p for p in installed() if p.configured(settings)]:
        serve(settings, ready, processes)
    else:
        from bot.conversation import language_for
        from bot.terminal import shell_language
        from bot.wording.locale import locale

        words = locale(language_for(shell_language()))
        out.print(words.text("terminal-no-token"), style="dim")
        converse(settings, processes)


@app.command()
def chat(config: ConfigOption = None) -> None:
    """Talk to the corpus here, without a token."""
    from bot.cli.run import converse

    converse(configured(config))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What to look up.")],
    json: Annotated[
        bool, typer.Option("--json", help="Print the answer as one JSON object.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Answer one question; nothing is logged."""
    from bot.cli.run import ask_once

    ask_once(configured(config), question, as_json=json)


@app.command()
def check(
    documents: Annotated[
        bool,
        typer.Option(
            "--documents", help="List every document: title, date, link, and where each is from."
        ),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Check configuration, corpus, query log and token; exit 1 when anything is wrong."""
    from bot.cli.upkeep import check_all

    log_to_stderr(logging.ERROR)
    if not asyncio.run(check_all(config, documents=documents)):
        raise typer.Exit(EX_CONFIG)


@app.command()
def log(
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many.")] = 20,
    config: ConfigOption = None,
) -> None:
    """The latest questions and what was quoted."""
    from bot.cli.upkeep import print_log

    asyncio.run(print_log(configured(config), count))


@app.command()
def site(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or that of an earlier site.")],
    config: ConfigOption = None,
) -> None:
    """Write the corpus as static web pages, with a place for every quote to link to."""
    from bot.cli.run import make_site

    make_site(configured(config), folder)


@app.command()
def wipe(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigOption = None,
) -> None:
    """Destroy the query log and its key, at once and for good."""
    from bot.cli.upkeep import wipe_log

    settings = configured(config)
    question = f"Destroy {settings.log.path} and its key? Nobody can bring them back."
    if not yes and not typer.confirm(question, err=True):
        raise fail("Nothing was destroyed.")
    wipe_log(settings)


@app.command(name="eval")
def evaluate(
    path: Annotated[Path, typer.Argument(help="A BEIR folder, or a questions.jsonl.")],
    json: Annotated[
        bool, typer.Option("--json", help="Print the figures as one JSON object.")
    ] = False,
    misses: Annotated[
        bool, typer.Option("--misses", help="List the questions that failed.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Measure how well a labelled question set is answered (needs yinju[eval])."""
    from bot.cli.run import evaluate_set

    evaluate_set(configured(config), path, as_json=json, misses=misses)
