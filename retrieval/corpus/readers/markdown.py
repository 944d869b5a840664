"""Markdown and its dialects: parsed by markdown-it, its HTML read by the HTML reader.

Images, comments and whatever only steers a site's generator go; an ordered item keeps its number
as written. Of a container or admonition the title stays, where its author gave one.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, normalizeReference
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from retrieval.corpus.readers import html, metadata
from retrieval.corpus.readers.raw import CODE, NO_TEXT, TITLED, Problem, RawDocument
from retrieval.corpus.readers.walk import NUMBER

_CODE = re.compile(r"<(script|style)\b", re.IGNORECASE)
# CommonMark does not close *…。* before a letter: its rule for punctuation expects spaces.
_UNCLOSED = re.compile(r"\*(?=[^\s*])([^*\n]{1,80}?[。！？，；：、”’」』）》])\*(?=\S)")


def read(text: str) -> list[RawDocument | Problem]:
    """One document; its title and the rest of its metadata from the front matter, if any."""
    about, body = metadata.split(text)
    blocks = html.blocks(_parser().render(_untabbed(body)), reflowed=True, base=about["url"])
    return [RawDocument(tuple(blocks), **about)]


# What steers a generator: {#id}, {: .class}; {% include %}, {{< figure >}}; [TOC]; <<< snippet;
# [!NOTE] of a quotation; [^1] of a footnote that is not there; Obsidian's ![[embedded]], %%note%%
# and ^name of a block.
_ATTRIBUTES = re.compile(r"\s*\{:?\s*[#.:][^{}\n]*\}\s*$")
_ID = re.compile(r"#([^\s{}#.]+)")
_DIRECTIVES = re.compile(
    r"\{\{[<%].*?[>%]\}\}|\{%.*?%\}|^\[\[?toc\]\]?$|^<<< .*$|^\[![\w-]+\][+-]?|\[\^[^\]\s]+\]"
    r"|!\[\[[^\]\n]+\]\]|%%[^%\n]+%%|(?<=[\s。！？；：])\^[a-z][\w-]{2,}$"
    r"|:(?:material|octicons|fontawesome|simple)-[a-z0-9-]+:(?:\{[^{}]*\})?[ \t]?",  # icons
    re.IGNORECASE | re.MULTILINE,
)
_WIKILINK = re.compile(r"\[\[(?:[^\[\]|\n]*\||#?)([^\[\]|\n]+)\]\]")  # [[page|what is shown]]
_CALLOUT = re.compile(r"\[![\w-]+\][+-]?[ \t]*\S")
_HIGHLIGHTED = re.compile(r"==(?=[^\s=])([^=\n]*[^\s=])==")  # pymdownx: shown as by a marker
# MDX: {/* id */} of a heading. pymdownx: "/// note | Title" and "///" around a block.
_COMMENT = re.compile(r"\s*\{/\*\s*(.*?)\s*\*/\}", re.DOTALL)
_FENCED = re.compile(r"^/{3,}(?:[ \t]*[\w-]+(?:[ \t]*\|[ \t]*(.*))?)?[ \t]*$", re.MULTILINE)
# Another file stands there: mdBook, markdown-include, MDX includes, pymdownx snippets.
_INCLUDE = re.compile(
    r"^[ \t]*(?:\{\{#\w+ [^{}\n]*\}\}|\{[!*] .*[!*]\}|-+8<-+ .*)[ \t]*$", re.MULTILINE
)
# A link's target that the generator fills in, also of a definition: [a]({% page "/b" %}).
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TARGET = re.compile(rf"(`+).+?\1|(?<=\]\()\s*(?:{_TAG.pattern})", re.DOTALL)
_DEFINED = re.compile(r"^\[([^\]\n]+)\]:[ \t]*(\S.*)$", re.MULTILINE)
_CONTAINER = re.compile(r":*\s*\{?[\w-]+\}?\s*(?:\[(?P<bracketed>.*)\]|(?P<plain>.*))")
# MyST: ```{note} Title, its :options:, and what is written {role}`words <target>`.
_BOX = re.compile(r"\{([\w:.-]+)\}[ \t]*(.*)")
_OPTIONS = re.compile(r"\A(?:---\n(?:.*\n)*?---\n|(?:[ \t]*:[\w-]+:.*\n)+)")
_ROLE = re.compile(r"\{[\w:.-]+\}\Z")
_TAB = re.compile(r'^(===[!+]? "(.+)"[ \t]*)\n((?:(?: {4}|\t).*\n?|[ \t]*\n)+)', re.MULTILINE)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(tasklists_plugin).use(admon_plugin).use(attrs_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False)
    parser.use(container_plugin, "any", validate=lambda *_: True, render=_container)
    for mark in ("image", "footnote_ref", "footnote_anchor"):
        parser.add_render_rule(mark, lambda *_: "")
    parser.core.ruler.before("inline", "boxes", _open_boxes)
    parser.core.ruler.before("inline", "attributes", _drop_attributes)
    parser.core.ruler.before("text_join", "chinese_emphasis", _drop_unclosed_emphasis)
    parser.core.ruler.push("directives", _drop_directives)
    parser.core.ruler.push("numbers", _keep_numbers)
    return parser


def _untabbed(text: str) -> str:
    """`text` with the tabs of MkDocs (=== "Linux") as a line and what is indented under it."""
    return _TAB.sub(lambda tab: f"{tab[2]}\n\n{dedent(tab[3].expandtabs(4))}", text)


def _open_boxes(state: StateCore) -> None:
    """Take what MyST fences for the text that it is, if it is no code."""
    state.tokens = [part for token in state.tokens for part in _opened(token, state)]
    for before, token in zip(state.tokens, state.tokens[2:], strict=False):
        if before.type == "container_any_open" and token.type == "inline":
            token.content = _OPTIONS.sub("", token.content + "\n").strip()


def _opened(token: Token, state: StateCore) -> list[Token]:
    box = _BOX.fullmatch(token.info.strip()) if token.type == "fence" else None
    if box is None:
        return [token]
    token.info, token.content = box[2], _OPTIONS.sub("", token.content)
    if box[1] in CODE:
        return [token]
    inside: list[Token] = []
    if box[1] not in NO_TEXT:
        state.md.block.parse(f"{box[2]}\n\n{token.content}", state.md, state.env, inside)
    return [part for one in inside for part in _opened(one, state)]


def _drop_attributes(state: StateCore) -> None:
    """Take out what ends a heading or paragraph in braces, where a heading keeps its id; comments,
    what fences a block or includes a file, and what a generator fills in as a link's target."""
    for before, token in pairwise(state.tokens):
        if token.type == "fence" and not _INCLUDE.sub("", token.content).strip():
            token.content = ""
        if token.type != "inline":
            continue
        written = _INCLUDE.sub("", _FENCED.sub(r"\1", token.content)).strip()
        if (first := _DEFINED.match(written)) is not None and _TAG.match(first[2]):
            for label, target in _DEFINED.findall(written):
                filled = {"href": _TAG.sub("", target).strip(), "title": ""}
                state.env.setdefault("references", {})[normalizeReference(label)] = filled
            written = _DEFINED.sub("", written).strip()
        written = _TARGET.sub(lambda found: found[0] if found[1] else "", written)
        comment, braced = _COMMENT.search(written), _ATTRIBUTES.search(written)
        named = _ID.search(braced[0]) if braced is not None else None
        found = named or comment
        if before.type == "heading_open" and found is not None and " " not in found[1]:
            before.attrSet("id", found[1])
        token.content = _ATTRIBUTES.sub("", _COMMENT.sub("", written))


def _drop_directives(state: StateCore) -> None:
    for token in state.tokens:
        inline = token.children or []
        called = bool(inline) and _CALLOUT.match(inline[0].content) is not None
        for before, child in zip([None, *inline], inline, strict=False):
            if child.type == "text":
                child.content = _HIGHLIGHTED.sub(r"\1", _DIRECTIVES.sub("", child.content))
            elif child.type == "softbreak" and called:  # after the title of a callout
                child.type, called = "hardbreak", False
            elif child.type == "code_inline" and before and _ROLE.search(before.content):
                before.content = _ROLE.sub("", before.content)
                child.type, child.content = "text", TITLED.sub(r"\1", child.content)
        if any("[[" in child.content for child in inline):
            token.children = [part for child in inline for part in _linked(child)]


def _linked(child: Token) -> list[Token]:
    """A text with its wiki's links as what they show, in links that lead nowhere."""
    if child.type != "text":
        return [child]
    parts: list[Token] = []
    for number, piece in enumerate(_WIKILINK.split(child.content)):
        text = Token("text", "", 0, content=piece)
        link = Token("link_open", "a", 1), text, Token("link_close", "a", -1)
        parts += link if number % 2 else (text,)
    return parts


def _drop_unclosed_emphasis(state: StateCore) -> None:
    """Take out pairs of ``**`` that are still text: escaped ones are tokens of another type."""
    for token in state.tokens:
        texts = [child for child in token.children or [] if child.type == "text"]
        left = sum(child.content.count("**") for child in texts) // 2 * 2
        for child in texts:
            here = min(left, child.content.count("**"))
            child.content = _UNCLOSED.sub(r"\1", child.content.replace("**", "", here))
            left -= here


def _keep_numbers(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "list_item_open" and token.info:
            token.attrSet(NUMBER, token.info + token.markup)


class _Renderer(RendererHTML):
    """HTML in which what an author embedded cannot swallow what follows it."""

    def html_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        return html.balanced(tokens[idx].content)

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        content = tokens[idx].content
        opened = _CODE.match(content)
        if opened is not None:
            _silence(tokens[idx + 1 :], f"</{opened[1].lower()}")
        if re.match(r"<br\b", content, re.IGNORECASE):
            return "<br>"
        # <b>甲</b><i>乙</i> are two words: a site shows one of them, or both apart.
        apart = content[1:2] != "/" and idx and tokens[idx - 1].content.startswith("</")
        return " " if apart else ""


def _container(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    idx: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    """The beginning or the end of a container."""
    if tokens[idx].nesting < 0:
        return "</div>"
    titled = _CONTAINER.fullmatch(tokens[idx].info.strip())
    title = (titled["bracketed"] or titled["plain"] or "") if titled is not None else ""
    title = _ATTRIBUTES.sub("", title).strip()
    return f"<div><p>{escapeHtml(title)}</p>" if title else "<div>"


def _silence(tokens: Sequence[Token], closing: str) -> None:
    """Empty the tokens up to the tag `closing`, if it is there."""
    for end, token in enumerate(tokens):
        if token.type == "html_inline" and token.content.lower().startswith(closing):
            for inside in tokens[:end]:
                inside.content = ""
            return
