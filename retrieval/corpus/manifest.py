"""`sources.toml`: what the operator knows of the files of a corpus that the files don't say."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

from pathspec import GitIgnoreSpec
from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from retrieval.corpus.sources import Known, Source, Split, Table, inside
from retrieval.errors import CorpusError

Model = TypeVar("Model", bound=BaseModel)

NAME = "sources.toml"
IGNORE = ".yinjuignore"


def _glob(text: str) -> str:
    GitIgnoreSpec.from_lines([text])  # ValueError for what is no pattern
    return text


class _File(Known):
    path: Annotated[str, AfterValidator(inside)]


class _Files(Known):
    match: Annotated[str, AfterValidator(_glob)]


class _Defaults(Known):
    include: tuple[Annotated[str, AfterValidator(_glob)], ...] = Field(default=(), strict=False)
    exclude: tuple[Annotated[str, AfterValidator(_glob)], ...] = Field(default=(), strict=False)


class _Manifest(Table):
    defaults: _Defaults = _Defaults()
    files: tuple[_Files, ...] = Field(default=(), strict=False)
    file: tuple[_File, ...] = Field(default=(), strict=False)


class Told(NamedTuple):
    """What is known of a file, whether anything names it, so that any suffix will do, and a digest
    of both."""

    source: Source
    named: bool
    digest: str


class Manifest:
    """What the operator knows of the files of a corpus."""

    def __init__(self, given: _Manifest, ignored: Iterable[str]) -> None:
        self.files = {file.path: file for file in given.file}
        self._groups = [(GitIgnoreSpec.from_lines([g.match]), g) for g in given.files]
        self._defaults = Known(**_said(given.defaults, without=("include", "exclude")))
        self._include = GitIgnoreSpec.from_lines(given.defaults.include or ["*"])
        self._exclude = GitIgnoreSpec.from_lines([*ignored, *given.defaults.exclude])
        self._used: set[str] = set()
        self._alike: dict[object, Told] = {}

    def wanted(self, path: str) -> bool:
        """Whether the file is to be read."""
        if path in self.files:
            return True
        return self._include.match_file(path) and not self._exclude.match_file(path)

    def told(self, path: str) -> Told:
        """What is known of a file, the nearest last."""
        groups = tuple(n for n, (spec, _) in enumerate(self._groups) if spec.match_file(path))
        alike = path if path in self.files else groups
        if alike not in self._alike:
            self._alike[alike] = self._told(groups, self.files.get(path))
        known = self._alike[alike]
        return known._replace(source=known.source.model_copy(update={"path": path}))

    def _told(self, groups: Sequence[int], file: _File | None) -> Told:
        values: dict[str, Any] = {}
        matched = [self._groups[number][1] for number in groups]
        for group in matched:
            self._used.add(group.match)
            values |= _said(group, without=("match",))
        if file is not None:
            values |= _said(file, without=("path",))
        source = Source.model_construct(path="", assumed=self._defaults, **values)
        named = file is not None or any(group.format for group in matched)
        whole = repr((source, named)).encode("utf-8", "surrogatepass")
        return Told(source, named, hashlib.sha256(whole).hexdigest()[:16])

    def unused(self) -> list[str]:
        """The patterns that no file fitted, once every file has been asked for."""
        return sorted({group.match for _, group in self._groups} - self._used)


def _said(table: Known, without: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(table, name) for name in table.model_fields_set if name not in without}


def load(folder: Path) -> Manifest:
    """What `sources.toml` and `.yinjuignore` in `folder` say; nothing without them. Raises
    CorpusError."""
    path = folder / NAME
    manifest, ignored = read_toml(path, _Manifest), _ignored(folder / IGNORE)
    twice = [one for one, count in Counter(f.path for f in manifest.file).items() if count > 1]
    if twice:
        raise CorpusError(str(path), f'"{twice[0]}" is described twice')
    return Manifest(manifest, ignored)


def _ignored(path: Path) -> list[str]:
    lines = read_text(path).splitlines()
    try:
        GitIgnoreSpec.from_lines(lines)
    except ValueError as error:
        raise CorpusError(str(path), f"cannot be read: {error}") from None
    return lines


def read_text(path: Path) -> str:
    """What the operator wrote in a file; empty where there is none. Raises CorpusError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise CorpusError(str(path), f"not UTF-8, at byte {error.start}") from None
    except OSError as error:
        raise CorpusError(str(path), f"cannot be read: {error.strerror}") from None


def read_toml(path: Path, model: type[Model]) -> Model:
    """The same of a file in TOML. Raises CorpusError, which names every mistake with its place, and
    the nearest key for an unknown one."""
    try:
        return model.model_validate(tomllib.loads(read_text(path)))
    except tomllib.TOMLDecodeError as error:
        raise CorpusError(str(path), f"not TOML: {error}") from None
    except ValidationError as error:
        reason = "; ".join(_mistake(one, model) for one in error.errors(include_url=False))
        raise CorpusError(str(path), reason) from None
    except (RecursionError, ValueError):
        raise CorpusError(str(path), "nested too deep, or a number too long") from None


def _mistake(mistake: ErrorDetails, model: type[BaseModel]) -> str:
    place = _place(mistake["loc"])
    if mistake["type"] == "extra_forbidden":
        near = _nearest(mistake["loc"], model)
        return f"{place}: unknown key" + (f'; did you mean "{near}"?' if near else "")
    if mistake["type"] == "missing":
        return f"{place}: missing"
    message = mistake["msg"].removeprefix("Value error, ")
    return f"{place} = {_shown(mistake['input'])}: {message}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _place(location: Iterable[int | str]) -> str:
    """("file", 2, "title") → "file 3, title": tables are counted from 1, as people do."""
    words = ""
    for part in location:
        words += f" {part + 1}" if isinstance(part, int) else f", {part}" if words else part
    return words


def _nearest(location: tuple[int | str, ...], table: type[BaseModel]) -> str | None:
    if len(location) > 1:
        tables: dict[str, type[BaseModel]] = {"file": _File, "files": _Files, "defaults": _Defaults}
        table = Split if "split" in location[:-1] else tables.get(str(location[0]), Known)
    near = difflib.get_close_matches(str(location[-1]), list(table.model_fields), n=1, cutoff=0.5)
    return near[0] if near else None
