"""The conversation: an action of somebody's in, a reply out. Every platform calls `handle`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from bot.conversation import Ask, Asker, Say, actions, language_for
from bot.conversation.administration import Administration, Alarms, engine_alarm
from bot.conversation.assistant import Assistant
from bot.conversation.ledger import Ledger
from bot.conversation.privacy import Memory, Privacy
from bot.conversation.reading import Reading
from bot.conversation.replies import (
    Answer,
    Catalogue,
    Choice,
    Citation,
    Claims,
    Documents,
    File,
    Greeting,
    Listing,
    Notice,
    Page,
    Reason,
    Reply,
)
from bot.conversation.requests import Announce, Asking, Manner, Outcome, Request
from bot.conversation.typed import Shown, question_of
from bot.conversation.understanding import Patterns, understand
from bot.querylog.records import DOWN_REASONS, QueryLogError
from retrieval.errors import EngineError

_LANGUAGES: tuple[tuple[str, actions.Button], ...] = (
    ("language-name-hans", actions.ChooseLanguage("zh-Hans")),
    ("language-name-hant", actions.ChooseLanguage("zh-Hant")),
    ("language-name-en", actions.ChooseLanguage("en")),
    ("button-automatic", actions.ChooseLanguage(None)),
)


@dataclass(eq=False, kw_only=True)
class Conversation:
    """Talks with everybody, on every platform. Holds no platform's types."""

    assistant: Assistant
    reading: Reading
    privacy: Privacy
    administration: Administration
    ledger: Ledger
    memory: Memory
    patterns: Patterns
    alarms: Alarms
    shared_buttons: bool

    def __post_init__(self) -> None:
        self._asking = Asking(self.assistant, self.reading, self.ledger)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def language(self, asker: Asker) -> str:
        """The language the asker chose, else the one their platform speaks to them."""
        return await self.ledger.language(asker) or language_for(asker.language_code)

    def turn(self, asker: Asker, message: str) -> asyncio.Lock:
        """To be held from a request until its reply is delivered: an edit of the message waits
        for the reply that it will change."""
        return self._turns.setdefault(self.ledger.message_key(asker, message), asyncio.Lock())

    async def handle(self, request: Request, announce: Announce | None = None) -> Outcome:
        """What comes of `request`. Takes any; raises nothing that the asker could help."""
        if self._foreign(request):
            return Outcome(Notice("not-yours"), Manner.POP)
        person, chat = self.ledger.key(request.asker), self.ledger.chat_key(request.asker)
        shown, said = self.memory.last(person, chat), ""
        if isinstance(request.action, Say):
            said = request.action.text
            meant = understand(request.action, shown, self.patterns)
            request = replace(request, action=meant)
        if request.action == actions.Plain("alone") and shown is not None and shown.said:
            request, said = replace(request, action=Ask(shown.said)), shown.said
        try:
            outcome = await self._outcome(request, announce)
        except EngineError as error:
            self.alarms.raised(engine_alarm(error))
            return self._shown(request, Notice("engine-down"))
        except QueryLogError as error:
            self.ledger.report(error)
            return self._shown(request, Notice("not-saved"))
        reply = outcome.reply
        if isinstance(reply, Answer) and not reply.result.query.empty:
            asked = reply.result.query.text if reply.result.hits else ""
            self.memory.remember(person, chat, Shown(reply, asked or question_of(shown), said))
        elif isinstance(reply, Page | Catalogue | Choice | Claims | Documents | Listing | Greeting):
            asked = said if isinstance(reply, Documents | Listing) else ""
            self.memory.remember(person, chat, Shown(reply, asked or question_of(shown)))
        return outcome

    async def _outcome(self, request: Request, announce: Announce | None) -> Outcome:
        asker = request.asker
        match request.action:
            case actions.CastVote(question, value):
                voted = await self.assistant.vote(asker, question, value)
                return await self._voted(voted, question)
            case actions.GiveReason(question, reason):
                notice = await self.assistant.vote(asker, question, -1, reason)
                done = notice.key == "vote-reason"
                return Outcome(notice, Manner.POP, reasons=() if done else None)
            case actions.ChooseLanguage(tag):
                chosen = await self.privacy.choose_language(asker, tag)
                spoken = tag or language_for(asker.language_code)
                return Outcome(chosen, self._instead(request), language=spoken)
            case actions.Plain("mydata"):
                return Outcome(await self.privacy.belongings(asker))
            case actions.Plain("forget"):
                self.memory.forget(self.ledger.key(asker))
                self.assistant.forget()
                return Outcome(await self.privacy.forget(asker), self._instead(request))
            case actions.Plain("keep"):
                return Outcome(Notice("forget-kept"), self._instead(request))
            case actions.AskExample(document, person):
                language = await self.language(asker)
                example = await self.reading.asked(document, language, person=person)
                if example is None:
                    return Outcome(Notice("document-gone"), Manner.POP)
                return await self._asking.handle(request, Ask(example))
            case actions.SendFile(document):
                whole = self.reading.document(document)
                return Outcome(File(whole) if whole else Notice("document-gone"))
            case actions.CopyQuote(question, view, place):
                found = await self.assistant.explained(asker, question, view, place)
                if isinstance(found, Notice):
                    return Outcome(found, Manner.POP)
                return Outcome(Citation(found.hit))
            case actions.Plain("nothing"):
                return Outcome(None, Manner.POP)
            case actions.Plain("reload"):
                return Outcome(await self.administration.reload(asker, announce))
            case actions.Plain("reload-stop" | "reload-serve" | "reload-keep" | "rollback" as name):
                decided = await self.administration.decide(asker, name)
                return Outcome(decided, self._instead(request))
            case actions.ShowView(question, view):
                return self._shown(request, await self.assistant.view(asker, question, view))
            case actions.ShowPlace() as action:
                return self._shown(request, await self._open(asker, action))
            case actions.ShowReason(question, view, place):
                found = await self.assistant.explained(asker, question, view, place)
                return self._shown(request, found)
            case actions.ShowCatalogue(page, publisher):
                return self._shown(request, self.reading.catalogue(page, publisher))
            case actions.Plain() as action:
                return self._shown(request, await self._plain(asker, action))
            case said:
                return await self._asking.handle(request, said)

    async def _plain(self, asker: Asker, action: actions.Plain) -> Reply:
        match action.name:
            case "start":
                return await self.reading.greeting()
            case "about":
                return self.reading.summary()
            case "random":
                return self.reading.random()
            case "languages":
                return Choice(Notice("language-choose"), _LANGUAGES)
            case "privacy":
                return self.privacy.policy()
            case "forget-ask":
                return await self.privacy.ask(asker)
            case "no-more" | "no-number" | "not-here":
                return Notice(action.name)
            case _:
                return Notice("help")

    def sent(self, request: Request, outcome: Outcome, number: str) -> None:
        """The reply was delivered as the platform's message `number`: an edit will find it."""
        if outcome.answered:
            self.ledger.remember_reply(request.asker, request.message, number, outcome.answered)

    async def _open(self, asker: Asker, action: actions.ShowPlace) -> Reply:
        if action.question is not None:
            asked = await self.assistant.own_question(asker, action.question)
            if isinstance(asked, Notice):
                return asked
        return self.reading.open(action.place, action.question, action.view)

    async def _voted(self, notice: Notice, question: str) -> Outcome:
        """Thank for the vote; for the first 👎 on an answer, offer to say what was wrong."""
        if notice.key == "vote-up":
            return Outcome(notice, Manner.POP, reasons=())
        if notice.key != "vote-down":
            return Outcome(notice, Manner.POP)
        if await self.ledger.first_time_in(question, "complaint"):
            reasons = tuple(actions.GiveReason(question, reason) for reason in DOWN_REASONS)
            return Outcome(notice, Manner.POP, reasons=reasons)
        return Outcome(Notice("vote-up"), Manner.POP)

    def _instead(self, request: Request) -> Manner:
        return Manner.TURN if request.offered else Manner.SAY

    def _shown(self, request: Request, reply: Reply) -> Outcome:
        """What was asked for takes the message's place; a word on it stands beside it."""
        if request.offered and isinstance(reply, Notice | Reason):
            return Outcome(reply, Manner.POP)
        return Outcome(reply, self._instead(request))

    def _foreign(self, request: Request) -> bool:
        """In groups, whether an action that names no question was offered to somebody else."""
        action = request.action
        if self.shared_buttons or not request.offered or not request.asker.chat_kind.shared:
            return False
        if isinstance(action, actions.ShowPlace) and action.question is not None:
            return False
        if not isinstance(
            action,
            actions.ShowPlace | actions.ShowCatalogue | actions.ChooseLanguage | actions.Plain,
        ):
            return False
        return request.owner is not None and request.owner != request.asker.id
