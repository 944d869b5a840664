"""Subtitles (SubRip, WebVTT): what is said, a sentence or so a paragraph, with its time."""

from __future__ import annotations

import re

from retrieval.corpus.readers.raw import Problem, RawBlock, RawDocument, ends_sentence, join, tidy
from retrieval.errors import UnreadableError

_CUE = re.compile(
    r"^[ \t]*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}[ \t]*-->[ \t]*"
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}[^\n]*\n(.*?)(?=\n[ \t]*\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
_TAGS = re.compile(r"</?[A-Za-z][^<>\n]*>|<[\d:.]+>|\{\\[^}\n]*\}")
_PAUSE = 4
"""Seconds without a word, after which something new is said."""
_ENOUGH = 200
"""Characters of a paragraph that nothing ends."""


def read(text: str) -> list[RawDocument | Problem]:
    """One document. UnreadableError where there is no cue in it."""
    found: list[RawBlock] = []
    said: list[str] = []
    began = ended = 0
    cues = list(_CUE.finditer(text))
    if not cues:
        raise UnreadableError("no-cues")
    for cue in cues:
        start, end = _seconds(*cue.group(1, 2, 3)), _seconds(*cue.group(4, 5, 6))
        lines = [part for raw in _TAGS.sub("", cue[7]).split("\n") if (part := tidy(raw))]
        if not lines:
            continue
        if said and (start - ended > _PAUSE or sum(map(len, said)) > _ENOUGH):
            found.append(_paragraph(said, began))
            said = []
        began = began if said else start
        if lines != said[-len(lines) :]:  # captions that roll up say a line twice
            said += lines
        ended = end
        if ends_sentence(said[-1]):
            found.append(_paragraph(said, began))
            said = []
    if said:
        found.append(_paragraph(said, began))
    return [RawDocument(tuple(found))]


def _paragraph(lines: list[str], began: int) -> RawBlock:
    hours, rest = divmod(began, 3600)
    return RawBlock(join(lines), locator=f"{hours:02}:{rest // 60:02}:{rest % 60:02}")


def _seconds(hours: str | None, minutes: str, seconds: str) -> int:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
