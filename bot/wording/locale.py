"""The bot's own words in every language it speaks, from Fluent files in `locales/`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fluent.runtime import FluentBundle, FluentResource

from bot.conversation.language import LANGUAGES

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
            files("bot.wording.locales").joinpath(f"{language}.ftl").read_text(encoding="utf-8")
        )
        self._bundle.add_resource(FluentResource(source))

    def text(self, key: str, **params: str | int | float) -> str:
        """The message `key`, or its attribute for a key such as ``start.name``."""
        name, _, attribute = key.partition(".")
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


_TYPED = (
    "read", "more", "next", "previous", "newest", "source", "only", "why", "copy", "up", "down",
    "back",
)  # fmt: skip


@cache
def typed_words() -> dict[str, frozenset[str]]:
    """What people type instead of pressing a button: by action, in every language."""
    return {
        name: frozenset(
            word.strip()
            for language in LANGUAGES
            for word in locale(language).text(f"typed-{name}").split("|")
        )
        for name in _TYPED
    }


@cache
def locale(language: str) -> Locale:
    """The locale of one of `LANGUAGES`, loaded once."""
    return Locale(language)
