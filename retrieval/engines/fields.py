"""What an engine is given to index: the postings of every field, gathered from a stream."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np

from retrieval.analysis.segment import Terms, numbered_grams
from retrieval.engines.postings import Documents, Part, Postings, keys, merge, short_keys
from retrieval.files import in_files, in_memory, mapped, mapped_array

SORTS = ("word", "char")
"""Of terms; see `retrieval.analysis.segment`."""
OF_PASSAGES = ("passage", "title")
OF_DOCUMENTS = ("lead", "by")
"""Fields by what their texts are of. A document has one text of these, and of those as many as
it has passages: of each its own text, and its document's title with the headings above it; of the
document its beginning, and its author and publisher."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The postings of passages, or documents, by ``field.sort``."""

    postings: Mapping[str, Postings]
    owner: Documents
    """Of each passage, the number of its document; ascending."""
    documents: int
    words: Iterable[str]
    """Every term of the sort `word`, as it is written."""

    def save(self, folder: Path) -> None:
        """Write them as files of a folder."""
        for name, postings in self.postings.items():
            postings.save(folder, name)
        self.save_rest(folder)

    def save_rest(self, folder: Path) -> None:
        """Write what is beside the postings."""
        np.save(folder / "owner.npy", self.owner)
        np.save(folder / "documents.npy", np.asarray([self.documents]))
        (folder / "words.txt").write_text("\n".join(self.words), encoding="utf-8", newline="")

    @classmethod
    def open(cls, folder: Path) -> Fields:
        """Map what was written. Raises OSError or ValueError where it is damaged."""
        return cls(
            {name: Postings.open(folder, name) for name in names()},
            mapped_array(folder / "owner.npy"),
            int(np.load(folder / "documents.npy", allow_pickle=False)[0]),
            _Written(folder / "words.txt"),
        )

    @classmethod
    def of(cls, documents: Iterable[Mapping[str, Sequence[Terms]]]) -> Fields:
        """From the terms of each document: of each field, text by text."""
        fields = {field: (_Gathering(), list[str]()) for field in (*OF_PASSAGES, *OF_DOCUMENTS)}
        owner: list[int] = []
        count = 0
        for document in documents:
            for field, (words, texts) in fields.items():
                for terms in document[field]:
                    words.add(terms.word)
                    texts.append(terms.text)
            owner += [count] * len(document[OF_PASSAGES[0]])
            count += 1
        made: dict[str, Postings] = {}
        for field, (words, texts) in fields.items():
            made[f"{field}.word"] = words.postings()
            made[f"{field}.char"] = _grams(texts)
        vocabulary = frozenset[str]().union(*(words.vocabulary for words, _ in fields.values()))
        return cls(made, np.asarray(owner, np.int32), count, vocabulary)


class _Gathering:
    """Takes in terms, document by document; a passing state of `Postings`."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self.vocabulary: Iterable[str] = self._numbers.keys()
        self._terms, self._ends = array("I"), array("q", [0])

    def add(self, document: Iterable[str]) -> None:
        """One more document, by its terms, each as often as it occurs."""
        self._terms.extend(map(self._numbers.__getitem__, document))
        self._ends.append(len(self._terms))

    def postings(self) -> Postings:
        terms, documents = np.asarray(self._terms, np.uint64), len(self._ends) - 1
        owner = np.repeat(np.arange(documents), np.diff(self._ends))
        known = keys(self._numbers)
        return Postings.counted(terms, owner, documents, known.__getitem__)


def gathered(documents: Iterable[Iterable[str]]) -> Postings:
    """The postings of documents: of each its terms, as often as they occur."""
    gathering = _Gathering()
    for document in documents:
        gathering.add(document)
    return gathering.postings()


def _grams(texts: Sequence[str]) -> Postings:
    grams, owner, characters = numbered_grams(texts)
    return Postings.counted(
        grams, owner, len(texts), lambda numbers: short_keys(characters(numbers))
    )


class _Written(Iterable[str]):
    """The lines of a file, read each time they are asked for: only a build does."""

    def __init__(self, path: Path) -> None:
        self._text = mapped(path)

    def __iter__(self) -> Iterator[str]:
        text = self._text[:].decode()
        return iter(text.split("\n") if text else ())


def names() -> list[str]:
    """Of the postings of all fields."""
    return [f"{field}.{sort}" for field in (*OF_PASSAGES, *OF_DOCUMENTS) for sort in SORTS]


def merged(parts: Sequence[tuple[Fields, Documents]], folder: Path | None = None) -> Fields:
    """The fields of all parts as those of one, in memory or in files of a folder: of each document
    of a part its number in the whole, -1 where it is left out. Every number is given once."""
    numbers = np.concatenate([of for _, of in parts]) if parts else np.zeros(0, np.int32)
    documents = int((numbers >= 0).sum())
    sizes = np.zeros(documents, np.int64)
    for fields, of in parts:
        own = np.bincount(fields.owner, minlength=fields.documents)
        sizes[of[of >= 0]] = own[of >= 0]
    first = np.cumsum(sizes) - sizes
    made: dict[str, Postings] = {}
    passages = [_passages(fields, of, first) for fields, of in parts]
    for name in names():
        of_documents = name.split(".")[0] in OF_DOCUMENTS
        made[name] = merge(
            [
                Part(fields.postings[name], of if of_documents else own)
                for (fields, of), own in zip(parts, passages, strict=True)
            ],
            documents if of_documents else int(sizes.sum()),
            in_memory if folder is None else in_files(folder, name),
        )
    owner = np.repeat(np.arange(documents, dtype=np.int32), sizes)
    words = frozenset().union(*(fields.words for fields, _ in parts))
    whole = Fields(made, owner, documents, words)
    if folder is not None:
        whole.save_rest(folder)
        whole = replace(whole, words=_Written(folder / "words.txt"))
    return whole


def _passages(fields: Fields, of: Documents, first: np.ndarray) -> Documents:
    """Of each passage of a part its number in the whole, -1 where it is left out."""
    owner = fields.owner
    own = np.bincount(owner, minlength=fields.documents)
    ordinal = np.arange(len(owner)) - (np.cumsum(own) - own)[owner]
    target = of[owner]
    numbers = np.full(len(owner), -1, np.int32)
    numbers[target >= 0] = (first[target[target >= 0]] + ordinal[target >= 0]).astype(np.int32)
    return numbers
