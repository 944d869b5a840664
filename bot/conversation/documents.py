"""Whole documents, their lists, and what the corpus answers: what is found without a quote."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from bot.conversation.replies import Documents, Listing
from retrieval.analysis.folding import HAN, fold
from retrieval.model import Bridge, Document, Passage, Verdict
from retrieval.passages.packing import Run, runs
from retrieval.places import key
from retrieval.ranking import Index

_OFFERED = 3
_PEOPLE = 20
"""People that one document introduces, at most, who are asked about."""
_LONGEST_TITLE = 40
_LOOKED_AT = 1000
"""Documents, at most, whose names are looked at for a title: other parts of them may match."""
_OPENED = 200
"""Documents, at most, that are opened to see whether they have such a list, the newest first."""
_ABOVE = 120
_KINDS = (
    (
        re.compile(r"签|簽|署|组织|組織|机构|機構|团体|團體|sign|organi[sz]ation", re.IGNORECASE),
        re.compile(r"谨启|敬启|謹啟|敬啟|谨上|敬上|謹上|签|簽|署|sincerely|respectfully|signed"),
    ),
    (
        re.compile(r"要求|建议|建議|步骤|步驟|demand|recommend|step", re.IGNORECASE),
        re.compile(r"要求|请求|請求|敦促|建议|建議|呼吁|呼籲|步骤|步驟|urge|call|recommend|demand"),
    ),
    (re.compile(r"抄送|cc\b", re.IGNORECASE), re.compile(r"抄送|cc\b")),
)
"""What is asked for, and what leads to a list of it: signatories do not say that they signed."""
_KIND = 1000
_ITSELF = re.compile(
    r"名单|名單|清单|清單|信|声明|聲明|呼吁|呼籲|文件|文章|列|list|letter|statement|document",
    re.IGNORECASE,
)
"""Words of a question for a list that name the list itself or where it stands."""
_NAME = 80
"""Characters of an item, at most, that is a name rather than something said."""
Forms = Mapping[str, tuple[str, str]]
"""For each of the bot's languages, a question on a person and one on a title, … in their place."""
_PLACES, _NEAR = 3, 6
"""Hits whose documents are looked through for the list that was asked for, and, where those have
none, the documents that rank highest."""
_OFFICE = (
    r"(?:外长|外長|部长|部長|国务卿|國務卿|总统|總統|特使|发言人|發言人|大使|主席|议员|議員|教授|律师"
    r"|律師|总理|總理|首相|大臣|专员|專員)"
)
_PERSON = re.compile(
    rf"{_OFFICE}([{HAN}·]{{2,8}}) ?[(（]([A-Z][A-Za-z.’'-]+(?: [A-Z][A-Za-z.’'-]+){{0,3}})[)）]"
)


def find(index: Index, text: str) -> Documents | None:
    """The documents that `text` names: those whose titles hold all of it, else the best one on it
    and the others whose titles have a word of it; None where nothing is found."""
    wanted = fold(text.strip("《》“”\"' ")).text
    named = [
        index.documents[number]
        for number, names in islice(index.catalogue.naming(wanted), _LOOKED_AT)
        if wanted in names.rpartition("\n")[2]
    ][:_OFFERED]
    if not named:
        result = index.search(text)
        if result.verdict is Verdict.NONE:
            return None
        found = {hit.passage.document.id: hit.passage.document for hit in result.hits}
        best, *others = found.values()
        words = [word for word in result.query.word if len(word) > 1]
        named = [best, *(d for d in others if any(w in fold(d.title).text for w in words))]
    return Documents(tuple(named[:_OFFERED]))


def listing(
    index: Index, question: str, document_key: str | None = None
) -> Listing | Documents | None:
    """The list that answers `question`: of the document of that key, if it has one of the kind;
    else of the best documents on the question the one whose lead-in and items say most of it. A
    question that names no document, where several have such a list, is answered by those. Items
    that say something of the question come first. None where there is no such list, and where the
    question is about more than the list: then what is said on it answers, not all there is."""
    result = index.search(question)
    words = [word for word in result.query.spelled if len(word) > 1]
    rest = _beyond(question, words, result.query.bridges)
    shown = None if document_key is None else index.places.document(document_key)
    if shown is not None and (own := _best(index.documents[shown], words, rest, question)):
        return _listing(index, index.documents[shown], own[1], words)
    hits = [] if result.verdict is Verdict.NONE else result.hits[:_PLACES]
    documents = list({hit.passage.document.id: hit.passage.document for hit in hits}.values())
    found = [(*best, d) for d in documents if (best := _best(d, words, rest, question))]
    if documents and not found:  # another may rank high and not be quoted
        best_of = dict.fromkeys(index.owner[n] for n in index.ranked(question))
        near = [index.documents[number] for number in list(best_of)[:_NEAR]]
        found = [(*best, d) for d in near if (best := _best(d, words, rest, question))]
    if found:
        _, run, document = max(found, key=lambda one: one[0])
        return _listing(index, document, run, words)
    opened = () if documents else index.catalogue.newest[:_OPENED]
    having = [d for n in opened if _best(d := index.documents[int(n)], words, rest, question)]
    if len(having) == 1 and (only := _best(having[0], words, rest, question)):
        return _listing(index, having[0], only[1], words)
    return Documents(tuple(having[:_OFFERED])) if having else None


def _best(
    document: Document, words: list[str], rest: list[tuple[str, ...]], question: str
) -> tuple[int, Run] | None:
    """The list of a document that says most of the question, and how much; None where none says
    anything of it. Lists of links are none."""
    lists = [
        run
        for run in runs(document.text, list(document.blocks))
        if run.is_list
        and not all("://" in document.text[block.start : block.end] for block in run.blocks)
        and _alone(document, run, rest)
    ]
    scored = [(_score(document, run, words, question), run) for run in lists]
    score, run = max(scored, key=lambda one: one[0], default=(0, None))
    return (score, run) if score and run is not None else None


def _beyond(question: str, words: list[str], bridges: Sequence[Bridge]) -> list[tuple[str, ...]]:
    """The words of a question that speak neither of a list nor of what kind it is, each with what
    the corpus calls it."""
    for kind in (_ITSELF, *(asks for asks, _ in _KINDS)):
        question = kind.sub(" ", question)
    left = fold(question).text
    called = [(fold(bridge.asked).text, fold(bridge.found).text) for bridge in bridges]
    return [
        (word, *(found for asked, found in called if word in asked))
        for word in words
        if word in left
    ]


def _alone(document: Document, run: Run, rest: list[tuple[str, ...]]) -> bool:
    """Whether a question asks for a list and nothing else: the `rest` of its words speak of its
    document or what leads to it, or of one name in it."""
    said = document.text[max(run.blocks[0].start - _ABOVE, 0) : run.blocks[0].start]
    about = fold(f"{document.title}\n{document.publisher}\n{said}").text
    rest = [forms for forms in rest if not any(form in about for form in forms)]
    names = (document.text[b.start : b.end] for b in run.blocks if b.end - b.start <= _NAME)
    return not rest or any(
        all(any(form in fold(name).text for form in forms) for forms in rest) for name in names
    )


def _score(document: Document, run: Run, words: list[str], question: str) -> int:
    lead_in = document.text[run.lead_in.start : run.lead_in.end].casefold() if run.lead_in else ""
    asked = [leads for asks, leads in _KINDS if asks.search(question)]
    if asked:
        return _KIND if any(leads.search(lead_in) for leads in asked) else 0
    # What leads to a list may stand a little above it.
    start = max((run.lead_in or run.blocks[0]).start - _ABOVE, 0)
    said = fold(document.text[start : run.blocks[-1].end]).text
    return sum(word in said for word in words)


def _listing(index: Index, document: Document, run: Run, words: list[str]) -> Listing:
    number = index.places.document(key(document.id))
    assert number is not None, "the document is of this generation"
    passages = index.places.passages(number)

    def passage(at: int) -> Passage:
        return next((p for p in passages if p.end > at), passages[-1])

    items = [(document.text[b.start : b.end], passage(b.start)) for b in run.blocks]
    says = {text: sum(word in fold(text).text for word in words) for text, _ in items}
    ordered = sorted(items, key=lambda item: -says[item[0]])
    return Listing(
        passage=passage((run.lead_in or run.blocks[0]).start),
        lead_in=document.text[run.lead_in.start : run.lead_in.end] if run.lead_in else "",
        items=tuple(text for text, _ in ordered),
        passages=tuple(where for _, where in ordered),
        matching=sum(says[text] > 0 for text, _ in items),
    )


def offered(index: Index, number: int, forms: Forms, *, person: bool) -> list[Mapping[str, str]]:
    """Questions, by language, that a document may answer: on people that it introduces by office
    and name, in both scripts, or on its title."""
    document = index.documents[number]
    if not person:
        short = 4 <= len(document.title) <= _LONGEST_TITLE
        named = [dict.fromkeys(forms, document.title)] if short else []
    else:
        found = islice(_PERSON.finditer(document.text), _PEOPLE)
        named = [{tag: match[2 if tag == "en" else 1] for tag in forms} for match in found]
    form = 0 if person else 1
    return [
        {tag: forms[tag][form].replace("…", one) for tag, one in names.items()} for names in named
    ]


def answered(index: Index, number: int, questions: Mapping[str, str]) -> bool:
    """Whether each form of a question is answered from a document."""
    for question in set(questions.values()):
        result = index.search(question)
        found = result.verdict is Verdict.FOUND
        if not found or index.documents[number] not in [h.passage.document for h in result.hits]:
            return False
    return True
