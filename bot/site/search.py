"""An index that a page can search by itself: shards of JavaScript, loaded as they are needed.

Shards are scripts rather than JSON because a page that is opened from a folder may not fetch
anything else. Terms are the pairs of neighbouring Chinese characters and the words of other
scripts, of the folded text; a term's shard is its hash, the same in Python and in the page.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from retrieval.analysis.folding import fold
from retrieval.model import Passage
from retrieval.places import key

SHARDS = 64
"""Files that the postings are spread over."""
TEXTS = 200
"""Passages whose beginnings stand in one file."""
_SHOWN = 160
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUNS = re.compile(rf"[{_HAN}]+|[a-z0-9\u00c0-\u024f\u0370-\u1fff]+")


def terms(folded: str) -> set[str]:
    """What a folded text is found by."""
    found: set[str] = set()
    for run in _RUNS.findall(folded):
        if run[0] < "\u3400" or len(run) == 1:
            found.add(run)
        else:
            found.update(run[at : at + 2] for at in range(len(run) - 1))
    return found


def shard(term: str) -> int:
    """The number of the file that a term's postings stand in."""
    value = 0
    for unit in memoryview(term.encode("utf-16-le")).cast("H"):
        value = (value * 31 + unit) % 65521
    return value % SHARDS


def files(passages: Sequence[Passage], pages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The name and content of every file of the index; `pages` run parallel to `passages`."""
    shards: list[dict[str, list[int]]] = [defaultdict(list) for _ in range(SHARDS)]
    for number, passage in enumerate(passages):
        for term in sorted(terms(fold(f"{passage.document.title}\n{passage.text}").text)):
            shards[shard(term)][term].append(number)
    for number, postings in enumerate(shards):
        yield f"search/t{number}.js", _script("terms", number, dict(sorted(postings.items())))
    for first in range(0, len(passages), TEXTS):
        texts = [
            [page, key(p.id), p.document.title, p.document.published or "", p.text[:_SHOWN]]
            for p, page in zip(
                passages[first : first + TEXTS], pages[first : first + TEXTS], strict=True
            )
        ]
        yield f"search/p{first // TEXTS}.js", _script("texts", first // TEXTS, texts)
    settings = {"passages": len(passages), "shards": SHARDS, "texts": TEXTS, "simple": _simple()}
    yield "search/index.js", _script("settings", 0, settings)


def _script(kind: str, number: int, content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # Two separators that end a line in old JavaScript, but not in JSON.
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"yinju({json.dumps(kind)},{number},{text});\n"


def _simple() -> dict[str, str]:
    """Each Traditional character that is folded to one Simplified character."""
    return {
        character: folded
        for code in range(0x4E00, 0xA000)
        if (folded := fold(character := chr(code)).text) != character and len(folded) == 1
    }
