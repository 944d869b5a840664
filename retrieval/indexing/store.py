"""Generations on disk: one folder each, written beside the others and renamed into place.

A folder holds the postings and their weights as mapped arrays, the documents and their facts, what
all of them show together, and a manifest, which is written last. What is damaged, or was made by
another version of the code or its libraries, is not opened, and built anew.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from retrieval.corpus import IGNORED, manifest, stamped, walk
from retrieval.engines.fields import Fields
from retrieval.engines.okapi import OkapiEngine
from retrieval.errors import ReadFile
from retrieval.files import lock, mapped_array
from retrieval.indexing import WORKSHOP
from retrieval.indexing.parts import Parts, recipe
from retrieval.indexing.records import Shelves
from retrieval.indexing.serving import Learned, serve
from retrieval.indexing.shelf import encode
from retrieval.queries.catalogue import Catalogue
from retrieval.ranking import Index

logger = logging.getLogger(__name__)

_MANIFEST, _LEARNED, _CHOSEN = "manifest.json", "learned.bin", "serving.json"
_KEYS, _NUMBERS, _FILES = "keys.npy", "numbers.npy", "files.bin"
_BUILDING, _LOCK = ".building-", ".lock"
DAMAGED = (OSError, ValueError, msgspec.MsgspecError, KeyError)
"""What opening a generation raises that is damaged or was made by another version."""
_ABANDONED = 24 * 3600.0
"""Seconds after which a folder that nobody finished is deleted."""


@dataclass(frozen=True, slots=True)
class _Manifest:
    recipe: str
    files: str
    sizes: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Which generation serves, and which did before: not always the newest and the one before."""

    serving: str = ""
    before: str = ""
    files: str = ""
    """The `fingerprint` of the corpus folder for which this was chosen."""
    corpus: str = ""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation, in memory or as it was written."""

    index: Index
    files: str
    """The `fingerprint` of the corpus folder, taken before it was read."""
    folder: Path | None = None
    """Where it stands in the store."""
    held: Parts | None = None
    """What the next one is made from, where it is in memory."""
    chosen_for: str = ""
    """The `fingerprint` of the corpus folder for which somebody put it in service again."""

    def parts(self) -> Parts:
        """What the next generation is made from."""
        if self.folder is None:
            return self.held or Parts()
        lexicon, files = self.index.lexicon, (self.folder / _FILES).read_bytes()
        return Parts(
            lexicon.segmenter.added,
            lexicon.aliases,
            Shelves.open(self.folder),
            Fields.open(self.folder),
            files=msgspec.msgpack.decode(files, type=dict[str, ReadFile]),
        )

    def discard(self) -> None:
        """Delete what stands in the store."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


class Store:
    """The generations in one folder. Several processes may read it; one of them writes."""

    def __init__(self, root: Path, corpus: Path) -> None:
        """`corpus` is the folder with the documents."""
        self._root = root
        self._corpus = str(corpus.absolute())
        self._held: weakref.finalize[..., Store] | None = None
        self._denied = ""
        self.own()

    def own(self) -> bool:
        """Whether this process is the one that writes: the first that asks, until it ends or
        gives it back with `release`."""
        if self._held is not None:
            return True
        try:
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._root / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                mine = lock(handle)
            except OSError:
                os.close(handle)
                raise
        except OSError as error:
            self._denied = str(error)
            return False
        if not mine:
            os.close(handle)
            self._denied = f"another process writes to {self._root}"
            return False
        self._held = weakref.finalize(self, os.close, handle)
        return True

    def release(self) -> None:
        """Let another process write."""
        if self._held is not None:
            self._held()
            self._held = None

    def last(self) -> Generation | None:
        """The generation that served last, else the newest that can be opened, if any."""
        chosen = self._chosen()
        if chosen.serving and (opened := self._opened(self._root / chosen.serving)) is not None:
            return replace(opened, chosen_for=chosen.files)
        found = map(self._opened, sorted(self._generations(), reverse=True))
        return next((one for one in found if one is not None), None)

    def before(self) -> Generation | None:
        """The generation that served before the last one, if it is still there."""
        chosen = self._chosen()
        return self._opened(self._root / chosen.before) if chosen.before else None

    @property
    def same_corpus(self) -> bool:
        """Whether what served last was made from this folder."""
        return self._chosen().corpus == self._corpus

    def begin(self) -> Path | None:
        """A new folder to build a generation in; None where that cannot be: the log says why."""
        try:
            if not self.own():
                raise OSError(self._denied)
            for left in (*self._root.glob(f"{_BUILDING}*"), *self._root.glob(f"{WORKSHOP}/*")):
                if time.time() - left.stat().st_mtime > _ABANDONED:
                    shutil.rmtree(left, ignore_errors=True)
            return Path(tempfile.mkdtemp(prefix=_BUILDING, dir=self._root))
        except OSError as error:
            logger.warning("The index is kept in memory: %s", error)
            return None

    def commit(self, folder: Path, generation: str) -> Path:
        """Keep what was built and written in `folder`, under its name; where it stands then. It is
        not chosen yet."""
        shutil.rmtree(self._root / WORKSHOP, ignore_errors=True)
        return folder.rename(self._root / f"{time.time_ns():020d}-{generation}")

    def choose(self, serving: str, before: str, files: str) -> None:
        """Let `serving` serve from the next start on, where the corpus folder's fingerprint is
        still `files`; delete all generations but these two."""
        chosen = msgspec.json.encode(_Chosen(serving, before, files, self._corpus))
        beside = self._root / f".{_CHOSEN}"
        beside.write_bytes(chosen)
        beside.replace(self._root / _CHOSEN)
        for old in self._generations():
            if old.name not in (serving, before):
                shutil.rmtree(old, ignore_errors=True)

    def _chosen(self) -> _Chosen:
        try:
            return msgspec.json.decode((self._root / _CHOSEN).read_bytes(), type=_Chosen)
        except (OSError, msgspec.MsgspecError):
            return _Chosen()

    def _opened(self, folder: Path) -> Generation | None:
        try:
            return opened(folder)
        except DAMAGED:
            if self._held is not None:
                shutil.rmtree(folder, ignore_errors=True)
            return None

    def _generations(self) -> list[Path]:
        if not self._root.is_dir():
            return []
        return [path for path in self._root.glob("[0-9]*-*") if path.is_dir()]


def write(folder: Path, index: Index, files: str, read: Mapping[str, ReadFile]) -> None:
    """Complete a folder that a generation was built in: made from the corpus folder with the
    fingerprint `files`. Raises OSError."""
    index.catalogue.save(folder)
    np.save(folder / _KEYS, index.places.sorted_keys)
    np.save(folder / _NUMBERS, index.places.numbers)
    (folder / _FILES).write_bytes(encode(read))
    (folder / _LEARNED).write_bytes(encode(Learned.of(index)))
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    written = msgspec.json.encode(_Manifest(recipe(), files, sizes))
    (folder / _MANIFEST).write_bytes(written)


def opened(folder: Path) -> Generation:
    """The generation in a folder. Raises one of `DAMAGED`."""
    made = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=_Manifest)
    if made.recipe != recipe():
        raise ValueError("made by another version")
    for name, size in made.sizes.items():
        if (folder / name).stat().st_size != size:
            raise ValueError(f"{name} is damaged")
    learned = msgspec.msgpack.decode((folder / _LEARNED).read_bytes(), type=Learned)
    fields = Fields.open(folder)
    engine = OkapiEngine(fields, folder=folder)
    catalogue = Catalogue.open(folder, learned.totals)
    keys, numbers = (mapped_array(folder / name) for name in (_KEYS, _NUMBERS))
    index = serve(learned, Shelves.open(folder), catalogue, (keys, numbers), fields, engine)
    return Generation(index, made.files, folder)


def fingerprint(folder: Path) -> str:
    """The same for a corpus folder whose files were left alone, told by their size and time;
    empty where a file is too new to tell. Raises CorpusError."""
    told = manifest.load(folder)
    paths, skipped = walk(folder)
    lines = []
    for path in sorted({*paths, *told.files, *IGNORED, manifest.IGNORE}):
        if (stamp := stamped(folder / path)) == "":
            return ""
        if stamp is not None:
            lines.append(f"{path} {stamp}")
    lines += [f"{one.path} {one.cause.key}" for one in skipped]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
