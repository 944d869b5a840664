"""What one generation knows of words: how to cut them, and which names have others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.analysis.segment import Segmenter
from retrieval.expansion.spelling import Sounds
from retrieval.expansion.synonyms import Aliases, Given, operator_aliases
from retrieval.expansion.vocabulary import operator_words


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator's own words and names, beside what the corpus shows."""

    words: frozenset[str] = frozenset()
    names: Given = field(default_factory=Given)

    @classmethod
    def load(cls, folder: Path) -> Operator:
        """From `words.txt` and `aliases.toml` in the corpus folder. Raises CorpusError."""
        return cls(operator_words(folder), operator_aliases(folder))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The vocabulary that index and query share."""

    segmenter: Segmenter
    aliases: Aliases
    sounds: Sounds
    words: Mapping[str, int]
    """Every term of field `word` that passages or titles have → in how many documents."""
