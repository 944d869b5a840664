"""Whole documents, their lists, and what the corpus is: what is found without a quote."""

from __future__ import annotations

from bot.conversation.replies import Documents, Listing
from retrieval.analysis.folding import fold
from retrieval.model import Document, Verdict
from retrieval.passages.lists import Run, runs
from retrieval.places import key
from retrieval.ranking.searcher import Index

_OFFERED = 3
_EXAMPLES = 4
_TRIED = 24
"""Titles that are tried as questions for the examples."""
_QUESTION = 40
"""Characters of the longest title that is a good question."""
_ABOVE = 120
_SIGNING = ("签", "簽", "署", "sign")
"""What asks for those who signed; their names do not say so, but what leads to them does."""
_SIGNED = ("谨启", "敬启", "謹啟", "敬啟", "签", "簽", "署", "sincerely", "respectfully", "signed")
_SURE = 1000
_PLACES = 3
"""Hits whose documents are looked through for the list that was asked for."""


def find(index: Index, text: str) -> Documents | None:
    """The documents that `text` names: those whose titles hold all of it, else the best ones on
    it; None where nothing is found."""
    wanted = fold(text.strip("《》“”\"' ")).text
    named = [d for d in index.documents if wanted and wanted in fold(d.title).text]
    if not named:
        result = index.search(text)
        if result.verdict is Verdict.NONE:
            return None
        named = list({h.passage.document.id: h.passage.document for h in result.hits}.values())
    return Documents(text, tuple(named[:_OFFERED]))


def listing(index: Index, question: str, document_key: str | None = None) -> Listing | None:
    """The list that answers `question`: of the best documents on it the one whose lead-in and
    items say most of the question; where none does, the longest of the document of that key.
    Items that say something of the question come first. None where there is no such list."""
    result = index.search(question)
    words = [word for word in result.query.spelled if len(word) > 1]
    documents = [] if result.verdict is Verdict.NONE else result.hits[:_PLACES]
    found = [
        (_score(hit.passage.document, run, words, question), hit.passage.document, run)
        for hit in documents
        for run in _lists(hit.passage.document)
    ]
    score, document, run = max(found, key=lambda one: one[0], default=(0, None, None))
    number = None if document_key is None else index.places.document(document_key)
    if not score and number is not None:
        document = index.documents[number]
        run = max(_lists(document), key=lambda run: len(run.blocks), default=None)
    elif not score:
        return None
    return None if document is None or run is None else _listing(index, document, run, words)


def _lists(document: Document) -> list[Run]:
    """The lists of a document that say something: not its links."""
    return [
        run
        for run in runs(document.text, list(document.blocks))
        if run.is_list
        and not all("://" in document.text[block.start : block.end] for block in run.blocks)
    ]


def _score(document: Document, run: Run, words: list[str], question: str) -> int:
    lead_in = document.text[run.lead_in.start : run.lead_in.end].casefold() if run.lead_in else ""
    if any(word in question.casefold() for word in _SIGNING) and any(
        word in lead_in for word in _SIGNED
    ):
        return _SURE
    # What leads to a list may stand a little above it.
    start = max((run.lead_in or run.blocks[0]).start - _ABOVE, 0)
    said = fold(document.text[start : run.blocks[-1].end]).text
    return sum(word in said for word in words)


def _listing(index: Index, document: Document, run: Run, words: list[str]) -> Listing:
    items = [document.text[block.start : block.end] for block in run.blocks]
    matching = [item for item in items if any(word in fold(item).text for word in words)]
    lead = run.lead_in or run.blocks[0]
    number = index.places.document(key(document.id))
    assert number is not None, "the document is of this generation"
    passages = index.places.passages(number)
    return Listing(
        passage=next((p for p in passages if p.end > lead.start), passages[0]),
        lead_in=document.text[run.lead_in.start : run.lead_in.end] if run.lead_in else "",
        items=(*matching, *(item for item in items if item not in matching)),
        matching=len(matching),
    )


def examples(index: Index) -> tuple[Document, ...]:
    """Documents whose titles are questions that the corpus answers, of as many publishers as
    can be. Searches a few dozen times: not on the event loop."""
    titled = [d for d in index.documents if 4 <= len(d.title) <= _QUESTION]
    titled.sort(key=lambda d: d.published or "", reverse=True)
    chosen: list[Document] = []
    publishers: set[str | None] = set()
    for document in titled[:_TRIED]:
        if document.publisher in publishers and len(titled) > _EXAMPLES:
            continue
        if index.search(document.title).verdict is Verdict.FOUND:
            chosen.append(document)
            publishers.add(document.publisher)
    for document in titled[:_TRIED]:
        if len(chosen) >= _EXAMPLES:
            break
        if document not in chosen and index.search(document.title).verdict is Verdict.FOUND:
            chosen.append(document)
    return tuple(chosen[:_EXAMPLES])
