"""Markdown: parsed by markdown-it, its HTML read by the HTML reader.

Link targets, images and comments go; an ordered item keeps its number as written.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from retrieval.corpus.readers import frontmatter, html
from retrieval.corpus.readers.raw import Problem, RawDocument
from retrieval.corpus.readers.walk import NUMBER

_CODE = re.compile(r"<(script|style)\b", re.IGNORECASE)
# CommonMark does not close *…。* before a letter: its rule for punctuation expects spaces.
_UNCLOSED = re.compile(r"\*(?=[^\s*])([^*\n]{1,80}?[。！？，；：、”’」』）》])\*(?=\S)")


def read(text: str) -> list[RawDocument | Problem]:
    """One document; its title and the rest of its metadata from the front matter, if any."""
    about, body = frontmatter.split(text)
    blocks = html.blocks(_parser().render(body), reflowed=True)
    return [RawDocument(tuple(blocks), **about)]


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.before("text_join", "chinese_emphasis", _drop_unclosed_emphasis)
    parser.core.ruler.push("numbers", _keep_numbers)
    return parser


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
        return "<br>" if re.match(r"<br\b", content, re.IGNORECASE) else ""

    def image(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        return ""


def _silence(tokens: Sequence[Token], closing: str) -> None:
    """Empty the tokens up to the tag `closing`, if it is there."""
    for end, token in enumerate(tokens):
        if token.type == "html_inline" and token.content.lower().startswith(closing):
            for inside in tokens[:end]:
                inside.content = ""
            return
