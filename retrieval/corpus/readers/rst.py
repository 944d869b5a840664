"""reStructuredText: parsed by docutils, its HTML read by the HTML reader.

What only Sphinx or an extension knows is taken for what it most often is: a directive for a box
whose content is text, a role for its words. Nothing is included, fetched or run.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from retrieval.corpus.readers import html, metadata
from retrieval.corpus.readers.raw import CODE, NO_TEXT, TITLED, Problem, RawDocument
from retrieval.corpus.readers.walk import NUMBER
from retrieval.errors import UnreadableError

try:
    from docutils import nodes
    from docutils.core import publish_doctree, publish_from_doctree
    from docutils.parsers.rst import Directive, directives, languages, roles
except ImportError:
    raise UnreadableError("needs-documents") from None

_SETTINGS = {
    "_disable_config": True,
    "auto_id_prefix": "id",
    "docinfo_xform": False,
    "doctitle_xform": False,
    "embed_stylesheet": False,
    "file_insertion_enabled": False,
    "halt_level": 6,
    "initial_header_level": 1,
    "line_length_limit": 100_000_000,
    "math_output": "LaTeX",
    "raw_enabled": False,
    "report_level": 5,
    "stylesheet_path": "",
    "syntax_highlight": "none",
}
_UNTITLED = frozenset("only ifconfig container class rst-class cssclass grid tab-set".split())
_DIRECTIVE = re.compile(r"^[ \t]*\.\. +(?:\|[^|\n]+\| +)?([\w:.+-]+?)::", re.MULTILINE)
_ROLE = re.compile(r":([\w:.+-]+):`")


def read(text: str) -> list[RawDocument | Problem]:
    """One document; the fields at its top are its metadata."""
    about, body = metadata.split(text)
    english = languages.get_language("en", None)
    for name in {name.lower() for name in _DIRECTIVE.findall(body)}:
        known = name in directives._directive_registry or name in english.directives
        if name in CODE | NO_TEXT or not known:
            directives.register_directive(name, _Directive)
    for name in {name.lower() for name in _ROLE.findall(body)}:
        if name not in english.roles and name not in roles._role_registry:
            roles.register_local_role(name, _role)
    tree = publish_doctree(body, settings_overrides=_SETTINGS)
    fields = {
        field[0].astext().lower(): field[1].astext()
        for first in tree.children[:1]
        for field in (first.children if isinstance(first, nodes.field_list) else ())
    }
    if fields:
        tree.pop(0)
    _number(tree)
    page = publish_from_doctree(tree, writer="html5", settings_overrides=_SETTINGS).decode()
    # Boxes and footnotes are asides to docutils, which on web pages are hardly ever text.
    page = re.sub(r"<(/?)aside\b", r"<\1div", page.partition("<body")[2].partition(">")[2])
    page = re.sub(r'<li class="number-([^"]+)">', rf'<li {NUMBER}="\1">', page)
    named = metadata.named({**fields, **{k: v for k, v in about.items() if v is not None}})
    return [RawDocument(tuple(html.blocks(page, reflowed=True, base=named["url"])), **named)]


def _number(tree: nodes.document) -> None:
    """Numbers as they are written for the items of lists, and none for notes."""
    for items in tree.findall(nodes.enumerated_list):
        for at, item in enumerate(items.children, start=items.get("start", 1)):
            if items["enumtype"] == "arabic":
                item["classes"] = [f"number-{items['prefix']}{at}{items['suffix']}"]
    for mark in [*tree.findall(nodes.footnote_reference), *tree.findall(nodes.label)]:
        if not isinstance(mark.parent, nodes.citation):
            mark.parent.remove(mark)


class _Options(dict[str, Callable[[str], str]]):
    """Every option, as it is written."""

    def __missing__(self, name: str) -> Callable[[str], str]:
        return str


class _Directive(Directive):  # type: ignore[misc]
    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = _Options(name=str)

    def run(self) -> list[nodes.Node]:
        argument = " ".join(self.arguments)
        if self.name.lower() in NO_TEXT:
            return []
        if self.name.lower() in CODE:
            code = "\n".join(self.content)
            return [nodes.literal_block(code, code, classes=[f"lang-{argument or 'none'}"])]
        box = nodes.container()
        if argument and self.name.lower() not in _UNTITLED:
            # Of a version and what changed in it, the line end between them is a blank.
            argument = re.sub(r"\s", " ", argument, count=1)
            words, problems = self.state.inline_text(argument, self.lineno)
            box += nodes.paragraph(argument, "", *words, *problems)
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


def _role(
    name: str, raw: str, text: str, *_: object, **__: object
) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """The words of a role: of ``title <target>`` the title, of ``~package.name`` the name."""
    words = nodes.unescape(text)
    titled = TITLED.fullmatch(words)
    words = titled[1] if titled else words.rpartition(".")[2] if words[:1] == "~" else words
    return [nodes.inline(raw, words.lstrip("!"))], []
