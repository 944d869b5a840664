"""The configuration: a TOML file and the environment → one frozen `Config`, or all that is wrong
with them at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from bot.config.model import OWN, Config, Section, sections
from bot.config.sources import Found, Setting, read_credentials, read_environment, read_file
from bot.config.values import ConfigError, Problem, shown

__all__ = ["Config", "ConfigError", "load"]

DEFAULT_FILE = Path("config.toml")


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """The configuration of the file `path`; without one, of ``./config.toml`` if it is there.

    The environment variable ``YINJU_SECTION__KEY`` (in `environ`, by default the process's own)
    goes before a systemd credential ``section.key``, that before the
    file, and the file before the default. Relative paths start from the folder
    of the file they stand in, those of the environment and the defaults from the working
    directory. Raises ConfigError with everything that is wrong.
    """
    if path is None and DEFAULT_FILE.exists():
        path = DEFAULT_FILE
    known = sections()
    file = read_file(path, known) if path else Found()
    environ = os.environ if environ is None else environ
    environment = read_environment(environ, known)
    folder = environ.get("CREDENTIALS_DIRECTORY")
    credentials = read_credentials(folder, known) if folder else Found()
    problems = [*file.problems, *credentials.problems, *environment.problems]
    settings: dict[str, dict[str, Setting]] = {section: {} for section in known}
    for setting in (*file.settings, *credentials.settings, *environment.settings):
        settings[setting.section][setting.key] = setting
    made: dict[str, Section] = {}
    for section, of_section in settings.items():
        try:
            values = {key: setting.value for key, setting in of_section.items()}
            checked = known[section].model_validate(values)
        except ValidationError as error:
            problems += [
                _problem(known[section], details, of_section) for details in error.errors()
            ]
            continue
        paths, bad = _absolute_paths(checked, of_section)
        problems += bad
        made[section] = checked.model_copy(update=paths)
        for key, what, way_out in checked.together():
            where = of_section[key].where if key in of_section else f"{section}.{key}"
            problems.append(Problem(where, what, way_out))
    if problems:
        raise ConfigError(path, problems)
    own = {name: made.pop(name) for name in OWN}
    return Config.model_validate({**own, "platforms": tuple(made.values())})


def _problem(
    model: type[Section], details: ErrorDetails, of_section: Mapping[str, Setting]
) -> Problem:
    setting = of_section[str(details["loc"][0])]
    context = details.get("ctx", {})
    if details["type"] == "yinju":
        return Problem(setting.where, context["what"], context["way_out"])
    field = model.model_fields[setting.key]
    secret = isinstance(field.default, SecretStr)
    value = "the value (not shown, for it is a secret)" if secret else shown(details["input"])
    default = '""' if secret or field.default is None else shown(field.default)
    relation = "does not belong in" if len(details["loc"]) > 1 else "is not"
    return Problem(
        setting.where,
        f"{value} {relation} {field.description}",
        f"correct it, or remove it for the default, {default}",
    )


def _absolute_paths(
    checked: Section, of_section: Mapping[str, Setting]
) -> tuple[dict[str, Any], list[Problem]]:
    paths: dict[str, Any] = {}
    problems: list[Problem] = []
    for key in type(checked).model_fields:
        value = getattr(checked, key)
        if not isinstance(value, Path):
            continue
        base = of_section[key].base if key in of_section else Path.cwd()
        try:
            paths[key] = base / value.expanduser()
        except RuntimeError:
            what = f"{shown(str(value))} begins with a user this machine does not know"
            way_out = "write the whole path"
            problems.append(Problem(of_section[key].where, what, way_out))
    return paths, problems
