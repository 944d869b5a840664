"""Questions in, passages out. Free of any platform; replies are data."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter

from bot.config.model import LimitsConfig
from bot.conversation import Ask, Asker
from bot.conversation.actions import Order, View
from bot.conversation.inbox import new_question
from bot.conversation.ledger import Ledger
from bot.conversation.replies import PAGE, Answer, Claim, Claims, Notice, Reason
from bot.querylog.records import DownReason, Question, VoteValue
from retrieval.analysis.sentences import sentences
from retrieval.excerpts.reasons import because
from retrieval.model import Result, Verdict
from retrieval.places import Place, key
from retrieval.ranking import FIRST_PAGE, Index
from retrieval.searching import Searcher


def first(asker: Asker) -> int:
    """How many hits the first page shows: one where others read along."""
    return 1 if asker.chat_kind.shared else FIRST_PAGE


def pages(total: int, first_page: int) -> int:
    """How many pages `total` hits fill: a first one, then five a page; at least one."""
    return 1 + math.ceil(max(total - first_page, 0) / PAGE)


async def search(
    searcher: Searcher, index: Index, question: str, first_page: int, view: View
) -> Result:
    """The hits of one page, found off the event loop."""
    start = first_page + PAGE * (view.page - 1) if view.page else 0
    return await searcher.run(
        index,
        Index.search,
        question,
        page=slice(start, start + (PAGE if view.page else first_page)),
        newest=view.order is Order.NEWEST,
        document=None if view.document is None else index.places.document(view.document),
        literal=view.literal,
    )


INLINE_PAGE = 10
CLAIMS = 8
"""Sentences of a text that are looked up."""
_SAYS = 6
"""Characters from which a sentence says something that can be checked."""


class Assistant:
    """Answers questions over the library's current generation, and acts on its answers."""

    def __init__(
        self, searcher: Searcher, ledger: Ledger, limits: LimitsConfig, *, shared_buttons: bool
    ) -> None:
        """`shared_buttons`: in groups, anyone may act on what anyone was answered."""
        self._searcher = searcher
        self._ledger = ledger
        self._length = limits.question_length
        self._shared = shared_buttons

    async def ask(self, asker: Asker, ask: Ask, *, again: str | None = None) -> Answer:
        """The answer to a question. A text that holds nothing to look up is logged and answered
        too, by an Answer whose query is empty. `again` is the id of the question this one
        replaces, because its text was edited."""
        question, view = ask.text.strip(), View(document=ask.document)
        started = perf_counter()
        index = self._searcher.current
        result = await search(self._searcher, index, self.as_asked(question), first(asker), view)
        answer = Answer(
            question=again or new_question(),
            result=result,
            view=view,
            pages=pages(result.total, first(asker)),
            compact=asker.chat_kind.shared,
            truncated=self._length if len(question) > self._length else None,
            follows=ask.follows,
        )
        elapsed = (perf_counter() - started) * 1000
        self._ledger.record(
            asker, self.as_asked(question), answer, elapsed, again=again is not None
        )
        return answer

    async def check(self, asker: Asker, text: str) -> Claims | Notice:
        """Each sentence of a text that can be looked up, at most eight, with the best quote on
        it; logged as one question."""
        started = perf_counter()
        index, asked = self._searcher.current, self.as_asked(text)
        said = [s for start, end in sentences(asked) if len(s := asked[start:end].strip()) >= _SAYS]
        said = [s for s in said if s[-1] not in "?？"] or said  # what is asked claims nothing
        claims: list[Claim] = []
        best: Result | None = None
        for sentence in said[:CLAIMS]:
            result = await search(self._searcher, index, sentence, 1, View())
            if result.query.empty:
                continue
            found = result.verdict is Verdict.FOUND and result.hits
            claims.append(Claim(sentence, result.hits[0] if found else None))
            if best is None or result.confidence > best.confidence:
                best = result
        if best is None:
            return Notice("question-empty")
        answer = Answer(new_question(), best)
        self._ledger.record(asker, asked, answer, (perf_counter() - started) * 1000)
        return Claims(answer.question, tuple(claims), max(len(said) - CLAIMS, 0))

    def as_asked(self, text: str) -> str:
        """The part of a text that is looked up, and logged."""
        return text.strip()[: self._length]

    async def view(self, asker: Asker, question_id: str, view: View) -> Answer | Notice:
        """Another part of an answer given before, from the corpus as it is now."""
        question = await self.own_question(asker, question_id)
        if isinstance(question, Notice):
            return question
        index = self._searcher.current
        if view.document is not None and index.places.document(view.document) is None:
            return Notice("document-gone")
        result = await search(self._searcher, index, question.text, first(asker), view)
        if not result.hits and view.document is not None:
            # The document was revised and has nothing on the question any more.
            view = replace(view, document=None, page=0)
            result = await search(self._searcher, index, question.text, first(asker), view)
        if (last := pages(result.total, first(asker)) - 1) < view.page:
            view = replace(view, page=last)
            result = await search(self._searcher, index, question.text, first(asker), view)
        return Answer(
            question=question.id,
            result=result,
            view=view,
            pages=pages(result.total, first(asker)),
            compact=asker.chat_kind.shared,
            revised=question.generation != index.generation,
        )

    async def own_question(self, asker: Asker, question_id: str) -> Question | Notice:
        """The logged question if the asker may act on it: their own, in the chat it was asked
        in, anyone's of that chat when buttons are shared, and what was asked in the chat's own
        name, for then nobody can tell who did; else what to tell them."""
        question = await self._ledger.question(question_id)
        if question is None or not self._ledger.asked_in(question, asker):
            return Notice("question-expired")
        mine = self._shared or self._ledger.asked_by(question, asker)
        return question if mine else Notice("not-yours")

    async def explained(
        self, asker: Asker, question_id: str, view: View, place: Place
    ) -> Reason | Notice:
        """The hit at `place`, and why it was found."""
        answer = await self.view(asker, question_id, view)
        if isinstance(answer, Notice):
            return answer
        for hit in answer.result.hits:
            if key(hit.passage.id) == place.passage:
                return Reason(hit, because(answer.result.query, hit))
        return Notice("why-gone")

    async def quotes(self, question: str, page: int) -> Result:
        """Hits for where questions are asked letter by letter: ten a page, nothing kept."""
        index = self._searcher.current
        hits = slice(page * INLINE_PAGE, (page + 1) * INLINE_PAGE)
        return await self._searcher.run(index, Index.search, self.as_asked(question), page=hits)

    def forget(self) -> None:
        """Keep nothing of what was found, for anyone: nobody knows what of it is whose."""
        self._searcher.forget()

    async def vote(
        self, asker: Asker, question_id: str, value: VoteValue, reason: DownReason | None = None
    ) -> Notice:
        """Count the asker's voice on an answer, the last one given, and the reason of a 👎.
        Raises QueryLogError."""
        question = await self.own_question(asker, question_id)
        if isinstance(question, Notice):
            return question
        log, voter = self._ledger.log, self._ledger.key(asker)
        await log.vote(question.id, voter, value, datetime.now(UTC))
        if reason is not None:
            saved = await log.reason(question.id, voter, reason)
            return Notice("vote-reason" if saved else "not-saved")
        return Notice("vote-up" if value > 0 else "vote-down")
