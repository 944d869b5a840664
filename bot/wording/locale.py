"""The bot's own words in every language it speaks, from Fluent files in `locales/`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
"""Language tags, each with its file in `locales/`."""

_LONGEST = 1000
"""Characters of a parameter: Fluent refuses more, and a longer one is cut."""
_TRADITIONAL = ("hant", "tw", "hk", "mo")


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


@cache
def locale(language: str) -> Locale:
    """The locale of one of `LANGUAGES`, loaded once."""
    return Locale(language)


def language_for(code: str | None) -> str:
    """The language for an IETF code such as ``zh-hk``: Chinese by its script, else English."""
    subtags = (code or "").replace("_", "-").lower().split("-")
    if subtags[0] not in ("zh", "yue"):
        return "en"
    if "hans" in subtags:
        return "zh-Hans"
    return "zh-Hant" if subtags[0] == "yue" or set(subtags) & set(_TRADITIONAL) else "zh-Hans"
