"""What a reload changed, and whether the new generation is fit to serve."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import Cause, CorpusError
from retrieval.indexing.parts import Parts
from retrieval.model import Passage, Query
from retrieval.queries import analyse
from retrieval.queries.catalogue import About
from retrieval.ranking import Index

_PROBES = 5
_PROBE_LENGTH = 60
"""Characters."""
_QUESTIONS = 20
_NEAR = 20
"""Passages among which the document of a known answer has to be."""
LOSS = 0.2
"""The share of documents, or of known answers, that a reload may lose unasked."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a reload changed, from the generation before to the one now in service."""

    added: tuple[About, ...]
    changed: tuple[About, ...]
    removed: tuple[About, ...]
    passages_added: int
    passages_removed: int
    same_generation: bool
    index: Index
    seconds: float
    doubts: tuple[Cause, ...] = ()
    """Why it is not in service yet: it waits until `Library.serve` or `Library.keep` is called."""

    @property
    def unchanged(self) -> bool:
        """Whether the corpus is the same as before, to the letter, its words and names too."""
        return self.same_generation and not (self.added or self.changed or self.removed)


def probe(index: Index, folder: Path) -> None:
    """Ask for some of its own passages: an index that finds none of them is not fit to serve."""
    step = max(len(index.passages) // _PROBES, 1)
    probes = [p for p in index.passages[::step] if index.searchable(p.text[:_PROBE_LENGTH])]
    found = (
        passage.document.id
        in index.documents_for(passage.text[:_PROBE_LENGTH], limit=10, operated=False)
        for passage in probes
    )
    if probes and not any(found):
        raise CorpusError(str(folder), "the new index finds none of its own passages")


def published(index: Index, progress: Callable[[int, int], None] | None) -> None:
    """Have the passages where they are searched, and some of their beginnings score there as they
    must. Raises EngineError."""

    def probes() -> list[Query]:
        sample = index.passages[:: max(len(index.passages) // _PROBES, 1)]
        return [analyse(passage.text[:_PROBE_LENGTH], index.lexicon) for passage in sample]

    index.engine.publish(probes, progress)


@dataclass(frozen=True, slots=True)
class Differences:
    """The same, told by the documents' numbers."""

    added: Sequence[int] = ()
    changed: Sequence[tuple[int, int]] = ()
    """Before, and now."""
    removed: Sequence[int] = ()
    passages_added: int = 0
    passages_removed: int = 0
    doubts: tuple[Cause, ...] = ()

    def between(self, before: Index, after: Index, seconds: float) -> Changes:
        return Changes(
            added=tuple(after.about[n] for n in self.added),
            changed=tuple(after.about[now] for _, now in self.changed),
            removed=tuple(before.about[n] for n in self.removed),
            passages_added=self.passages_added,
            passages_removed=self.passages_removed,
            same_generation=before.generation == after.generation,
            index=after,
            seconds=seconds,
            doubts=self.doubts,
        )


def differences(before: tuple[Index, Parts], after: tuple[Index, Parts]) -> Differences:
    """From one generation to the next; only documents that changed are opened."""
    (old_index, old_parts), (new_index, new_parts) = before, after
    old = {name: (printed, n) for (name, printed), n in old_parts.numbers.items()}
    new = {name: (printed, n) for (name, printed), n in new_parts.numbers.items()}
    added = [n for name, (_, n) in new.items() if name not in old]
    removed = [n for name, (_, n) in old.items() if name not in new]
    both = [(old[name], made) for name, made in new.items() if name in old]
    changed = [(was[1], now[1]) for was, now in both if was[0] != now[0]]
    old_passages = _passages(old_index, [*removed, *(was for was, _ in changed)])
    new_passages = _passages(new_index, [*added, *(now for _, now in changed)])
    return Differences(
        added,
        changed,
        removed,
        len(new_passages - old_passages),
        len(old_passages - new_passages),
        tuple(_doubts(old_index, new_index, removed, changed)),
    )


def _passages(index: Index, documents: list[int]) -> set[str]:
    return {passage.id for n in documents for passage in index.places.passages(n)}


def _doubts(
    before: Index, after: Index, removed: list[int], changed: list[tuple[int, int]]
) -> Iterator[Cause]:
    """Why `after` may ruin what `before` serves."""
    gone = len(removed) + sum(
        _replaced(before.documents[was].text, after.documents[now].text) for was, now in changed
    )
    if gone > LOSS * len(before.documents):
        yield Cause("loses-documents", {"gone": gone, "total": len(before.documents)})
    others = {*removed, *(was for was, _ in changed)}
    same = [n for n, owner in enumerate(before.owner) if owner not in others]
    probes = [before.passages[n] for n in same[:: max(len(same) // _QUESTIONS, 1)][:_QUESTIONS]]
    missed = sum(_found(before, probe) and not _found(after, probe) for probe in probes)
    if missed > LOSS * len(probes):
        yield Cause("loses-answers", {"gone": missed, "total": len(probes)})


def _found(index: Index, probe: Passage) -> bool:
    """Whether the engine finds a document by the beginning of one of its passages. Ranking the
    best ones again is the same code for both generations, and costs three times as much."""
    query = analyse(probe.text[:_PROBE_LENGTH], index.lexicon)
    found = index.engine.search(query, _NEAR)
    return any(index.about[index.owner[n.passage]].id == probe.document.id for n in found)


def _replaced(old: str, new: str) -> bool:
    """Whether nothing much of a text is left: texts on other things share one pair of characters
    in ten."""
    pairs, others = ({t[at : at + 2] for at in range(min(len(t), 2_000) - 1)} for t in (old, new))
    return 5 * len(pairs & others) < min(len(pairs), len(others))
