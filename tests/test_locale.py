"""The three languages say the same things, and everything they say is said somewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot.conversation import LANGUAGES, language_for
from bot.telegram.profile import ADMIN, GROUP, PRIVATE
from bot.wording.locale import LocaleError, locale

BOT = Path(__file__).parent.parent / "bot"
_KEY = re.compile(r"[a-z]+(-[a-z]+)*")
_CALLS = frozenset({"text", "Notice"})
_CAUSES = frozenset({"Cause", "UnreadableError", "learned"})
"""Calls in `retrieval` whose first argument is the rest of a key ``cause-…``."""


class _Parameters(Visitor):
    """The names of a message's parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


@cache
def _messages(language: str) -> dict[str, frozenset[str]]:
    """Each key, and each ``key.attribute``, with its parameters."""
    source = (BOT / "wording" / "locales" / f"{language}.ftl").read_text(encoding="utf-8")
    found: dict[str, frozenset[str]] = {}
    for entry in FluentParser().parse(source).body:
        assert not isinstance(entry, ftl.Junk), entry.content
        if not isinstance(entry, ftl.Message):
            continue
        patterns = {entry.id.name: entry.value}
        patterns |= {f"{entry.id.name}.{a.id.name}": a.value for a in entry.attributes}
        for name, pattern in patterns.items():
            assert name not in found, f"{name} stands twice in {language}"
            parameters = _Parameters()
            parameters.visit(pattern)
            found[name] = frozenset(parameters.names)
    return found


def _strings() -> Iterator[tuple[str, bool]]:
    """Every string of the bot's code that could be a key, or (True) the pattern of a family of
    keys: an f-string such as ``answer-bridge-{kind}``."""
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, False
            elif isinstance(node, ast.JoinedStr):
                parts = [v.value if isinstance(v, ast.Constant) else None for v in node.values]
                pattern = "".join("[a-z]+" if p is None else re.escape(str(p)) for p in parts)
                fixed = "".join(str(p) for p in parts if p is not None)
                if re.fullmatch(r"[a-z]+-[a-z.-]*", fixed):
                    yield pattern, True


def _asked_for() -> Iterator[tuple[str, str]]:
    """The keys, with the file, that code hands to `Locale.text` or `Notice`."""
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name not in _CALLS:
                continue
            choices = [node.args[0]]
            if isinstance(node.args[0], ast.IfExp):
                choices = [node.args[0].body, node.args[0].orelse]
            for choice in choices:
                if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                    yield choice.value, path.name


def _causes() -> set[str]:
    """The keys of all the causes that `retrieval` gives."""
    return {
        f"cause-{node.args[0].value}"
        for path in sorted((BOT.parent / "retrieval").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in _CAUSES
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_cause_has_its_words() -> None:
    assert _causes() == {key for key in _messages("en") if key.startswith("cause-")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_messages_with_the_same_parameters(language: str) -> None:
    assert _messages(language) == _messages("en")


def test_every_key_that_is_asked_for_exists() -> None:
    missing = {(key, place) for key, place in _asked_for() if key not in _messages("en")}
    assert missing == set()
    assert len({key for key, _ in _asked_for()}) > 50


def test_every_family_of_keys_exists() -> None:
    empty = {
        pattern
        for pattern, family in _strings()
        if family and not any(re.fullmatch(pattern, key) for key in _messages("en"))
    }
    assert empty == set()


def _on_pages() -> set[str]:
    """The keys that the templates of the site use."""
    pages = (BOT / "site" / "templates").glob("*.html")
    return {
        key
        for page in pages
        for key in re.findall(r"words\.text\(['\"]([a-z-]+)['\"]", page.read_text("utf-8"))
    }


def test_every_key_is_used() -> None:
    said = list(_strings())
    literal = {text for text, family in said if not family} | _causes() | _on_pages()
    families = [text for text, family in said if family]
    unused = {
        key
        for key in _messages("en")
        if key not in literal and not any(re.fullmatch(f, key) for f in families)
    }
    assert unused == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_made_with_any_number(language: str) -> None:
    words = locale(language)
    for key, parameters in _messages(language).items():
        assert _KEY.fullmatch(key.partition(".")[0])
        for number in (0, 1, 2, 5, 10_000, 0.1):
            text = words.text(key, **dict.fromkeys(parameters, number))
            assert text.strip() == text != ""
            assert "{" not in text
        words.text(key, **dict.fromkeys(parameters, "长" * 5000))


def test_english_counts() -> None:
    def privacy(tag: str, days: int) -> str:
        rest: dict[str, str | int] = {
            "text": "text",
            "pseudonyms": 30,
            "findable": 15,
            "encrypted": "yes",
        }
        return locale(tag).text("privacy", days=days, **rest)

    words = locale("en")
    assert words.text("catalogue-heading", count=1) == "One document"
    assert words.text("catalogue-heading", count=0) == "0 documents"
    assert words.text("about", documents=1, passages=2) == "One document in 2 passages."
    assert "until the next daily clean-up." in privacy("en", 0)
    assert "one day." in privacy("en", 1)
    assert "90 天。" in privacy("zh-Hans", 90)


def test_what_is_not_there_and_what_lacks_a_parameter_is_an_error() -> None:
    for key, parameters in (("nowhere", {}), ("start.nowhere", {}), ("answer-page", {"page": 1})):
        with pytest.raises(LocaleError) as caught:
            locale("en").text(key, **parameters)
        assert caught.value.key == key
        assert caught.value.language == "en"


def test_a_parameter_is_never_taken_for_a_message() -> None:
    text = locale("en").text("answer-missing", terms='{ $terms } { "a" } <b> *x*')
    assert text.endswith('{ $terms } { "a" } <b> *x*')


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_telegram_shows_of_the_bot_fits(language: str) -> None:
    words = locale(language)
    for name in {*PRIVATE, *GROUP, *ADMIN}:
        assert 1 <= len(words.text(f"command-{name}")) <= 256
    assert len(words.text("bot-description")) <= 512
    assert len(words.text("bot-short-description")) <= 120


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh_CN", "zh-Hans"),
        ("zh-hans", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("zh-mo", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("yue-Hans", "zh-Hans"),
        ("en", "en"),
        ("en-HK", "en"),
        ("bo", "en"),
        ("C", "en"),
        ("", "en"),
        (None, "en"),
        ("\ud800", "en"),
    ],
)
def test_the_language_for_a_code(code: str | None, language: str) -> None:
    assert language_for(code) == language
