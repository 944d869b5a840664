"""A question that names a numbered unit, as 刑法第二百六十四条 or section 12, goes to the unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from retrieval.analysis.folding import fold
from retrieval.analysis.segment import Segmenter
from retrieval.analysis.stopwords import DROPPED, FUNCTION
from retrieval.model import Passage
from retrieval.passages.units import Labels, mentioned

MOST = 3
"""Units that one label may name: as many as a first page has places."""
_STATE = "中华人民共和国"
"""The name of the state, which stands before most laws' titles and tells none apart."""


def named(
    question: str,
    known: Labels,
    passages: Sequence[Passage],
    segmenter: Segmenter,
    ranked: Sequence[int],
    allowed: Callable[[int], bool] | None = None,
) -> tuple[list[int], bool]:
    """The passages with which the units that `question` names begin, at most `MOST`, and whether
    it names their document too.

    Of the same label in several documents, those stand first whose title the question says most
    of, the shortest title among equals. Where it says nothing of any, they stand as they are
    `ranked`, and those that are not are left out.
    """
    for label in reversed(list(mentioned(question))):
        numbers = [n for n in known.get(label.key, ()) if allowed is None or allowed(n)]
        if not numbers:
            continue
        rest = fold(f"{question[: label.start]} {question[label.end :]}").text
        words = {token.text for token in segmenter.words(rest)} - DROPPED - FUNCTION
        said = {n: _said(passages[n], words) for n in numbers}
        most = max(said.values())
        if most[0]:
            return [n for n in numbers if said[n] == most][:MOST], True
        return [n for n in ranked if n in said][:MOST], False
    return [], False


def _said(passage: Passage, words: set[str]) -> tuple[int, int, int]:
    """How much of a passage's title `words` say, how little they leave of it, and how much they
    say of the headings above it: more is nearer."""
    title = fold(passage.document.title).text.replace(_STATE, "")
    above = fold(" ".join(passage.headings)).text
    matched = sum(len(word) for word in words if word in title)
    return matched, -len(title) if matched else 0, sum(len(w) for w in words if w in above)
