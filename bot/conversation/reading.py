"""Reading on: any passage in its document, the list of documents, a passage at random."""

from __future__ import annotations

import asyncio
import math
import secrets
from collections.abc import Set
from dataclasses import replace

from bot.conversation.actions import View
from bot.conversation.documents import Forms, answered, find, listing, offered
from bot.conversation.replies import (
    DOCUMENTS_PER_PAGE,
    Catalogue,
    Documents,
    Example,
    Greeting,
    Listing,
    Notice,
    Page,
    Summary,
)
from retrieval.model import Document
from retrieval.places import Place, key
from retrieval.ranking import Index
from retrieval.searching import Searcher

_EXAMPLES = 4
_TRIED = 24
"""Documents that are tried for the examples."""


class Reading:
    """Opens the library's documents. What it shows is public to whoever may use the bot.

    Every operation takes the generation in service once: another may come into service at any
    moment, and what is numbered in one is something else in the other.
    """

    def __init__(self, searcher: Searcher, forms: Forms) -> None:
        """`forms` of the questions that greet people."""
        self._searcher = searcher
        self._forms = forms
        self._finding: tuple[str, asyncio.Task[tuple[Example, ...]]] | None = None
        self._examples: tuple[Example, ...] = ()

    def open(
        self, place: Place, question: str | None = None, view: View | None = None
    ) -> Page | Notice:
        """The passage at `place`, or the nearest one if its text was revised."""
        return opened(self._searcher.current, place, question, view)

    def random(self) -> Page | Notice:
        """Any passage of the corpus."""
        index = self._searcher.current
        if not index.passages:
            return Notice("catalogue-empty")
        page = opened(index, Place.of(secrets.choice(index.passages)))
        return replace(page, random=True) if isinstance(page, Page) else page

    def catalogue(self, page: int = 0, publisher: str | None = None) -> Catalogue | Notice:
        """A page of the documents, newest first, undated last. Beyond the end: the last page.

        `publisher` is the key of the only one to show; where it is gone, all are shown.
        """
        index = self._searcher.current
        publishers = index.catalogue.totals.publishers
        if not index.documents:
            return Notice("catalogue-empty")
        keys = [key(name or "") for name, _ in publishers]
        only = keys.index(publisher) if publisher in keys else None
        chosen = index.catalogue.newest_of(only)
        pages = max(math.ceil(len(chosen) / DOCUMENTS_PER_PAGE), 1)
        page = min(page, pages - 1)
        shown = chosen[page * DOCUMENTS_PER_PAGE : (page + 1) * DOCUMENTS_PER_PAGE]
        return Catalogue(
            documents=tuple(index.documents[number] for number in shown),
            total=len(chosen),
            page=page,
            pages=pages,
            publisher=only,
            publishers=publishers,
        )

    async def greeting(self) -> Greeting | Notice:
        """What the corpus is, and a few questions it answers, found once a generation."""
        index = self._searcher.current
        if not index.documents:
            return Notice("start-empty")
        if self._finding is None or self._finding[0] != index.generation:
            self._finding = index.generation, asyncio.create_task(self._found(index))
        there = [one for one in self._examples if self.document(key(one.document.id))]
        if self._finding[1].done() or not there:  # else those of before do for a moment
            try:
                there = [*await asyncio.shield(self._finding[1])]
            except BaseException:
                self._finding = None  # the next to greet tries again
                raise
        self._examples = tuple(there)
        return Greeting(self.summary(), index.catalogue.totals.languages, self._examples)

    async def _found(self, index: Index) -> tuple[Example, ...]:
        """Questions that the corpus answers, on people it names and on what its documents say, of
        as many documents as can be, newest first. A few dozen searches, each by itself: whoever
        asks meanwhile waits for one at most."""
        chosen: dict[int, Example] = {}
        for person, most in ((True, _EXAMPLES // 2), (False, _EXAMPLES)):
            for number in map(int, index.catalogue.newest[:_TRIED]):
                if len(chosen) >= most:
                    break
                known = {asked for one in chosen.values() for asked in one.questions.values()}
                if number not in chosen and (
                    one := await self._example(index, number, person=person, known=known)
                ):
                    chosen[number] = one
        return tuple(chosen.values())

    async def _example(
        self, index: Index, number: int, *, person: bool, known: Set[str] = frozenset()
    ) -> Example | None:
        """What a document answers that is not `known`."""
        run = self._searcher.run
        for questions in await run(index, offered, number, self._forms, person=person):
            if known.isdisjoint(questions.values()) and await run(
                index, answered, number, questions
            ):
                return Example(index.documents[number], questions, person)
        return None

    async def find(self, text: str) -> Documents | None:
        """The documents that a text names."""
        return await self._searcher.run(self._searcher.current, find, text)

    async def listing(self, question: str, document: str | None) -> Listing | Documents | None:
        """The list that answers a question, best in the document of that key, or the documents
        that have one."""
        return await self._searcher.run(self._searcher.current, listing, question, document)

    def document(self, document_key: str) -> Document | None:
        """The document of that key."""
        index = self._searcher.current
        number = index.places.document(document_key)
        return None if number is None else index.documents[number]

    async def asked(self, document_key: str, language: str, *, person: bool) -> str | None:
        """The question of the example that the document of that key gives."""
        index = self._searcher.current
        number = index.places.document(document_key)
        if number is None:
            return None
        made = await self._example(index, number, person=person)
        return None if made is None else made.questions[language]

    def example(self) -> str:
        """A question to show: the title of one of the corpus's own documents."""
        return self._searcher.current.catalogue.totals.shortest

    def newest(self, count: int) -> list[Document]:
        """The newest documents, as far as dates are known."""
        index = self._searcher.current
        newest = index.catalogue.newest_of(None)[:count]
        return [index.documents[number] for number in newest if index.catalogue.date(number)]

    def summary(self) -> Summary:
        """What the corpus holds."""
        index = self._searcher.current
        totals = index.catalogue.totals
        return Summary(
            documents=len(index.documents),
            passages=len(index.passages),
            earliest=totals.earliest,
            latest=totals.latest,
            publishers=tuple((name, n) for name, n in totals.publishers if name is not None),
            unattributed=sum(n for name, n in totals.publishers if name is None),
        )


def opened(
    index: Index, place: Place, question: str | None = None, view: View | None = None
) -> Page | Notice:
    """The passage of `index` at `place`, or the nearest one if its text was revised."""
    located = index.places.locate(place)
    if located is None:
        return Notice("document-gone")
    passage, same = located
    marks: tuple[tuple[int, int], ...] = ()
    if same and place.quote is not None:
        # A forged offset must not mark, or show, anything beyond what was quoted.
        start = min(passage.start + place.quote[0], passage.end)
        end = min(passage.start + place.quote[1], passage.end)
        marks = ((start, end),) if start < end else ()
    number = index.places.document(place.document)
    assert number is not None
    passages = index.places.passages(number)
    return Page(
        passage=passage,
        before=passages[passage.ordinal - 1] if passage.ordinal else None,
        after=passages[passage.ordinal + 1] if passage.ordinal + 1 < len(passages) else None,
        total=len(passages),
        revised=not same,
        marks=marks,
        question=question,
        view=view or View(),
        newest=index.newer(number),
    )
