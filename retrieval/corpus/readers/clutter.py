"""What stands around an article on a web page and is no part of it: menus, scripts, sharing."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_NEVER_TEXT = (
    "script, style, noscript, template, svg, math > annotation, iframe, object, canvas, audio,"
    " video, nav, footer, aside, form, button, select, textarea, [hidden], [aria-hidden=true],"
    " [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=complementary]"
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
    _remove(tree.css(_NEVER_TEXT))
    links = body.css("a[href]")
    _remove([_widget(a) for a in links if _SHARING.search(a.attributes.get("href") or "")])
    # Named clutter is removed only while it is the smaller part of the page: the names of
    # classes are a hint, and some pages wrap the article itself in "has-comments".
    whole = len(body.text(strip=True))
    named = [node for node in body.css("*") if node.tag not in _ROOTS and _named_clutter(node)]
    _remove([node for node in named if len(node.text(strip=True)) * 2 < whole])


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
    names = [node.tag or "", attributes.get("class") or "", attributes.get("id") or ""]
    names += [name for name in attributes if name.startswith("data-")]
    return any(_CLUTTER.search(name) for name in names)


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
