"""Where settings stand: a TOML file and environment variables, with the place of each."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.config.model import Section
from bot.config.values import Problem

PREFIX = "YINJU_"

Sections = Mapping[str, type[Section]]

_HEADER = re.compile(r"\s*\[+\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*([\w."' -]+?)\s*=""")


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that someone set, and where."""

    section: str
    key: str
    value: object
    where: str
    base: Path
    """The folder that a relative path in the value starts from."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one source holds."""

    settings: tuple[Setting, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_file(path: Path, sections: Sections) -> Found:
    """The settings of a TOML file. Whatever is wrong with it is among the problems."""
    try:
        # Windows editors put a byte order mark in front, which TOML does not know.
        text = path.read_text(encoding="utf-8-sig")
        tables = tomllib.loads(text)
    except FileNotFoundError:
        way_out = "check the path, or make the file from config.example.toml"
        return Found(problems=(Problem(str(path), "there is no such file", way_out),))
    except OSError as error:
        what = f"the file cannot be read ({error.strerror or error})"
        way_out = "it must be a file that the user who runs the bot may read"
        return Found(problems=(Problem(str(path), what, way_out),))
    except UnicodeDecodeError as error:
        what = f"byte {error.start + 1} is not UTF-8 text"
        return Found(problems=(Problem(str(path), what, "save the file as UTF-8"),))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        return Found(problems=(_no_toml(path, str(error)),))
    return _from_tables(tables, sections, _line_numbers(text), path.absolute().parent)


def read_environment(environ: Mapping[str, str], sections: Sections) -> Found:
    """The settings among the environment variables: those that begin with ``YINJU_``."""
    names = {
        f"{PREFIX}{section}__{key}".upper(): (section, key)
        for section, model in sections.items()
        for key in model.model_fields
    }
    settings: list[Setting] = []
    problems: list[Problem] = []
    for name, text in sorted(environ.items()):
        if not name.upper().startswith(PREFIX):
            continue
        if name.upper() not in names:
            way_out = _suggestion(name.upper(), names, "the names are YINJU_SECTION__KEY")
            problems.append(Problem(name, "there is no such setting", way_out))
            continue
        section, key = names[name.upper()]
        value: object = text
        if isinstance(sections[section].model_fields[key].default, tuple):
            value = _list(text)
        settings.append(Setting(section, key, value, name, Path.cwd()))
    return Found(tuple(settings), tuple(problems))


def read_credentials(folder: str, sections: Sections) -> Found:
    """The secrets among systemd's credentials, by the names ``telegram.token``, ``log.key`` …"""
    settings: list[Setting] = []
    problems: list[Problem] = []
    for section, model in sections.items():
        for key, field in model.model_fields.items():
            file = Path(folder) / f"{section}.{key}"
            if not isinstance(field.default, SecretStr) or not file.is_file():
                continue
            where = f"the credential {file.name}"
            try:
                text = file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                problems.append(Problem(where, "it cannot be read", "give it as a line of text"))
                continue
            settings.append(Setting(section, key, text, where, Path.cwd()))
    return Found(tuple(settings), tuple(problems))


def _from_tables(
    tables: Mapping[str, Any], sections: Sections, lines: Mapping[str, int], base: Path
) -> Found:
    settings: list[Setting] = []
    problems: list[Problem] = []
    everywhere = [f"{name}.{key}" for name, model in sections.items() for key in model.model_fields]

    def place(name: str) -> str:
        return f"{name} (line {lines[name]})" if name in lines else name

    for section, table in tables.items():
        if section not in sections:
            homes = [name for name in everywhere if name.partition(".")[2] == section]
            otherwise = f"the sections are {', '.join(sections)}"
            way_out = _suggestion(section, homes or sections, otherwise, at_once=bool(homes))
            what = "there is no such section" if isinstance(table, dict) else "it is in no section"
            problems.append(Problem(place(section), what, way_out))
            continue
        if not isinstance(table, dict):
            way_out = f"write [{section}] on a line of its own, and its keys below"
            problems.append(Problem(place(section), "this is a section, not a key", way_out))
            continue
        keys = sections[section].model_fields
        for key, value in table.items():
            where = place(f"{section}.{key}")
            if key in keys:
                settings.append(Setting(section, key, value, where, base))
                continue
            homes = [name for name in everywhere if name.partition(".")[2] == key]
            near = homes or [f"{section}.{known}" for known in keys]
            otherwise = f"the keys of [{section}] are {', '.join(keys)}"
            way_out = _suggestion(f"{section}.{key}", near, otherwise, at_once=bool(homes))
            problems.append(Problem(where, "there is no such key", way_out))
    return Found(tuple(settings), tuple(problems))


def _suggestion(name: str, known: Collection[str], otherwise: str, *, at_once: bool = False) -> str:
    near = list(known) if at_once else difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    return f"did you mean {' or '.join(near)}?" if near else otherwise


def _no_toml(path: Path, error: str) -> Problem:
    way_out = "text stands in quotation marks, a section in [brackets]; see config.example.toml"
    place = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)", error)
    if place is None:
        return Problem(str(path), f"this is not TOML: {error}", way_out)
    where = f"line {place[1]}, column {place[2]}" if place[1] else "end of the file"
    return Problem(where, f"this is not TOML: {error[: place.start()].strip()}", way_out)


def _line_numbers(text: str) -> dict[str, int]:
    # tomllib keeps no places. One line is enough to find a name, so headers and keys are sought
    # in the text; a name that is written in some other way simply has no line.
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            section = _plain(header[1])
            lines.setdefault(section, number)
        elif key := _KEY.match(line):
            name = _plain(key[1])
            lines.setdefault(f"{section}.{name}" if section else name, number)
    return lines


def _plain(name: str) -> str:
    return ".".join(part.strip(" \"'") for part in name.split("."))


def _list(text: str) -> object:
    # What is no JSON is shown as it was written, once the field's own check refuses it.
    if text.strip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return [part.strip() for part in text.split(",") if part.strip()]
