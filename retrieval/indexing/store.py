"""Generations on disk: one folder each, written beside the others and renamed into place.

A folder holds the postings and their weights as mapped arrays, the documents and their facts, what
all of them show together, and a manifest, which is written last. What is damaged, or was made by
another version of the code or its libraries, is not opened, and built anew.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
import numpy as np

from retrieval.corpus import manifest
from retrieval.corpus.folder import IGNORED, walk
from retrieval.engines.fields import Fields
from retrieval.engines.okapi import OkapiEngine
from retrieval.expansion.synonyms import Aliases
from retrieval.indexing.build import DOCUMENTS, FACTS, Parts
from retrieval.indexing.records import Facts, Stored
from retrieval.indexing.serving import Learned, serve
from retrieval.indexing.shelf import Shelf, encode
from retrieval.ranking.searcher import Index

KEPT = 2
"""Generations that stay: the one in service and the one before."""
_MANIFEST, _LEARNED = "manifest.json", "learned.bin"
_BUILDING = ".building-"
_ABANDONED = 24 * 3600.0
"""Seconds after which a folder that nobody finished is deleted."""
_SETTLED = 2.0
"""Seconds for which a file must have been left alone: a change within the same tick of a coarse
clock (FAT has two seconds) would not show."""


@dataclass(frozen=True, slots=True)
class _Manifest:
    recipe: str
    files: str
    sizes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation as it was written."""

    folder: Path
    files: str
    """The `fingerprint` of the corpus folder that it was made from."""
    learned: Learned
    index: Index

    def parts(self) -> Parts:
        """What the next generation is made from."""
        return Parts(
            self.learned.added,
            Aliases(self.learned.aliases),
            Shelf.open(Stored, self.folder / DOCUMENTS),
            Shelf.open(Facts, self.folder / FACTS),
            Fields.open(self.folder).with_words(self.folder),
        )


class Store:
    """The generations in one folder. Several processes may use it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def newest(self) -> Opened | None:
        """The newest generation that can be opened; None where there is none."""
        for folder in sorted(self._generations(), reverse=True):
            try:
                return _open(folder)
            except (OSError, ValueError, msgspec.MsgspecError, KeyError):
                shutil.rmtree(folder, ignore_errors=True)
        return None

    def begin(self) -> Path:
        """A new folder to build a generation in."""
        self._root.mkdir(parents=True, exist_ok=True)
        for left in self._root.glob(f"{_BUILDING}*"):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix=_BUILDING, dir=self._root))

    def commit(self, folder: Path, index: Index, files: str) -> None:
        """Make what was built in `folder` the newest generation, and delete all but `KEPT`."""
        for run in folder.glob("run-*"):
            shutil.rmtree(run, ignore_errors=True)
        (folder / _LEARNED).write_bytes(encode(Learned.of(index)))
        sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
        written = msgspec.json.encode(_Manifest(recipe(), files, sizes))
        (folder / _MANIFEST).write_bytes(written)
        folder.rename(self._root / f"{time.time_ns():020d}-{index.generation}")
        for old in sorted(self._generations())[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)

    def _generations(self) -> list[Path]:
        if not self._root.is_dir():
            return []
        return [path for path in self._root.glob("[0-9]*-*") if path.is_dir()]


def _open(folder: Path) -> Opened:
    made = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=_Manifest)
    if made.recipe != recipe():
        raise ValueError("made by another version")
    for name, size in made.sizes.items():
        if (folder / name).stat().st_size != size:
            raise ValueError(f"{name} is damaged")
    learned = msgspec.msgpack.decode((folder / _LEARNED).read_bytes(), type=Learned)
    fields = Fields.open(folder)
    engine = OkapiEngine(fields, folder=folder)
    index = serve(learned, Shelf.open(Stored, folder / DOCUMENTS), fields, engine)
    return Opened(folder, made.files, learned, index)


@cache
def recipe() -> str:
    """The same for the same code, libraries and tables: all that shapes an index."""
    digest = hashlib.sha256(f"{unicodedata.unidata_version} {np.dtype(np.int64).str}".encode())
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    for name in ("jieba", "rjieba", "OpenCC", "pypinyin", "rank-bm25", "msgspec"):
        try:
            digest.update(f"{name} {version(name)}".encode())
        except PackageNotFoundError:
            digest.update(f"{name} -".encode())
    return digest.hexdigest()


def fingerprint(folder: Path) -> str:
    """The same for a corpus folder whose files were left alone, told by their size and time;
    empty where a file is too new to tell. Raises CorpusError."""
    told = manifest.load(folder)
    paths, skipped = walk(folder)
    lines = []
    now = time.time()
    for path in sorted({*paths, *told.files, *IGNORED, manifest.IGNORE}):
        try:
            status = (folder / path).stat()
        except OSError:
            continue
        if now - status.st_mtime < _SETTLED:
            return ""
        lines.append(f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ino}")
    lines += [f"{one.path} {one.cause.key}" for one in skipped]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
