"""What a text asks for: a short word on what was shown, small talk, a follow-up, a document, a
list, a claim to be checked, or a question to be looked up. Patterns alone, never a model.

The patterns stand in the locale files, of all languages at once: people mix them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation import (
    LANGUAGES,
    Ask,
    AskList,
    CheckClaims,
    FindDocument,
    Say,
    SmallTalk,
)
from bot.conversation.actions import Action, ChooseLanguage, Plain, PlainName, ShowCatalogue
from bot.conversation.replies import Answer, Documents, Listing, Page
from bot.conversation.typed import Shown, Words, typed
from retrieval.analysis.numbers import MONTHS
from retrieval.analysis.sentences import sentences
from retrieval.places import key

_CLAIM = 60
"""Characters from which a text of two sentences is no question but something to check."""
_CLAIMS = 3
"""Sentences from which it may have half as many."""
_LEANING = 32
"""Letters, Chinese characters counting twice, up to which a question can lean on the last."""

_COMMANDS: dict[str, Action] = {
    "start": Plain("start"),
    "help": Plain("help"),
    "about": Plain("about"),
    "documents": ShowCatalogue(0),
    "random": Plain("random"),
    "language": Plain("languages"),
    "privacy": Plain("privacy"),
    "forget": Plain("forget-ask"),
    "mydata": Plain("mydata"),
    "reload": Plain("reload"),
    "rollback": Plain("rollback"),
}
_RELOADS: dict[str, PlainName] = {
    "stop": "reload-stop",
    "serve": "reload-serve",
    "keep": "reload-keep",
}
COMMANDS = tuple(_COMMANDS)
"""Commands that need no words behind them."""

_COMMAND = re.compile(r"[/!]([A-Za-z_]{1,32})(?:@\S+)?(?:\s+(.*))?", re.DOTALL)

TALK = ("greeting", "thanks", "laughter", "who", "insult")


@dataclass(frozen=True, slots=True)
class Patterns:
    """What to recognise texts by, each compiled of one row of the locale files."""

    typed: Words
    talk: Mapping[str, re.Pattern[str]]
    help: re.Pattern[str]
    catalogue: re.Pattern[str]
    """Asks which documents there are."""
    document: re.Pattern[str]
    """Asks for a whole document; group 1 or 2 names it."""
    listing: re.Pattern[str]
    """Asks for the items of a list."""
    verify: re.Pattern[str]
    """Asks whether what somebody else said is so."""
    within: re.Pattern[str]
    """Asks something (group 1) of the document that was shown."""
    replacing: re.Pattern[str]
    """Puts something else (a group) into the last question."""
    leaning: re.Pattern[str]
    """Asks something more about the same."""
    forwarded: re.Pattern[str]
    """What stands before somebody else's words."""
    dated: tuple[re.Pattern[str], ...]
    """Asks for what was published (`what`) in a `year`, and perhaps a `month`."""
    examples: Mapping[str, tuple[str, str]]
    """See `documents.Forms`."""


def command(text: str) -> Action | None:
    """The action of a command, None where `text` is none; an unknown command asks for help."""
    match = _COMMAND.fullmatch(text.strip())
    if match is None:
        return None
    name, rest = match[1].lower(), (match[2] or "").strip()
    if name == "ask":
        return Ask(rest)
    if name == "language" and rest in LANGUAGES:
        return ChooseLanguage(rest)
    if name == "documents" and rest.isdecimal() and len(rest) < 7:
        return ShowCatalogue(max(int(rest) - 1, 0))
    if name == "reload":
        return Plain(_RELOADS.get(rest.lower(), "reload"))
    return _COMMANDS.get(name, Plain("help"))


def understand(say: Say, shown: Shown | None, patterns: Patterns) -> Action:
    """The action that what was said stands for."""
    said, about = say.text.strip(), say.about.strip()
    if about and (_claims(about) or not said or patterns.verify.fullmatch(_bare(said))):
        return CheckClaims(about) if _claims(about) else Ask(about)
    own = patterns.forwarded.sub("", said)
    if _claims(own) or ((say.forwarded or own != said) and _sentences(own) > 1):
        return CheckClaims(own)
    if action := typed(said, shown, patterns.typed):
        return action
    bare = _bare(said)
    for kind in TALK:
        if patterns.talk[kind].fullmatch(bare):
            return SmallTalk(kind)
    if patterns.help.fullmatch(bare):
        return Plain("help")
    if patterns.catalogue.fullmatch(bare):
        return ShowCatalogue(0)
    if match := patterns.document.fullmatch(said.rstrip("。.!！?？")):
        return FindDocument(next(group for group in match.groups() if group))
    if shown is not None and (follow := _follows(said, bare, shown, patterns)):
        return follow
    if narrowed := _narrowed(said, patterns):
        return Ask(narrowed)
    if patterns.listing.search(bare):
        return AskList(said, None if shown is None else _document(shown))
    return Ask(said)


def _narrowed(said: str, patterns: Patterns) -> str | None:
    """A question with its date written as a filter, where it has that in plain words. Who is to
    have said something is none: a speech seldom names its speaker."""
    said = said.rstrip("。.!！?？ ")
    if match := next((m for one in patterns.dated if (m := one.fullmatch(said))), None):
        month = (match["month"] or "").casefold()
        if month and not month.isdecimal():
            if month[:3] not in MONTHS:
                return None
            month = str(MONTHS[month[:3]])
        when = f"{match['year']}-{month:0>2}" if month else match["year"]
        return f"{match['what']} {'year' if said.isascii() else '年份'}:{when}"
    return None


def _claims(text: str) -> bool:
    """Whether a text is a report to be checked rather than a question: long, several sentences,
    and the first is not a question."""
    count = _sentences(text)
    if count < 2 or len(text) < _CLAIM // (2 if count >= _CLAIMS else 1):
        return False
    start, end = next(iter(sentences(text)))
    return text[start:end].strip()[-1:] not in ("?", "？")


def _sentences(text: str) -> int:
    return sum(len(text[start:end].strip()) > 1 for start, end in sentences(text))


def _bare(said: str) -> str:
    return said.casefold().strip(" 。.!！?？~～，,…")


def _follows(said: str, bare: str, shown: Shown, patterns: Patterns) -> Action | None:
    if (match := patterns.within.fullmatch(bare)) and (document := _document(shown)):
        asked = next(group for group in match.groups() if group)
        return Ask(said[bare.find(asked) :].strip(), document)
    if not shown.question or sum(1 + (c > "\u2e80") for c in bare) > _LEANING:
        return None
    if match := patterns.replacing.fullmatch(bare):
        name = next(group for group in match.groups() if group)
        at = said.casefold().find(name)
        replaced = f'"{said[at : at + len(name)]}" {shown.question}'
        return Ask(replaced, follows=shown.question)
    if patterns.leaning.fullmatch(bare):
        return Ask(f"{shown.question} {said}", follows=shown.question)
    return None


def _document(shown: Shown) -> str | None:
    """The key of the document that was shown last."""
    match shown.reply:
        case Page(passage) | Listing(passage):
            return key(passage.document.id)
        case Documents(documents) if documents:
            return key(documents[0].id)
        case Answer(result=result) if result.hits:
            return key(result.hits[0].passage.document.id)
        case _:
            return None
