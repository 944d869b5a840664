"""The bot's own words in every language it speaks, from Fluent files in `locales/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from fluent.runtime import FluentBundle, FluentResource

from bot.conversation import LANGUAGES
from bot.conversation.understanding import TALK, Patterns
from retrieval.errors import Cause

_BEGINNING = re.compile(r"^(?=[a-z])", re.MULTILINE)
"""Of a message in a file."""
_MENTIONED = re.compile(r"\{ ([a-z-]+) \}")
"""Another message in a message."""
_FIXED = 1000
"""Messages that are remembered as they were made."""
_LONGEST = 1000
"""Characters of a parameter: Fluent refuses more, and a longer one is cut."""


class LocaleError(Exception):
    """A message could not be made: the key, the language and what Fluent said."""

    def __init__(self, language: str, key: str, reason: str) -> None:
        super().__init__(f"{language}: {key}: {reason}")
        self.language = language
        self.key = key
        self.reason = reason


class Locale:
    """One language. `text("key", name=value)` gives the message; an unknown key is an error."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._bundle = FluentBundle([language], use_isolating=False)
        source = (
            files("bot.wording").joinpath("locales", f"{language}.ftl").read_text(encoding="utf-8")
        )
        self._unread = {part.partition(" ")[0]: part for part in _BEGINNING.split(source)}
        """Messages as they are written, until they are first said: parsing all of them would make
        every start longer."""
        self._fixed: dict[tuple[str, object], str] = {}
        """Messages without parameters but a number, once they were made."""

    def text(self, key: str, **params: str | int | float) -> str:
        """The message `key`, or its attribute for a key such as ``start.name``."""
        if params and (list(params) != ["number"] or len(self._fixed) > _FIXED):
            return self._made(key, params)
        known = (key, params.get("number"))
        if known not in self._fixed:
            self._fixed[known] = self._made(key, params)
        return self._fixed[known]

    def cause(self, cause: Cause) -> str:
        """Why something was lost or doubted."""
        return self.text(f"cause-{cause.key}", **cause.params)

    def _made(self, key: str, params: Mapping[str, str | int | float]) -> str:
        name, _, attribute = key.partition(".")
        self._read(name)
        if not self._bundle.has_message(name):
            raise LocaleError(self.language, key, "no such message")
        message = self._bundle.get_message(name)
        pattern = message.attributes.get(attribute) if attribute else message.value
        if pattern is None:
            raise LocaleError(self.language, key, "no such message")
        fitting = {
            name: f"{value[: _LONGEST - 1]}…"
            if isinstance(value, str) and len(value) > _LONGEST
            else value
            for name, value in params.items()
        }
        text, errors = self._bundle.format_pattern(pattern, fitting)
        if errors:
            raise LocaleError(self.language, key, "; ".join(map(str, errors)))
        return str(text)

    def _read(self, name: str) -> None:
        if (source := self._unread.get(name)) is not None:
            for mentioned in _MENTIONED.findall(source):
                self._read(mentioned)
            self._bundle.add_resource(FluentResource(source))
            self._unread.pop(name, None)


TYPED = (
    "read", "more", "next", "previous", "newest", "relevance", "source", "only", "all", "literal",
    "alone", "another", "file", "why", "copy", "up", "down", "irrelevant", "outdated",
    "misunderstood", "unattributed", "back",
)  # fmt: skip
"""The names of what can be typed."""


@cache
def patterns() -> Patterns:
    """How people say things, in every language at once."""
    return Patterns(
        typed={name: frozenset(_rows(f"typed-{name}")) for name in TYPED},
        talk={kind: _pattern(f"talk-{kind}.said") for kind in TALK},
        help=_pattern("said-help"),
        catalogue=_pattern("said-catalogue"),
        document=_pattern("said-document"),
        listing=_pattern("said-listing"),
        verify=_pattern("said-verify"),
        within=_pattern("said-within"),
        replacing=_pattern("said-replacing"),
        leaning=_pattern("said-leaning"),
        forwarded=re.compile(rf"\A(?:{_pattern('said-forwarded').pattern})[:：]\s*", re.IGNORECASE),
        dated=_dated(),
        examples={
            language: (
                locale(language).text("example-person", name="…"),
                locale(language).text("example-title", title="…"),
            )
            for language in LANGUAGES
        },
    )


def _rows(key: str) -> list[str]:
    """The alternatives of a row, of all languages."""
    return [
        row.strip()
        for language in LANGUAGES
        for row in locale(language).text(key).split("|")
        if row.strip()
    ]


def _pattern(key: str) -> re.Pattern[str]:
    """A row as a regular expression: … stands for anything, * for the same sign again."""
    forms = [
        re.escape(row).replace("…", "(.{1,40}?)").replace(r"\*", "+").replace(r"\ ", r"\s*")
        for row in _rows(key)
    ]
    return re.compile("|".join(forms))


def _dated() -> tuple[re.Pattern[str], ...]:
    """What was published in a year, or a month of it, where the words say that it was published:
    else a date is what the text is about."""
    kinds = "|".join(re.escape(row) for row in _rows("said-published"))
    what = rf"(?P<what>.{{0,20}}?(?:{kinds})(?: \w+ .{{1,20}}?)?)"
    chinese = rf"(?P<year>[0-9]{{4}})年(?:(?P<month>[0-9]{{1,2}})月)?份?的{what}"
    english = rf"{what} (?:of|from|in) (?:(?P<month>[a-z]+) )?(?P<year>[0-9]{{4}})"
    return re.compile(chinese), re.compile(english, re.IGNORECASE)


@cache
def locale(language: str) -> Locale:
    """The locale of one of `LANGUAGES`, loaded once."""
    return Locale(language)
