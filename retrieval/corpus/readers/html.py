"""HTML: parsed by lexbor, freed of what surrounds an article, walked block by block."""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from retrieval.corpus.readers import dates, frontmatter
from retrieval.corpus.readers.clutter import is_label, remove_clutter
from retrieval.corpus.readers.raw import Problem, RawBlock, RawDocument, join, line, reflow, tidy
from retrieval.model import BlockKind

NUMBER = "data-number"
"""The attribute of an <li> that carries the number its author wrote, as "19."."""

_BLOCKS = frozenset(
    ["address", "article", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"]
)  # fmt: skip
_CELLS = frozenset(("td", "th"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BREAK = "\x1e"  # a line end the author asked for; a plain one is white space in HTML


def read(text: str) -> list[RawDocument | Problem]:
    """One document: the article's blocks, and what the page's head says of it."""
    about, body = frontmatter.split(text)
    tree = LexborHTMLParser(body)
    head = _head(tree)
    remove_clutter(tree)
    found = _walk(_article(tree), reflowed=False)
    return [
        RawDocument(
            tuple(found),
            title=about["title"] or _title(tree, found),
            url=about["url"] or head["url"],
            publisher=about["publisher"] or head["publisher"],
            published=about["published"] or head["published"],
            language=about["language"] or head["language"],
        )
    ]


def blocks(text: str, *, reflowed: bool = False) -> list[RawBlock]:
    """The blocks of a fragment. With `reflowed`, its line ends are those of an author
    (an address keeps them); else they are white space."""
    tree = LexborHTMLParser(text)
    remove_clutter(tree)
    return _walk(tree.body, reflowed=reflowed)


def balanced(fragment: str) -> str:
    """The fragment with every tag closed, free of clutter."""
    tree = LexborHTMLParser(fragment)
    remove_clutter(tree)
    return (tree.body.inner_html or "") if tree.body is not None else ""


def _head(tree: LexborHTMLParser) -> frontmatter.Metadata:
    named: dict[str, str] = {}
    for meta in tree.css("meta"):
        attributes = meta.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        content = attributes.get("content")
        if name and content:
            named.setdefault(name.lower(), content)
    canonical = tree.css_first('link[rel="canonical"]')
    time = tree.css_first("article time[datetime]") or tree.css_first("time[datetime]")
    root = tree.css_first("html")
    stated = (
        named.get(key)
        for key in ("article:published_time", "datepublished", "pubdate", "publishdate", "date",
                    "dc.date", "dc.date.issued", "dcterms.date")
    )  # fmt: skip
    published = next((found for text in stated if (found := dates.iso(text))), None)
    return frontmatter.metadata(
        {
            "url": (canonical.attributes.get("href") if canonical else None) or named.get("og:url"),
            "publisher": named.get("og:site_name") or named.get("author"),
            "published": published or (time.attributes.get("datetime") if time else None),
            "language": root.attributes.get("lang") if root else None,
        }
    )


def _title(tree: LexborHTMLParser, found: list[RawBlock]) -> str | None:
    """The <title>, where no heading can be the title."""
    if any(block.kind is BlockKind.HEADING for block in found):
        return None
    title = tree.css_first("head > title")
    return line(title.text()) or None if title is not None else None


def _article(tree: LexborHTMLParser) -> LexborNode | None:
    """The page's article or main part, if it has one that holds most of the page's text."""
    whole = len(tree.body.text(strip=True)) if tree.body is not None else 0
    for selector in ("article", "[itemprop=articleBody]", "main", "[role=main]"):
        nodes = tree.css(selector)
        if not nodes:
            continue
        longest = max(nodes, key=lambda node: len(node.text(strip=True)))
        length = len(longest.text(strip=True))
        if length and (len(nodes) == 1 or length * 2 >= whole):
            return longest
    return tree.body


@dataclass(slots=True)
class _Writer:
    """Collects text and lets it go as blocks."""

    reflowed: bool
    blocks: list[RawBlock] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    items: list[str | None] = field(default_factory=list)
    """For each open <li>: its number, or None once its first block is out."""
    level: int = 0

    def flush(self) -> None:
        text = "".join(self.buffer)
        self.buffer.clear()
        parts = [self._line(part) for part in text.split(_BREAK)]
        parts = [part for part in parts if part]
        if not parts or (len(parts) == 1 and is_label(parts[0])):
            return
        number = self.items[-1] if self.items else None
        if self.level:
            self.blocks.append(RawBlock(join(parts), BlockKind.HEADING, self.level))
        elif number is not None:
            shown = f"{number} {join(parts)}" if number else join(parts)
            self.blocks.append(RawBlock(shown, BlockKind.ITEM))
            self.items[-1] = None
        else:
            self.blocks.append(RawBlock("\n".join(parts)))

    def _line(self, text: str) -> str:
        lines = [part for part in tidy(text).split("\n") if part]
        if not lines:
            return ""
        return reflow(lines) if self.reflowed and not self.level else join(lines)


def _walk(root: LexborNode | None, *, reflowed: bool) -> list[RawBlock]:
    """The blocks under `root`, in order. A stack, because pages nest deeper than Python may."""
    writer = _Writer(reflowed)
    if root is None:
        return writer.blocks
    preformatted = 0
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if leaving:
            _leave(writer, tag)
            preformatted -= tag == "pre"
            continue
        if tag == "-text":
            text = node.text_content or ""
            if text.isspace() and node.parent is not None and node.parent.tag == "tr":
                continue  # a line end between cells would join their words
            writer.buffer.append(text.replace("\n", _BREAK) if preformatted else text)
            continue
        if tag.startswith("-") or tag == "!doctype":
            continue
        _enter(writer, tag, node)
        preformatted += tag == "pre"
        stack.append((node, True))
        children = []
        child = node.child
        while child is not None:
            children.append((child, False))
            child = child.next
        stack.extend(reversed(children))
    writer.flush()
    return writer.blocks


def _enter(writer: _Writer, tag: str, node: LexborNode) -> None:
    if tag == "br":
        writer.buffer.append(_BREAK)
    elif tag in _BLOCKS:
        writer.flush()
    if tag in _HEADINGS:
        writer.level = int(tag[1])
    elif tag == "li":
        writer.items.append(node.attributes.get(NUMBER) or "")


def _leave(writer: _Writer, tag: str) -> None:
    if tag in _CELLS:
        writer.buffer.append(" ")
    elif tag in _BLOCKS:
        writer.flush()
    if tag in _HEADINGS:
        writer.level = 0
    elif tag == "li" and writer.items:
        writer.items.pop()
