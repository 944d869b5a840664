"""The languages the bot speaks, and which of them a person's platform asks for."""

from __future__ import annotations

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
"""Language tags."""

_TRADITIONAL = ("hant", "tw", "hk", "mo")


def language_for(code: str | None) -> str:
    """The language for an IETF code such as ``zh-hk``: Chinese by its script, else English."""
    subtags = (code or "").replace("_", "-").lower().split("-")
    if subtags[0] not in ("zh", "yue"):
        return "en"
    if "hans" in subtags:
        return "zh-Hans"
    return "zh-Hant" if subtags[0] == "yue" or set(subtags) & set(_TRADITIONAL) else "zh-Hans"
