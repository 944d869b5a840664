"""Under which pseudonyms a person, a chat and a message stand in the query log."""

from __future__ import annotations

from bot.conversation.messages import Asker
from bot.querylog import Question
from bot.querylog.pseudonyms import Keyring, Pseudonyms


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
