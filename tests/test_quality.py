"""Garbage is told from text, in any language; and what it would replace goes on being served."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.corpus.quality import doubt
from retrieval.library import Library
from tests import hostile
from tests.corpora import seeds

_SAMPLES = {
    "poem": "床前明月光，疑是地上霜。举头望明月，低头思故乡。",
    "rare": "饕餮纹青铜甗、簋、觚、斝与罍皆出于殷墟，其铭多漫漶不可识。",
    "traditional": "臺灣的國民政府於一九四九年遷至臺北，並宣布戒嚴，直到一九八七年才解除。",
    "japanese": "日本国憲法は、国民主権、基本的人権の尊重、平和主義を基本原理とし。" * 8,
    "korean": "모든 국민은 인간으로서의 존엄과 가치를 가지며, 행복을 추구할 권리를 가진다. ",
    "english": "All human beings are born free and equal in dignity and rights. ",
    "polish": "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. "
    * 8,
    "french": "Tous les êtres humains naissent libres et égaux en dignité et en droits. " * 8,
    "welsh": "Genir pawb yn rhydd ac yn gydradd â'i gilydd mewn urddas a hawliau. ",
    "finnish": "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. ",
    "vietnamese": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền. "
    * 8,
    "pinyin": "zhonghua renmin gongheguo xianfa di yi zhang zong gang di yi tiao ",
    "arabic": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. ",
    "russian": "Все люди рождаются свободными и равными в своем достоинстве и правах. ",
    "uyghur": "ھەممە ئادەم زاتىدىنلا ئەركىن، ئىززەت-ھۆرمەت ۋە ھوقۇقتا باپباراۋەر. ",
    "tibetan": "འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་སྐྱེས་ཙམ་ཉིད་ནས་ཆེ་མཐོངས། ",
    "numbers": "12.5 13.8 14.2 | 2021-03-04 | 1,200,300\n",
    "code": "for (int i = 0; i < n; ++i) { sum += xs[i] * ws[i]; }\nreturn sqrt(sum);\n",
    "emoji": "今天🎉🎉🎉大家都到了👍🏽👩‍👩‍👧。",
    "links": "见 https://example.org/a/very/long/path/that/goes/on/and/on/for/ever.html 一文。",
}
REAL = {name: text * 10 for name, text in _SAMPLES.items()}


@pytest.mark.parametrize("name", REAL)
def test_text_is_text_in_any_language(name: str) -> None:
    assert doubt(REAL[name]) is None


def test_no_seed_is_doubted() -> None:
    assert [d.id for d in seeds().documents if doubt(d.text)] == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (hostile.TEXT.encode().decode("gb18030", "replace") * 8, None),
        (hostile.TEXT.encode().decode("cp1252", "replace") * 8, "decoded-twice"),
        (hostile.TEXT.encode("gb18030").decode("big5", "replace") * 8, None),
        (hostile.HOSTILE["base64.txt"], "encoded-data"),
        (hostile.HOSTILE["replaced.txt"], "no-characters"),
        (hostile.HOSTILE["private.txt"], "no-characters"),
        (hostile.HOSTILE["random.txt"], "decoded-wrongly"),
        (hostile.HOSTILE["keys.txt"], "no-words"),
        ("，" * 300, "no-letters"),
        ("——！？……" * 100 + "完", "no-letters"),
    ],
)
def test_garbage_is_none(text: str | bytes, key: str | None) -> None:
    found = doubt(text.decode("ascii") if isinstance(text, bytes) else text)
    assert found is not None
    assert key is None or found.key == key


def _corpus(folder: Path, count: int = 10) -> Path:
    folder.mkdir()
    for number in range(count):
        body = f"第{number}号水库建于{1950 + number}年，坝高{20 + number}米，由县水利局管理。"
        (folder / f"{number}.txt").write_text(f"水库{number}\n\n{body}\n", encoding="utf-8")
    return folder


def test_garbage_in_place_of_the_corpus_waits_for_a_decision(tmp_path: Path) -> None:
    folder = _corpus(tmp_path / "c")
    library = Library(folder)
    before = library.current
    for number, name in enumerate(("base64.txt", "random.txt", "keys.txt", "replaced.txt")):
        held = hostile.HOSTILE[name]
        data = held if isinstance(held, bytes) else held.encode()
        (folder / f"{number}.txt").write_bytes(data)
    changes = library.reload()
    assert [doubt.key for doubt in changes.doubts] == ["loses-documents"]
    assert changes.doubts[0].params == {"gone": 4, "total": 10}
    assert sorted(d.id for d in changes.removed) == ["0.txt", "1.txt", "2.txt", "3.txt"]
    assert {s.path for s in changes.index.skipped} == {"0.txt", "1.txt", "2.txt", "3.txt"}
    assert library.current is before
    assert library.keep()
    assert library.serve() is None
    assert library.current is before
    library.reload()
    served = library.serve()
    assert served is library.current is not before
    assert len(library.current.documents) == 6
    assert library.rollback() is before
    assert library.current is before
    assert library.rollback() is served


def test_other_texts_under_the_same_names_are_a_loss(tmp_path: Path) -> None:
    folder = _corpus(tmp_path / "c")
    library = Library(folder)
    for number in range(10):
        (folder / f"{number}.txt").write_text(
            "床前明月光，疑是地上霜。举头望明月，低头思故乡。\n", encoding="utf-8"
        )
    assert [doubt.key for doubt in library.reload().doubts] == ["loses-documents"]


def test_a_fifth_may_go_unasked_and_the_way_back_is_open(tmp_path: Path) -> None:
    folder = _corpus(tmp_path / "c")
    library = Library(folder)
    assert library.rollback() is None
    before = library.current
    (folder / "0.txt").unlink()
    (folder / "1.txt").unlink()
    assert library.reload().doubts == ()
    assert len(library.current.documents) == 8
    library.reload()
    assert library.rollback() is before
    assert len(library.reload().index.documents) == 8
