"""Classes of characters, each said once; for use inside ``[…]`` of a pattern."""

from __future__ import annotations

import re
from functools import cache

HAN = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, with 々 and 〇, which are written like ones."""

_HAN = re.compile(f"[{HAN}]")


@cache
def is_han(character: str) -> bool:
    """Whether one character is Chinese."""
    return _HAN.match(character) is not None
