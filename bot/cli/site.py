"""`yinju site`: the corpus as static web pages."""

from __future__ import annotations

from pathlib import Path

from bot.cli.console import fail, out, progress
from bot.config import Config
from retrieval.errors import CorpusError
from retrieval.library import Library


def make_site(config: Config, folder: Path) -> None:
    """Write the site and say how many files it has."""
    from bot.site.build import write_site

    try:
        with progress("Reading the corpus") as advance:
            index = Library(config.corpus.path, advance).current
        count = write_site(index, folder, config.corpus.site_url)
    except CorpusError as error:
        raise fail(f"The corpus cannot be served. {error}") from None
    except (OSError, ValueError) as error:
        raise fail(f"The site cannot be written: {error}. Name an empty folder.") from None
    out.print(f"{count} files in {folder}; publish them as they are, then set corpus.site_url.")
