"""What stands around an article on a web page and is no part of it: menus, scripts, sharing."""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

_NEVER_TEXT = (
    "script, style, noscript, template, svg, math > annotation, iframe, object, canvas, audio,"
    " video, nav, footer, aside, form, button, select, textarea, [hidden], [aria-hidden=true],"
    " .mermaid, .language-mermaid, .language-plantuml, .language-puml, .language-flow,"  # drawings
    " [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=complementary]"
)
# Line numbers, "view source", notes' marks: Sphinx, MkDocs, Docusaurus, GitHub, MediaWiki.
_SIGNS = (
    "a.viewcode-link, .linenos, .linenodiv, .gutter, .line-numbers-rows, .copybtn, sup.reference,"
    " a.footnote-reference, .footnote-ref, .footnote-backref, .reversefootnote, .mw-editsection,"
    " .edit-page, .theme-edit-this-page, .md-content__button, .screen-reader-text, .sr-only,"
    " .visually-hidden"
)
# Beside a heading, leading to itself; some generators put the heading's own text in it.
_ANCHORS = frozenset(
    ("headerlink", "header-anchor", "hash-link", "anchor", "anchorjs-link", "anchor-link",
     "heading-anchor", "permalink")
)  # fmt: skip
_PERMALINKS = frozenset(("", "¶", "#", "§", "🔗", "Permalink", "⚓", "↩", "↩︎", "^"))
_KINDS = frozenset("备注 備註 注意 警告 提示 注解 註解 注 危险 重要 参见 參見 另请参阅".split())
# Navigation that says so by its class or id: Sphinx and its themes, MkDocs, Docusaurus, VitePress,
# DocBook, WordPress, MediaWiki.
_FURNITURE = (
    ".sphinxsidebar, .wy-nav-side, .wy-nav-top, .rst-versions, .rst-footer-buttons,"
    " .toc-drawer, .bd-sidebar-primary, .bd-sidebar-secondary, .prev-next-area,"
    " .toctree-wrapper, .mobile-header, .sidebar-drawer, .contents.local, .md-header,"
    " .md-sidebar, .md-footer, .md-tabs, .md-source-file, .theme-doc-toc-mobile,"
    " .theme-doc-toc-desktop, .theme-doc-breadcrumbs, .theme-doc-version-badge,"
    " .pagination-nav, .VPNav, .VPSidebar, .VPLocalNav, .VPDocFooter, .VPDocAside, .navheader,"
    " .navfooter, .titlepage .copyright, .legalnotice, div.toc, ul.toc, #toc, #toctitle,"
    " .toctitle, .table-of-contents, .post-navigation, .nav-links, .nav-previous, .nav-next,"
    " .entry-meta, .entry-footer, .post-meta, .posted-on, .cat-links, .tags-links,"
    " .sharedaddy, .jp-relatedposts, .author-box, .widget, .widget-area, #respond, #secondary,"
    " #colophon, #masthead, .site-header, .site-footer, .navbox, .catlinks, .mw-jump-link,"
    " #siteSub, #footer, .footer, .navbar, .demo"
)
_CLUTTER = re.compile(
    r"(?:^|[\s_-])(?:shar(?:e|es|ing)|social|comments?|related|breadcrumbs?|newsletter|"
    r"advert(?:isement)?|promo|sidebar|cookie|pagination|skip-link)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SHARING = re.compile(
    r"^whatsapp://|^https?://(?:[\w-]+\.)*(?:facebook\.com/(?:dialog/share|sharer|share\.php)"
    r"|(?:twitter|x)\.com/(?:intent|share)|whatsapp\.com/send|wa\.me/|t\.me/share|telegram\.me/share"
    r"|linkedin\.com/share|service\.weibo\.com/share|reddit\.com/submit|pinterest\.com/pin/create"
    r"|social-plugins\.line\.me|plus\.google\.com/share|sns\.qzone\.qq\.com)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:分享(?:到|至|给朋友|本文|文章)?|轉發|转发|share(?: this)?(?: article| page)?)\s*[:：]?",
    re.IGNORECASE,
)
_ROOTS = frozenset(("html", "body", "main", "article"))
_LONGEST_LABEL = 30


def remove_clutter(tree: LexborHTMLParser) -> None:
    """Take out of `tree` what no reader of the article would call its text."""
    body = tree.body
    if body is None:
        return
    _remove(tree.css(f"{_NEVER_TEXT}, {_SIGNS}"))
    _remove([node for node in body.css("a, .admonition-title") if _is_sign(node)])
    # Furniture and named clutter are removed only while they are the smaller part of the page:
    # names are a hint, and some pages wrap the article itself in "has-comments".
    whole = len(body.text(strip=True))
    furniture = [node for node in body.css(_FURNITURE) if node.tag not in _ROOTS]
    _remove([node for node in furniture if len(node.text(strip=True)) * 2 < whole])
    links = body.css("a[href]")
    _remove([_widget(a) for a in links if _SHARING.search(a.attributes.get("href") or "")])
    whole = len(body.text(strip=True))
    named = [node for node in body.css("*") if node.tag not in _ROOTS and _named_clutter(node)]
    _remove([node for node in named if len(node.text(strip=True)) * 2 < whole])


def _is_sign(node: LexborNode) -> bool:
    """Whether it is a sign that stands for no word: a link to its own place shown as ¶ or #, the
    kind of an admonition where its author gave it no title."""
    text = node.text(strip=True)
    if node.tag == "a":
        if not _ANCHORS.isdisjoint((node.attributes.get("class") or "").split()):
            return node.parent is None or node.parent.text(strip=True) != text
        return text in _PERMALINKS and (node.attributes.get("href") or "").startswith("#")
    around = node.parent.attributes.get("class") if node.parent is not None else None
    return text.lower().rstrip(":：!！") in {*(around or "").lower().split(), *_KINDS}


def is_label(text: str) -> bool:
    """Whether a block is what stands beside share buttons, and nothing else."""
    return len(text) <= _LONGEST_LABEL and _LABEL.fullmatch(text) is not None


def _remove(nodes: list[LexborNode]) -> None:
    """Remove the outermost of `nodes`: an inner one is freed with it and must not be touched."""
    ids = {node.mem_id for node in nodes}
    outermost: dict[int, LexborNode] = {}
    for node in nodes:
        parent = node.parent
        while parent is not None and parent.mem_id not in ids:
            parent = parent.parent
        if parent is None:
            outermost[node.mem_id] = node
    for node in outermost.values():
        node.decompose()


def _named_clutter(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return _is_clutter(node.tag or "")
    names = [node.tag or "", attributes.get("class") or "", attributes.get("id") or ""]
    names += [name for name in attributes if name.startswith("data-")]
    return _is_clutter(" ".join(names))


@lru_cache(4096)
def _is_clutter(names: str) -> bool:
    return _CLUTTER.search(names) is not None


def _widget(link: LexborNode) -> LexborNode:
    """The largest part of the page around a sharing link that holds next to no other text."""
    node = link
    while True:
        parent = node.parent
        if parent is None or parent.tag in _ROOTS or parent.tag is None:
            return node
        if len(parent.text(strip=True)) > _LONGEST_LABEL or parent.css_first("p, h1") is not None:
            return node
        node = parent
