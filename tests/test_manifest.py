"""`sources.toml`: what it says is used, what is wrong with it is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.corpus import load
from retrieval.errors import CorpusError
from retrieval.model import Corpus


def _with_manifest(tmp_path: Path, text: str) -> Callable[[], Corpus]:
    (tmp_path / "a.txt").write_text(
        "甲\n\n正文一。另有 重要的话。\n\n小题\n\n末段。\n", encoding="utf-8"
    )
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    return lambda: load(tmp_path)


def test_a_manifest_describes_files(tmp_path: Path) -> None:
    corpus = _with_manifest(
        tmp_path,
        """
        [[file]]
        path = "a.txt"
        title = "甲"
        publisher = "某社"
        published = 2021-03
        headings = ["小题"]
        drop = ['重要的话。']
        [[file]]
        path = "gone.txt"
        """.replace("2021-03", '"2021-03"'),
    )()
    (found,) = corpus.documents
    assert (found.title, found.publisher, found.published) == ("甲", "某社", "2021-03")
    assert found.text == "正文一。另有\n\n小题\n\n末段。"
    assert [block.kind.value for block in found.blocks] == ["paragraph", "heading", "paragraph"]
    assert [skipped.path for skipped in corpus.skipped] == ["gone.txt"]
    assert corpus.skipped[0].cause.key == "absent"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[file]\npath = "a.txt"', "line 1"),
        ('[[file]]\npath = "a.txt"\ntitel = "x"', 'did you mean "title"?'),
        ('[[files]]\npath = "a.txt"', 'did you mean "match"?'),
        ('[[file]]\npath = "a.txt"\n[file.split]\nafter = "x"\ndate_ordr = "x"', '"date_order"?'),
        ('[[file]]\npath = "a.txt"\n[file.split]\nafter = "("', "not a regular expression"),
        ('[[file]]\npath = "a.txt"\npublished = "gestern"', "not a date"),
        ('[[file]]\npath = "a.txt"\nurl = "javascript:alert(1)"', "http"),
        ('[[file]]\npath = "../a.txt"', "inside"),
        ('[[file]]\npath = "a.txt"\n[[file]]\npath = "a.txt"', "twice"),
        ("[[file]]\ntitle = 'x'", "path: missing"),
        ('[[file]]\npath = "a.txt"\npages = "yes"', "pages"),
    ],
)
def test_mistakes_in_a_manifest_are_named(tmp_path: Path, text: str, said: str) -> None:
    read = _with_manifest(tmp_path, text)
    with pytest.raises(CorpusError) as caught:
        read()
    assert caught.value.path.endswith("sources.toml")
    assert said in caught.value.reason


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    read = _with_manifest(tmp_path, '[[file]]\npath = "a.txt"\nurl = "x"\n[[file]]\npagse = true\n')
    with pytest.raises(CorpusError) as caught:
        read()
    assert "file 1, url" in caught.value.reason
    assert "file 2, path: missing" in caught.value.reason
    assert 'file 2, pagse: unknown key; did you mean "pages"?' in caught.value.reason
