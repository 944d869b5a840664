"""What a text asks for: a short word on what was shown, small talk, a follow-up, a document, a
list, a claim to be checked, or a question to be looked up. Patterns alone, never a model.

The patterns stand in the locale files, of all languages at once: people mix them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation.actions import Action, Plain, ShowCatalogue
from bot.conversation.messages import (
    Ask,
    AskIn,
    AskList,
    CheckClaims,
    FindDocument,
    FollowUp,
    Say,
    SmallTalk,
)
from bot.conversation.replies import Answer, Documents, Listing, Page
from bot.conversation.shown import Shown, Words, typed
from retrieval.analysis.sentences import sentences
from retrieval.places import key

_CLAIM = 60
"""Characters from which a text of several sentences is no question but something to check."""
_LEANING = 32
"""Letters, Chinese characters counting twice, up to which a question can lean on the last."""

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


def understand(say: Say, shown: Shown | None, patterns: Patterns) -> Action:
    """The action that what was said stands for."""
    said, about = say.text.strip(), say.about.strip()
    if about and (_claims(about) or not said or patterns.verify.fullmatch(_bare(said))):
        return CheckClaims(about) if _claims(about) else Ask(about)
    if _claims(said) or (say.forwarded and _sentences(said) > 1):
        return CheckClaims(said)
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
    if patterns.listing.search(bare):
        return AskList(said, None if shown is None else _document(shown))
    return Ask(said)


def _claims(text: str) -> bool:
    """Whether a text is a report to be checked rather than a question: long, several sentences,
    and the first is not a question."""
    if len(text) < _CLAIM or _sentences(text) < 2:
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
        return AskIn(said[bare.find(asked) :].strip(), document)
    if not shown.question or sum(1 + (c > "\u2e80") for c in bare) > _LEANING:
        return None
    if match := patterns.replacing.fullmatch(bare):
        name = next(group for group in match.groups() if group)
        at = said.casefold().find(name)
        return FollowUp(said, f'"{said[at : at + len(name)]}" {shown.question}', shown.question)
    if patterns.leaning.fullmatch(bare):
        return FollowUp(said, f"{shown.question} {said}", shown.question)
    return None


def _document(shown: Shown) -> str | None:
    """The key of the document that was shown last."""
    match shown.reply:
        case Page(passage):
            return key(passage.document.id)
        case Listing(passage):
            return key(passage.document.id)
        case Documents(_, documents) if len(documents) == 1:
            return key(documents[0].id)
        case Answer(result=result) if result.hits:
            return key(result.hits[0].passage.document.id)
        case _:
            return None
