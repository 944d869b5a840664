"""HTML: parsed by lexbor, freed of what surrounds an article, walked block by block."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from retrieval.corpus.readers import metadata
from retrieval.corpus.readers.clutter import remove_clutter
from retrieval.corpus.readers.raw import Problem, RawBlock, RawDocument, heads_part, line
from retrieval.corpus.readers.walk import walk
from retrieval.model import BlockKind

# Of a page that names no part of it its article.
_FEWEST_PARAGRAPHS = 3
_NEARLY_ALL = 0.8
_LONGEST_SCRAP = 60  # characters: a byline, a menu's entry, no sentence of prose
_DEEPEST = 30  # parents of a paragraph that are looked at


def read(text: str) -> list[RawDocument | Problem]:
    """One document: the article's blocks, and what the page's head says of it."""
    about, body = metadata.split(text)
    tree = LexborHTMLParser(body)
    head = _head(tree)
    remove_clutter(tree)
    _without_banner(tree)
    found = walk(_article(tree), reflowed=False, base=about["url"] or head["url"])
    return [
        RawDocument(
            tuple(found),
            title=about["title"] or _title(tree, found),
            url=about["url"] or head["url"],
            author=about["author"] or head["author"],
            publisher=about["publisher"] or head["publisher"],
            published=about["published"] or head["published"],
            language=about["language"] or head["language"],
        )
    ]


def blocks(text: str, *, reflowed: bool = False, base: str | None = None) -> list[RawBlock]:
    """The blocks of a fragment. With `reflowed`, its line ends are those of an author
    (an address keeps them); else they are white space. Links are relative to `base`."""
    tree = LexborHTMLParser(text)
    remove_clutter(tree)
    return walk(tree.body, reflowed=reflowed, base=base)


def balanced(fragment: str) -> str:
    """The fragment with every tag closed, free of clutter."""
    tree = LexborHTMLParser(fragment)
    remove_clutter(tree)
    return (tree.body.inner_html or "") if tree.body is not None else ""


def _head(tree: LexborHTMLParser) -> metadata.Metadata:
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
    published = next((found for text in stated if (found := metadata.iso(text))), None)
    return metadata.named(
        {
            "url": (canonical.attributes.get("href") if canonical else None) or named.get("og:url"),
            "author": named.get("author"),
            "publisher": named.get("og:site_name") or named.get("author"),
            "published": published or (time.attributes.get("datetime") if time else None),
            "language": root.attributes.get("lang") if root else None,
        }
    )


def _without_banner(tree: LexborHTMLParser) -> None:
    """Take out a first <h1> that is the site's name: no more than a link to another page, with the
    page's own <h1> below it."""
    tops = tree.css("h1")
    link = tops[0].css_first("a[href]") if len(tops) > 1 else None
    if link is None or link.text(strip=True) != tops[0].text(strip=True):
        return
    if not (link.attributes["href"] or "#").startswith("#"):
        tops[0].decompose()


def _title(tree: LexborHTMLParser, found: list[RawBlock]) -> str | None:
    """The page's only <h1> where it stands outside the article; the <title>, where no heading can
    be the title or heads more than a part."""
    levels = {block.level for block in found if block.kind is BlockKind.HEADING}
    top = tree.css("h1")
    if 1 not in levels and len(top) == 1:
        return line(top[0].text()) or None
    title = tree.css_first("head > title")
    headless = not levels or heads_part(found)
    return line(title.text()) or None if title is not None and headless else None


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
    return _densest(tree.body) or tree.body


def _densest(body: LexborNode | None) -> LexborNode | None:
    """The innermost part of a page that holds nearly all of its paragraphs, where all that stands
    outside it are scraps: menus, bylines, lists of other pages."""
    paragraphs = body.css("p") if body is not None else []
    if body is None or len(paragraphs) < _FEWEST_PARAGRAPHS:
        return None
    held: dict[int, int] = {}
    nodes: dict[int, LexborNode] = {}
    for paragraph in paragraphs:
        length, node = len(paragraph.text(strip=True)), paragraph.parent
        for _ in range(_DEEPEST):
            if node is None or node.mem_id == body.mem_id:
                break
            nodes.setdefault(node.mem_id, node)
            held[node.mem_id] = held.get(node.mem_id, 0) + length
            node = node.parent
    total = sum(len(paragraph.text(strip=True)) for paragraph in paragraphs)
    most = [number for number, length in held.items() if length >= _NEARLY_ALL * total]
    if not most:
        return None
    best = nodes[min(most, key=lambda number: len(nodes[number].text(strip=True)))]
    inside = {node.mem_id for node in best.traverse(include_text=True)}
    outside = (n for n in body.traverse(include_text=True) if n.mem_id not in inside)
    scraps = all(len(n.text_content or "") <= _LONGEST_SCRAP for n in outside if n.tag == "-text")
    return best if scraps else None
