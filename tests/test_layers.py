"""The house keeps its order: who may import whom, and how long a file may be."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAX_LINES = 250

LAYERS = (
    # what everything speaks
    "retrieval.errors retrieval.files retrieval.processes",
    "retrieval.model",
    # texts: their matching form, sentences, words; documents into passages
    "retrieval.analysis",
    "retrieval.passages",
    # the corpus folder
    "retrieval.corpus",
    # from a question to its hits
    "retrieval.expansion",
    "retrieval.queries",
    "retrieval.engines retrieval.excerpts retrieval.places",
    "retrieval.ranking",
    "retrieval.indexing",
    "retrieval.library",
    "retrieval.searching",
    "retrieval.evaluation",
    # the conversation
    "bot.config bot.querylog bot.metrics",
    "bot.listener",
    "bot.conversation",
    "bot.wording",
    "bot.app bot.site",
    "bot.platforms",
    "bot.terminal bot.telegram bot.matrix",
    "bot.cli",
)
"""Modules and packages, outermost last. A module imports only from the layers above its own."""


@cache
def _modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in ("retrieval", "bot")
        for path in sorted((ROOT / package).rglob("*.py"))
    }


@cache
def _imports(name: str, *, lazy: bool) -> frozenset[str]:
    """The modules that `name` imports; with `lazy`, inside functions too."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(_modules()[name].read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            assert node.module is not None
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in _modules() else node.module)
        elif lazy or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += ast.iter_child_nodes(node)
    return frozenset(found)


def _room(name: str) -> str:
    """The module or package of `LAYERS` that a module belongs to."""
    return ".".join(name.split(".")[:2])


def test_every_module_has_its_place_in_the_layers() -> None:
    placed = [name for layer in LAYERS for name in layer.split()]
    assert len(placed) == len(set(placed))
    rooms = {_room(name) for name in _modules() if "." in name}
    assert rooms - set(placed) == set(), "place new modules in LAYERS"


def test_a_module_imports_only_from_the_layers_above() -> None:
    depth = {room: at for at, layer in enumerate(LAYERS) for room in layer.split()}
    wrong = {
        (name, imported)
        for name in _modules()
        if "." in name
        for imported in _imports(name, lazy=True)
        if imported in _modules()
        and _room(imported) != _room(name)
        and depth[_room(imported)] >= depth[_room(name)]
    }
    assert wrong == set()


def test_no_modules_import_each_other() -> None:
    graph = {
        name: {other for other in _imports(name, lazy=False) if other in _modules()} - {name}
        for name in _modules()
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(_modules())


def test_retrieval_knows_nothing_of_the_bot() -> None:
    wrong = {
        name
        for name in _modules()
        if name.startswith("retrieval")
        and any(other.split(".")[0] in {"bot", "telegram"} for other in _imports(name, lazy=True))
    }
    assert wrong == set()


PLATFORMS = {"bot.telegram": "telegram", "bot.matrix": "nio", "bot.terminal": "rich"}
"""Each platform's package, and the library that is its own alone (the command line prints with
the terminal's)."""


def test_a_platforms_library_is_imported_by_its_own_package_alone() -> None:
    wrong = {
        (name, library)
        for name in _modules()
        for room, library in PLATFORMS.items()
        if _room(name) not in (room, "bot.cli" if library == "rich" else room)
        and any(other.split(".")[0] == library for other in _imports(name, lazy=True))
    }
    assert wrong == set()


def test_the_conversation_imports_no_platform_and_no_platform_another() -> None:
    wrong = {
        (name, other)
        for name in _modules()
        for other in map(_room, _imports(name, lazy=True))
        if other in PLATFORMS and (_room(name) in PLATFORMS or _room(name) == "bot.conversation")
        if other != _room(name)
    }
    assert wrong == set()


def test_no_file_outgrows_a_sitting() -> None:
    long = {
        name: lines
        for name, path in _modules().items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}
