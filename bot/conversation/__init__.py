"""Who speaks, where, in which language and under which pseudonyms, and what they say in their own
words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.querylog import Question
from bot.querylog.keys import Keyring, Pseudonyms

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
"""Language tags."""

_TRADITIONAL = ("hant", "tw", "hk", "mo")


def language_for(code: str | None) -> str:
    """The language for an IETF code such as ``zh-hk``: Chinese by its script, else English."""
    subtags = (code or "").replace("_", "-").lower().split("-")
    if subtags[0] not in ("zh", "yue"):
        return "en"
    if "hans" in subtags:
        return "zh-Hans"
    return "zh-Hant" if subtags[0] == "yue" or set(subtags) & set(_TRADITIONAL) else "zh-Hans"


class ChatKind(StrEnum):
    """Where a question was asked."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"
    INLINE = "inline"
    TERMINAL = "terminal"

    @property
    def shared(self) -> bool:
        """Whether others read along."""
        return self in (ChatKind.GROUP, ChatKind.SUPERGROUP, ChatKind.CHANNEL)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where. The ids are the platform's own: never stored, only pseudonymised."""

    platform: str
    id: str
    chat: str
    chat_kind: ChatKind
    language_code: str | None = None
    admin: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Look something up: everywhere, or in the document of that key."""

    text: str
    document: str | None = None
    follows: str | None = None
    """The question before, which this one was put together with."""


@dataclass(frozen=True, slots=True)
class AskList:
    """Look something up whose answer is a list, best in the document of this key."""

    text: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class CheckClaims:
    """Look up each sentence of a text."""

    text: str


@dataclass(frozen=True, slots=True)
class FindDocument:
    """Look for a whole document."""

    text: str


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """Say something that is not looked up."""

    kind: str


@dataclass(frozen=True, slots=True)
class Say:
    """Say anything: what it asks for is to be understood. `forwarded`: it is somebody else's;
    `about`: somebody else's text that it is said in reply to."""

    text: str
    forwarded: bool = False
    about: str = ""


Said = Ask | AskList | CheckClaims | FindDocument | SmallTalk | Say
"""What people say in their own words, and no button carries."""


class Identities:
    """Makes pseudonyms with the keys of now. The same asker has others in a group than in private,
    and others again after a while."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def key(self, asker: Asker) -> str:
        """The asker's pseudonym, here and now."""
        return self._circle(asker)[0].of("asker", asker.platform, asker.id)

    def keys(self, asker: Asker) -> list[str]:
        """Every pseudonym of the asker that can still be made."""
        return [names.of("asker", asker.platform, asker.id) for names in self.keyring.all()]

    def lasting_key(self, asker: Asker) -> str:
        """The asker's pseudonym that no question stands under: for their language."""
        return self.lasting_key_of(asker.platform, asker.id)

    def lasting_key_of(self, platform: str, person: str) -> str:
        """The same, where only the platform's id is known."""
        return self.keyring.lasting.of("asker", platform, person)

    def chat_key(self, asker: Asker) -> str:
        """The pseudonym of the chat they are in."""
        return self._circle(asker)[0].of("chat", asker.platform, asker.chat)

    def chat_key_of(self, platform: str, chat: str) -> str:
        """The pseudonym of a chat that no question stands under: for what it was told."""
        return self.keyring.lasting.of("chat", platform, chat)

    def asked_in(self, question: Question, asker: Asker) -> bool:
        """Whether it was asked in the chat they are in."""
        names = self._circle(asker)
        return question.chat in [n.of("chat", asker.platform, asker.chat) for n in names]

    def asked_by(self, question: Question, asker: Asker) -> bool:
        """Whether they asked it, or somebody did in the name of their chat."""
        ids = (asker.id, asker.chat)
        names = self._circle(asker)
        return question.asker in [n.of("asker", asker.platform, i) for n in names for i in ids]

    def message_key(self, asker: Asker, number: str) -> str:
        """The pseudonym of a message in the asker's chat."""
        return self._circle(asker)[0].of("message", asker.platform, asker.chat, number)

    def message_keys(self, asker: Asker, number: str) -> list[str]:
        """Every pseudonym of that message that can still be made, the newest first."""
        place = (asker.platform, asker.chat, number)
        return [names.of("message", *place) for names in self._circle(asker)]

    def _circle(self, asker: Asker) -> tuple[Pseudonyms, ...]:
        return self.keyring.shared if asker.chat_kind.shared else self.keyring.private
