"""A small Telegram Bot API over real HTTP: the other side of the bot's tests.

It keeps chats, messages and queries as Telegram does, and refuses what Telegram refuses with
Telegram's own codes and texts. `BotApi` is the way in.
"""

from tests.botapi.answering import CallbackAnswer, InlineAnswer
from tests.botapi.api import BotApi
from tests.botapi.failures import Trouble
from tests.botapi.people import Person
from tests.botapi.refusal import Refusal
from tests.botapi.server import Call
from tests.botapi.state import Chat, Message

__all__ = [
    "BotApi",
    "Call",
    "CallbackAnswer",
    "Chat",
    "InlineAnswer",
    "Message",
    "Person",
    "Refusal",
    "Trouble",
]
