"""A corpus of any size, the same for the same seed: words of jieba's dictionary as often as Zipf's
law has it, in sentences, paragraphs and documents; and questions that its documents answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

WORDS = 60_000
"""Of the dictionary, its most frequent."""
EXPONENT, SHIFT = 1.07, 2.7
"""Of Zipf's law with Mandelbrot's shift, as they are for large languages."""
PASSAGES = 4
"""Of a document."""
FILE = 500
"""Documents of a file of JSON Lines."""
_PARAGRAPH, _SENTENCE = 11, 15
"""Sentences of a passage and words of a sentence: 300 characters and 27."""
_COMMA = 7


@dataclass(frozen=True, slots=True)
class Made:
    """A document: paragraphs of about a passage each."""

    title: str
    publisher: str
    published: str
    paragraphs: tuple[str, ...]


def documents(count: int, seed: int = 7) -> Iterator[Made]:
    """So many documents."""
    chance = np.random.default_rng(seed)
    words = _words()
    shares = 1.0 / (np.arange(len(words)) + SHIFT) ** EXPONENT
    ends = np.cumsum(shares / shares.sum())
    size = PASSAGES * _PARAGRAPH * _SENTENCE
    for number in range(count):
        drawn = words[np.minimum(ends.searchsorted(chance.random(size + 3)), len(words) - 1)]
        sentences = drawn[3:].reshape(PASSAGES, _PARAGRAPH, _SENTENCE)
        paragraphs = tuple(
            "".join(f"{''.join(s[:_COMMA])}，{''.join(s[_COMMA:])}。" for s in paragraph)
            for paragraph in sentences
        )
        year, month = 1990 + number % 35, 1 + number % 12
        publisher = f"{words[number % 40 + 2_000]}出版社"
        title = f"{''.join(drawn[:3])}之{number}"
        yield Made(title, publisher, f"{year}-{month:02}", paragraphs)


def questions(count: int, seed: int = 7) -> list[str]:
    """Questions that the first documents of the same seed answer: four words of a sentence."""
    chance = np.random.default_rng(seed + 1)
    asked = []
    for made in documents(count, seed):
        sentences = "".join(made.paragraphs).split("。")
        sentence = sentences[int(chance.integers(len(sentences) - 1))]
        start = int(chance.integers(max(len(sentence) - 10, 1)))
        asked.append(f"{sentence[start : start + 9].strip('，')}是什么？")
    return asked


def write(folder: Path, passages: int, seed: int = 7) -> None:
    """Files of JSON Lines with so many passages."""
    for number, made in enumerate(documents(passages // PASSAGES, seed)):
        path = folder / f"{number // FILE:05}.jsonl"
        row = {
            "id": str(number),
            "title": made.title,
            "publisher": made.publisher,
            "published": made.published,
            "text": "\n\n".join(made.paragraphs),
        }
        with path.open("a" if number % FILE else "w", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _words() -> np.ndarray:
    lines = (files("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines()
    counted = [(int(count), word) for word, count, _ in (line.split(" ") for line in lines)]
    counted.sort(key=lambda one: (-one[0], one[1]))
    return np.asarray([word for _, word in counted[:WORDS]], object)
